"""What counts as text that stands there twice: where each limit lies, by examples on both sides of it."""

import itertools

import pytest

from newsclean import Cleaner
from newsclean.clean.detectors.repeats import doubled

RULES = Cleaner(keep={"boilerplate"})  # no score: what repetition does by itself
LEAD = "The council of Alton voted on Tuesday night to close the old bridge for two years after cracks were found."
CLOSE = "Work is to begin in the spring, and the ferry will run every quarter of an hour until it is done."
CAPTION = "The mayor of Alton opens the new bridge over the river on Monday"


def left(*lines):
    """Return what is left of *lines* between the first and the last paragraph of an article."""
    text = RULES.clean("\n\n".join((LEAD, "\n".join(lines), CLOSE))).text
    return text.removeprefix(LEAD).removesuffix(CLOSE).strip("\n").split("\n")


def rules(*lines):
    """Return what was found in *lines* between two paragraphs, removed or not."""
    result = RULES.clean("\n\n".join((LEAD, "\n".join(lines), CLOSE)))
    return [f.rule for f in (*result.removed, *result.flagged)]


def words(count, first="a"):
    return " ".join(f"{first}{'bcdefghij'[n % 9]}{'klmnopqrst'[n // 9]}" for n in range(count))


DOUBLED = {
    "glued, four words": ("ab cd ef gh", "", True),
    "glued, three short words": ("ab cd efg", "", False),
    "glued, two words of 25 characters": ("internationalised bridging", "", True),
    "glued, two words of 24 characters": ("internationalised bridge", "", False),
    "glued, one long word": ("internationalisationprogrammes", "", False),
    "a space between, five words": ("ab cd ef gh ij", " ", True),
    "a space between, four words": ("ab cd ef gh", " ", False),
    "sentences with a space between, eight words": ("we will not be moved from here today.", " ", True),
    "sentences with a space between, seven words": ("we will not be moved from here.", " ", False),
    "half letters": ("ab1 cd2 ef3 gh4 ijkl 5", "", True),
    "mostly figures": ("ab11 cd22 ef33 gh44", "", False),
}


@pytest.mark.parametrize(("unit", "joint", "enough"), DOUBLED.values(), ids=DOUBLED.keys())
def test_a_unit_has_to_be_long_enough(unit, joint, enough):
    assert doubled(joint.join([unit] * 2)) == ((unit, 2) if enough else None)
    assert doubled(joint.join([unit] * 3)) == ((unit, 3) if enough else None)


# Two lines that follow each other, and which rule finds the second (or the first) a copy.
PAIRS = {
    "five words": ("Nobody said one word then", "Nobody said one word then", "adjacent"),
    "four words": ("Nobody said anything then", "Nobody said anything then", None),
    "five words of twelve characters": ("ab cd ef g h", "ab cd ef g h", "adjacent"),
    "five words of eleven characters": ("a bcd e f g", "a bcd e f g", None),
    "half letters": ("abcde 1234 efgh 567 ij", "abcde 1234 efgh 567 ij", "adjacent"),
    "mostly figures": ("abcde 1234 efgh 5678 i", "abcde 1234 efgh 5678 i", None),
    "cut short": (CAPTION, "The mayor of Alton opens the new…", "truncated"),
    "cut short with three dots": (CAPTION, "The mayor of Alton opens the new...", "truncated"),
    "cut short with brackets": (CAPTION, "The mayor of Alton opens the new [...]", "truncated"),
    "cut short above the whole line": ("The mayor of Alton opens the new [...]", CAPTION, "truncated"),
    "cut short behind five words of 25 characters": ("The magistrate of Altonburg opened it", "The magistrate of Altonburg…", None),
    "cut short behind 25 characters": ("The mayores of Alton came too", "The mayores of Alton came…", "truncated"),
    "cut short behind 24 characters": ("The mayors of Alton came too", "The mayors of Alton came…", None),
    "a credit in brackets": (CAPTION, f"{CAPTION} (Coast Agency)", "credited"),
    "where it is from": (CAPTION, f"{CAPTION} via Coast Media", "credited"),
    "a credit above the plain line": (f"{CAPTION} (Coast Agency)", CAPTION, "credited"),
    "more than a credit": (CAPTION, f"{CAPTION} and was not seen again", None),
    "near: one word of nine left out": (words(10), words(10).replace(" agk", ""), "near"),
    "near: two words of ten left out": (words(10), words(10).replace(" agk", "").replace(" aek", ""), None),
    "near: eight words of eight": (words(8), words(8).replace(" agk", ", agk"), "near"),
    "near: seven words": (words(7), words(7).replace(" agk", ", agk"), None),
    "near: in another order": (words(10), words(10).replace("afk agk", "agk afk"), None),
}  # fmt: skip


