"""What a pattern forbids at its beginning is asked last, and that changes no answer."""

import pytest
import regex

from newsclean.rules import shipped_rules
from newsclean.rules.bans import Banned, compiled, without_bans

RULES = [rule for rule in shipped_rules().rules if rule.regex and without_bans(rule.regex)[0]]
LINES = sorted({text for rule in shipped_rules().rules if rule.regex for text in (*rule.hits[:1], *rule.keeps[:1])})
SAID = [f'{line}, "the mayor said' for line in LINES[::5]]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_pattern_matches_what_it_matched(rule):
    plainly, apart = regex.compile(rule.regex, regex.IGNORECASE), compiled(rule.regex)
    assert isinstance(apart, Banned)
    for line in (*LINES[::3], *SAID, *rule.hits, *rule.keeps, *(f"{hit}, she said" for hit in rule.hits)):
        assert (plainly.fullmatch(line) is None) == (apart.fullmatch(line) is None)


@pytest.mark.parametrize(
    "pattern",
    ["(?!a)b|c", "(?!a)*b", "(?:(?!a)b)c", r"(?!(a))\1b", "(?!a", "(?!a)(?i)b", "(?:(?!a)|b)c", "[(?!a)]b", "ab(?!c)"],
)
def test_what_cannot_be_told_stays_whole(pattern):
    assert without_bans(pattern) == ((), pattern)


def test_brackets_in_sets_and_behind_slashes_are_letters():
    assert without_bans(r"(?![)(]\)|x)[^]|]|") == ((), r"(?![)(]\)|x)[^]|]|")
    assert without_bans(r"(?![)(]\)|x)[^]|]") == ((r"[)(]\)|x",), "[^]|]")
