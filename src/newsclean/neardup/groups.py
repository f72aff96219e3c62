"""Groups from verified pairs alone: every member was itself compared with its leader.

Following chains instead (a like b, b like c, so a with c) joins strangers: collections are known in which one
template drew tens of thousands of unrelated articles into a single group. So a group is a star. Texts are visited in
order, those with the most verified copies first, then the longer ones; each that is still free becomes the leader of
its free neighbours.

Nor do strangers gather around one text that holds them all, a round-up or a thread: whoever joins a leader must lie
where the largest part of it lies, partly at least (``spread``). What does not is left to groups of its own.

``linkage="component"`` follows chains after all, for who wants every version of a developing story together. Each
member then names the neighbour through which it came in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from newsclean.neardup.spread import EVERYWHERE, Spread, overlap
from newsclean.neardup.verify import Counts, Flags

OVERLAP = 0.3  # of the smaller of two parts; stories that share less are not one

__all__ = ["Joins", "join_components", "join_direct"]


@dataclass(frozen=True, slots=True)
class Joins:
    """Who belongs to whom: by text, its leader (itself when alone), the text it was verified against, the edge."""

    leader: list[int]
    via: list[int]
    edge: list[int]
    """Number of the verified pair (text, via); -1 for a leader."""


class _Neighbours:
    """The verified pairs as lists of neighbours; time and memory in proportion to the pairs."""

    def __init__(self, count: int, first: Counts, second: Counts) -> None:
        ends = np.concatenate((first, second))
        order = np.argsort(ends, kind="stable")
        self.degree = np.bincount(ends, minlength=count)
        # Views read as lists of numbers do, at a quarter of the memory.
        self._others = np.concatenate((second, first))[order].data
        self._edges = np.concatenate((np.arange(len(first)), np.arange(len(first))))[order].data
        self._offsets = np.concatenate(([0], np.cumsum(self.degree))).data

    def of(self, text: int) -> Iterator[tuple[int, int]]:
        """Yield each neighbour of *text* and the number of the pair."""
        here = slice(self._offsets[text], self._offsets[text + 1])
        return zip(self._others[here], self._edges[here], strict=True)

    def visiting_order(self, length: Counts, fixed: Flags) -> list[int]:
        """Return the texts that have a neighbour, the likely leaders first; input order decides ties."""
        order = np.lexsort((np.arange(len(length)), -length, -self.degree, ~fixed))
        return order[self.degree[order] > 0].tolist()  # type: ignore[no-any-return]  # numpy's tolist is untyped


def join_direct(first: Counts, second: Counts, length: Counts, fixed: Flags, spread: Spread | None = None) -> Joins:
    """Return stars: each text that joins is a verified neighbour of its leader.

    ``first[i], second[i]`` are the verified pairs, *spread* is where in the longer one the shorter one lies (None: not
    looked at), *length* (in words) orders texts of equally many neighbours. A text that is *fixed* (in the archive)
    leads before all others, joins nobody, and takes in whoever is its copy.
    """
    count = len(length)
    neighbours = _Neighbours(count, first, second)
    joins = Joins(list(range(count)), list(range(count)), [-1] * count)
    taken = fixed.tolist()
    for text in neighbours.visiting_order(length, fixed):
        if taken[text] and not fixed[text]:
            continue
        taken[text] = True
        free = [(other, edge) for other, edge in neighbours.of(text) if not taken[other]]
        if spread is not None and not fixed[text]:
            free = list(_of_one_story(text, free, length, spread))
        for other, edge in free:
            taken[other] = True
            joins.leader[other] = joins.via[other] = text
            joins.edge[other] = edge
    return joins


def _of_one_story(
    text: int, neighbours: list[tuple[int, int]], length: Counts, spread: Spread
) -> Iterator[tuple[int, int]]:
    """Yield those *neighbours* of *text* that lie, in part at least, where the largest part of it lies among them."""
    places = [
        int(spread[edge]) if (length[other], other) < (length[text], text) else EVERYWHERE for other, edge in neighbours
    ]
    largest = max((place for place in places if place != EVERYWHERE), key=int.bit_count, default=EVERYWHERE)
    for neighbour, place in zip(neighbours, places, strict=True):
        if place in (EVERYWHERE, largest) or overlap(place, largest) >= OVERLAP:
            yield neighbour


def join_components(first: Counts, second: Counts, length: Counts, fixed: Flags) -> Joins:
    """Return whole components of the verified pairs, spread breadth first from their best leader.

    Two *fixed* texts stay apart: what could join either joins the one it is nearer to, in steps.
    """
    count = len(length)
    neighbours = _Neighbours(count, first, second)
    joins = Joins(list(range(count)), list(range(count)), [-1] * count)
    taken = fixed.tolist()
    order = neighbours.visiting_order(length, fixed)
    front = [text for text in order if taken[text]]
    for start in [None, *order]:
        if start is not None and not taken[start]:
            taken[start] = True
            front = [start]
        while front:
            following = []
            for text in front:
                for other, edge in neighbours.of(text):
                    if not taken[other]:
                        taken[other] = True
                        joins.leader[other] = joins.leader[text]
                        joins.via[other], joins.edge[other] = text, edge
                        following.append(other)
            front = following
    return joins
