"""Band keys in sorted runs: who shares a bucket with whom.

An entry has a key in each of 128 bands. To put them where they belong in one large tree takes 128 writes at random
places an article; so the keys of new entries make a small sorted run of their own, and runs of like size are merged
into larger ones (the log-structured merge tree of O'Neil et al. 1996). A run covers a range of entry numbers. Its keys
are numbers of 64 bits, 40 of the bucket's hash above and 24 of the entry's place in the range below, so a merge is
one sort, and looking a key up a binary search that the processor's cache helps with when many sorted keys are sought.
Runs hold nothing that the signatures do not; a lost one can be made again.

Crowds. Of a bucket with more than ``2 * CROWD`` entries the first and the last ``CROWD`` are candidates: the first
stand for the story, the last are near in time. Which ones those are depends on the entries alone, not on how they came.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from newsclean.errors import FileError
from newsclean.index.segment import Numbers, damaged
from newsclean.neardup.bands import BAND_SLOTS, BANDS, band_hash
from newsclean.neardup.shingles import Hashes, mix
from newsclean.neardup.signatures import Slots

__all__ = [
    "CROWD",
    "SPAN",
    "Run",
    "band_keys",
    "candidates",
    "merge",
    "parse_run",
    "run_of",
    "to_merge",
    "write_merged",
]

CROWD = 16
SPAN = (1 << 24) - 1
"""The numbers that one run can cover."""

_LOW = np.uint64(1 << 24)
_MASK = ~np.uint64(SPAN)
_SALT = mix(np.arange(1, BANDS + 1, dtype=np.uint64)) & _MASK  # the same slots in another band are another bucket
_AT_ONCE = 1 << 20  # keys merged at a time, 8 MB

_MAGIC = b"newscrun"
_VERSION = 1
_HEADER = struct.Struct("<8sI4xQQ")  # magic, version, first number, number after the last


@dataclass(frozen=True, slots=True)
class Run:
    """The keys of the entries from number *start* up to, not including, *end*; sorted."""

    start: int
    end: int
    keys: Hashes
    name: str | None = None
    """Of its file; None: it is in memory alone."""


def band_keys(signatures: Slots) -> Hashes:
    """Return the keys of each signature, a row of 128 each, with nothing in the low 24 bits."""
    slots = np.ascontiguousarray(np.moveaxis(signatures[:, BAND_SLOTS], 2, 0)).reshape(BAND_SLOTS.shape[1], -1)
    keys = band_hash(slots).reshape(-1, BANDS)
    keys &= _MASK
    keys ^= _SALT
    return keys


def run_of(numbers: Numbers, keys: Hashes, start: int, end: int) -> Run:
    """Return the run of the entries *numbers*, all from *start* to before *end*, with their :func:`band_keys`."""
    keys = keys | (numbers - start).astype(np.uint64)[:, None]
    keys = keys.ravel()
    keys.sort()
    return Run(start, end, keys)


def to_merge(runs: Sequence[Run]) -> int:
    """Return how many runs at the end should become one: as long as the one before is at most twice as large.

    That leaves few runs to search, about as many as the number of entries has binary digits over that of a batch, at
    the price of writing each key as often. Measured: searching costs more than merging.
    """
    count, size = 1, len(runs[-1].keys)
    while count < len(runs) and len(runs[-count - 1].keys) <= 2 * size and runs[-1].end - runs[-count - 1].start < SPAN:
        count += 1
        size += len(runs[-count].keys)
    return count


def merge(runs: Sequence[Run]) -> Run:
    """Return one run in memory with the keys of *runs*, which follow one another."""
    keys = np.concatenate([run.keys + np.uint64(run.start - runs[0].start) for run in runs])
    keys.sort()
    return Run(runs[0].start, runs[-1].end, keys)


def write_merged(runs: Sequence[Run], file: BinaryIO, removed: Numbers) -> int:
    """Write the keys of *runs*, which follow one another, as one run without those of the entries *removed*.

    Returns the checksum. Memory: some 30 MB, whatever the size.
    """
    start = runs[0].start
    checksum = 0

    def write(data: bytes) -> None:
        nonlocal checksum
        checksum = zlib.crc32(data, checksum)
        file.write(data)

    write(_HEADER.pack(_MAGIC, _VERSION, start, runs[-1].end))
    gone = removed - start
    for piece in _pieces(runs):
        if len(gone):
            piece = piece[~np.isin((piece & ~_MASK).astype(np.int64), gone)]
        write(piece.astype("<u8", copy=False).tobytes())
    return checksum


def _pieces(runs: Sequence[Run]) -> Iterator[Hashes]:
    """Yield the keys of all runs, sorted, a range of hashes at a time."""
    count = sum(len(run.keys) for run in runs) // _AT_ONCE + 1
    bounds = [np.uint64((part << 64) // count) & _MASK for part in range(1, count)]
    cuts = [[0, *np.searchsorted(run.keys, np.array(bounds, dtype=np.uint64)).tolist(), len(run.keys)] for run in runs]
    for part in range(count):
        piece = np.concatenate(
            [
                run.keys[cut[part] : cut[part + 1]] + np.uint64(run.start - runs[0].start)
                for run, cut in zip(runs, cuts, strict=True)
            ]
        )
        piece.sort()
        yield piece


def parse_run(block: Any, start: int, end: int, name: str, where: str) -> Run:
    """Return the run in *block*, a view of it; *where* names it in errors.

    Raises:
        FileError: it is not the run from *start* to *end*, or not all of it.
    """
    if len(block) < _HEADER.size or (len(block) - _HEADER.size) % 8:
        raise FileError(damaged(where, "it is cut off"))
    if _HEADER.unpack_from(block) != (_MAGIC, _VERSION, start, end):
        raise FileError(damaged(where, f"it is not the band keys of the entries {start} to {end}"))
    return Run(start, end, np.frombuffer(block, dtype="<u8", offset=_HEADER.size), name)


def candidates(runs: Sequence[Run], keys: Hashes, limits: Numbers) -> tuple[Numbers, Numbers]:
    """Return the rows of *keys* and the entries that share a bucket with them, sorted by row, then by entry.

    Of each row only entries below its number in *limits* count. *runs* follow one another.
    """
    needles = keys.ravel()
    order = np.argsort(needles)
    needles, owners = needles[order], order // BANDS
    total = np.zeros(len(needles), dtype=np.int64)
    found: list[tuple[Run, Numbers, Numbers, Numbers]] = []
    for run in runs:
        begin = np.searchsorted(run.keys, needles)
        at = np.flatnonzero(begin < len(run.keys))
        at = at[(run.keys[begin[at]] ^ needles[at]) < _LOW]
        below = np.clip(limits[owners[at]] - run.start, 0, SPAN).astype(np.uint64)
        counts = np.searchsorted(run.keys, needles[at] + below) - begin[at]
        some = counts > 0
        if some.any():
            at = at[some]
            found.append((run, at, begin[at], counts[some]))
            total[at] += counts[some]
    pairs = [np.empty(0, dtype=np.int64)]
    before = np.zeros(len(needles), dtype=np.int64)
    for run, at, begins, counts in found:
        whole = total[at] <= 2 * CROWD
        head = np.where(whole, counts, np.clip(CROWD - before[at], 0, counts))
        tail = np.where(whole, counts, np.clip(total[at] - CROWD - before[at], head, counts))
        before[at] += counts
        for first, length in ((begins, head), (begins + tail, counts - tail)):
            places = _ranges(first, length)
            entries = (run.keys[places] & ~_MASK).astype(np.int64) + run.start
            pairs.append(np.repeat(owners[at], length) << 40 | entries)
    together = np.unique(np.concatenate(pairs))
    return together >> 40, together & ((1 << 40) - 1)


def _ranges(begins: Numbers, lengths: Numbers) -> npt.NDArray[np.int64]:
    """Return the places ``begins[i]`` and on, ``lengths[i]`` of them, for all i."""
    ends = np.cumsum(lengths)
    places: Numbers = np.arange(ends[-1] if len(ends) else 0) + np.repeat(begins - (ends - lengths), lengths)
    return places
