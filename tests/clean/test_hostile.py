"""On hostile texts the promises hold, too, under every profile: the input comes back, twice gives the same, no crash."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsclean import Cleaner, find_duplicates
from strategies import hostile_texts

CLEANERS = [
    Cleaner(profile=profile, captions=captions)
    for profile in ("safe", "balanced", "strict")
    for captions in ("drop", "collapse", "keep")
]
CALM = list(HealthCheck)  # large texts are the point here


def cleaned(cleaner, text):
    result = cleaner.clean(text, title=text[:50])
    assert result.restore() == text
    assert cleaner.clean(text, title=text[:50]) == result
    written = json.dumps(result.to_dict())  # two halves of a pair side by side are read back as one character
    assert json.dumps(json.loads(written)) == written
    assert isinstance(result.explain(), str)


def compared(texts):
    found = find_duplicates(texts)
    assert sorted((*found.keep, *found.drop)) == list(range(len(texts)))
    assert find_duplicates(texts).to_dict() == found.to_dict()
    for pair in found.pairs[:2]:
        assert found.explain(pair.id, pair.representative)


@settings(max_examples=100, deadline=None, suppress_health_check=CALM)
@given(st.sampled_from(CLEANERS), hostile_texts)
def test_cleaning(cleaner, text):
    cleaned(cleaner, text)


@settings(max_examples=30, deadline=None, suppress_health_check=CALM)
@given(st.lists(hostile_texts, max_size=6))
def test_comparing(texts):
    compared(texts)


@pytest.mark.slow
@settings(max_examples=20_000, deadline=None, suppress_health_check=CALM, database=None)
@given(st.sampled_from(CLEANERS), hostile_texts)
def test_cleaning_for_long(cleaner, text):
    cleaned(cleaner, text)


@pytest.mark.slow
@settings(max_examples=4_000, deadline=None, suppress_health_check=CALM, database=None)
@given(st.lists(hostile_texts, max_size=6))
def test_comparing_for_long(texts):
    compared(texts)
