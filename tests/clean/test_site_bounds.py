"""Where the limits of site profiles lie: what makes a line furniture, what leads a list, when memory makes room."""

import pytest

from newsclean import Article, Cleaner, SiteProfile, SiteProfiles
from newsclean.clean.sites import profiles
from newsclean.clean.sites.counter import BLOCK, SiteCounter, lowered
from newsclean.clean.sites.judge import can_matter, weigh
from newsclean.clean.sites.reading import LEADS, OPENING, STANDS, line_key, read, stories
from site_pages import page, prose

SITE = "alton.example"


def cleaned(known, text, **options):
    """Return *text* cleaned by what *known* does by itself, without the score."""
    return Cleaner(site_profile=known, keep={"boilerplate"}, **options).clean(text)


def profile(articles, missed=0, **counts):
    """Return a profile of *articles* articles with these *counts*; a line's words are joined by underscores."""
    return SiteProfile(SITE, articles, {key.replace("_", " "): value for key, value in counts.items()}, missed)


LINE, SHORT, ASKS = "Sign up for the morning letter", "Our morning letter", "Who reads the morning letter?"
TOLD, LONG = f"{prose(1, 25)}", f"{prose(1, 26)}"
# The line, on how many of how many articles, what that makes of it.
WEIGHED = [
    (LINE, 5, 10, ("A", "any")),
    (LINE, 5, 11, ("B", "any")),
    (LINE, 4, 8, ("B", "any")),
    (LINE, 3, 15, ("B", "any")),
    (LINE, 3, 16, None),
    (LINE, 2, 4, ("C", "any")),
    (LINE, 2, 5, None),
    (LINE, 1, 1, None),
    (LINE, 20, 1000, ("B", "any")),
    (LINE, 20, 1001, None),
    (LINE, 19, 900, None),
    (ASKS, 10, 10, ("B", "any")),
    ("What the morning letter says:", 10, 10, ("B", "any")),
    ("朝の手紙を 読む 方は 誰 ですか？", 10, 10, ("B", "any")),
    (SHORT, 10, 10, ("B", "edge")),
    (SHORT, 3, 15, ("B", "edge")),
    (SHORT, 3, 16, None),
    (SHORT, 2, 3, None),
    (TOLD, 3, 15, ("B", "any")),
    (TOLD, 5, 10, ("A", "any")),
    (TOLD, 20, 1000, None),
    (LONG, 5, 10, ("A", "any")),
    (LONG, 5, 11, None),
    (LONG, 3, 6, ("B", "any")),
    (LONG, 2, 3, None),
]


@pytest.mark.parametrize(("line", "count", "articles", "said"), WEIGHED)
def test_how_much_a_line_on_so_many_articles_says(line, count, articles, said):
    assert weigh(line, count, articles) == said
    assert can_matter(count, articles) or said is None


@pytest.mark.parametrize(
    ("count", "articles", "said"),
    [(2, 10, True), (2, 11, False), (1, 1, False), (20, 1000, True), (20, 1001, False), (19, 950, False)],
)
def test_only_what_could_be_furniture_is_looked_up(count, articles, said):
    assert can_matter(count, articles) == said


