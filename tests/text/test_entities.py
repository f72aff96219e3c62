"""Character references: decoded to the end, in one pass, and nothing else."""

from html import unescape

import pytest
from hypothesis import given

from newsclean.text.entities import decode_entities, has_entity
from strategies import entity_texts


@pytest.mark.parametrize(
    "text",
    ["AT&T", "?a=1&copy=2&amp", "R&D;", "&;", "&#;", "&bogus;", "& amp;", "&#0;", "&#1;", "&#xZZ;"],
    ids=lambda t: t,
)
def test_is_no_reference(text):
    assert decode_entities(text) == text


@pytest.mark.parametrize(
    ("text", "decoded"),
    [
        ("&amp;" * 3, "&&&"),
        ("&amp;amp;amp;", "&"),
        ("&#38;#38;lt;", "<"),
        ("&lt&semi;", "<"),
        ("a&NewLine;b&Tab;c&#10;d", "a b c d"),
        ("&nbsp;", "\u00a0"),
        ("&#146;", "’"),
        ("&CounterClockwiseContourIntegral;", "∳"),
    ],
)
def test_is_decoded(text, decoded):
    assert decode_entities(text) == decoded


@given(text=entity_texts)
def test_nothing_decodable_is_left(text):
    once = decode_entities(text)
    assert decode_entities(once) == once


@given(text=entity_texts)
def test_agrees_with_the_standard_library_on_one_level(text):
    """Where one round of html.unescape ends with nothing more to decode, both give the same, odd references aside."""
    plain = unescape(text)
    odd = any(word in text for word in ("&amp", "&#0", "&#55296", "&NewLine", "&Tab", "&semi", "&#38", "#38;"))
    if not odd and not has_entity(plain) and ";" in text and text.count("&") == text.count(";"):
        assert decode_entities(text) in (plain, text) or "&" in plain


def test_a_megabyte_of_layers_is_read_once():
    """ftfy and repeated html.unescape need a pass for each of the 250,000 layers."""
    assert decode_entities("&" + "amp;" * 250_000) == "&"
