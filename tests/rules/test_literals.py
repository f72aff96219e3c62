"""A pattern's literals are in every text it matches; where the reader is not sure it says so."""

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from newsclean.rules import shipped_rules
from newsclean.rules.literals import closings, opening_of, openings, required_literals

RULES = [rule for rule in shipped_rules().rules if rule.regex]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_hit_holds_one(rule):
    needs = required_literals(rule.regex)
    if needs is not None:
        for hit in rule.hits:
            assert any(need in "".join(hit.lower().replace("’", "'").split()) for need in needs)


@pytest.mark.parametrize(
    ("pattern", "needs"),
    [
        ("abc", {"abc"}),
        ("ab", None),
        ("abcd?", {"abc"}),
        ("abc+d", {"abc"}),
        ("(?:abc|defg)", {"abc", "defg"}),
        ("(?:abc|x)", None),
        ("(?:abc)?def", {"def"}),
        ("(?:abc){0,3}defg", {"defg"}),
        ("(?:abcd){2}x", {"abcdx"}),
        ("(?=abcd)efg", {"efg"}),
        ("(?!abcd)efg", {"efg"}),
        (r"abc\s+defgh", {"abcdefgh"}),
        (r"a\s+(?:et|and)\s+b", {"aetb", "aandb"}),
        (r"a\s*(?:e|and).\s+b", None),
        ("[Aa]b[cC]", {"abc"}),
        (r"a\.b\.c", {"a.b.c"}),
        ("(?:©|photo)", {"©", "photo"}),
        ("[abc]def", {"def"}),
        ("(?-i:ABC)", {"abc"}),
        ("straße", {"stra"}),
        (r"\1abc", None),
        ("(?P=name)abc", None),
    ],
)
def test_reads(pattern, needs):
    assert required_literals(pattern) == (None if needs is None else frozenset(needs))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_hit_begins_with_one(rule):
    begin = openings(rule.regex)
    if begin is not None and rule.match == "line":
        for hit in rule.hits:
            assert any(opening_of(hit).startswith(prefix) for prefix in begin)


@pytest.mark.parametrize(
    ("pattern", "begin"),
    [
        ("read more", {"read"}),
        ("by", {"by"}),
        (r"by\s+.*", {"by"}),
        (r"\W{0,3}(?:abc|defgh)", {"abc", "defg"}),
        (r"[(\[]?\s*photo", {"phot"}),
        ("(?:the )?story", {"the ", "stor"}),
        (r"\d{1,3} min", {"0"}),
        ("(?:ab)+c", {"ab"}),
        ("(?:ab)*cd", {"ab", "cd"}),
        (".*abc", None),
        ("[abc]def", None),
        (r"\W*", None),
        (r"(?:x|\w)yz", None),
        ("(?!no)yes", {"yes"}),
        (r"\bday", {"day"}),
    ],
)
def test_begins(pattern, begin):
    assert openings(pattern) == (None if begin is None else frozenset(begin))


@pytest.mark.parametrize(
    ("pattern", "end"),
    [
        ("abc", {"c"}),
        (r"abc[)\]]?", {"c", ")", "]"}),
        (r"ab(?:c|d)?(?!x)", {"b", "c", "d"}),
        (r"ab\w", None),
        (r"(?:a|b)*", None),
        ("(?:ab)+", {"b"}),
    ],
)
def test_ends(pattern, end):
    assert closings(pattern) == (None if end is None else frozenset(end))


pieces = st.recursive(
    st.sampled_from(["abc", "bcd", "a", "b", ".", r"\w", "[ab]", r"\s", "x?", r"\d", r"\W", "[ -]?", r"\b", "1 "]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda p: f"(?:{'|'.join(p)})"),
        st.tuples(inner, st.sampled_from(["?", "*", "+", "{0,2}", "{1,2}", "{2}"])).map(lambda p: f"(?:{p[0]}){p[1]}"),
        inner.map(lambda p: f"(?!{p})"),
    ),
    max_leaves=8,
)


@given(pattern=pieces, text=st.text("abcdx 17-", max_size=12))
@settings(max_examples=1500)
def test_never_wrong(pattern, text):
    if regex.fullmatch(pattern, text):
        needs, begin, end = required_literals(pattern), openings(pattern), closings(pattern)
        assert end is None or text[-1] in end
        assert needs is None or any(need in "".join(text.split()) for need in needs)
        assert begin is None or any(opening_of(text).startswith(prefix) for prefix in begin)