class TestReading:
    """What of an article counts, and where it stands."""

    def test_opening_and_leads(self):
        lines = [
            "Alton today",
            prose("lede"),
            "Inside",
            prose("end"),
            "Most read",
            "One thing",
            "Another thing",
            "A third",
        ]
        flags = read(Article("\n".join(lines))).lines
        assert flags["alton today"] == STANDS | OPENING
        assert flags[line_key(prose("lede").lower())] == STANDS | OPENING
        assert flags["inside"] == flags[line_key(prose("end").lower())] == STANDS
        assert flags["most read"] == flags["one thing"] == STANDS | LEADS
        assert flags["another thing"] == flags["a third"] == STANDS  # two lines make a list

    @pytest.mark.parametrize(("words", "leads"), [(8, True), (9, False)])
    def test_a_heading_of_a_list_has_eight_words(self, words, leads):
        head = prose("head", words).rstrip(".")
        assert (read(Article(page(1, head, "One", "Two"))).lines[line_key(head.lower())] & LEADS > 0) == leads

    @pytest.mark.parametrize(("words", "leads"), [(30, True), (31, False)])
    def test_a_line_of_a_list_has_thirty_words(self, words, leads):
        row = prose("row", words).rstrip(".")
        assert (read(Article(page(1, "Most read", "One", row))).lines["most read"] & LEADS > 0) == leads

    def test_a_text_without_prose_has_no_opening(self):
        assert set(read(Article("One\nTwo\nThree")).lines.values()) == {STANDS | LEADS, STANDS}

    def test_the_same_line_twice_has_the_places_of_both(self):
        assert read(Article(page(1, "Share", "One", "Two", top=["Share"]))).lines["share"] == STANDS | OPENING | LEADS

    @pytest.mark.parametrize(("length", "whole"), [(60, True), (61, False)])
    def test_a_key_is_whole_up_to_sixty_characters(self, length, whole):
        key = line_key("x" * length)
        assert (key == "x" * length) == whole
        assert whole or (key[:61], len(key)) == ("x" * 60 + "…", 77)

    def test_long_keys_differ_where_their_lines_do(self):
        assert len({line_key("x" * 60 + end) for end in ("a", "b", "ab")}) == 3

    def test_a_story_is_known_by_sentences_of_twenty_letters(self):
        assert list(read(Article("abcdefghij klmnopqrst. Too short it is.")).sentences.values()) == [20]
        short = read(Article("abcdefghij klmnopqrs. Too short it is."))
        assert list(short.sentences.values()) == [1]
        assert short.sentences != read(Article("Another one.")).sentences

    def test_by_the_thirty_longest(self):
        sizes = [20 + n for n in range(32)]
        text = " ".join("x" * size + "." for size in sizes)
        assert sorted(read(Article(text)).sentences.values()) == sizes[2:]

    @pytest.mark.parametrize(("own", "joined"), [(70, True), (71, False)])
    def test_one_story_shares_three_tenths(self, own, joined):
        part = f"{'x' * 30}. {'y' * own}. A line"
        whole = f"{'x' * 30}. {'z' * 99}. Its line"
        assert len(list(stories([read(Article(part)), read(Article(whole))]))) == (1 if joined else 2)

    def test_a_part_belongs_to_the_one_it_shares_most_with(self):
        longer = read(Article(f"{'a' * 40}. {'b' * 200}.\nOf the longer"))
        other = read(Article(f"{'c' * 50}. {'d' * 100}.\nOf the other"))
        part = read(Article(f"{'a' * 40}. {'c' * 50}.\nOf the part"))
        for order in ([longer, other, part], [part, other, longer]):
            found = {frozenset(key for key in lines if key.startswith("of the")) for lines in stories(order)}
            assert found == {frozenset({"of the longer"}), frozenset({"of the other", "of the part"})}


