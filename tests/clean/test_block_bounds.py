"""How far a heading's reach goes: where each of its limits lies, by examples on both sides of it."""

import pytest

from newsclean import Cleaner

A = "The council of Alton voted on Tuesday night to close the old bridge for two years after cracks were found."
B = "Nobody had crossed it on foot since the winter flood, when the water stood as high as the railings for a week."
C = "Work is to begin in the spring, and the ferry will run every quarter of an hour until the new one opens."
ARTICLE = [A, B, C]
CLEANER = Cleaner()
RULES = Cleaner(keep={"boilerplate"})  # no score: what the headings do by themselves


def owned(*lines):
    """Return how many lines each heading among *lines* owns, by heading."""
    found = CLEANER.sightings("\n".join(lines))
    return {lines[s.lines[0]]: len(s.lines) - 1 for s in found if len(s.lines) > 1}


def words(count, end=""):
    some = ["river", "mill", "ferry", "walks", "spring", "garden", "stone", "weir", "boats", "quay"]
    return " ".join(some[n % 10] for n in range(count)).capitalize() + end


def prose(count=14):
    return words(count, ".")


# Name: what stands below the article for a number, and the number up to (or from) which the heading owns all of it.
REACH = {
    "a teaser of 24 words": (lambda n: ["Related articles", words(n), words(5)], 24),
    "a teaser of 170 characters": (lambda n: ["Related articles", f"{'x' * 40} " * 4 + "y" * (n - 164), words(5)], 170),
    "standfirsts of 40 words": (lambda n: ["Related articles", words(6), prose(n), words(7), prose(n)], 40),
    **{
        f"standfirsts cut short with {mark} at 40 words": (
            lambda n, mark=mark: ["Related articles", words(6), words(n, mark), words(7), words(n, mark)],
            40,
        )
        for mark in ("…", "...", "[…]", "[...]")
    },
    "comments that begin within a dozen lines": (
        lambda n: ["Comments", *[prose()] * (n - 1), "Reply", "Reply"],
        12,
    ),
    "comments whose signs are a dozen lines apart": (
        lambda n: ["Comments", "Reply", *[prose()] * (n - 1), "Reply"],
        12,
    ),
    "comments that end within a dozen lines of a sign": (
        lambda n: ["Comments", "Reply", "Reply", *[prose()] * (n - 1)],
        12,
    ),
    "comments with a sign in fifteen lines": (lambda n: ["Comments", *["Reply"] * 4, *[prose()] * (n - 5)], 60),
    "an author's box of five lines": (lambda n: ["About the author", *[prose()] * n], 5),
}


@pytest.mark.parametrize(("below", "most"), REACH.values(), ids=REACH.keys())
def test_a_heading_owns_as_much_and_no_more(below, most):
    assert owned(*ARTICLE, *below(most)) == {below(most)[0]: len(below(most)) - 1}
    assert owned(*ARTICLE, *below(most + 1)) == {}


LEAST = {
    "standfirsts under titles of four words": (
        lambda n: ["Related articles", words(n), prose(), words(n), prose()],
        4,
    ),
    "two standfirsts: one may be the last sub-heading and paragraph": (
        lambda n: ["Related articles", *[words(6), prose()] * n],
        2,
    ),
    "two signs of readers": (lambda n: ["Comments", *["Tom", prose(), "Reply"] * n], 2),
    "four signs, however far the last is": (lambda n: ["Comments", *["Reply"] * n, *[prose()] * 20], 4),
}


@pytest.mark.parametrize(("below", "least"), LEAST.values(), ids=LEAST.keys())
def test_a_heading_owns_nothing_without_so_much_to_go_by(below, least):
    assert owned(*ARTICLE, *below(least)) == {below(least)[0]: len(below(least)) - 1}
    assert owned(*ARTICLE, *below(least - 1)) == {}


def test_sixty_lines_at_most_and_then_only_what_cannot_be_prose_inside():
    teasers = [words(4 + n % 5) for n in range(60)]
    assert owned(*ARTICLE, "Related articles", *teasers[:59]) == {"Related articles": 59}
    assert owned(*ARTICLE, "Related articles", *teasers)["Related articles"] < 10


NONE = {
    "a standfirst right under the heading": ["Related articles", prose(), words(6), prose(), words(6), prose()],
    "a line that announces": ["Related articles", "What the mayor has said about it:", words(6)],
    "a standfirst under a standfirst": ["Related articles", words(6), prose(14), prose(15), words(7), prose(16)],
}


@pytest.mark.parametrize("below", NONE.values(), ids=NONE.keys())
def test_nothing_is_owned_of_what_does_not_look_like_it(below):
    assert owned(*ARTICLE, *below) == {}


