"""Where a line stands: among the lines that read like prose, and among those that rules are sure of."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from newsclean.clean.score.features import BASE, Measured, rounded
from newsclean.clean.score.stack import Floats, Groups, Stack

__all__ = ["PLACE", "Windows", "place", "windows"]

PLACE = (
    "head", "tail", "no_prose", "first", "last", "from_start", "from_end", "share_above", "share_below", "to_prose_up",
    "to_prose_down", "block_2", "block_4", "block_10", "prose_around", "prose_share", "lines", "prose_chars",
    "alike_neighbours", "short_body", "questions", "named_below", "named_above", "named_share_below",
    "named_share_above",
)  # fmt: skip
"""The features of a line's place in the article."""
_QUESTION = BASE.index("ends_question")
_FAR = 20  # lines
_REACH = 5  # lines
_REMEMBERED = 400  # lines
_BLOCKS = np.array([2, 4, 10])


class Windows(NamedTuple):
    """For each line the lines of its text around it, of several reaches: a row a line, a column a reach."""

    low: Groups
    high: Groups
    """One behind the last."""
    size: Floats


def windows(stack: Stack, reaches: tuple[int, ...]) -> Windows:
    """Return which lines of its text are no more than each of *reaches* away from each line."""
    if stack.one and stack.n <= _REMEMBERED:
        return _windows_of_one(stack.n, reaches)
    order, reach = stack.place[:, None], np.array(reaches)
    low = np.maximum(order - reach, stack.spread(stack.starts)[:, None])
    high = np.minimum(order + reach + 1, stack.spread(stack.ends)[:, None])
    return Windows(low, high, (high - low).astype(float))


@lru_cache(maxsize=512)
def _windows_of_one(n: int, reaches: tuple[int, ...]) -> Windows:
    order, reach = np.arange(n)[:, None], np.array(reaches)
    low, high = np.maximum(order - reach, 0), np.minimum(order + reach + 1, n)
    return Windows(low, high, (high - low).astype(float))


def place(measured: Measured) -> Floats:
    """Return the place features, a row a line, a column for each of :data:`PLACE`."""
    prose, chars, sure, stack = measured.prose, measured.chars, measured.sure, measured.stack
    spread, order = stack.spread, stack.place
    n = stack.n
    out = np.zeros((n, len(PLACE)))
    above_here = stack.running(prose)  # lines of prose, down to each line
    counts = stack.sums(prose)
    count = spread(counts)
    of_prose = prose.nonzero()[0]
    below_here = count - above_here
    out[:, 0] = above_here == 0
    out[:, 1] = below_here == 0
    out[of_prose, 1] = 0
    out[:, :2] *= (count > 0)[:, None]
    out[:, 2] = count == 0
    out[stack.starts, 3] = 1
    out[stack.ends - 1, 4] = 1
    np.log1p(stack.order, out=out[:, 5])
    np.log1p(stack.left, out=out[:, 6])
    out[:, 5:7] /= 3
    running = stack.running(chars)
    total = np.maximum(spread(running[stack.ends - 1]), 1.0)
    np.divide(running - chars, total, out=out[:, 7])
    np.divide(total - running, total, out=out[:, 8])
    up, down = np.full(n, _FAR), np.full(n, _FAR)
    up[1:] = order[1:] - np.maximum.accumulate(np.where(prose, order, -_FAR))[:-1]
    down[:-1] = np.minimum.accumulate(np.where(prose, order, n + _FAR)[::-1])[-2::-1] - order[:-1]
    if not stack.one:
        up[above_here == prose] = _FAR
        down[below_here == 0] = _FAR
    np.minimum(up, _FAR, out=up)
    np.minimum(down, _FAR, out=down)
    np.divide(up, _FAR, out=out[:, 9])
    np.divide(down, _FAR, out=out[:, 10])
    block = up + down
    block -= 1
    block[of_prose] = 0
    out[:, 11:14] = block[:, None] >= _BLOCKS
    near = windows(stack, (_REACH,))
    sums = np.zeros(n + 1)
    prose.cumsum(out=sums[1:])
    out[:, 14] = ((sums.take(near.high) - sums.take(near.low)) / near.size)[:, 0]
    apart = np.full(n + 1, 3.0)
    words = measured.log_words
    np.abs(words[1:] - words[:-1], out=apart[1:-1])
    apart[stack.starts] = 3.0
    out[:, 18] = (np.minimum(apart[:-1], apart[1:]) < 0.3) & ~prose
    share = count / spread(stack.sizes)
    out[:, 15] = share
    out[:, 16] = spread(np.log1p(stack.sizes) / 5)
    out[:, 17] = spread(np.minimum(stack.sums(chars * prose) / 4000, 1.0))
    out[:, 19] = 1 - share
    out[:, 20] = spread(stack.sums(measured.base[:, _QUESTION]) / stack.sizes)
    if sure.any():
        through = stack.running(sure)
        named = spread(through[stack.ends - 1])
        below, above = named - through, through - sure
        size = spread(stack.sizes)
        out[:, 21] = np.minimum(below, 5) / 5
        out[:, 22] = np.minimum(above, 5) / 5
        out[:, 23] = below / size
        out[:, 24] = above / size
    return rounded(out)
