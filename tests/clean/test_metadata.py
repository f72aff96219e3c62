"""Metadata out of dirt: dates, authors, credits, captions, with their spans; ISO only where it is certain."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import newsclean
from newsclean import Article
from newsclean.clean.dates import DateGrammar
from newsclean.rules import shipped_rules

PROSE = "The council of Alton voted on Tuesday night to close the old bridge for two years after cracks were found."


def cleaned(*head: str, **options: str) -> newsclean.CleanResult:
    return newsclean.clean("\n".join((*head, PROSE)), **options)


class TestDates:
    @pytest.mark.parametrize(
        ("stamp", "iso", "role"),
        [
            ("Published 18 November 2019, 19:11 GMT", "2019-11-18", "published"),
            ("Updated: Nov 18, 2019 7:11 pm", "2019-11-18", "updated"),
            ("Last updated on Monday, 18 November 2019 at 19:11", "2019-11-18", "updated"),
            ("2019-11-18T19:11:00Z", "2019-11-18", "unknown"),
            ("Veröffentlicht am 18. November 2019 um 19:11 Uhr", "2019-11-18", "published"),
            ("18.11.2019, 19:11 Uhr", "2019-11-18", "unknown"),
            ("Aktualisiert: 03.05.2021, 08:30", "2021-05-03", "updated"),
            ("Publié le 11 avril 2022 à 08h57", "2022-04-11", "published"),
            ("Publicado el 11 de abril de 2022 a las 08:57", "2022-04-11", "published"),
            ("Pubblicato il 11 aprile 2022 alle 08:57", "2022-04-11", "published"),
            ("Publicado em 11 de abril de 2022 às 08h57", "2022-04-11", "published"),
            ("Gepubliceerd op 11 april 2022 om 08:57", "2022-04-11", "published"),
            ("Published 25/12/2021 10:00", "2021-12-25", "published"),
            ("Published 12/25/2021 10:00", "2021-12-25", "published"),
            ("Publiceret den 11. april 2022 kl. 08.57", "2022-04-11", "published"),
            ("Publisert 11. april 2022 kl. 08:57", "2022-04-11", "published"),
            ("Publicerad 11 april 2022 08.57", "2022-04-11", "published"),
            ("Aktualizacja: 11 kwietnia 2022, 08:57", "2022-04-11", "updated"),
            ("Publikováno 11. dubna 2022, 08:57", "2022-04-11", "published"),
            ("Güncelleme Tarihi: 11 NİSAN 2022 08:57", "2022-04-11", "updated"),
            ("Giriş: 11 KASIM 2022 08:57", "2022-11-11", "published"),
            ("Опубликовано 11 апреля 2022, 08:57 мск", "2022-04-11", "published"),
            ("Оновлено 11 квітня 2022 р. о 08:57", "2022-04-11", "updated"),
            ("公開日：2022年4月11日", "2022-04-11", "published"),
            ("2022年4月11日（月） 14時02分", "2022-04-11", "unknown"),
            ("2022.04.11 14:02", "2022-04-11", "unknown"),
            ("기사입력 2022.04.11. 오후 2:02", "2022-04-11", "published"),
            ("수정 2022년 4월 11일 오후 2시 2분", "2022-04-11", "updated"),
        ],
    )
    def test_a_stamp_becomes_a_date_and_goes(self, stamp, iso, role):
        result = cleaned(stamp)
        assert result.text == PROSE
        mention = result.metadata.dates[0]
        assert (mention.iso.isoformat(), mention.role) == (iso, role)
        assert result.restore()[slice(*mention.span)] == stamp

    @pytest.mark.parametrize(
        ("stamp", "rule", "strength"),
        [
            ("Published 18 November 2019", "timestamp.cue", "A"),
            ("18 November 2019, 19:11", "timestamp.date_clock", "A"),
            ("18 November 2019", "timestamp.date", "B"),
            ("Published Monday, 18 November", "timestamp.date", "B"),
            ("19:11", "timestamp.clock", "C"),
        ],
    )
    def test_how_sure_a_stamp_is(self, stamp, rule, strength):
        """What needs a second sign has one at the text's end, and a hint never has; alone inside, both stay."""
        inside, below = f"{PROSE}\n\n{stamp}\n\n{PROSE} So it was.", f"{PROSE}\n\n{stamp}"
        (seen,) = newsclean.Cleaner().sightings(inside)
        assert (seen.rule, seen.strength) == (rule, strength)
        without_score = newsclean.Cleaner(keep={"boilerplate"})
        assert (stamp in without_score.clean(inside).text) == (strength != "A")
        assert (stamp in without_score.clean(below).text) == (strength == "C")

    def test_a_date_that_can_be_read_two_ways_is_kept_raw(self):
        mention = cleaned("Published 04/11/2022 10:00").metadata.dates[0]
        assert (mention.raw, mention.iso) == ("04/11/2022", None)

    def test_the_language_settles_it(self):
        assert cleaned("Published 04/11/2022 10:00", language="fr").metadata.date == dt.date(2022, 11, 4)
        assert newsclean.clean(Article(f"Published 04/11/2022 10:00\n{PROSE}", language="en")).metadata.date is None

    def test_or_the_cue_is_no_english_one(self):
        metadata = cleaned("Publié le 04/11/2022 à 18h03, mis à jour le 13/11/2022 à 09h12").metadata
        assert metadata.date == dt.date(2022, 11, 4)
        assert [mention.role for mention in metadata.dates] == ["published", "updated"]
        assert cleaned("Publicado el 04/11/2022 10:00").metadata.date == dt.date(2022, 11, 4)
        assert cleaned("04/11/2022 18h03 Atualizado há 2 horas").metadata.date == dt.date(2022, 11, 4)
        assert cleaned("Update 04/11/2022 10:00").metadata.date is None

    def test_a_day_without_its_year_is_no_date(self):
        mention = cleaned("更新 4月11日（月） 14:02").metadata.dates[0]
        assert (mention.raw, mention.iso, mention.role) == ("4月11日", None, "updated")

    def test_no_spelling_means_two_months(self):
        months: dict[str, set[int]] = {}
        for vocabulary in shipped_rules().vocabularies:
            for number, spellings in enumerate(vocabulary.months, 1):
                for spelling in spellings:
                    months.setdefault(spelling, set()).add(number)
        assert {m: n for m, n in months.items() if len(n) > 1} == {}

    def test_published_goes_before_updated(self):
        metadata = cleaned("Updated 20 November 2019, 08:00", "Published 18 November 2019, 19:11").metadata
        assert metadata.date == dt.date(2019, 11, 18)
        assert [m.role for m in metadata.dates] == ["updated", "published"]

    @pytest.mark.parametrize("line", ["Published 31 February 2021, 10:00", "date 2022-13-45"])
    def test_an_impossible_date_is_no_date(self, line):
        assert cleaned(line).metadata.date is None

    @pytest.mark.parametrize(
        "line",
        [
            "He may march on Sunday",
            "The Sun will rise",
            "May 2022 was warm",
            "In 2019",
            "11.04.2022 war ein Montag, an dem es regnete.",
            "2022年4月11日、橋が閉鎖された。",
            "2022년 4월 11일 다리가 닫혔다.",
        ],
    )
    def test_words_that_date_parsers_fall_for(self, line):
        result = cleaned(line)
        assert result.metadata.dates == ()
        assert result.text == f"{line}\n{PROSE}"


