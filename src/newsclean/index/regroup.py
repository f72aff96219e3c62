"""Groups from the verified pairs that the index has kept, by the same hands as ``find_duplicates`` makes them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from newsclean.index.segment import NO_DAY, Segments
from newsclean.index.store import Store
from newsclean.model import Article
from newsclean.neardup.decide import Group, decide
from newsclean.neardup.evidence import Collection, Evidence
from newsclean.neardup.kinds import EXACT, TEMPLATE
from newsclean.neardup.options import Options
from newsclean.neardup.verify import Overlaps

__all__ = ["grouped"]


@dataclass(frozen=True, slots=True)
class _Kept(Evidence):
    """Verified pairs whose kinds were kept when they were verified, under the options that the index was made with."""

    kept: npt.NDArray[np.int8]

    def kinds(self, options: Options) -> np.ndarray[tuple[int], np.dtype[np.int8]]:
        """Return the kind of each pair, as it was kept."""
        return self.kept


def grouped(store: Store, segments: Segments, options: Options) -> tuple[Group, ...]:
    """Return the groups under *options*."""
    with store.reading() as db:
        rows = db.execute(
            "SELECT number, earlier, kind, shared, weight, lighter, heavier, spread FROM pairs WHERE kind != ? "
            "ORDER BY number",
            (TEMPLATE,),
        ).fetchall()
    pairs = np.array(rows, dtype=np.int64).reshape(-1, 8)
    numbers, ends = np.unique(pairs[:, :2], return_inverse=True)
    if not len(numbers):
        return ()
    names = store.names_of(numbers.tolist())
    days = segments.column("days", numbers)
    articles = [
        Article("", id=id, site=site, date=None if day == NO_DAY else dt.date.fromordinal(day))
        for (id, site), day in zip((names[number] for number in numbers.tolist()), days.tolist(), strict=True)
    ]
    # Articles with one text (of one day, where the day counts) are one from here on, as in find_duplicates.
    keys: list[Any] = segments.column("digests", numbers).tolist()
    if options.window_days is not None:
        keys = [[*key, day] for key, day in zip(keys, days.tolist(), strict=True)]
    number_of: dict[tuple[int, ...], int] = {}
    text_of = np.array([number_of.setdefault(tuple(key), len(number_of)) for key in keys], dtype=np.int64)
    members: list[list[int]] = [[] for _ in number_of]
    for place, text in enumerate(text_of.tolist()):
        members[text].append(place)
    length = segments.column("words", numbers)[[some[0] for some in members]].astype(np.int64)

    # Two texts may have been met more than once, in either order, by copies of each; the pair is one. Pairs come in the
    # order of find_duplicates, the longer texts first, within a day where the day counts.
    order_by = [np.arange(len(length)), -length]
    if options.window_days is not None:
        day = days[[some[0] for some in members]].astype(np.int64)
        order_by.append(np.where(day == NO_DAY, np.iinfo(np.int64).max, day))
    order = np.lexsort(order_by)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    both = np.sort(rank[text_of[ends.reshape(-1, 2)]], axis=1)
    apart = np.flatnonzero(both[:, 0] != both[:, 1])
    both, which = np.unique(both[apart], axis=0, return_index=True)
    first, second = order[both].T
    which = apart[which]
    kind, shared, weight, lighter, heavier, spread = pairs[which, 2:].T
    nothing = np.zeros(len(first), dtype=np.int64)
    evidence = _Kept(
        first,
        second,
        Overlaps(shared, nothing, nothing, nothing, nothing, weight, lighter, heavier),
        np.minimum(length[first], length[second]),
        kind == EXACT,
        nothing.astype(np.bool_),
        np.ascontiguousarray(spread).view(np.uint64),
        kind.astype(np.int8),
    )
    collection = Collection(articles, len(articles), text_of.tolist(), members)
    return decide(collection, length, evidence, options).groups