class TestRoom:
    """Counts that make room: the largest sites first, down to half, and no more than must be."""

    @staticmethod
    def fitted(monkeypatch, most, **articles):
        monkeypatch.setattr(profiles, "MOST_LINES", most)
        some = [Article(f"{prose(f'{s} {n}')}\n{prose(f'{n} {s}')}\nShare this story", site=s)
                for s, count in articles.items() for n in range(count)]  # fmt: skip
        return {site: found.missed for site, found in SiteProfiles.fit(some).items()}

    def test_nothing_is_forgotten_up_to_the_limit(self, monkeypatch):
        assert self.fitted(monkeypatch, 99, large=30, small=3) == {"large": 0, "small": 0}

    def test_the_largest_makes_room(self, monkeypatch):
        assert self.fitted(monkeypatch, 98, large=30, small=3) == {"large": 1, "small": 0}
        assert self.fitted(monkeypatch, 98, small=3, large=30) == {"large": 1, "small": 0}

    def test_down_to_half(self, monkeypatch):
        # 120 lines; without those of the first 81 are held, without the second's 42, which is less than half.
        assert self.fitted(monkeypatch, 119, a=14, b=13, c=13) == {"a": 1, "b": 1, "c": 0}

    def test_what_is_held_is_counted_again_after_making_room(self, monkeypatch):
        # The first time at 34 articles; then one line is held, and 33 more fill it.
        assert self.fitted(monkeypatch, 100, a=33)["a"] == 0
        assert self.fitted(monkeypatch, 100, a=34)["a"] == 1
        assert self.fitted(monkeypatch, 100, a=34 + 33)["a"] == 1
        assert self.fitted(monkeypatch, 100, a=34 + 34)["a"] == 2

    def test_a_counter_tells_what_it_holds(self):
        counter = SiteCounter()
        counter.add(read(Article("\n \n")))
        assert (counter.held, counter.articles) == (0, 0)
        for n in range(BLOCK - 1):
            counter.add(read(Article(page(n, "Share"))))
        assert (counter.held, counter.articles) == (4 * (BLOCK - 1), 0)
        counter.add(read(Article(page(BLOCK, "Share"))))
        assert (counter.held, counter.articles, counter.missed) == (3 * BLOCK + 1, BLOCK, 0)
        counter.add(read(Article(page("next", "Share"))))  # a block is full: what is seen once makes room
        assert (counter.held, counter.articles, counter.missed) == (1 + 4, BLOCK, 1)
        counter.count()
        assert (counter.counts["share"], counter.articles) == ((BLOCK, 0, 0), BLOCK + 1)

    def test_lowered(self):
        counts = {"a": (5, 0, 2), "b": (2, 2, 0), "c": (3, 1, 3)}
        assert lowered(counts, 2) == {"a": (3, 0, 0), "c": (1, 0, 1)}


class TestBeginning:
    """Down to its third line of prose a line of an article goes only if it stands in the opening of others."""

    OWN = tuple(prose(f"own {n}") for n in range(5))

    def test_a_line_above_the_text(self):
        text = "\n".join([LINE, *self.OWN])
        assert cleaned(profile(10, sign_up_for_the_morning_letter=(10, 1, 0)), text).text == text
        assert cleaned(profile(10, sign_up_for_the_morning_letter=(10, 5, 0)), text).text == "\n".join(self.OWN)

    @pytest.mark.parametrize(("at", "goes"), [(0, False), (1, False), (2, False), (3, True), (4, True)])
    @pytest.mark.parametrize("above", ["", "The old bridge", "Hide Ad", prose("notice")])
    def test_prose_of_ones_own(self, at, goes, above):
        """A headline, dirt, and a notice that opens every article, are none."""
        known = {line_key(self.OWN[at].lower()): (10, 0, 0), line_key(prose("notice").lower()): (10, 10, 0)}
        result = cleaned(SiteProfile(SITE, 10, known, 0), "\n".join([above, *self.OWN]))
        left = result.text.split("\n")
        assert [own for own in self.OWN if own not in left] == [self.OWN[at]] * goes

    def test_lines_that_are_no_prose_are_asked_for_the_whole_text_below_the_first_prose(self):
        text = "\n".join([self.OWN[0], LINE, *self.OWN[1:]])
        assert LINE not in cleaned(profile(10, sign_up_for_the_morning_letter=(10, 0, 0)), text).text

    def test_a_notice_over_every_article_is_no_prose_of_its_own(self):
        notice = prose("notice")
        known = SiteProfile(
            SITE, 10, {line_key(notice.lower()): (10, 10, 0), line_key(self.OWN[3].lower()): (10, 0, 0)}, 0
        )
        assert cleaned(known, "\n".join([notice, *self.OWN])).text == "\n".join([*self.OWN[:3], self.OWN[4]])

    def test_what_two_articles_open_with_is_one_s_own_all_the_same(self):
        counts = {line_key(self.OWN[0].lower()): (2, 2, 0), line_key(self.OWN[3].lower()): (4, 0, 0)}
        result = cleaned(SiteProfile(SITE, 4, counts, 0), "\n".join(self.OWN[:4]))
        assert result.text == "\n".join(self.OWN[:3])
        assert [(f.rule, f.strength) for f in result.flagged] == [("site_recurring.line", "C")]

    def test_a_brief_keeps_its_first_three_lines(self):
        known = profile(10, **{f"line_{n}_of_the_brief": (10, 0, 0) for n in range(6)})
        lines = [f"Line {n} of the brief" for n in range(6)]
        assert cleaned(known, "\n".join(lines)).text == "\n".join(lines[:3])