class TestPrefix:
    @pytest.mark.parametrize(
        "prefix", [" date 2022-04-11 ", "date 2022-04-11 ", "Date: 2022-04-11 ", "date 2022-04-11T08:30:00Z "]
    )
    def test_goes_and_the_sentence_stays_word_for_word(self, prefix):
        result = newsclean.clean(f"{prefix}{PROSE}\n\nNobody was hurt.\n")
        assert result.text == f"{PROSE}\n\nNobody was hurt.\n"
        assert result.metadata.date == dt.date(2022, 4, 11)
        assert [(r.kind, r.action) for r in result.removed] == [("meta_prefix", "strip")]
        assert result.removed[0].spans == ((0, len(prefix)),)

    def test_is_found_under_certain_dirt(self):
        result = newsclean.clean(f"Hide Ad\n\ndate 2022-04-11 {PROSE}")
        assert result.text == PROSE

    @pytest.mark.parametrize("line", ["By Anna Berg", "Published 18 November 2019, 19:11", "Hide Ad"])
    def test_what_it_leaves_is_read_anew(self, line):
        """The line was looked at before, as a whole, in which nothing was found."""
        assert newsclean.clean(f"Hide Ad\n\ndate 2022-04-11 {line}\n{PROSE}").text == PROSE

    def test_not_in_a_later_line(self):
        text = f"{PROSE}\ndate 2022-04-11 The hearing begins."
        assert newsclean.clean(text).text == text


