"""Where the detectors draw the line: what is just enough goes, what has one word, line or letter less stays."""

import pytest

import newsclean
from newsclean import Article, Cleaner
from newsclean.clean.cleaner import DETECTORS
from newsclean.rules import shipped_rules

PROSE = "The river rose on Monday night and everyone who lived along it was asked by the council to leave at once."
MORE = "Nobody had crossed the old bridge on foot since the winter flood, when the water stood as high as its railings."
LAST = "Work on a new one is to begin in the spring, and until then a ferry will run every quarter of an hour."


def words(count, word="harbour"):
    return " ".join(f"{word}{'abcdefghijklmnopqrstuvwxyz'[n]}" for n in range(count))


def rules_of(text, **options):
    result = Cleaner(**options).clean(text)
    assert result.restore() == text
    return [removal.rule for removal in result.removed]


class TestCopiesOfLines:
    """A copy beside its original needs five words; a shortened one five words and 25 letters before its mark."""

    @pytest.mark.parametrize(("count", "goes"), [(4, False), (5, True)])
    def test_next_to_it(self, count, goes):
        line = words(count)
        assert rules_of(f"{PROSE}\n\n{line}\n{line}\n\n{MORE}") == ["line_repeat.adjacent"] * goes

    @pytest.mark.parametrize(("stem", "goes"), [
        ("The river rose four feet", False),  # 24 letters
        ("The rivers rose four feet", True),
        ("Riversides overflowing everywhere", False),  # three words
    ])  # fmt: skip
    @pytest.mark.parametrize("mark", ["…", "...", " [...]", "[…]"])
    def test_shortened(self, stem, goes, mark):
        whole = f"{stem} in a single night, said the council of the town."
        assert rules_of(f"{PROSE}\n\n{whole}\n{stem}{mark}\n\n{MORE}") == ["line_repeat.truncated"] * goes

    @pytest.mark.parametrize(("left_out", "goes"), [(1, True), (2, False)])
    def test_all_but_a_tenth_of_its_words(self, left_out, goes):
        whole = words(10).split()
        near = " ".join(whole[:3] + whole[3 + left_out :])
        assert rules_of(f"{PROSE}\n\n{' '.join(whole)}\n{near}\n\n{MORE}") == ["line_repeat.near"] * goes

    @pytest.mark.parametrize(("lines", "goes"), [(2, True), (3, True), (4, False), (5, False)])
    def test_among_short_lines_as_in_verse(self, lines, goes):
        line = words(6)
        others = [words(6, f"stanza{chr(97 + n)}") for n in range(lines - 2)]
        text = "\n".join([PROSE, "", line, line, *others, "", MORE])
        assert rules_of(text) == ["line_repeat.adjacent"] * goes

    @pytest.mark.parametrize(("count", "goes"), [(12, False), (13, True)])
    def test_verse_has_short_lines(self, count, goes):
        line = words(count, "sea")
        text = "\n".join(
            [PROSE, "", line, line, words(count, "hill"), words(count, "moor"), words(count, "road"), "", MORE]
        )
        assert rules_of(text) == ["line_repeat.adjacent"] * goes

    @pytest.mark.parametrize("start", ["- ", "12. ", "Anna Berg: ", "Q: ", "| "])
    def test_lists_and_interviews_repeat_themselves(self, start):
        line = start + words(8)
        assert rules_of(f"{PROSE}\n\n{line}\n{line}\n\n{MORE}") == []

    @pytest.mark.parametrize("share", [1, 2])
    def test_figures_are_no_text(self, share):
        line = "12 30 45 101 77 88 93 14 25" if share == 1 else "12 abc 30 defg 45 hijk 10 lmno"
        assert rules_of(f"{PROSE}\n\n{line}\n{line}\n\n{MORE}") == ["line_repeat.adjacent"] * (share == 2)


class TestDoubledInALine:
    """X.X needs four words, or two of 25 letters; X X five words, and X. X. eight."""

    @pytest.mark.parametrize(("text", "goes"), [
        (f"{words(3, 'x' * 5)}." * 2, False),
        (f"{words(2, 'x' * 10)}." * 2, False),
        (f"{words(2, 'x' * 10)}.." * 2, True),
        (f"{words(1, 'x' * 30)}." * 2, False),
        (f"{words(4)}." * 2, True),
        ("It was no. " * 2, False),
        (" ".join([words(4)] * 2), False),
        (" ".join([words(5)] * 2), True),
        (" ".join([f"{words(7)}."] * 2), False),
        (" ".join([f"{words(8)}."] * 2), True),
    ])  # fmt: skip
    def test_doubled(self, text, goes):
        assert len(rules_of(f"{PROSE}\n\n{text}\n\n{MORE}")) == goes