@pytest.mark.parametrize(("one", "other", "rule"), PAIRS.values(), ids=PAIRS.keys())
def test_a_line_and_its_neighbour(one, other, rule):
    assert rules(one, other) == ([f"line_repeat.{rule}"] if rule else [])


@pytest.mark.parametrize("order", [1, -1])
def test_which_of_two_goes(order):
    for whole, copy in (
        (CAPTION, "The mayor of Alton opens the new…"),
        (CAPTION, f"{CAPTION} (Coast Agency)"),
        (words(10), words(10).replace(" agk", "")),
    ):
        assert left(*(whole, copy)[::order]) == [whole]


VERSE = ["We cross the river in the rain", "We cross the river in the rain", "And sing of home", "And drink no wine"]


def test_verse_repeats_on_purpose():
    assert left(*VERSE) == VERSE
    assert left(*VERSE[:3]) == VERSE[1:3]  # three lines are no verse
    assert left(VERSE[2], *VERSE[:2], VERSE[3]) == [VERSE[2], *VERSE[:2], VERSE[3]]
    assert left(*VERSE[:3], "", VERSE[3]) == [*VERSE[1:3], "", VERSE[3]]  # a stanza has no blank line
    assert left(*VERSE[:3], f"{words(13)}") == [*VERSE[1:3], words(13)]  # nor a line of thirteen words
    assert left(*VERSE[:3], "x" * 120) == [*VERSE[1:3], "x" * 120]  # nor one of 120 characters
    assert left(*VERSE[:3], "x" * 119) == [*VERSE[:3], "x" * 119]


def test_only_short_lines_are_verse():
    twelve, thirteen = words(12), words(13)
    assert left(twelve, twelve, *VERSE[2:]) == [twelve, twelve, *VERSE[2:]]
    assert left(thirteen, thirteen, *VERSE[2:]) == [thirteen, *VERSE[2:]]


P = [
    f"{name} said on Monday that the ferry would run until the bridge was open again, and not a day longer."
    for name in ("Anna", "Tom", "Ida", "Otto")
]


def passage(*lines):
    """Return what is left of *lines* that are a whole text."""
    return RULES.clean("\n".join(lines)).text.split("\n")


SHORT = ["Who pays", "Who knows", "Who cares", "Who asks", "Who goes", "Who stays"]


def test_a_passage_is_two_lines_of_prose_or_more():
    assert passage(*P[:2], *P[:2]) == P[:2]
    assert passage(P[0], P[2], P[0], P[3]) == [P[0], P[2], P[0], P[3]]
    assert passage(P[0], SHORT[0], P[0], SHORT[0]) == [P[0], SHORT[0], P[0], SHORT[0]]


def test_a_passage_counts_lines_of_sixty_characters_as_prose():
    sixty = [line[:59] + "." for line in P]
    shorter = [line[:58] + "." for line in P]
    assert passage(*sixty[:2], *sixty[:2]) == sixty[:2]
    assert passage(*shorter[:2], *shorter[:2]) == [*shorter[:2], *shorter[:2]]


def test_a_passage_takes_its_headlines_with_it():
    assert passage(SHORT[0], P[0], SHORT[1], P[1], SHORT[0], P[0], SHORT[1], P[1]) == [SHORT[0], P[0], SHORT[1], P[1]]
    # What stands before the copy and not before the passage is the article's.
    assert passage(SHORT[0], P[0], P[1], SHORT[2], P[0], P[1]) == [SHORT[0], P[0], P[1], SHORT[2]]
    assert passage(P[0], P[1], SHORT[2], P[0], P[1], SHORT[3]) == [P[0], P[1], SHORT[2], SHORT[3]]


def test_three_lines_may_stand_between_a_passage_and_its_copy():
    assert passage(*P[:2], *SHORT[:3], *P[:2]) == [*P[:2], *SHORT[:3]]
    assert passage(*P[:2], *SHORT[:4], *P[:2]) == [*P[:2], *SHORT[:4], *P[:2]]


def test_a_passage_that_comes_later_is_found_after_one_that_was_none():
    first = [P[0], SHORT[0], P[2]]  # one line again, and something else
    assert passage(*first, P[0], *P[1:3], *P[1:3]) == [*first, P[0], *P[1:3]]
    assert passage(*P[:2], *P[:2], *P[2:], *P[2:]) == P


