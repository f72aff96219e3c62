"""Weighing by literals: which second sign is told, what vetoes it, and where the document guard steps in."""

import pytest
import regex

from newsclean.clean.decide import Policy, decide
from newsclean.clean.findings import Sighting
from newsclean.clean.zones import Zones
from newsclean.rules.hostile import Limited
from newsclean.text.lines import Lines

A = "The council of Alton voted on Tuesday night to close the old bridge for two years after cracks were found."
B = "Work is to begin in the spring, and the ferry will run every quarter of an hour until the new one opens."
C = "Nobody had crossed it on foot since the winter flood, when the water stood as high as the railings for a week."


def weighed(rows, seen, policy=None, prose=None):
    """Return the decision on *rows*, where *seen* gives strength (and more) of what was found in a line."""
    lines = Lines("\n".join(rows))
    indices = lines.written()
    sightings = [
        Sighting(
            tuple(range(i, i + more.pop("count", 1))),
            more.pop("kind", "nav_ui"),
            more.pop("rule", "nav_ui.any"),
            strength,
            "why",
            (),
            text=rows[i],
            spans=tuple((lines.starts[j], lines.ends[j]) for j in range(i, i + count)),
            **more,
        )
        for i, (strength, more) in sorted(seen.items())
        for count in [more.get("count", 1)]
    ]
    zones = Zones.of(lines, indices, set(seen) if prose is None else set(range(len(rows))) - set(prose))
    return decide(lines, indices, sightings, zones, policy or Policy())


def signs(decision):
    """Return the last word on each line, of those that go and of those that stay."""
    return [{s.lines[0]: s.evidence[-1] for s in some if s.evidence} for some in (decision.removed, decision.left)]


def b(**more):
    return "B", more


def a(**more):
    return "A", more


class TestSecondSigns:
    """Place speaks first, then the line above, then the line below, then copies."""

    def test_place_before_neighbours(self):
        gone, left = signs(weighed(["Home", "Menu", A, B, "Share", "Print"], {0: a(), 1: b(), 4: b(), 5: a()}))
        assert gone == {1: "stands before the first prose line", 4: "stands after the last prose line"}
        assert left == {}

    def test_the_line_above_before_the_line_below(self):
        gone, _ = signs(weighed([A, "Hide", "Share", "Print", B], {1: a(), 2: b(), 3: a()}))
        assert gone == {2: "stands next to line 2, which goes"}

    def test_the_line_below(self):
        gone, _ = signs(weighed([A, "Share", "Print", B], {1: b(), 2: a()}))
        assert gone == {1: "stands next to line 3, which goes"}

    def test_a_neighbour_before_copies(self):
        gone, _ = signs(weighed([A, "Share", "Print", B, "Share", C], {1: b(), 2: a(), 4: b()}))
        assert gone == {1: "stands next to line 3, which goes", 4: "stands there 2 times"}

    def test_copies_are_counted_without_case(self):
        gone, _ = signs(weighed([A, "Share", B, "SHARE", C, "share", A], {1: b(), 3: b(), 5: b()}))
        assert set(gone.values()) == {"stands there 3 times"}

    def test_one_copy_is_none(self):
        gone, left = signs(weighed([A, "Share", B, "Print", C], {1: b(), 3: b()}))
        assert gone == {}
        assert set(left.values()) == {"no second sign spoke for it"}

    def test_blank_lines_part_no_neighbours(self):
        gone, _ = signs(weighed([A, "Hide", "", "Share", "", B], {1: a(), 3: b()}))
        assert gone == {3: "stands next to line 2, which goes"}

    def test_down_a_run_of_lines_and_up(self):
        rows = [A, "One", "Two", "Hide", "Three", "Four", B]
        gone, left = signs(weighed(rows, {1: b(), 2: b(), 3: a(), 4: b(), 5: b()}))
        assert gone == {
            1: "stands next to line 3, which goes", 2: "stands next to line 4, which goes",
            4: "stands next to line 4, which goes", 5: "stands next to line 5, which goes",
        }  # fmt: skip
        assert left == {}

    def test_of_many_lines_the_neighbours_are_those_of_the_first_and_the_last(self):
        rows = [A, "One", "Two", "Hide", B]
        assert signs(weighed(rows, {1: b(count=2), 3: a()}))[0] == {1: "stands next to line 4, which goes"}
        rows = [A, "Hide", "One", "Two", B]
        assert signs(weighed(rows, {1: a(), 2: b(count=2)}))[0] == {2: "stands next to line 2, which goes"}

    def test_what_the_detector_saw_is_sign_enough(self):
        gone, _ = signs(weighed([A, "Share", B], {1: b(data={"sign": "seen elsewhere"})}))
        assert gone == {1: "seen elsewhere"}

    def test_a_hint_has_none(self):
        _, left = signs(weighed([A, B, "Share"], {2: ("C", {})}))
        assert left == {2: "a hint only"}

    def test_a_zone_that_the_line_is_not_in(self):
        decision = weighed([A, "Hide", B, "Hide"], {1: a(zone="edge"), 3: a(zone="edge")})
        assert [s.lines for s in decision.removed] == [(3,)]
        assert decision.left == []

    def test_safe_takes_nothing_for_its_place(self):
        seen = {0: a(zone="head"), 1: a(zone="first"), 3: a(), 4: b()}
        decision = weighed(["One", "Two", A, "Hide", "Share", B], seen, Policy(profile="safe"))
        assert sorted(s.lines for s in decision.removed) == [(1,), (3,)]
        assert signs(decision)[1] == dict.fromkeys((0, 4), "not certain on its own, and the profile is safe")

    @pytest.mark.parametrize(("profile", "gone"), [("safe", [3]), ("balanced", [3, 4]), ("strict", [3, 4, 5])])
    @pytest.mark.parametrize("kind", [None, "boilerplate", "boilerplate.score"])
    def test_each_profile_takes_a_score_from_its_own_point_on_and_drop_takes_all(self, profile, gone, kind):
        seen = {i: (strength, {"kind": "boilerplate", "rule": "boilerplate.score"})
                for i, strength in {3: "A", 4: "B", 5: "C"}.items()}  # fmt: skip
        policy = Policy(profile=profile, drop=frozenset({kind} if kind else ()))
        decision = weighed([A, B, C, "Hide", "Share", "Print"], seen, policy)
        assert [s.lines[0] for s in decision.removed] == ([3, 4, 5] if kind else gone)
        assert decision.left == []


