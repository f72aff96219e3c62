"""The promises of cleaning, each a property."""

import json
import pickle
import re
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings

import newsclean
from newsclean import Cleaner
from newsclean.text.lines import Lines
from strategies import any_text, articles

CLEANERS = {
    "safe": Cleaner(profile="safe"),
    "balanced": Cleaner(),
    "strict": Cleaner(profile="strict"),
    "collapse": Cleaner(captions="collapse"),
    "keep": Cleaner(captions="keep", keep={"ad_marker", "timestamp"}),
    "protect": Cleaner(protect=["bridge", "hide ad"], drop={"dateline", "photo_credit"}),
}


@pytest.fixture(params=CLEANERS.values(), ids=CLEANERS.keys())
def cleaner(request):
    return request.param


class TestRestore:
    """``restore()`` gives the input back, character for character, from the text and the edits alone."""

    @given(text=any_text)
    def test_gives_the_input_back(self, cleaner, text):
        assert cleaner.clean(text).restore() == text

    @given(text=any_text)
    def test_the_json_shape_holds_the_input_too(self, text):
        # Two halves of a surrogate pair side by side are read back from JSON as the one character they spell.
        assume(not re.search("[\ud800-\udbff][\udc00-\udfff]", text))
        data = json.loads(json.dumps(newsclean.clean(text).to_dict()))
        rebuilt, position, reach = "", 0, 0
        for edit in data["edits"]:
            kept = edit["start"] - reach
            rebuilt += data["text"][position : position + kept] + edit["before"]
            position += kept + len(edit["after"])
            reach = edit["end"]
        assert rebuilt + data["text"][position:] == text


class TestNothingIsInvented:
    """Repair aside, the cleaned text is the input with pieces left out, in order."""

    @given(text=any_text)
    def test_the_text_is_a_subsequence_of_the_repaired_input(self, cleaner, text):
        repaired = "\n".join(Lines(text).texts)
        rest = iter(repaired)
        assert all(character in rest for character in cleaner.clean(text).text)

    @given(text=any_text)
    def test_what_goes_is_reported(self, cleaner, text):
        result = cleaner.clean(text)
        lines = Lines(text)
        covered = {
            i
            for r in result.removed
            for a, b in r.spans
            for i in range(len(lines))
            if a <= lines.ends[i] and b >= lines.starts[i]
        }
        kept = Counter("".join(lines.texts[i] for i in range(len(lines)) if i not in covered))
        out = Counter(result.text)
        assert all(out[c] >= n for c, n in kept.items() if not c.isspace())

    @given(text=any_text)
    def test_every_removal_says_what_and_why_and_where(self, cleaner, text):
        result = cleaner.clean(text)
        for finding in (*result.removed, *result.flagged):
            assert finding.kind in newsclean.KINDS
            assert finding.rule
            assert finding.reason.endswith((".", "!"))
            assert finding.evidence
            assert finding.strength in "ABC"
            assert finding.spans
            for start, end in finding.spans:
                assert 0 <= start < end <= len(text)
        spans = sorted(span for r in result.removed if r.action == "drop" for span in r.spans)
        assert all(a[1] <= b[0] for a, b in pairwise(spans)), "no line goes twice"

    @given(text=any_text)
    def test_repairs_name_what_they_replace(self, text):
        for repair in newsclean.clean(text).repairs:
            assert text[slice(*repair.span)] == repair.before != repair.after


class TestDeterminism:
    """The same input gives the same result, whatever came before and wherever it runs."""

    @given(text=any_text)
    def test_the_same_result_each_time(self, cleaner, text):
        assert cleaner.clean(text) == pickle.loads(pickle.dumps(cleaner)).clean(text) == cleaner.clean(text)

    def test_many_texts_come_in_order_and_alike_for_any_number_of_workers(self):
        texts = [
            f"The bridge closed on day {n} of the flood, the council of Alton said on Monday.\nHide Ad"
            for n in range(300)
        ]
        one = list(Cleaner().clean_many(texts))
        assert one == [newsclean.clean(text) for text in texts]
        assert list(Cleaner().clean_many(iter(texts), workers=2)) == one

    def test_many_is_lazy(self):
        def endless():
            while True:
                yield "The river rose."

        assert next(iter(Cleaner().clean_many(endless()))).text == "The river rose."


class TestTwice:
    """Cleaning twice changes nothing under ``safe``, whose evidence is local."""

    @given(text=any_text)
    @settings(max_examples=300)
    def test_safe_is_idempotent(self, text):
        once = CLEANERS["safe"].clean(text).text
        again = CLEANERS["safe"].clean(once)
        assert again.text == once, again.explain()

    @given(text=articles())
    @settings(max_examples=200)
    def test_balanced_takes_no_prose_the_second_time(self, text):
        once = newsclean.clean(text).text
        again = newsclean.clean(once)
        assert not [r for r in again.removed if len(once[slice(*r.spans[0])].split()) > 40], again.explain()


class TestProfiles:
    """A bolder profile removes no less: safe within balanced within strict, where no guard steps in."""

    @given(text=articles())
    def test_safe_removals_are_removed_by_balanced(self, text):
        safe = {span for r in CLEANERS["safe"].clean(text).removed for span in r.spans}
        balanced = newsclean.clean(text)
        assert balanced.warnings or safe <= {span for r in balanced.removed for span in r.spans}


class TestCallersWord:
    """``protect`` and ``keep`` win over every rule."""

    @given(text=articles())
    def test_protected_text_stays(self, text):
        result = Cleaner(protect=["hide ad", "freeview"]).clean(text)
        for word in ("hide ad", "freeview"):
            assert result.text.lower().count(word) == text.lower().count(word)

    @given(text=articles())
    def test_kept_kinds_are_never_removed(self, text):
        result = Cleaner(profile="strict", keep={"ad_marker", "caption_repeat"}).clean(text)
        assert not {r.kind for r in result.removed} & {"ad_marker", "caption_repeat"}
