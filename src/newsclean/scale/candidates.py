"""Candidate pairs of more texts than fit in memory: those of :func:`newsclean.neardup.bands.candidate_pairs`.

One band at a time, and of a band that has too many texts a share of its buckets at a time. What comes together in a
round is more than there may be room for, so it lies in *runs*: files of pairs sorted by the later text, as many as are
held at a time. At the end of a round all runs, and the one that the rounds before have left, are merged a portion at a
time. Whatever is decided about a pair is decided from the pairs of its later text, which one portion has together, and
from how often its earlier text is a candidate, which is counted over all portions first.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from newsclean.errors import FileError
from newsclean.io.store import Store, read_at
from newsclean.neardup.bands import (
    BAND_SLOTS,
    BANDS,
    Buckets,
    Pairs,
    Ranks,
    band_hash,
    bucket_pairs,
    count_pairs,
    cut_down,
    merge_counts,
    round_size,
)

__all__ = ["Candidates", "gather_candidates"]

_LOW = np.uint64(0xFFFF_FFFF)
_HIGH = np.uint64(32)
_ROW = np.dtype([("pair", "<u8"), ("buckets", "<u2")])

Column = Callable[[int], npt.NDArray[np.uint32]]
"""Returns one slot of the signatures, in the visiting order."""


class _Run:
    """Distinct pairs in a file, sorted, each with how many buckets it shares."""

    def __init__(self, store: Store, name: str) -> None:
        self._store = store
        self.name = name

    def write(self, portions: Iterator[tuple[Pairs, Buckets]]) -> None:
        with self._store.kept_file(self.name) as file:
            for pairs, buckets in portions:
                rows = np.empty(len(pairs), dtype=_ROW)
                rows["pair"], rows["buckets"] = pairs, buckets
                del pairs, buckets
                file.write(rows.view(np.uint8).data)

    def between(self, begin: int, end: int) -> tuple[Pairs, Buckets]:
        """Return the pairs whose later text is from *begin* to *end* (exclusive)."""
        with self._store.open(self.name) as file:
            pairs = _Pairs(file)
            first = bisect_left(pairs, begin << 32)
            return _read(file, first, bisect_left(pairs, end << 32, lo=first))

    def pieces(self, most: int) -> Iterator[tuple[Pairs, Buckets]]:
        """Yield the pairs, *most* at a time."""
        with self._store.open(self.name) as file:
            total = len(_Pairs(file))
            for begin in range(0, total, most):
                yield _read(file, begin, min(begin + most, total))


class _Pairs:
    """The pairs of a run as a sequence, each read when it is asked for."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._count = file.seek(0, 2) // _ROW.itemsize

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, place: int) -> int:
        return int.from_bytes(read_at(self._file, place * _ROW.itemsize, 8), "little")


def _read(file: BinaryIO, begin: int, end: int) -> tuple[Pairs, Buckets]:
    rows = np.frombuffer(read_at(file, begin * _ROW.itemsize, (end - begin) * _ROW.itemsize), dtype=_ROW)
    return rows["pair"].astype(np.uint64), rows["buckets"].astype(np.uint16)


