"""Groups from verified pairs alone: every member was itself compared with its leader.

Following chains instead (a like b, b like c, so a with c) joins strangers: collections are known in which one
template drew tens of thousands of unrelated articles into a single group. So a group is a star. Texts are visited in
order, those with the most verified copies first, then the longer ones; each that is still free becomes the leader of
its free neighbours.

``linkage="component"`` follows chains after all, for who wants every version of a developing story together. Each
member then names the neighbour through which it came in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from newsclean.neardup.verify import Counts, Flags

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


def join_direct(first: Counts, second: Counts, length: Counts, fixed: Flags) -> Joins:
    """Return stars: each text that joins is a verified neighbour of its leader.

    ``first[i], second[i]`` are the verified pairs, *length* orders texts of equally many neighbours. A text that is
    *fixed* (in the archive) leads before all others and joins nobody.
    """
    count = len(length)
    neighbours = _Neighbours(count, first, second)
    joins = Joins(list(range(count)), list(range(count)), [-1] * count)
    taken = fixed.tolist()
    for text in neighbours.visiting_order(length, fixed):
        if taken[text] and not fixed[text]:
            continue
        taken[text] = True
        for other, edge in neighbours.of(text):
            if not taken[other]:
                taken[other] = True
                joins.leader[other] = joins.via[other] = text
                joins.edge[other] = edge
    return joins


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
