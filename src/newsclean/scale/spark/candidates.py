"""Candidate pairs on a cluster: those of :func:`newsclean.neardup.bands.candidate_pairs`, pair for pair.

Band keys go to where their bucket is, pairs to where their later text is; what is done there is done by the functions
that do it in memory. A bucket's pairs are never all made: a large one yields three a text.

In memory, pairs are counted and cut down each time that enough have come together. Which are cut depends on what came
before, so the same is done here: the bands are taken in the same *rounds*, which follow from how many pairs each band
has. What a cut needs from elsewhere is how often a text is a candidate, and that is added up where the text is at home
and sent to who asks. Each round reads the pairs of all bands and moves those of its own; rounds are a dozen at most
however many texts there are (:func:`newsclean.neardup.bands.round_size`).
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from newsclean.errors import OptionError
from newsclean.neardup.bands import (
    BAND_SLOTS,
    BANDS,
    MOST,
    Buckets,
    Pairs,
    band_hash,
    bucket_pairs,
    count_pairs,
    cut_down,
    merge_counts,
    round_size,
)
from newsclean.neardup.signatures import SLOTS
from newsclean.scale.spark.blocks import PIECE, binary, integers, lanes_of, matrix, only_lanes, pieces
from newsclean.scale.spark.session import Batches, functions, map_batches, together
from newsclean.scale.spark.stages import Stages

__all__ = ["candidates_of", "rounds_of"]

_LOW = np.uint64(0xFFFF_FFFF)
_HIGH = np.uint64(32)
_KEYS = 8_000_000  # band keys sorted in one task: 64 MB
_COUNTED = "to int, pairs binary, buckets binary, crowded long"
_EVERYONE = -1  # where the number of pairs of each band goes, beside those to a partition


def candidates_of(stages: Stages, texts: Any, sketches: Any, count: int, partitions: int) -> tuple[Any, int]:
    """Return the candidate pairs of *count* texts, a row of ``to`` and ``pairs`` a partition, and how many partitions.

    A pair is ``later << 32 | earlier``, of places in visiting order; it is in partition ``later`` modulo their number.
    """
    if count >= 1 << 32:
        raise OptionError(f"{count} distinct texts are more than the {(1 << 32) - 1} that a pair has room for")
    F = functions()  # noqa: N806
    targets = max(partitions, -(-count * BANDS // _KEYS))
    bits = max(1, (count - 1).bit_length())

    def found() -> Any:
        slots = texts.select("place", "row").join(sketches.select("row", "slots"), "row").select("place", "slots")
        keys = map_batches(slots, partial(_keys, bits=bits, targets=targets), PIECE)
        here = keys.repartitionById(targets, "to")
        return map_batches(here, partial(_pairs, bits=bits, targets=targets), PIECE)

    pairs = stages.make("bucket-pairs", found)
    counts = np.zeros(BANDS, dtype=np.int64)
    for (piece,) in pairs.where(F.col("to") == _EVERYONE).select("piece").collect():
        counts += np.frombuffer(piece, dtype="<i8")
    state = None
    for number, some in enumerate(rounds_of(counts.tolist(), count)):
        state = _round(stages, number, some, pairs.where(F.col("to") != _EVERYONE), state, targets)
    return state, targets


def rounds_of(counts: list[int], texts: int) -> list[tuple[int, int]]:
    """Return the rounds in which the pairs of so many *texts* are cut down: first and last (exclusive) band of each.

    *counts* says by band how many pairs it has.

    >>> rounds_of([10] * BANDS, 100)
    [(0, 128)]
    """
    rounds, begin, gathered = [], 0, 0
    for band, pairs in enumerate(counts):
        gathered += pairs
        if band == len(counts) - 1 or gathered > round_size(texts):
            rounds.append((begin, band + 1))
            begin, gathered = band + 1, 0
    return rounds


def _keys(batches: Batches, *, bits: int, targets: int) -> Batches:
    """Cut the band keys of some texts by where their buckets are."""
    for batch in batches:
        if not batch.num_rows:
            continue
        by_slot = np.ascontiguousarray(matrix(binary(batch.column("slots")), "<u4", SLOTS).T)
        places = integers(batch.column("place")).astype(np.uint64)
        # The hash of the band above, the place below, as in memory: what of the hash is shifted out is gone there too.
        keys = np.concatenate([(band_hash(by_slot[slots]) << np.uint64(bits)) | places for slots in BAND_SLOTS])
        lane = np.repeat(np.arange(BANDS), len(places))
        yield from pieces(keys, lane, BANDS, ((keys >> np.uint64(bits)) % np.uint64(targets)).astype(np.int64), targets)


def _pairs(batches: Batches, *, bits: int, targets: int) -> Batches:
    """Make the pairs of the buckets that are here, and cut them by where their later texts are."""
    import pyarrow as pa

    received = [piece for batch in batches for piece in binary(batch.column("piece"))]
    found: list[Pairs] = []
    for keys in lanes_of(received, BANDS):
        keys.sort()
        places = keys & ((np.uint64(1) << np.uint64(bits)) - np.uint64(1))
        found.append(bucket_pairs(keys >> np.uint64(bits), places) if len(keys) else keys)
    counts = np.array([len(pairs) for pairs in found])
    made = np.concatenate(found)
    lane = np.repeat(np.arange(BANDS), counts)
    yield from pieces(made, lane, BANDS, ((made >> _HIGH) % np.uint64(targets)).astype(np.int64), targets)
    yield pa.RecordBatch.from_arrays(
        [pa.array([_EVERYONE], pa.int32()), pa.array([counts.astype("<i8").tobytes()], pa.binary())], ["to", "piece"]
    )


def _round(stages: Stages, number: int, some: tuple[int, int], pairs: Any, state: Any, targets: int) -> Any:
    """Return what is left of *state* and the pairs of *some* bands, counted and cut down."""
    F = functions()  # noqa: N806
    nothing = F.lit(None).cast("binary")

    def counted() -> Any:
        here = (
            pairs if some == (0, BANDS) else map_batches(pairs.select("to", "piece"), partial(_only, some=some), PIECE)
        )
        new = here.select("to", "piece", nothing.alias("pairs"), nothing.alias("buckets"))
        if state is not None:
            new = new.unionByName(state.select("to", nothing.alias("piece"), "pairs", "buckets"))
        return map_batches(new.repartitionById(targets, "to"), partial(_counted, targets=targets), _COUNTED)

    sums = stages.make(f"counted-{number}", counted)
    if not sums.agg(F.coalesce(F.sum("crowded"), F.lit(0))).collect()[0][0]:
        return sums

    def cut() -> Any:
        asked = map_batches(sums, partial(_asks, targets=targets), "to int, asker int, earlier binary, times binary")
        told = map_batches(asked.repartitionById(targets, "to"), _answers, "to int, earlier binary, times binary")
        both = sums.select("to", "pairs", "buckets", nothing.alias("earlier"), nothing.alias("times")).unionByName(
            told.select("to", nothing.alias("pairs"), nothing.alias("buckets"), "earlier", "times")
        )
        return map_batches(both.repartitionById(targets, "to"), _cut, _COUNTED)

    return stages.make(f"cut-{number}", cut)


def _only(batches: Batches, *, some: tuple[int, int]) -> Batches:
    """Cut pieces down to the pairs of *some* bands."""
    import pyarrow as pa

    for batch in batches:
        pieces = [only_lanes(piece, BANDS, some) for piece in binary(batch.column("piece"))]
        yield pa.RecordBatch.from_arrays([batch.column("to"), pa.array(pieces, pa.binary())], ["to", "piece"])


def _counted(batches: Batches, *, targets: int) -> Batches:
    """Count the pairs that are here: rows of what is left of other rounds, and pieces with the pairs of this one."""
    table = together(batches)
    if table is None:
        return
    to = int(table.column("to")[0].as_py()) % targets
    pieces = [piece for piece in binary(table.column("piece")) if piece is not None]
    more = np.concatenate([*lanes_of(pieces, BANDS)])
    pairs, buckets = merge_counts([_state(table), count_pairs(more)])
    if len(pairs):
        later = np.unique(pairs >> _HIGH, return_counts=True)[1]
        yield _row(to, pairs, buckets, int((later > MOST).sum()))


def _state(table: Any) -> tuple[Pairs, Buckets]:
    pairs = [one for one in binary(table.column("pairs")) if one is not None]
    buckets = [one for one in binary(table.column("buckets")) if one is not None]
    if not pairs:
        return merge_counts([])
    (one,), (times,) = pairs, buckets  # a partition has one row
    return np.frombuffer(one, dtype="<u8"), np.frombuffer(times, dtype="<u2")


def _row(to: int, pairs: Pairs, buckets: Buckets, crowded: int) -> Any:
    import pyarrow as pa

    return pa.RecordBatch.from_arrays(
        [
            pa.array([to], pa.int32()),
            pa.array([pairs.astype("<u8", copy=False).tobytes()], pa.binary()),
            pa.array([buckets.astype("<u2", copy=False).tobytes()], pa.binary()),
            pa.array([crowded], pa.int64()),
        ],
        ["to", "pairs", "buckets", "crowded"],
    )


def _asks(batches: Batches, *, targets: int) -> Batches:
    """Say how often each text is a candidate here, where it is at home."""
    import pyarrow as pa

    for batch in batches:
        for to, pairs in zip(integers(batch.column("to")).tolist(), binary(batch.column("pairs")), strict=True):
            earlier, times = np.unique(np.frombuffer(pairs, dtype="<u8") & _LOW, return_counts=True)
            home = (earlier % np.uint64(targets)).astype(np.int64)
            for target in np.unique(home).tolist():
                these = home == target
                yield pa.RecordBatch.from_arrays(
                    [
                        pa.array([target], pa.int32()),
                        pa.array([to], pa.int32()),
                        pa.array([earlier[these].astype("<u8").tobytes()], pa.binary()),
                        pa.array([times[these].astype("<i8").tobytes()], pa.binary()),
                    ],
                    ["to", "asker", "earlier", "times"],
                )


def _answers(batches: Batches) -> Batches:
    """Add up what is said of each text, and tell all who said something."""
    import pyarrow as pa

    table = together(batches)
    if table is None:
        return
    said = [np.frombuffer(one, dtype="<u8") for one in binary(table.column("earlier"))]
    times = [np.frombuffer(one, dtype="<i8") for one in binary(table.column("times"))]
    texts, which = np.unique(np.concatenate(said), return_inverse=True)
    sums = np.bincount(which, weights=np.concatenate(times)).astype(np.int64)
    for asker, asked in zip(integers(table.column("asker")).tolist(), said, strict=True):
        yield pa.RecordBatch.from_arrays(
            [
                pa.array([asker], pa.int32()),
                pa.array([asked.tobytes()], pa.binary()),
                pa.array([sums[np.searchsorted(texts, asked)].astype("<i8").tobytes()], pa.binary()),
            ],
            ["to", "earlier", "times"],
        )


def _cut(batches: Batches) -> Batches:
    """Cut down the pairs that are here, knowing how often each text is a candidate anywhere."""
    table = together(batches)
    if table is None:
        return
    pairs, buckets = _state(table)
    told = [np.frombuffer(one, dtype="<u8") for one in binary(table.column("earlier")) if one is not None]
    times = [np.frombuffer(one, dtype="<i8") for one in binary(table.column("times")) if one is not None]
    texts = np.concatenate(told)
    order = np.argsort(texts)
    texts, popularity = texts[order], np.concatenate(times)[order]
    # The earlier ones are numbered anew, in the same order: a table of all texts there are would not fit.
    small = pairs & ~_LOW | np.searchsorted(texts, pairs & _LOW).astype(np.uint64)
    small, buckets = cut_down(small, buckets, popularity)
    pairs = small & ~_LOW | texts[(small & _LOW).astype(np.int64)]
    yield _row(int(table.column("to")[0].as_py()), pairs, buckets, 0)