def test_what_a_rule_knows_under_a_heading_is_no_prose_of_the_article():
    prompt = "Sign up to our daily newsletter and get the stories of the valley in your inbox every morning, free."
    assert any(s.kind == "newsletter" and s.strength in "AB" for s in CLEANER.sightings(prompt))
    assert owned(*ARTICLE, "Related articles", words(5), prompt, words(6)) == {"Related articles": 3}
    # Of prose that only a hint speaks of, the article may have more.
    hint = "In a statement it said that the newsletter of the council would go on, and that nobody was to be dismissed."
    assert owned(*ARTICLE, "Related articles", words(5), hint, words(6)) == {}


# Inside the article: what stands under the heading, and how many of these lines it owns.
TITLES = ["The mill that would not close its doors", "Ten walks along the river for the spring"]
LONG = "The mill by the river that would not close its doors in spring"  # no sub-heading is as long
INSIDE = {
    "two": ([*TITLES, LONG], 3),
    "one is a sub-heading": ([LONG], 0),
    "the last may be the sub-heading of what follows": ([*TITLES, "Who pays for it"], 2),
    "so it may be with nine words": ([*TITLES, words(9)], 2),
    "with ten it is a teaser": ([*TITLES, words(10)], 3),
    "two, of which the last may be one": ([*TITLES], 0),
    "a name ends them": ([*TITLES, LONG, "Anna Berg", LONG], 3),
    "a line that ends in a comma ends them": ([*TITLES, LONG, "When the mill was sold,", LONG], 3),
    "a line that announces ends them": ([*TITLES, LONG, "What they said of it:", LONG], 3),
    "a sentence ends them": ([*TITLES, LONG, "The mill was sold.", LONG], 3),
    "a quotation ends them": ([*TITLES, LONG, "“We are not for sale", LONG], 3),
    "what a rule knows does not": ([*TITLES, "Hide Ad", LONG], 4),
    "no more than ten": ([f"{LONG} {n}" for n in range(12)], 10),
}


@pytest.mark.parametrize(("under", "count"), INSIDE.values(), ids=INSIDE.keys())
def test_a_heading_inside_owns_lines_that_cannot_be_prose(under, count):
    found = owned(A, "Related articles", *under, B, C)
    assert found == ({"Related articles": count} if count else {})


def test_a_heading_inside_needs_prose_before_it():
    """The label above a headline looks the same."""
    assert owned("Related articles", *TITLES, LONG, A, B, C) == {}
    assert owned("Alton", "Related articles", *TITLES, LONG, A, B) == {}


def test_of_two_headings_each_owns_its_own():
    below = ["Related articles", words(5), words(6), "Most read", words(5), words(7), words(8)]
    assert owned(*ARTICLE, *below) == {"Related articles": 2, "Most read": 3}


def readers(count):
    return [
        line
        for n in range(2, 2 + count)
        for line in (f"{n} days ago", f"{prose(30 + n)} {prose(40 + n)} {prose(50 + n)}")
    ]


@pytest.mark.parametrize(
    ("article", "comments", "all_go"),
    [
        pytest.param(ARTICLE, readers(4), True, id="three lines of prose, four signs: surely apart"),
        pytest.param(ARTICLE, readers(3), False, id="three signs might be the article's own"),
        pytest.param([A, B], readers(4), False, id="behind two lines of prose the comments may be the article"),
    ],
)
def test_the_guard_counts_comments_unless_they_are_surely_such(article, comments, all_go):
    text = "\n".join([*article, "12 comments", *comments])
    result = RULES.clean(text)
    assert (result.text == "\n".join(article)) == all_go
    assert (result.warnings == ()) == all_go


def test_a_heading_owns_nothing_that_another_cleaning_would_not_give_it():
    text = "\n".join([*ARTICLE, "Related articles", words(5), "Most read", words(6), words(7)])
    assert RULES.clean(text).text == "\n".join(ARTICLE)


@pytest.mark.parametrize(
    ("sign", "kind"), [("Reply", "comment_prompt"), ("2 days ago", "timestamp"), ("5 likes", "counter")]
)
def test_signs_of_readers_are_stamps_prompts_and_counts(sign, kind):
    assert kind in {s.kind for s in CLEANER.sightings(sign)}
    below = ["Comments", "Tom", prose(14), sign, "Ida", prose(15), sign]
    assert owned(*ARTICLE, *below) == {"Comments": 6}
    assert owned(*ARTICLE, *(line if line != sign else "Nothing" for line in below)) == {}