class TestAuthors:
    @pytest.mark.parametrize(
        ("line", "names"),
        [
            ("By Anna Berg", ("Anna Berg",)),
            ("By Anna Berg and Tom Hale", ("Anna Berg", "Tom Hale")),
            ("BY ANNA BERG", ("ANNA BERG",)),
            ("By Anna Berg, Staff Writer", ("Anna Berg",)),
            ("Von Jürgen Groß", ("Jürgen Groß",)),
            ("Par Élodie Marchand", ("Élodie Marchand",)),
            ("Por María José Ortega", ("María José Ortega",)),
            ("Door Pieter van den Berg", ("Pieter van den Berg",)),
            ("Tom Hale, Staff Reporter", ("Tom Hale",)),
        ],
    )
    def test_a_byline_before_the_article_is_read_and_goes(self, line, names):
        result = cleaned(line)
        assert result.metadata.authors == names
        assert result.text == PROSE

    @pytest.mark.parametrize(
        "line",
        [
            "By Echo Reporter",
            "By Valley Newsroom",
            "By Coast News Desk",
            "By Staff Writer",
            "By Harbour News with Agencies",
        ],
    )
    def test_a_desk_is_no_author(self, line):
        result = cleaned(line)
        assert result.metadata.authors == ()
        assert result.text == PROSE

    @pytest.mark.parametrize(
        ("line", "names"),
        [
            ("Anna Berg - Nov 19, 2019, 10:31 pm", ("Anna Berg",)),
            ("By Anna Berg | 19 November 2019", ("Anna Berg",)),
            ("Coast Desk November 19, 2019, 9:02 AM", ()),
        ],
    )
    def test_a_name_and_a_stamp(self, line, names):
        result = cleaned(line)
        assert result.metadata.authors == names
        assert result.metadata.date == dt.date(2019, 11, 19)
        assert result.text == PROSE

    @pytest.mark.parametrize(
        "desk",
        [
            "Desk",
            "Team",
            "Newsroom",
            "Agencies",
            "Writer",
            "Writers",
            "Reporters",
            "Editors",
            "Bureau",
            "Wire",
            "Staff",
        ],
    )
    def test_a_desk_and_a_stamp_have_no_author(self, desk):
        result = cleaned(f"Coast {desk} - Nov 19, 2019, 10:31 pm")
        assert (result.text, result.metadata.authors) == (PROSE, ())
        assert result.metadata.date == dt.date(2019, 11, 19)

    @pytest.mark.parametrize(
        "line", ["Alton, November 19, 2019", "The Bridge 1902", "Opened 19 November 2019, 9:02 by boat"]
    )
    def test_what_only_begins_or_ends_so_is_none(self, line):
        assert cleaned(line).metadata.authors == ()
        assert line in newsclean.clean(f"{PROSE}\n{line}\n{PROSE[:-1]} today.").text

    def test_inside_the_article_it_is_only_flagged(self):
        text = f"{PROSE}\nBy Anna Berg\n{PROSE[:-1]} today."
        result = newsclean.clean(text)
        assert result.text == text
        assert [f.kind for f in result.flagged] == ["byline"]

    def test_drop_takes_it_there_too(self):
        text = f"{PROSE}\nBy Anna Berg\n{PROSE[:-1]} today."
        assert newsclean.Cleaner(drop=["byline"]).clean(text).text == f"{PROSE}\n{PROSE[:-1]} today."