def test_a_copy_of_a_passage_says_which_line_it_copies():
    text = "\n".join([SHORT[0], *P[:3], SHORT[1], *P[:3]])
    result = RULES.clean(text)
    gone = [r for r in result.removed if r.rule == "line_repeat.passage"]
    assert [(text[slice(*r.spans[0])], text[slice(*r.kept)]) for r in gone] == [(line, line) for line in P[:3]]
    assert [r.evidence[0] for r in gone] == ["a copy of line 2", "a copy of line 3", "a copy of line 4"]


GLUED = {
    "a caption": (f"{CAPTION}.", True),
    "two sentences": (f"{CAPTION}. Nobody was hurt.", True),
    "three sentences are an article": (f"{CAPTION}. Nobody was hurt. He went home.", False),
    "eighty words": (words(80), True),
    "eighty-one words are an article": (words(81), False),
}


@pytest.mark.parametrize(("unit", "caption"), GLUED.values(), ids=GLUED.keys())
def test_a_glued_line_is_a_caption_unless_it_is_an_article(unit, caption):
    assert left(unit + unit) == ([""] if caption else [unit])
    assert rules(unit + unit) == ["caption_repeat.glued" if caption else "line_repeat.glued"]


def test_what_a_proven_caption_finds_elsewhere():
    glued, far = CAPTION + "." + CAPTION + ".", ["What now?", "Who pays?"]
    copies = {
        f"{CAPTION}.": True,
        f"{CAPTION}. (Photo: Coast Agency)": True,
        f"{CAPTION}. (Coast Agency)": True,
        f"{CAPTION}. (Coast Agency) He was late.": False,
        "The mayor of Alton opens the new…": True,
        f"{CAPTION}. He was late.": False,
        "The mayor of Alton opens the…": True,
        "The mayor of Alton…": False,  # four words may be anything
        "The mayor of Alton opens the old…": False,
    }
    for copy, goes in copies.items():
        assert left(glued, *far, copy) == far + ([] if goes else [copy]), copy
    two = "Anna Berg, who leads the harbour office, in her boat." * 2
    for copy in (
        f"{CAPTION}.",
        f"{CAPTION}. (Coast Agency)",
        "Anna Berg, who leads the harbour office, in her boat.",
        "Anna Berg, who leads the harbour office, in her boat. (Coast Agency)",
    ):
        assert left(glued, two, *far, copy) == far
        assert left(two, glued, *far, copy) == far


def test_lists_tables_and_transcripts_are_compared_with_nothing():
    for begin in ("- ", "• ", "1. ", "12) ", "JUDGE: ", "Q: ", "A. ", "| "):
        line = begin + "Salt the water well and wait for a while"
        assert left(line, line) == [line, line], begin
    assert left("Salt the water well and wait for a while", "Salt the water well and wait for a while") == [
        "Salt the water well and wait for a while"
    ]


@pytest.mark.parametrize("captions", ["drop", "collapse", "keep"])
def test_what_becomes_of_a_caption_and_of_an_article_printed_twice(captions):
    article = f"{CAPTION}. Nobody was hurt. He went home."
    for unit, action in ((f"{CAPTION}.", "collapse" if captions == "collapse" else "drop"), (article, "collapse")):
        text = f"{LEAD}\n{unit}{unit}\n{CLOSE}"
        result = Cleaner(captions=captions, keep={"boilerplate"}).clean(text)
        (found,) = (*result.removed, *result.flagged)
        assert found.action == action
        assert found.evidence[0] == f"the line is one text 2 times, {len(unit.split())} words each"
        begin = len(LEAD) + 1
        if action == "collapse":
            assert found.kept == (begin, begin + len(unit))
            assert found.spans == ((begin + len(unit), begin + 2 * len(unit)),)
        else:
            assert (found.kept, found.spans) == (None, ((begin, begin + 2 * len(unit)),))


def test_three_copies_collapse_to_the_first_with_their_spaces():
    for joint in ("", " "):
        text = f"{LEAD}\n  {joint.join([CAPTION + '.'] * 3)}\n{CLOSE}"
        assert Cleaner(captions="collapse", keep={"boilerplate"}).clean(text).text == f"{LEAD}\n  {CAPTION}.\n{CLOSE}"


def test_lines_that_a_caption_parts_are_neighbours_once_it_goes():
    line = words(14)
    assert left(line, f"{CAPTION}.{CAPTION}.", line) == [line]
    assert rules(line, f"{CAPTION}.{CAPTION}.", line) == ["caption_repeat.glued", "line_repeat.adjacent"]


@pytest.mark.parametrize(
    "copies", list(itertools.permutations([CAPTION, CAPTION, "The mayor of Alton opens the new…"]))
)
def test_of_three_copies_in_turn_the_whole_one_stays_once(copies):
    assert left(*copies) == [CAPTION]