class TestVetoes:
    """Inside the article a second sign is not enough for what may be a quotation, a paragraph, or a list."""

    def body(self, line, *around):
        """Return whether *line* goes where it stands in the article beside a line that goes, and why not."""
        before, after = around or ("Nothing much", "Nothing more")
        decision = weighed([A, before, line, "Hide", after, B], {2: b(), 3: a()}, prose=[0, 5])
        gone, left = signs(decision)
        return None if 2 in gone else left[2]

    @pytest.mark.parametrize("mark", ['"', "“", "„", "«", "‘", "'", "  “"])
    def test_an_open_quotation(self, mark):
        assert self.body(f"{mark}Share it") == "kept: it opens a quotation"
        assert self.body(f"Share {mark.strip()}it") is None
        assert self.body(f"{mark}12 shares") is None

    def test_forty_words(self):
        assert self.body(" ".join(["word"] * 40)) is None
        assert self.body(" ".join(["word"] * 41)) == "kept: over 40 words inside the article"

    @pytest.mark.parametrize("mark", ["- ", "* ", "• ", "– ", "· ", "▪ ", "1. ", "12) ", "123. "])
    def test_a_list(self, mark):
        kept = "kept: it stands in a list or a transcript"
        assert self.body(f"{mark}Share", f"{mark}Salt", "Nothing") == kept
        assert self.body(f"{mark}Share") is None
        assert self.body(f"{mark}Share", "Nothing", f"{mark}Salt") is None  # the line below is the one that goes
        assert self.body("Share", f"{mark}Salt", "Nothing") is None

    def test_a_transcript(self):
        kept = "kept: it stands in a list or a transcript"
        assert self.body("Anna: Share", "Tom: Salt", "Nothing") == kept
        assert self.body("Anna: Share", "- Salt", "Nothing") is None  # a speaker and a list are no transcript
        assert self.body("- Share", "Anna: Salt", "Nothing") is None
        assert self.body("1234. Share", "1234. Salt", "Nothing") is None  # nor is a year a number of a list

    def test_the_line_below_in_the_list(self):
        decision = weighed([A, "Hide", "- Share", "- Salt", B], {1: a(), 2: b()}, prose=[0, 4])
        assert signs(decision)[1] == {2: "kept: it stands in a list or a transcript"}

    def test_outside_the_article_nothing_vetoes(self):
        for line in ("“Share it", " ".join(["word"] * 41)):
            assert signs(weighed([line, A, B], {0: b()}))[0] == {0: "stands before the first prose line"}
            assert signs(weighed([A, B, line], {2: b()}))[0] == {2: "stands after the last prose line"}


