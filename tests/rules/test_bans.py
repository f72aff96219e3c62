"""What a pattern forbids is asked last, what ends a line is asked first, and neither changes an answer."""

import pytest
import regex

from newsclean.rules import shipped_rules
from newsclean.rules.bans import Banned, compiled, without_bans

RULES = [rule for rule in shipped_rules().rules if rule.regex and without_bans(rule.regex)[0]]
LINES = sorted({text for rule in shipped_rules().rules if rule.regex for text in (*rule.hits[:1], *rule.keeps[:1])})
BACKWARDS = [
    rule
    for rule in shipped_rules().rules
    if rule.regex and rule.match in ("line", "block") and getattr(compiled(rule.regex), "flags", 0) & regex.REVERSE
]
SAID = [f'{line}, "the mayor said' for line in LINES[::5]]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_pattern_matches_what_it_matched(rule):
    plainly, apart = regex.compile(rule.regex, regex.IGNORECASE), compiled(rule.regex)
    assert isinstance(apart, Banned)
    for line in (*LINES[::3], *SAID, *rule.hits, *rule.keeps, *(f"{hit}, she said" for hit in rule.hits)):
        assert (plainly.fullmatch(line) is None) == (apart.fullmatch(line) is None)


@pytest.mark.parametrize("rule", BACKWARDS, ids=lambda rule: rule.id)
def test_a_pattern_matches_from_its_end_what_it_matches_from_its_beginning(rule):
    plainly, backwards = regex.compile(rule.regex, regex.IGNORECASE), compiled(rule.regex)
    ends = [f"{line} {hit[-40:]}" for line in LINES[::9] for hit in rule.hits[:2]]
    for line in (*LINES[::3], *ends, *rule.hits, *rule.keeps, *(f"{hit}." for hit in rule.hits)):
        assert (plainly.fullmatch(line) is None) == (backwards.fullmatch(line) is None)


def test_credits_behind_anything_are_looked_for_from_the_end():
    assert len(BACKWARDS) >= 10
    assert not compiled(r".{1,9}(a)\1").flags & regex.REVERSE  # a group named again
    assert not compiled(r".{1,9}[ab]++b").flags & regex.REVERSE  # what keeps all it took


@pytest.mark.parametrize(
    "pattern",
    ["(?!a)b|c", "(?!a)*b", "(?:(?!a)b)c", r"(?!(a))\1b", "(?!a", "(?!a)(?i)b", "(?:(?!a)|b)c", "[(?!a)]b", "ab(?!c)"],
)
def test_what_cannot_be_told_stays_whole(pattern):
    assert without_bans(pattern) == ((), pattern)


def test_brackets_in_sets_and_behind_slashes_are_letters():
    assert without_bans(r"(?![)(]\)|x)[^]|]|") == ((), r"(?![)(]\)|x)[^]|]|")
    assert without_bans(r"(?![)(]\)|x)[^]|]") == ((r"[)(]\)|x",), "[^]|]")