class TestTold:
    LETTER = "sign up for the morning letter"

    def said(self, known, text):
        return next(r for r in cleaned(known, text).removed if r.kind == "site_recurring")

    def test_what_is_said(self):
        text = page(1, LINE)
        assert (
            self.said(profile(10, sign_up_for_the_morning_letter=(10, 0, 0)), text).evidence[0]
            == f"on 10 of 10 articles of {SITE}"
        )
        at_least = self.said(profile(10, 1, sign_up_for_the_morning_letter=(9, 0, 0)), text)
        assert at_least.evidence[0] == f"on at least 9 of 10 articles of {SITE}"
        top = self.said(profile(10, sign_up_for_the_morning_letter=(9, 8, 0)), page(1, top=[LINE]))
        assert top.evidence[0] == f"on 8 of 10 articles of {SITE}, at their beginning"
        nameless = SiteProfile(None, 10, {self.LETTER: (10, 0, 0)}, 0)
        assert self.said(nameless, text).evidence[0] == "on 10 of 10 articles of the site"


class TestLists:
    """A heading over lists owns the lines under it, where enough of them were seen elsewhere."""

    HEAD = "Talk of the quay today"

    def owned(self, rows, known=(), leads=10, stands=10):
        """Return how many of *rows* the heading owns, by strength; those at the places *known* are on other articles."""
        counts = {line_key(rows[n].lower()): (2, 0, 0) for n in known}
        counts[line_key(self.HEAD.lower())] = (stands, 0, leads)
        result = cleaned(SiteProfile(SITE, 50, counts | {"x": (50, 0, 0)}, 0), page(1, self.HEAD, *rows))
        return [
            (len(f.spans), f.strength) for f in (*result.removed, *result.flagged) if f.rule == "site_recurring.block"
        ]

    ROWS = tuple(f"{prose(f'row {n}', 5).rstrip('.')} {n}" for n in range(45))

    def test_half_of_them_and_the_first(self):
        assert self.owned(self.ROWS[:4], known=[0, 2, 3], stands=25, leads=25) == [(4, "B")]
        assert self.owned(self.ROWS[:4], known=[0, 3], stands=25, leads=25) == [(4, "B")]
        assert self.owned(self.ROWS[:4], known=[0, 1], stands=25, leads=25) == [(2, "B")]
        assert self.owned(self.ROWS[:5], known=[0, 4], stands=25, leads=25) == [(5, "C")]
        assert self.owned(self.ROWS[:4], known=[1, 2, 3], stands=25, leads=25) == [(4, "C")]
        assert self.owned(self.ROWS[:4], stands=25, leads=25) == [(4, "C")]

    def test_it_stands_over_lists_on_four_of_five(self):
        assert self.owned(self.ROWS[:2], known=[0, 1], stands=25, leads=20) == [(2, "B")]
        assert self.owned(self.ROWS[:2], known=[0, 1], stands=25, leads=19) == []

    def test_forty_lines_at_most(self):
        everywhere = range(len(self.ROWS))
        assert self.owned(self.ROWS, known=everywhere, stands=25, leads=25) == [(40, "B")]

    def test_down_to_a_long_line(self):
        for words, count in ((30, 3), (31, 1)):
            rows = [self.ROWS[0], prose("long", words).rstrip("."), self.ROWS[1]]
            assert self.owned(rows, known=[0, 1, 2], stands=25, leads=25) == [(count, "B")]

    def test_nothing_under_it(self):
        assert self.owned([], stands=25, leads=25) == []


