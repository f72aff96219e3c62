"""The indexed engine sees what trying every rule on every line sees."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsclean.clean.detectors.phrases import PhraseEngine
from newsclean.rules import Rule, shipped_rules
from newsclean.text.lines import Lines, plain
from strategies import any_text

RULES = shipped_rules().rules
EXAMPLES = sorted({text for rule in RULES for text in (*rule.hits, *rule.keeps, *rule.phrases)})
ODD_CASE = frozenset("ſKİı")  # letters that patterns take for others, and no index does

symbols = st.sampled_from(["", "", "» ", "- ", '"', " …", ":", "  ", "_", "!", "(", ")", "/ ", "\u00a0", "É", "ß"])
lines = st.one_of(
    st.tuples(symbols, st.sampled_from(EXAMPLES), symbols).map("".join),
    st.tuples(st.sampled_from(EXAMPLES), st.just(" "), st.sampled_from(EXAMPLES)).map("".join),
    st.sampled_from(EXAMPLES).map(str.upper),
    st.sampled_from(EXAMPLES).map(lambda text: text.replace(" ", "  ")),
)
some = st.one_of(any_text, st.lists(lines, max_size=8).map("\n".join))


@cache
def engine():
    return PhraseEngine(RULES)


def shown(sightings):
    return [(s.lines, s.rule, s.evidence, s.text) for s in sightings]


@given(text=some)
def test_whole_lines(text):
    read = Lines(text)
    if ODD_CASE.isdisjoint("".join(read.texts)):
        assert shown(engine().lines(read, read.written())) == shown(engine().plainly(read, read.written()))


def test_every_phrase_with_white_space_inside():
    """The spaces make a line far longer than the longest phrase that begins like it."""
    wide = [
        (phrase.replace(" ", " " * 60, 1), rule.id)
        for rule in RULES
        if rule.match in ("line", "block")
        for phrase in rule.phrases
        if " " in phrase
    ]
    read = Lines("\n".join(line for line, _ in wide))
    found = {(s.lines[0], s.rule) for s in engine().lines(read, read.written())}
    found |= {(i, rule.id) for i, rule, _ in engine().block_heads(read, read.written())}
    assert set(enumerate(rule for _, rule in wide)) - found == set()


def rule(name, match, **how):
    """Return a rule without examples."""
    return Rule(f"custom.{name}", "custom", match, strength="A", why="Ours.", source="here", hits=(), keeps=(), **how)


@pytest.mark.parametrize("pattern", ["river( rose)*", r"\w+( \w+)*"])  # one that needs a word, and one that needs none
def test_a_pattern_is_tried_on_lines_of_as_many_words_as_it_may_have(pattern):
    alone = PhraseEngine([rule("wide", "line", regex=pattern, max_words=5)])
    read = Lines("\n".join(f"river{' rose' * more}" for more in range(9)))
    assert [s.lines for s in alone.lines(read, read.written())] == [(i,) for i in range(5)]


@pytest.mark.parametrize("phrases", [["share this"], ["» share"], ["| Echo", "share this story"], ["(new)", "» see"]])
@pytest.mark.parametrize("match", ["suffix", "inline"])
def test_a_phrase_inside_a_line_begins_where_a_word_does(phrases, match):
    """A symbol may stand right behind a word, a letter may not; each is found as if there were no other phrase."""
    alone = PhraseEngine([rule("part", match, phrases=tuple(phrases))])
    for phrase in phrases:
        for before, found in {"The river rose ": True, "The river rose": not phrase[0].isalpha()}.items():
            parts = alone.parts(plain(f"{before}{phrase}"), first=False)
            assert [(part.start, part.end) for part in parts] == [(14, len(before + phrase))] * found, before


@pytest.mark.parametrize(
    "how", [{"phrases": ("share this",)}, {"regex": r"\s*share\s+this"}], ids=["phrase", "pattern"]
)
@pytest.mark.parametrize(("match", "where"), [("prefix", "begin"), ("suffix", "end"), ("inline", "begin inside end")])
def test_a_prefix_begins_a_line_and_a_suffix_ends_it(how, match, where):
    alone = PhraseEngine([rule("part", match, **how)])
    texts = {
        "begin": "share this: the river rose",
        "inside": "it rose share this: said he",
        "end": "It rose share this",
    }
    assert [name for name, text in texts.items() if alone.parts(text, first=True)] == where.split()


@given(text=some)
def test_parts_of_lines(text):
    read = Lines(text)
    suspects = engine().lines_with_parts(read, read.written())
    assert set(suspects) >= {i for i in read.written() if engine().parts(read.plain(i), first=False)}


@pytest.mark.parametrize("line", ["x" * 600 + " Advertisement", "** " * 199 + "ad", "a " * 299])
def test_long_lines(line):
    read = Lines(line)
    assert shown(engine().lines(read, [0])) == shown(engine().plainly(read, [0]))


@given(text=some, gone=st.sets(st.integers(0, 5)))
def test_what_was_seen_before_does_not_change_what_is_seen_after(text, gone):
    read = Lines(text)
    list(engine().lines(read, read.written()))
    left = read.without({i for i in gone if i < len(read)})
    if ODD_CASE.isdisjoint("".join(read.texts)):
        assert shown(engine().lines(left, left.written())) == shown(engine().plainly(left, left.written()))
