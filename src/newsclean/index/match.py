"""From entries that are asked about to the verified pairs with those before them: lookup, sketch, exact check.

The same steps as ``find_duplicates`` takes, with the candidates from runs on disk. Many thousand articles made from
one form would all be candidates of the next one; so of its candidates an entry keeps the ``MOST`` whose signatures
are most alike, and of entries with the same text only the first is a candidate.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from newsclean.index.runs import Run, candidates
from newsclean.index.segment import NO_DAY, Numbers, Segment, Segments
from newsclean.model import ArticleId
from newsclean.neardup.bands import MOST
from newsclean.neardup.evidence import promising_pairs, verify_pairs
from newsclean.neardup.kinds import EXACT, KINDS, TEMPLATE, Kind
from newsclean.neardup.options import Options
from newsclean.neardup.shingles import Hashes
from newsclean.neardup.verify import Flags

__all__ = ["Match", "Verified", "View", "best_copy", "best_of", "match_of", "verified_pairs"]

_PAIRS_AT_ONCE = 1 << 14  # signatures compared: 16 MB
_TEXTS_AT_ONCE = 1 << 11  # candidates whose shingles are fetched: some 15 MB


@dataclass(frozen=True, slots=True)
class Match:
    """An article and one that the index had before, with exact scores."""

    id: ArticleId
    earlier: ArticleId
    """The article that was there before."""
    kind: Kind
    """``exact``, ``near`` or ``contained``; from ``query`` also ``template``, which is no copy."""
    jaccard: float
    """Shared over all distinct shingles of the two, 0 to 1, weighted where the index has a background."""
    containment: float
    """Shared over the distinct shingles of the smaller one, 0 to 1."""


class Verified(NamedTuple):
    """One verified pair: the earlier entry, its kind as a place in ``KINDS``, and what the scores are made from."""

    earlier: int
    kind: int
    shared: int
    weight: int
    lighter: int
    heavier: int
    spread: int
    """Which stretches of the longer text the shorter covers, a bit each, as a signed number."""

    @property
    def jaccard(self) -> float:
        """Shared over all, weighted."""
        return self.weight / (self.lighter + self.heavier - self.weight)

    @property
    def containment(self) -> float:
        """Shared over the smaller, weighted."""
        return self.weight / self.lighter


def match_of(pair: Verified, id: ArticleId, earlier: ArticleId) -> Match:
    """Return *pair* with names for numbers."""
    return Match(id, earlier, KINDS[pair.kind], pair.jaccard, pair.containment)


def _merit(pair: Verified) -> tuple[bool, bool, float, float, int]:
    return (pair.kind == TEMPLATE, pair.kind != EXACT, -pair.jaccard, -pair.containment, pair.earlier)


def best_of(pairs: Sequence[Verified]) -> list[Verified]:
    """Return *pairs*, the best first: copies before templates, the same text first, then by scores, then the oldest."""
    return sorted(pairs, key=_merit)


def best_copy(pairs: Sequence[Verified]) -> Verified | None:
    """Return the best of *pairs* that is a copy."""
    best = best_of(pairs)
    return best[0] if best and best[0].kind != TEMPLATE else None


@dataclass(frozen=True, slots=True)
class View:
    """The entries at one moment, as they are searched."""

    segments: Segments
    runs: list[Run]
    removed: Numbers
    """Numbers that are still in segments and runs, sorted."""


def verified_pairs(
    view: View,
    asked: Segment,
    keys: Hashes,
    limits: Numbers,
    options: Options,
    common: Hashes | None,
    *,
    workers: int = 1,
) -> list[list[Verified]]:
    """Return for each of the entries *asked* its verified pairs with entries of *view* below its number in *limits*.

    *keys* are its band keys.
    """
    found: list[list[Verified]] = [[] for _ in range(len(asked))]
    worded = np.flatnonzero(asked.words > 0)
    if not len(worded):
        return found
    rows, numbers = candidates(view.runs, keys[worded], limits[worded])
    rows = worded[rows]
    if len(view.removed):
        there = ~np.isin(numbers, view.removed)
        rows, numbers = rows[there], numbers[there]
    for these in _portions(rows, _PAIRS_AT_ONCE):
        some_rows, some_numbers = _likely(view, asked, rows[these], numbers[these], options, common)
        for those in _portions(some_rows, _TEXTS_AT_ONCE):
            _verify(view, asked, some_rows[those], some_numbers[those], options, common, workers, found)
    return found


def _portions(rows: Numbers, size: int) -> Iterator[slice]:
    """Yield slices of about *size* that do not part the pairs of one row."""
    begin = 0
    while begin < len(rows):
        end = begin + size
        end = len(rows) if end >= len(rows) else int(np.searchsorted(rows, rows[end], side="right"))
        yield slice(begin, end)
        begin = end


def _likely(
    view: View, asked: Segment, rows: Numbers, numbers: Numbers, options: Options, common: Hashes | None
) -> tuple[Numbers, Numbers]:
    """Return the pairs that are worth an exact check."""
    entries, of = np.unique(numbers, return_inverse=True)
    days = view.segments.column("days", entries)
    keep = np.ones(len(rows), dtype=np.bool_)
    if options.window_days is not None:
        ours, theirs = asked.days[rows], days[of]
        apart = np.abs(ours.astype(np.int64) - theirs)
        keep &= (ours == NO_DAY) | (theirs == NO_DAY) | (apart <= options.window_days)
    digests = view.segments.column("digests", entries)
    keep &= _first_of_text(rows, digests[of], days[of] if options.window_days is not None else None, keep)
    rows, numbers, of = rows[keep], numbers[keep], of[keep]
    involved, at = np.unique(rows, return_inverse=True)
    signatures = np.concatenate((asked.signatures[involved], view.segments.column("signatures", entries)))
    second = of + len(involved)
    if common is None:
        sizes = np.concatenate((asked.sizes[involved], view.segments.column("sizes", entries))).astype(np.int64)
        keep = promising_pairs(signatures, sizes, at, second, options)
        rows, numbers, at, second = rows[keep], numbers[keep], at[keep], second[keep]
    if len(rows) and np.bincount(at).max() > MOST:
        agree = np.count_nonzero(signatures[at] == signatures[second], axis=1)
        order = np.lexsort((numbers, -agree, rows))
        begins = np.flatnonzero(np.diff(rows[order], prepend=-1))
        depth = np.arange(len(order)) - np.repeat(begins, np.diff(np.append(begins, len(order))))
        keep = np.sort(order[depth < MOST])
        rows, numbers = rows[keep], numbers[keep]
    return rows, numbers


def _first_of_text(
    rows: Numbers, digests: npt.NDArray[np.uint64], days: npt.NDArray[np.int32] | None, among: Flags
) -> Flags:
    """Return which pairs are the first of their row with this text (and day), of those that *among* marks."""
    places = np.flatnonzero(among)
    keys = [digests[places, 0], digests[places, 1], rows[places]]
    if days is not None:
        keys.append(days[places])
    order = np.lexsort([places, *keys])
    fresh = np.zeros(len(order), dtype=np.bool_)
    fresh[:1] = True
    for key in keys:
        fresh[1:] |= key[order][1:] != key[order][:-1]
    first = np.zeros(len(rows), dtype=np.bool_)
    first[places[order[fresh]]] = True
    return first


def _verify(
    view: View,
    asked: Segment,
    rows: Numbers,
    numbers: Numbers,
    options: Options,
    common: Hashes | None,
    workers: int,
    found: list[list[Verified]],
) -> None:
    """Add the verified ones of the pairs to *found*."""
    ours, first = np.unique(rows, return_inverse=True)
    theirs, second = np.unique(numbers, return_inverse=True)
    both = Segment.join([asked.take(ours), view.segments.take(theirs)])
    second += len(ours)
    evidence = verify_pairs(
        both.sets(),
        both.words.astype(np.int64),
        first,
        second,
        options,
        same_text=lambda a, b: bool((both.digests[a] == both.digests[b]).all()),
        in_order=both.in_order,
        common=common,
        workers=workers,
    )
    overlaps = evidence.overlaps
    columns = (
        evidence.first,
        both.numbers[evidence.second],
        evidence.kinds(options),
        overlaps.shared,
        overlaps.weight,
        overlaps.lighter,
        overlaps.heavier,
        evidence.spread.view(np.int64),
    )
    for row, *pair in zip(*(column.tolist() for column in columns), strict=True):
        found[int(ours[row])].append(Verified(*pair))
