import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from neardup_samples import article, edited, forecast, plain_shingles, wordy_text

from newsclean.neardup import compare, verify
from newsclean.neardup.evidence import verify_pairs
from newsclean.neardup.kinds import KINDS
from newsclean.neardup.options import check_options
from newsclean.neardup.shingles import Ragged, shingle_sequence, shingle_set, shingle_sets
from newsclean.neardup.templates import are_forms, is_form, lost_figures
from newsclean.neardup.verify import count_overlaps


def ragged(rows):
    return Ragged(np.concatenate(rows), np.cumsum([0, *map(len, rows)]))


def overlaps_of(texts, pairs):
    first, second = (np.array(side, dtype=np.int64) for side in zip(*pairs, strict=True))
    return count_overlaps(shingle_sets(texts), first, second)


class TestCountsAgreeWithPythonSets:
    """Every count of a pair is that of the sets of plain-Python shingles."""

    @given(st.lists(wordy_text.filter(str.strip), min_size=2, max_size=6))
    def test_all_pairs(self, texts):
        sets = [set(plain_shingles(text)) for text in texts]
        pairs = [(a, b) for a in range(len(texts)) for b in range(len(texts))]
        counted = overlaps_of(texts, pairs)
        for number, (a, b) in enumerate(pairs):
            both = sets[a] & sets[b]
            assert counted.shared[number] == len(both)
            assert counted.shared_figures[number] == sum(value & 1 for value in both)
            assert counted.jaccard[number] == len(both) / len(sets[a] | sets[b])
            assert counted.containment[number] == len(both) / min(len(sets[a]), len(sets[b]))
            figures = [sum(value & 1 for value in one) for one in (sets[a], sets[b])]
            assert counted.fewer_figures[number] == min(figures)

    def test_in_small_portions(self, monkeypatch):
        texts = [edited(article(1), seed, 0.1) for seed in range(30)]
        pairs = [(0, b) for b in range(1, 30)] + [(3, b) for b in range(4, 30)]
        whole = overlaps_of(texts, pairs)
        monkeypatch.setattr(verify, "_AT_ONCE", 4000)
        assert overlaps_of(texts, pairs).shared.tolist() == whole.shared.tolist()

    def test_no_pairs(self):
        nothing = np.empty(0, dtype=np.int64)
        assert len(count_overlaps(shingle_sets([]), nothing, nothing).shared) == 0


class TestScores:
    """Scores are symmetric, 1 for a text and itself, and containment is 1 for a part."""

    @given(wordy_text, wordy_text)
    def test_symmetric(self, a, b):
        one, other = compare(a, b), compare(b, a)
        assert (one.kind, one.jaccard, one.containment) == (other.kind, other.jaccard, other.containment)
        assert 0 <= one.jaccard <= one.containment <= 1

    def test_symmetric_forms_of_one_length(self):
        forms = [forecast(seed) for seed in range(25)]
        for one in forms[:10]:
            for other in forms:
                pair = [compare(*both, threshold=0.2, containment=0.3).kind for both in ((one, other), (other, one))]
                assert pair[0] == pair[1]

    @given(wordy_text.filter(str.strip))
    def test_itself(self, text):
        same = compare(text, text)
        assert (same.kind, same.jaccard, same.containment) == ("exact", 1, 1)

    @given(st.integers(0, 50), st.integers(0, 150), st.integers(3, 60))
    def test_a_part_of_a_text(self, seed, start, words):
        whole = article(seed)
        part = whole.split()[start : start + words]
        assert compare(" ".join(part), whole).containment == 1