class TestStamps:
    """A few stamps alone on their lines are metadata; a run of them is a live blog or a programme, and stays."""

    @pytest.mark.parametrize(("count", "goes"), [(1, True), (3, True), (4, False), (8, False)])
    def test_a_run(self, count, goes):
        stamps = [f"1{n} November 2019" for n in range(count)]
        result = Cleaner(keep={"boilerplate"}).clean("\n".join([*stamps, PROSE, MORE, LAST]))
        assert [one for one in stamps if one not in result.text] == stamps * goes
        told = [
            f"one of {count} stamps in this text, as in a live blog or a programme" in f.evidence
            for f in result.flagged
        ]
        assert told == [True] * (0 if goes else count)


def found(text, **options):
    """Return by rule what a finding says of itself."""
    result = Cleaner(**options).clean(text)
    return {finding.rule: finding for finding in (*result.removed, *result.flagged)}


class TestWhatHeadingsOwn:
    """Teasers under a heading go to the end of the page: titles, each with a standfirst of its own, or titles alone."""

    TITLES = ("A ferry for the people of Alton", "A bridge that nobody wanted here", "Why the harbour is so quiet")
    DECK = "The council of the town has found the money for a second ferry in its budget for{}"

    @pytest.mark.parametrize("cut", ["...", "…", " […]", " [...]"])
    def test_standfirsts_that_were_cut(self, cut):
        under = [line for title in self.TITLES[:2] for line in (title, self.DECK.format(cut))]
        seen = found("\n".join([PROSE, MORE, LAST, "Related Articles", *under]))["related_block.latest_en"]
        assert "owns the 4 lines under it" in seen.evidence
        assert len(seen.spans) == 4 or seen.spans[-1][1] - seen.spans[0][0] > 200

    @pytest.mark.parametrize("under", [
        [DECK.format("..."), TITLES[0], TITLES[1]],  # the first has no title
        [TITLES[0], DECK.format("..."), DECK.format("…").replace("second", "third")],  # nor has the second
        [TITLES[0], DECK.format("...")],  # one alone may be the article going on
    ])  # fmt: skip
    def test_standfirsts_without_titles(self, under):
        text = "\n".join([PROSE, MORE, LAST, "Related Articles", *under])
        kept = newsclean.clean(text).text
        assert all(line in kept for line in under)

    def test_inside_an_article(self):
        lines = [
            PROSE,
            MORE,
            "Related Articles",
            *self.TITLES,
            LAST,
            PROSE.replace("river", "lake"),
            MORE.replace("bridge", "road"),
        ]
        seen = found("\n".join(lines))["related_block.latest_en"]
        owned = sum(evidence.startswith("owns the ") and int(evidence.split()[2]) for evidence in seen.evidence)
        assert f"{owned} lines like teasers stand under it" in seen.evidence

    @pytest.mark.parametrize(("count", "goes"), [(1, True), (5, True), (6, False)])
    def test_the_box_about_the_author(self, count, goes):
        box = [f"Anna Berg has written on rivers {n} times for the paper." for n in range(count)]
        kept = Cleaner(keep={"boilerplate"}).clean("\n".join([PROSE, MORE, LAST, "About the author", *box])).text
        assert [line for line in box if line not in kept] == box * goes


class TestWhoAndWhere:
    """Bylines go with a second sign, datelines where that is asked for; desks are nobody's name."""

    def test_a_name_and_a_date(self):
        seen = found(f"Anna Berg - 18 November 2019\n{PROSE}\n{MORE}\n{LAST}")["byline.stamped"]
        assert (seen.strength, seen.action) == ("B", "drop")
        assert seen.evidence[0] == "'Anna Berg', and then nothing but the date"

    @pytest.mark.parametrize(
        "desk", ["desk", "team", "newsroom", "agencies", "writer", "writers", "reporters", "editors", "bureau", "wire"]
    )
    def test_desks(self, desk):
        result = newsclean.clean(f"Harbour {desk.title()} - 18 November 2019\n{PROSE}\n{MORE}\n{LAST}")
        assert result.metadata.authors == ()
        assert result.text.startswith(PROSE)

    def test_a_dateline(self):
        text = f"ALTON (Reuters) - {PROSE}\n{MORE}\n{LAST}"
        assert Cleaner(drop={"dateline"}).clean(text).text == f"{PROSE}\n{MORE}\n{LAST}"
        assert newsclean.clean(text).text == text
        assert (newsclean.clean(text).metadata.place, newsclean.clean(text).metadata.agency) == ("ALTON", "Reuters")

    def test_a_phrase_over_lines(self):
        promo = "Watch more of our videos on Shots!\nand live on Freeview channel 276\nVisit Shots! now"
        assert found(f"{PROSE}\n{promo}\n{MORE}\n{LAST}")["video_promo.shots_en"].evidence[0] == (
            "the 3 lines together are the phrase 'watch more of our videos on shots! and live on freeview channel 276 "
            "visit shots! now'"
        )
        one = promo.replace("\n", " ")
        assert found(f"{PROSE}\n{one}\n{MORE}\n{LAST}")["video_promo.shots_en"].evidence[0].startswith("the line are")