class TestOther:
    def test_a_dateline_is_read_and_stays(self):
        text = f"LONDON (AP) — {PROSE}"
        result = newsclean.clean(text)
        assert result.text == text
        assert result.metadata.agency == "AP"
        assert result.metadata.place == "LONDON"
        assert [f.kind for f in result.flagged] == ["dateline"]

    def test_a_dateline_goes_when_asked_for(self):
        assert newsclean.Cleaner(drop=["dateline"]).clean(f"LONDON (AP) — {PROSE}").text == PROSE

    def test_credits_and_reading_time(self):
        metadata = cleaned("4 min read", "Photo: Anna Berg", "Getty Images").metadata
        assert metadata.read_time == 4
        assert metadata.credits == ("Photo: Anna Berg", "Getty Images")

    @pytest.mark.parametrize(
        ("line", "section", "tags"),
        [
            ("Tags: rivers, bridges, council", None, ("rivers", "bridges", "council")),
            ("Filed Under: health, Michigan, mosquito", "health", ("Michigan", "mosquito")),
            ("Kategorie: Wirtschaft", "Wirtschaft", ()),
            ("Schlagwörter: Brücke | Fluss", None, ("Brücke", "Fluss")),
            ("Рубрика: Политика", "Политика", ()),
            ("カテゴリ：政治", "政治", ()),
            ("#river #bridge #Flood", None, ("river", "bridge", "Flood")),
        ],
    )
    def test_section_and_tags(self, line, section, tags):
        metadata = newsclean.clean(f"{PROSE}\n{PROSE[:-1]} today.\n{line}").metadata
        assert (metadata.section, metadata.tags) == (section, tags)

    def test_a_colon_in_the_report_names_no_topic(self):
        metadata = newsclean.clean(f"{PROSE}\nTags: the word means many things, he said.\n{PROSE[:-1]} today.").metadata
        assert (metadata.section, metadata.tags) == (None, ())

    def test_nothing_found_is_empty(self):
        assert newsclean.clean(PROSE).metadata == newsclean.Metadata()


class TestSpans:
    """Each value says where it was read."""

    LINES = (
        "Published 18 November 2019, 19:11 GMT",
        "Updated: Nov 19, 2019 7:11 pm",
        "By Anna Berg and Carl Dorn",
        "By Carl Dorn, Staff Writer",
        "4 min read",
        "Photo: Emil Fisk",
        "Tags: rivers, Bridges, council",
        "Filed Under: Health, mosquito",
        "Hide Ad",
    )

    @given(st.lists(st.sampled_from(LINES), max_size=6), st.lists(st.sampled_from(LINES), max_size=6))
    @settings(max_examples=60, deadline=None)
    def test_of_every_value(self, head, tail):
        text = "\n".join((*head, f"LONDON (AP) — {PROSE}", f"{PROSE[:-1]} today.", *tail))
        metadata = newsclean.clean(text).metadata
        written = metadata.to_dict()
        for name, spans in metadata.spans.items():
            values = written[name] if isinstance(written[name], list) else [written[name]]
            assert len(values) == len(spans) > 0
            for value, (start, end) in zip(values, spans, strict=True):
                if name == "date":
                    assert (start, end) in {m.span for m in metadata.dates if m.iso and m.iso.isoformat() == value}
                else:
                    assert str(value) in text[start:end]
        filled = {name for name, value in written.items() if value and name not in ("dates", "spans")}
        assert filled == set(metadata.spans)


