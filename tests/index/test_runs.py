"""Sorted runs: what they find is what a look at every pair finds, however they were merged."""

import io

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from newsclean.index.runs import (
    CROWD,
    band_keys,
    candidates,
    merge,
    parse_run,
    run_of,
    to_merge,
    write_merged,
)
from newsclean.neardup.bands import BAND_SLOTS
from newsclean.neardup.signatures import SLOTS

# Few values a slot, so that bands agree often.
signatures = st.tuples(st.integers(1, 60), st.integers(2, 60), st.integers(0, 9)).map(
    lambda drawn: np.random.default_rng(drawn[2]).integers(0, drawn[1], (drawn[0], SLOTS), dtype=np.uint32)
)


def in_runs(slots, cuts):
    runs = []
    for start, end in zip([0, *cuts], [*cuts, len(slots)], strict=True):
        runs.append(run_of(np.arange(start, end), band_keys(slots[start:end]), start, end))
    return runs


def plain_candidates(slots):
    """Return the pairs (row, earlier row) that share a bucket, of crowded ones the first and the last."""
    pairs = set()
    for band in BAND_SLOTS:
        buckets = {}
        for row, values in enumerate(map(tuple, slots[:, band].tolist())):
            before = buckets.setdefault(values, [])
            some = before if len(before) <= 2 * CROWD else before[:CROWD] + before[-CROWD:]
            pairs.update((row, other) for other in some)
            before.append(row)
    return sorted(pairs)


@given(signatures, st.data())
def test_candidates_are_those_of_a_plain_look(slots, data):
    cuts = sorted(data.draw(st.sets(st.integers(1, max(1, len(slots) - 1)), max_size=4)) if len(slots) > 1 else [])
    runs = in_runs(slots, cuts)
    rows, numbers = candidates(runs, band_keys(slots), np.arange(len(slots)))
    assert list(zip(rows.tolist(), numbers.tolist(), strict=True)) == plain_candidates(slots)


@given(signatures, st.data())
def test_merging_changes_nothing_and_leaves_removed_ones_out(slots, data):
    cuts = sorted(data.draw(st.sets(st.integers(1, max(1, len(slots) - 1)), max_size=4)) if len(slots) > 1 else [])
    removed = np.array(sorted(data.draw(st.sets(st.integers(0, len(slots) - 1)))), dtype=np.int64)
    runs = in_runs(slots, cuts)
    (whole,) = in_runs(slots, [])
    assert np.array_equal(merge(runs).keys, whole.keys)
    file = io.BytesIO()
    write_merged(runs, file, removed)
    written = parse_run(file.getvalue(), 0, len(slots), "name", "where")
    stay = np.setdiff1d(np.arange(len(slots)), removed)
    assert np.array_equal(written.keys, run_of(stay, band_keys(slots[stay]), 0, len(slots)).keys)


def test_runs_stay_few_and_each_key_is_seldom_written():
    slots = np.random.default_rng(1).integers(0, 1 << 32, (2000, SLOTS), dtype=np.uint32)
    runs, written = [], 0
    for n, run in enumerate(in_runs(slots, range(1, 2000))):
        runs.append(run)
        count = to_merge(runs)
        runs[-count:] = [merge(runs[-count:])]
        written += len(runs[-1].keys)
        assert len(runs) <= 2 + np.log2(n + 1)
    assert written <= len(slots) * SLOTS * (2 + np.log2(len(slots)))
