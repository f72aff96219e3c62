"""Numbers on their way from many tasks to many: one row of bytes for each target, not one row a number.

A shuffle that moves a row for each text and band spends its time on rows: 128 of them a text. Here a task cuts
what it has by where it goes, and sends each target its numbers as one piece of bytes; Spark moves, keeps and repeats
the pieces, and numpy does the rest. A piece holds the numbers of several *lanes* (bands) one after the other, with the
length of each lane in front.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["PIECE", "Words", "binary", "integers", "lanes_of", "matrix", "only_lanes", "pieces"]

Words = npt.NDArray[np.uint64]

PIECE = "to int, piece binary"
"""The columns of a row of pieces: the partition it goes to, the bytes."""

_ROWS = 256  # pieces in a record batch


def pieces(
    values: Words, lane: npt.NDArray[np.int64], lanes: int, to: npt.NDArray[np.int64], targets: int
) -> Iterator[Any]:
    """Yield record batches of pieces: each of *values* goes to the target *to*, in its *lane*, order kept.

    *values* come lane by lane.
    """
    import pyarrow as pa

    # Of numbers of 16 bits numpy's stable sort is one by digits, ten times as fast.
    order = np.argsort(to.astype(np.uint16) if targets <= 1 << 16 else to, kind="stable")
    values = values[order]
    counts = np.bincount(to * lanes + lane, minlength=targets * lanes).reshape(targets, lanes)
    ends = np.cumsum(counts.sum(axis=1)).tolist()
    made: list[bytes] = []
    where: list[int] = []
    begin = 0
    for target, end in enumerate(ends):
        if end > begin:
            made.append(counts[target].astype("<i8").tobytes() + values[begin:end].astype("<u8", copy=False).tobytes())
            where.append(target)
        begin = end
        if len(made) >= _ROWS or (target == targets - 1 and made):
            yield pa.RecordBatch.from_arrays(
                [pa.array(where, pa.int32()), pa.array(made, pa.binary())], ["to", "piece"]
            )
            made, where = [], []


def lanes_of(received: Iterable[bytes], lanes: int) -> Iterator[Words]:
    """Yield, lane by lane, the numbers of all pieces *received* together."""
    held = [np.frombuffer(piece, dtype="<u8") for piece in received]
    ends = [np.cumsum(piece[:lanes].astype(np.int64)) + lanes for piece in held]
    for lane in range(lanes):
        yield np.concatenate(
            [
                np.empty(0, dtype=np.uint64),
                *(piece[(end[lane - 1] if lane else lanes) : end[lane]] for piece, end in zip(held, ends, strict=True)),
            ]
        )


def only_lanes(piece: bytes, lanes: int, some: tuple[int, int]) -> bytes:
    """Return *piece* without the numbers of all lanes but *some*: from the first to the last (exclusive) of them."""
    values = np.frombuffer(piece, dtype="<i8")
    counts = np.zeros(lanes, dtype="<i8")
    counts[slice(*some)] = values[slice(*some)]
    begin = lanes + int(values[: some[0]].sum())
    return counts.tobytes() + values[begin : begin + int(counts.sum())].tobytes()


def integers(column: Any) -> npt.NDArray[np.int64]:
    """Return a column of whole numbers, none of them null."""
    return np.asarray(column.to_numpy(), dtype=np.int64)


def binary(column: Any) -> list[bytes]:
    """Return a column of bytes as a list."""
    found: list[bytes] = column.to_pylist()
    return found


def matrix(rows: Sequence[bytes], dtype: str, width: int) -> npt.NDArray[Any]:
    """Return *rows* of bytes, each *width* numbers, as a matrix."""
    return np.frombuffer(b"".join(rows), dtype=dtype).reshape(len(rows), width)