class TestValue:
    def test_what_it_is_called(self):
        assert repr(profile(1, a_line=(1, 0, 0))) == f"<SiteProfile of {SITE}: 1 article, 0 recurring lines>"
        assert repr(profile(2, a_line=(2, 0, 0))) == f"<SiteProfile of {SITE}: 2 articles, 1 recurring line>"
        assert repr(SiteProfiles([profile(1)])) == "<SiteProfiles of 1 site>"
        assert repr(SiteProfiles()) == "<SiteProfiles of 0 sites>"

    def test_the_most_frequent_first_and_then_by_name(self):
        known = profile(9, b=(2, 0, 0), a=(2, 1, 0), c=(5, 0, 3), d=(1, 0, 0))
        assert [(x.line, x.articles, x.opening, x.leads) for x in known.recurring()] == [
            ("c", 5, 0, 3), ("a", 2, 1, 0), ("b", 2, 0, 0)
        ]  # fmt: skip

    def test_merged(self):
        both = profile(3, 1, a=(2, 1, 0), b=(1, 0, 1)) | profile(4, 2, a=(3, 2, 1))
        assert (both.articles, both.missed, both.counts()) == (7, 3, {"a": (5, 3, 1), "b": (1, 0, 1)})

    @pytest.mark.parametrize(("share", "missed"), [(1, 3), (0.5, 3), (0.2, 2), (0, 1)])
    def test_what_aging_may_miss(self, share, missed):
        assert profile(10, 3, a=(10, 5, 5)).aged(share).missed == missed

    def test_equal_by_content(self):
        assert profile(3, a=(2, 0, 0)) != profile(3, a=(2, 0, 1))
        assert profile(3) != profile(4)
        assert profile(3) != profile(3, 1)
        assert SiteProfile("A ", 1, {}, 0) == SiteProfile("a", 1, {}, 0) != SiteProfile("b", 1, {}, 0)

    def test_trimming_says_whether_something_was_missed(self):
        assert profile(3, a=(2, 0, 0)).trimmed().missed == 0
        assert profile(3, a=(2, 0, 0), b=(1, 0, 0)).trimmed() == profile(3, 1, a=(2, 0, 0))

    def test_of_many_each_is_aged_trimmed_and_counted(self):
        both = SiteProfiles([profile(4, a=(4, 0, 0), b=(1, 0, 0)), SiteProfile("berg", 2, {"c": (2, 0, 0)}, 0)])
        assert both.recurring() == 2
        assert both.aged(0.5)["berg"] == SiteProfile("berg", 1, {"c": (1, 0, 0)}, 1)
        assert both.trimmed()[SITE] == profile(4, 1, a=(4, 0, 0))
        assert both.explain().count("articles  opening") == 2
        assert both.for_site(None) is None
        assert both.for_site(" BERG ") is both["berg"]

    def test_a_line_that_was_not_seen_counts_nothing(self):
        assert profile(3, a=(2, 1, 1)).count_of("b") == (0, 0, 0)

    def test_the_file_has_the_most_frequent_first_and_then_by_name(self, tmp_path):
        profile(9, b=(2, 2, 0), a=(2, 1, 0), c=(5, 0, 3), d=(1, 1, 1)).save(tmp_path / "p.json")
        rows = [line.strip() for line in (tmp_path / "p.json").read_text().split("\n") if line.startswith("  [")]
        assert rows == ['["c", 5, 0, 3],', '["a", 2, 1, 0],', '["b", 2, 2, 0],', '["d", 1, 1, 1]']
        assert SiteProfile.load(tmp_path / "p.json") == profile(9, b=(2, 2, 0), a=(2, 1, 0), c=(5, 0, 3), d=(1, 1, 1))
