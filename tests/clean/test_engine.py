"""The indexed engine sees what trying every rule on every line sees."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsclean.clean.detectors.phrases import PhraseEngine
from newsclean.rules import shipped_rules
from newsclean.text.lines import Lines
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
