"""The lines of several texts, one text below the other, so that one step of numpy measures them all.

What a step of numpy costs is mostly the asking: on the 28 lines of one article a thousand such steps took four times as
long as the work in them. Nothing that is said of a line may depend on the other texts of its stack, to the last bit:
sums are exact or taken text by text, and what looks up or down stops at the ends of its text.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

__all__ = ["Flags", "Floats", "Groups", "Stack"]

Floats: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Groups: TypeAlias = npt.NDArray[np.int64]
Numbers = TypeVar("Numbers", Floats, Groups, Flags)


class Stack:
    """Which lines belong to which text: T texts of *sizes* lines, n lines in all.

    >>> stack = Stack([2, 3])
    >>> stack.order.tolist(), stack.left.tolist()
    ([0, 1, 0, 1, 2], [1, 0, 2, 1, 0])
    >>> stack.shifted(np.array([1.0, 2.0, 3.0, 4.0, 5.0]), 1).tolist()
    [0.0, 1.0, 0.0, 3.0, 4.0]
    """

    def __init__(self, sizes: Sequence[int]) -> None:
        self.sizes: Groups = np.array(sizes, np.int64)
        self.ends: Groups = self.sizes.cumsum()
        self.starts: Groups = self.ends - self.sizes
        self.one = len(sizes) == 1
        """Whether there is one text only: then much need not be asked."""
        self.n = int(self.ends[-1])

    @cached_property
    def owner(self) -> Groups:
        """(n,): the text of each line."""
        return np.arange(len(self.sizes)).repeat(self.sizes)

    @cached_property
    def place(self) -> Groups:
        """(n,): the place of each line in the stack."""
        return np.arange(self.n)

    @cached_property
    def order(self) -> Groups:
        """(n,): the place of each line in its text."""
        return self.place if self.one else self.place - self.spread(self.starts)

    @cached_property
    def left(self) -> Groups:
        """(n,): how many lines of its text stand below each line."""
        return self.spread(self.sizes) - 1 - self.order

    def spread(self, values: Numbers) -> Numbers:
        """Return the value of its text for each line, (n,); *values* is (T,), and where there is one text stays so."""
        return values if self.one else values.repeat(self.sizes)

    def sums(self, values: Floats | Groups | Flags) -> Floats:
        """Return the sum of *values* in each text, (T,); exact only where the sums are."""
        result: Floats = (
            values.sum(dtype=np.float64, keepdims=True)
            if self.one
            else np.add.reduceat(values, self.starts, dtype=np.float64)
        )
        return result

    def running(self, values: Flags | Floats) -> Floats:
        """Return for each line the sum of *values* of its text up to and with it; exact only where the sums are."""
        result: Floats = values.cumsum(dtype=np.float64)
        if not self.one:
            before = np.zeros(len(self.sizes))
            before[1:] = result[self.ends[:-1] - 1]
            result -= self.spread(before)
        return result

    def shifted(self, values: Numbers, by: int) -> Numbers:
        """Return for each line the value of the line *by* above it in its text (below, where negative); 0 for none."""
        result = np.zeros_like(values)
        if by > 0:
            result[by:] = values[:-by]
        else:
            result[:by] = values[-by:]
        if not self.one:
            for beyond in range(abs(by)):
                at = self.starts + beyond if by > 0 else self.ends - 1 - beyond
                result[at[(at >= 0) & (at < self.n)]] = 0
        return result

    def neighbours(self, rows: Groups, by: int) -> Groups:
        """Return the places of the lines *by* above *rows* in their texts (below, where negative); n for none."""
        order = self.order[rows] - by
        there = (order >= 0) & (order < self.sizes[self.owner[rows]])
        result: Groups = np.where(there, rows - by, self.n)
        return result

    def down(self, step: np.ufunc, values: Floats) -> Floats:
        """Return *values* accumulated by *step* from the first line of each text on, as for that text alone."""
        if self.one:
            result: Floats = step.accumulate(values)
            return result
        return self._columns(step, values, self.order)

    def up(self, step: np.ufunc, values: Floats) -> Floats:
        """Return *values* accumulated by *step* from the last line of each text on, upwards."""
        if self.one:
            result: Floats = step.accumulate(values[::-1])[::-1]
            return result
        return self._columns(step, values, self.left)

    def _columns(self, step: np.ufunc, values: Floats, place: Groups) -> Floats:
        """Set each text as a column of its own, by *place*, and accumulate down the columns."""
        columns = np.zeros((int(self.sizes.max()), len(self.sizes)))
        columns[place, self.owner] = values
        result: Floats = step.accumulate(columns, axis=0)[place, self.owner]
        return result