class TestOneReason:
    """Each line goes for one reason: the widest, then what is certain."""

    def test_the_widest(self):
        decision = weighed([A, "One", "Two", B], {1: a(count=2), 2: a(rule="nav_ui.other")})
        assert [s.lines for s in decision.removed] == [(1, 2)]
        assert decision.removed[0].evidence == ("also nav_ui.other",)

    def test_what_is_left_of_a_wide_one(self):
        decision = weighed([A, "One", "Two", "Three", B], {1: a(count=2), 2: a(count=2, rule="nav_ui.other")})
        assert [(s.lines, len(s.spans)) for s in decision.removed] == [((1, 2), 2), ((3,), 1)]

    def test_keep_holds_its_line_against_all(self):
        seen = {1: a(count=2), 2: a(kind="byline", rule="byline.any")}
        decision = weighed([A, "One", "Two", B], seen, Policy(keep=frozenset({"byline"})))
        assert [s.lines for s in decision.removed] == [(1,)]
        seen = {1: a(), 2: b()}
        decision = weighed([A, "One", "Two", B], seen, Policy(keep=frozenset({"nav_ui.any"})))
        assert decision.removed == []
        assert set(signs(decision)[1].values()) == {"kept because keep names it"}


class TestGuard:
    """Two fifths of the prose, or all of it, is too much for what is not certain."""

    ROWS = tuple(f"{word} {A[4:]}" for word in ("One", "Two", "Six", "Ten", "New"))  # of one length

    def test_two_fifths_may_go(self):
        decision = weighed(self.ROWS, {0: b(), 1: b()}, prose=[2, 3, 4])
        assert [s.lines for s in decision.removed] == [(0,), (1,)]
        assert decision.warnings == []

    def test_more_may_not(self):
        decision = weighed(self.ROWS, {0: b(), 1: b(), 2: b()}, prose=[3, 4])
        assert decision.removed == []
        assert decision.warnings == [
            "60% of the prose of this text would have been removed; only what is certain was removed"
        ]
        assert set(signs(decision)[1].values()) == {"left in place by the document guard"}

    def test_what_is_certain_goes_all_the_same(self):
        decision = weighed(self.ROWS, {0: a(), 1: a(), 2: b()}, prose=[3, 4])
        assert [s.lines for s in decision.removed] == [(0,), (1,)]
        decision = weighed(self.ROWS, {0: a(), 1: a(), 2: a()}, prose=[3, 4])
        assert (len(decision.removed), decision.warnings) == (3, [])

    def test_the_last_prose_line(self):
        decision = weighed([A, "Alton", "Berg"], {0: b(data={"sign": "any"})}, prose=[])
        assert decision.removed == []
        assert decision.warnings[0].startswith("all prose of this text would have been removed")

    def test_copies_do_not_count(self):
        seen = {i: b(kind="line_repeat", data={"sign": "any"}) for i in range(4)}
        assert len(weighed(self.ROWS, seen, prose=[4]).removed) == 4
        seen = {i: b(data={"sign": "any", "apart": True}) for i in range(4)}
        assert len(weighed(self.ROWS, seen, prose=[4]).removed) == 4

    def test_short_lines_are_no_loss(self):
        rows = ["One", "Two", "Three", A]
        assert len(weighed(rows, {0: b(), 1: b(), 2: b()}).removed) == 3

    def test_nothing_left_is_said(self):
        decision = weighed(["One", "Two"], {0: a(), 1: a()})
        assert decision.warnings == ["nothing but boilerplate was found: the cleaned text is empty"]
        assert weighed(["One", "Two", "Three"], {0: a(), 1: a()}).warnings == []
        assert weighed([""], {}).warnings == []


def protecting(pattern):
    return Limited(regex.compile(pattern), "protect")


class TestProtected:
    """A protected span keeps what it touches, and nothing beside it."""

    @pytest.mark.parametrize(
        ("pattern", "kept"),
        [("Share it", True), ("it", True), ("Sh", True), ("lton\\.\nSh", True), ("it\nWork", True),
         ("Alton\\.\n", False), ("\nWork", False), ("Work", False)],
    )  # fmt: skip
    def test_where_it_touches(self, pattern, kept):
        rows = ["The council met in Alton.", "Share it", "Work begins"]
        decision = weighed(rows, {1: a()}, Policy(protect=(protecting(pattern),)))
        assert (decision.removed == []) == kept

    def test_matches_that_overlap_are_one_and_others_are_not(self):
        policy = Policy(protect=tuple(map(protecting, ("abc", "cde", "xy", "yz", "de"))))
        assert policy.protected("abcde xy-yz de") == [(0, 5), (6, 8), (9, 11), (12, 14)]


@pytest.mark.parametrize("kind", ["dateline", "agency_credit", "editor_note", "helpline", "separator"])
@pytest.mark.parametrize("profile", ["safe", "balanced", "strict"])
def test_the_reports_own_marks_stay_unless_asked_for(kind, profile):
    rows = ["Hide", "A mark", A, B]
    decision = weighed(rows, {0: a(), 1: a(kind=kind)}, Policy(profile=profile))
    assert signs(decision)[1] == {1: "read as metadata, left in place"}
    decision = weighed(rows, {0: a(), 1: a(kind=kind)}, Policy(profile=profile, drop=frozenset({kind})))
    assert signs(decision)[0] == {1: "asked for by drop"}