class Candidates:
    """The pairs gathered so far, each as ``later << 32 | earlier``."""

    def __init__(self, store: Store, count: int, most: int) -> None:
        self._store = store
        self._count = count
        self._most = most
        self._gathered: list[Pairs] = []
        self._held = 0
        before = store.saved("pairs")
        at: list[int] = [0, 0, 0, 0] if before is None else before["at"].tolist()
        self._round, self.bands, self._runs, self._in_round = at
        """Rounds that are done, bands that are in; of the round at hand the runs, and how many pairs came together."""
        self.bounds: list[int] = [] if before is None else before["bounds"].tolist()
        """Where, in texts, each portion of the pairs that are left ends, when all bands are in."""
        self._digests: dict[str, bytes] = {}
        self._saved = self._runs
        if before is not None and self._digested() != before["digests"].tobytes():
            raise FileError(f"{store.folder}: the candidates in it are damaged; delete it to start again")

    @property
    def portions(self) -> int:
        """How many portions the pairs that are left lie in, when all bands are in."""
        return len(self.bounds)

    def add(self, pairs: Pairs) -> None:
        """Add pairs of the band at hand."""
        self._in_round += len(pairs)
        for begin in range(0, len(pairs), self._most):
            piece = pairs[begin : begin + self._most]
            if self._held + len(piece) > self._most:
                self._spill()
            self._gathered.append(piece)
            self._held += len(piece)

    def band_done(self) -> None:
        """Count the pairs and cut them down when enough have come together, as those in memory are."""
        self.bands += 1
        if self.bands == BANDS or self._in_round > round_size(self._count):
            self._end_round()
        elif self._runs > self._saved or 2 * self._held >= self._most:
            self._spill()
            self._save()

    def _spill(self) -> None:
        if self._held:
            more = np.concatenate(self._gathered)
            self._gathered, self._held = [], 0
            _Run(self._store, f"run-{self._round}-{self._runs}").write(iter([count_pairs(more)]))
            self._runs += 1

    def _end_round(self) -> None:
        self._spill()
        runs = self._all_runs()
        bounds = self._bounds(runs)
        popularity = np.zeros(self._count, dtype=np.int64)

        def counted() -> Iterator[tuple[Pairs, Buckets]]:
            for begin, end in pairwise([0, *bounds]):
                pairs, buckets = merge_counts([run.between(begin, end) for run in runs])
                earlier, times = _times(np.sort(pairs & _LOW))
                popularity[earlier] += times
                del earlier, times
                yield pairs, buckets

        together = _Run(self._store, "counted")
        together.write(counted())
        left = _Run(self._store, f"pairs-{self._round + 1}")
        left.write(cut_down(*together.between(begin, end), popularity) for begin, end in pairwise([0, *bounds]))
        self._round, self._runs, self._in_round = self._round + 1, 0, 0
        if self.bands == BANDS:
            self.bounds = self._bounds([left])
        self._save()
        for run in (together, *runs):
            self._store.discard(run.name)

    def _all_runs(self) -> list[_Run]:
        """Return what the rounds before have left, and the runs of the one at hand."""
        names = [f"pairs-{self._round}"] if self._round else []
        names += [f"run-{self._round}-{number}" for number in range(self._runs)]
        return [_Run(self._store, name) for name in names]

    def _bounds(self, runs: list[_Run]) -> list[int]:
        """Return texts at which to cut *runs*, so that no portion has many more pairs than are held at a time."""
        load = np.zeros(self._count, dtype=np.int64)
        for run in runs:
            for pairs, _ in run.pieces(self._most):
                later, times = _times(pairs >> _HIGH)
                load[later] += times
        total = np.cumsum(load)
        steps = np.arange(self._most, int(total[-1]) if len(total) else 0, self._most)
        ends = np.unique(np.concatenate((np.searchsorted(total, steps), [self._count])))
        found: list[int] = ends.tolist()
        return found

    def _save(self) -> None:
        at = np.array([self._round, self.bands, self._runs, self._in_round])
        digests = np.frombuffer(self._digested(), dtype=np.uint8)
        self._store.save("pairs", at=at, bounds=np.array(self.bounds, dtype=np.int64), digests=digests)
        self._saved = self._runs

    def _digested(self) -> bytes:
        names = [run.name for run in self._all_runs()]
        self._digests = {name: self._digests.get(name) or self._store.digest_kept(name) for name in names}
        return b"".join(self._digests.values())

    def portion(self, number: int) -> tuple[Ranks, Ranks]:
        """Return the pairs of a portion as two arrays of places in the visiting order, when all bands are in."""
        begin, end = [0, *self.bounds][number : number + 2]
        (run,) = self._all_runs()
        pairs, _ = run.between(begin, end)
        return (pairs & _LOW).astype(np.int64), (pairs >> _HIGH).astype(np.int64)


def _times(texts: npt.NDArray[np.uint64]) -> tuple[Ranks, Ranks]:
    """Return the distinct ones of sorted *texts*, and how often each is there."""
    begins = np.flatnonzero(np.diff(texts.astype(np.int64), prepend=-1))
    return texts[begins].astype(np.int64), np.diff(begins, append=len(texts))


def gather_candidates(
    store: Store, column: Column, count: int, *, keys: int, pairs: int, progress: Callable[[int, int], None]
) -> Candidates:
    """Return the candidate pairs of *count* texts; what *store* has of them is not looked for again.

    *keys* texts are sorted at a time, *pairs* pairs held. *progress* is told how many of the bands are done.
    """
    found = Candidates(store, count, pairs)
    shares = 1
    while count > keys * shares:
        shares *= 2
    for band in range(found.bands, BANDS):
        hashes = band_hash(np.stack([column(slot) for slot in BAND_SLOTS[band].tolist()]))
        for sorted_keys, place_bits in _shares(hashes, count, shares):
            low = (np.uint64(1) << place_bits) - np.uint64(1)
            found.add(bucket_pairs(sorted_keys >> place_bits, sorted_keys & low))
        found.band_done()
        progress(band + 1, BANDS)
    return found


def _shares(hashes: Pairs, count: int, shares: int) -> Iterator[tuple[Pairs, np.uint64]]:
    """Yield the sorted keys of a band, each bucket whole in one of *shares* (a power of 2) portions."""
    place_bits = np.uint64(max(1, (count - 1).bit_length()))
    for share in range(shares):
        # By the lowest bits: those that the key keeps of the hash.
        at = np.flatnonzero((hashes & np.uint64(shares - 1)) == share) if shares > 1 else np.arange(count)
        sorted_keys = (hashes[at] << place_bits) | at.astype(np.uint64)
        sorted_keys.sort()
        if len(at):
            yield sorted_keys, place_bits