VOCABULARIES = shipped_rules().vocabularies
GRAMMAR = DateGrammar(VOCABULARIES)
PIECES = sorted(
    {w for v in VOCABULARIES for w in (*v.weekdays, *v.published, *v.updated, *v.fillers)}
    | {m for v in VOCABULARIES for spellings in v.months for m in spellings}
)
stamps = st.lists(
    st.one_of(
        st.sampled_from(PIECES),
        st.sampled_from(PIECES).map(str.upper),
        st.sampled_from(
            ["3", "18th", "18er", "2022", "19:11", "5pm", "10h30", "2022-04-11T08:30:00Z", "11.04.2022", "d'"]
        ),
        st.sampled_from(["2024年4月11日", "14時30分", "4월 11일", "tomorrow", "uhr"]),
    ),
    min_size=1,
    max_size=6,
)


class TestWhatMayBeAStamp:
    """The quick look lets every stamp through."""

    @given(words=stamps, joint=st.sampled_from([" ", "", ", ", " | "]))
    @settings(max_examples=500)
    def test_every_stamp(self, words, joint):
        line = joint.join(words)
        if GRAMMAR.stamp(line) is not None:
            assert GRAMMAR.may_be_stamp(line)

    @pytest.mark.parametrize("glued", ["18th{} 2019", "18er{} 2019", "18{}, 2019", "{} 18, 2019"])
    def test_every_month_beside_a_day(self, glued):
        months = [m for v in VOCABULARIES for spellings in v.months for m in spellings]
        read = [line for line in map(glued.format, months) if GRAMMAR.stamp(line) is not None]
        assert len(read) > len(months) / 2
        assert [line for line in read if not GRAMMAR.may_be_stamp(line)] == []


@pytest.mark.parametrize(
    ("day_first", "iso"), [(None, None), (True, dt.date(2022, 11, 4)), (False, dt.date(2022, 4, 11))]
)
def test_which_comes_first_is_the_callers_word(day_first, iso):
    (mention,) = GRAMMAR.mentions("04/11/2022", (3, 13), day_first=day_first)
    assert (mention.raw, mention.iso, mention.span) == ("04/11/2022", iso, (3, 13))
    for unmistakable in ("25/11/2022", "11/25/2022"):
        (mention,) = GRAMMAR.mentions(unmistakable, (0, 10), day_first=None)
        assert mention.iso == dt.date(2022, 11, 25)


@pytest.mark.parametrize("case", [str.lower, str.upper, str.title])
def test_a_stamp_may_begin_with_each_word_of_the_vocabularies(case):
    for piece in PIECES:
        assert GRAMMAR.may_begin(case(f"{piece} 1")[:2]), piece
    for begin in ("19", "1,", "(1", "- ", "年月"):
        assert GRAMMAR.may_begin(begin)
    assert not GRAMMAR.may_begin("qz")


@pytest.mark.parametrize(
    ("lines", "day"),
    [
        (["18 November 2019, 19:11", "Published 20 November 2019, 08:00"], 20),
        (["Updated 18 November 2019, 19:11", "20 November 2019, 08:00"], 20),
        (["Updated 18 November 2019, 19:11", "Published 20 November 2019, 08:00"], 20),
        (["Published 18 November 2019, 19:11", "Published 20 November 2019, 08:00"], 18),
        (["18 November 2019, 19:11", "Updated 20 November 2019, 08:00"], 18),
    ],
)
def test_a_publication_before_a_bare_date_before_an_update_and_then_the_first(lines, day):
    assert cleaned(*lines).metadata.date == dt.date(2019, 11, day)
