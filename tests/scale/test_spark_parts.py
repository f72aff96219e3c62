"""The parts of the work on Spark that need no Spark: bytes on their way, texts that hang together, rounds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsclean.neardup import bands
from newsclean.scale.spark.blocks import lanes_of, only_lanes, pieces
from newsclean.scale.spark.candidates import rounds_of
from newsclean.scale.spark.components import least_together

pytest.importorskip("pyarrow")


@given(
    sent=st.lists(
        st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2**64 - 1), st.integers(0, 6)), max_size=30), max_size=4
    )
)
def test_what_is_sent_arrives_where_it_goes_lane_by_lane(sent):
    received = {target: [] for target in range(7)}
    for batch in sent:
        rows = sorted(batch, key=lambda row: row[0])
        lane, value, to = (np.array([row[i] for row in rows], dtype=t) for i, t in enumerate(("i8", "u8", "i8")))
        for made in pieces(value, lane, 5, to, 7):
            for target, piece in zip(*made.to_pydict().values(), strict=True):
                received[target].append(piece)
    for target in range(7):
        got = [lane.tolist() for lane in lanes_of(received[target], 5)]
        assert got == [
            [value for batch in sent for a, value, to in batch if (a, to) == (lane, target)] for lane in range(5)
        ]
        some = lanes_of([only_lanes(piece, 5, (1, 3)) for piece in received[target]], 5)
        assert [lane.tolist() for lane in some] == [[], *got[1:3], [], []]


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=60))
def test_texts_hang_together_as_a_plain_search_finds(edges):
    near = {}
    for a, b in edges:
        near.setdefault(a, set()).add(b)
        near.setdefault(b, set()).add(a)
    wanted = {}
    for start in sorted(near):
        front = [] if start in wanted else [start]
        while front:
            text = front.pop()
            if text not in wanted:
                wanted[text] = start
                front += near[text]
    places, least = least_together(*(np.array(side, dtype=np.int64) for side in zip(*edges, strict=True)))
    assert dict(zip(places.tolist(), least.tolist(), strict=True)) == wanted


def test_a_long_chain_hangs_together_whatever_its_order():
    order = np.random.default_rng(1).permutation(100_000)
    places, least = least_together(order[:-1], order[1:])
    assert len(places) == 100_000
    assert not least.any()


def test_rounds_are_those_that_one_process_takes(monkeypatch):
    rng = np.random.default_rng(2)
    signatures = rng.integers(0, 3, (300, bands.SLOTS), dtype=np.uint32)
    counts, taken = [], []
    plain_pairs, plain_cut = bands.bucket_pairs, bands.cut_down

    def pairs(*arguments):
        found = plain_pairs(*arguments)
        counts.append(len(found))
        return found

    def cut(*arguments):
        taken.append(len(counts))
        return plain_cut(*arguments)

    monkeypatch.setattr(bands, "COMPACT", 20_000)
    monkeypatch.setattr(bands, "bucket_pairs", pairs)
    monkeypatch.setattr(bands, "cut_down", cut)
    bands.candidate_pairs(signatures, np.arange(300))
    ends = [end for _, end in rounds_of(counts, 300)]
    assert ends == taken
    assert len(taken) > 3