class TestTemplates:
    """Two issues of one form are a template; a copy is not, whatever was done to it."""

    @pytest.mark.parametrize("seed", range(8))
    def test_forecasts(self, seed):
        found = compare(forecast(seed), forecast(seed + 100))
        assert found.jaccard > 0.3
        assert compare(forecast(seed), forecast(seed + 100), threshold=0.2).kind == "template"

    @pytest.mark.parametrize("seed", range(8))
    def test_a_copy_with_errors_all_over_is_near(self, seed):
        assert compare(forecast(seed), edited(forecast(seed), seed, 0.06)).kind == "near"

    @pytest.mark.parametrize("seed", range(8))
    def test_a_live_story_with_new_figures_is_near(self, seed):
        live = (
            "By noon 12 of 40 roads were shut, 300 homes dark and 25 people hurt, with winds of 90 miles an hour and "
            "14 inches of rain in 6 hours."
        )
        later = live.replace("2", "3").replace("4", "7").replace("0", "1")
        background = article(seed, 5)
        assert compare(f"{live}\n\n{background}", f"{later}\n\n{background}").kind == "near"

    def test_an_identical_forecast_is_exact(self):
        assert compare(forecast(1), forecast(1)).kind == "exact"

    def test_few_figures_say_nothing(self):
        text = edited(article(3), 1, 0.1)
        few = overlaps_of([text + " 5", text + " 6"], [(0, 1)])
        few.fewer_figures[:] = 3
        few.shared_figures[:] = 0
        assert not lost_figures(few)[0]

    def test_one_shared_stretch_is_no_form(self):
        text = article(3)
        assert not is_form(shingle_sequence(text), shingle_set("Before it. " + text + " After it."))
        assert not is_form(shingle_sequence(text), shingle_set("Nothing of it."))

    @pytest.mark.parametrize(("words", "form"), [(19, True), (20, False), (21, False)])
    def test_a_form_s_stretches_have_fewer_than_twenty_words(self, words, form):
        """All but the longest, which is set aside; shingles of three words begin each word but the last two."""
        pieces = [np.arange(100 * n, 100 * n + size, dtype=np.uint64) for n, size in enumerate([28, *[words - 2] * 4])]
        gaps = np.array([[9000 + n] for n in range(len(pieces))], dtype=np.uint64)
        text = np.concatenate([part for pair in zip(pieces, gaps, strict=True) for part in pair])
        assert is_form(text, np.concatenate(pieces)) == form


def plain_is_form(shorter, other):
    """The twin of is_form, a shingle at a time."""
    stretches, run = [], 0
    for value in [*shorter, None]:
        if value in other:
            run += 1
        elif run:
            stretches.append(run + 2)
            run = 0
    if not stretches or max(stretches) > 0.6 * sum(stretches):
        return False
    stretches.remove(max(stretches))
    return sum(n * n for n in stretches) < 20 * sum(stretches)


class TestFormsAgreeWithPlainPython:
    """All pairs at once are what each pair is by itself."""

    def test_of_articles_and_forms(self):
        texts = [forecast(seed) for seed in range(8)] + [article(1), "one two three"]
        texts += [edited(article(1), seed, seed / 60) for seed in range(1, 14)]
        texts += [edited(forecast(1), seed, seed / 40) for seed in range(1, 8)]
        rows = [shingle_sequence(text) for text in texts]
        sequences = ragged(rows)
        pairs = [(a, b) for a in range(len(texts)) for b in range(len(texts))]
        first, second = (np.array(side) for side in zip(*pairs, strict=True))
        found = are_forms(sequences, first, shingle_sets(texts), second).tolist()
        plain = [plain_shingles(text) for text in texts]
        sets = [set(row) for row in plain]
        expected = [plain_is_form(plain[a], sets[b]) for a, b in pairs]
        assert found == expected
        assert 50 < sum(found) < len(found) - 50


class TestPairsFromShinglesAlone:
    """A pair's outcome is that of compare, whatever else is checked with it, and no text is needed."""

    TEXTS = (
        *(forecast(seed) for seed in range(4)),
        *(edited(article(1), seed, seed / 12) for seed in range(4)),
        article(1),
        article(1) + " ",
        article(1, 5),
        "one two three one two",
        "three one two three one two",
    )

    @pytest.mark.parametrize("portion", [1, 7, 1000])
    def test_in_portions(self, portion):
        texts, options = self.TEXTS, check_options(0.3, 0.5, "longest", None, "direct")
        rows = [shingle_sequence(text) for text in texts]
        pairs = np.array([(a, b) for a in range(len(texts)) for b in range(a)])
        found = {}
        for start in range(0, len(pairs), portion):
            evidence = verify_pairs(
                shingle_sets(texts),
                np.array([len(row) + 2 for row in rows]),
                *pairs[start : start + portion].T,
                options,
                same_text=lambda a, b: texts[a].split() == texts[b].split(),
                in_order=lambda these: ragged([rows[row] for row in these.tolist()]),
            )
            for a, b, kind in zip(evidence.first, evidence.second, evidence.kinds(options), strict=True):
                found[int(a), int(b)] = KINDS[kind]
        whole = {(a, b): compare(texts[a], texts[b], threshold=0.3, containment=0.5).kind for a, b in pairs.tolist()}
        assert found == {pair: kind for pair, kind in whole.items() if kind}
        assert set(found.values()) == set(KINDS)