class TestReferences:
    """References to white space become a space, others what they stand for; the longest name is one, too."""

    @pytest.mark.parametrize(("reference", "becomes"), [
        ("&Tab;", " "), ("&NewLine;", " "), ("&#13;", " "), ("&#x2028;", " "), ("&#8233;", " "), ("&#12;", " "),
        ("&CounterClockwiseContourIntegral;", "∳"), ("&amp;CounterClockwiseContourIntegral;", "∳"),
        ("&#0;", "&#0;"), ("&#xd800;", "&#xd800;"), ("&#7;", "&#7;"), ("&#11;", "&#11;"), ("&nothing;", "&nothing;"), ("&gg", "&gg"),
    ])  # fmt: skip
    def test_a_reference(self, reference, becomes):
        assert newsclean.clean(f"Rain{reference}fell.").text == f"Rain{becomes}fell."


class TestNames:
    """Whatever a report names can be looked up, kept and dropped by that name."""

    SAMPLES = (
        f"{words(6)}.{words(6)}.\n{words(6)}.\n{PROSE}",
        f"{PROSE}\n\n{words(5)} {words(5)}\n\n{words(6)}\n{words(6)}\n\n{MORE}",
        f"Published 18 November 2019, 19:11\n18 November 2019 19:11\n18 November 2019\n19:11\nBy Anna Berg\n{PROSE}\n{MORE}",
        f"Anna Berg - 18 November 2019, 19:11\nALTON (Reuters) - {PROSE}\n{MORE}",
        f"{words(8)}\nThe rivers rose four feet in one night, said the town.\nThe rivers rose four feet…\n{PROSE}",
        f"{PROSE}\n\n{words(9)}\n{words(9)} (Anna Berg)\n\n{words(10)}\n{words(3)} {' '.join(words(10).split()[4:])}\n\n{MORE}",
        f"The river rises again\n{MORE}\n{LAST}\nThe river rises again\n{MORE}\n{PROSE}",
        f"{PROSE} {MORE} {LAST}" * 2,
        "\n".join([PROSE, MORE, LAST] * 2),
    )

    def test_detectors(self):
        found = [
            finding.rule
            for text in self.SAMPLES
            for result in [newsclean.clean(Article(text, title="The river rises again"))]
            for finding in (*result.removed, *result.flagged)
        ]
        known = {*DETECTORS, *(rule.id for rule in shipped_rules().rules)}
        assert {*found} <= known
        missing = {name for name in DETECTORS if not name.startswith(("site_recurring", "boilerplate"))} - {*found}
        assert not missing

    @pytest.mark.parametrize("name", ["meta_prefix", "meta_prefix.date_iso"])
    def test_kept(self, name):
        text = f"date 2022-04-11 {PROSE}"
        assert Cleaner(keep={name}).clean(text).text == text
        assert Cleaner(keep={"ad_marker"}).clean(text).text == PROSE


def test_the_report_of_an_article():
    """As docs and readers of the JSON know it: every name, and what stands under it."""
    text = f"date 2022-04-11 {PROSE}\nHide Ad\nItâ€™s over.\n{words(5)}.{words(5)}.\n{words(5)}."
    report = newsclean.clean(text).to_dict()
    at = text.index("Hide Ad")
    assert [*report] == ["format", "version", "text", "removed", "flagged", "repairs", "metadata", "warnings", "edits"]
    assert (report["format"], report["version"]) == ("newsclean.clean", 1)
    assert report["removed"][1] == {
        "spans": [[at, at + 7]], "kind": "ad_marker", "rule": "ad_marker.label_en", "action": "drop", "strength": "A",
        "reason": "A label alone on its line announces paid matter, not reporting.",
        "evidence": ["the whole line is the phrase 'hide ad'"], "kept": None,
    }  # fmt: skip
    assert report["removed"][0]["action"] == "strip"
    assert report["removed"][0]["evidence"] == ["the line begins with 'date 2022-04-11'"]
    glued = text.index(words(5))
    assert report["removed"][3]["kept"] == [glued, glued + 2 * len(words(5)) + 2]
    assert report["removed"][3]["evidence"] == ["a copy of line 4"]
    at = text.index("â€™")
    assert report["repairs"] == [{"span": [at, at + 3], "kind": "encoding", "before": "â€™", "after": "’"}]
    assert {name: report["metadata"][name] for name in ("date", "dates", "captions")} == {
        "date": "2022-04-11",
        "dates": [{"raw": "2022-04-11", "iso": "2022-04-11", "role": "unknown", "span": [0, 16]}],
        "captions": [f"{words(5)}."],
    }
