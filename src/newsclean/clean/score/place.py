"""Where a line stands: among the lines that read like prose, and among those that rules are sure of."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from newsclean.clean.score.features import BASE, Floats, Groups, Measured, rounded

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
_BLOCKS = np.array([2, 4, 10])


class Windows(NamedTuple):
    """For each line the lines around it, of several reaches: a row a line, a column a reach."""

    low: Groups
    high: Groups
    """One behind the last."""
    size: Floats


def windows(n: int, reaches: tuple[int, ...]) -> Windows:
    """Return which of *n* lines are no more than each of *reaches* away from each line."""
    return _kept_windows(n, reaches) if n <= 400 else _windows(n, reaches)


def _windows(n: int, reaches: tuple[int, ...]) -> Windows:
    order, reach = np.arange(n)[:, None], np.array(reaches)
    low, high = np.maximum(order - reach, 0), np.minimum(order + reach + 1, n)
    return Windows(low, high, (high - low).astype(float))


_kept_windows = lru_cache(maxsize=512)(_windows)


def place(measured: Measured) -> Floats:
    """Return the place features, a row a line, a column for each of :data:`PLACE`."""
    prose, chars, sure = measured.prose, measured.chars, measured.sure
    n = len(prose)
    order = np.arange(n)
    out = np.zeros((n, len(PLACE)))
    of_prose = prose.nonzero()[0]
    count = len(of_prose)
    if count:
        out[: of_prose[0], 0] = 1
        out[of_prose[-1] + 1 :, 1] = 1
    else:
        out[:, 2] = 1
    out[0, 3] = 1
    out[-1, 4] = 1
    logs = np.log1p(order) / 3
    out[:, 5] = logs
    out[:, 6] = logs[::-1]
    running = chars.cumsum()
    total = max(float(running[-1]), 1.0)
    np.divide(running - chars, total, out=out[:, 7])
    np.divide(total - running, total, out=out[:, 8])
    up, down = np.full(n, _FAR), np.full(n, _FAR)
    up[1:] = order[1:] - np.maximum.accumulate(np.where(prose, order, -_FAR))[:-1]
    down[:-1] = np.minimum.accumulate(np.where(prose, order, n + _FAR)[::-1])[-2::-1] - order[:-1]
    np.minimum(up, _FAR, out=up)
    np.minimum(down, _FAR, out=down)
    np.divide(up, _FAR, out=out[:, 9])
    np.divide(down, _FAR, out=out[:, 10])
    block = up + down
    block -= 1
    block[of_prose] = 0
    out[:, 11:14] = block[:, None] >= _BLOCKS
    near = windows(n, (_REACH,))
    running = np.zeros(n + 1)
    prose.cumsum(out=running[1:])
    out[:, 14] = ((running.take(near.high) - running.take(near.low)) / near.size)[:, 0]
    apart = np.full(n + 1, 3.0)
    words = measured.log_words
    np.abs(words[1:] - words[:-1], out=apart[1:-1])
    out[:, 18] = (np.minimum(apart[:-1], apart[1:]) < 0.3) & ~prose
    share = count / n
    out[:, 15] = share
    out[:, 16] = float(np.log1p(n)) / 5
    out[:, 17] = min(float(chars[of_prose].sum()) / 4000, 1.0)
    out[:, 19] = 1 - share
    out[:, 20] = float(measured.base[:, _QUESTION].sum()) / n
    through = sure.cumsum()
    if named := int(through[-1]):
        below, above = named - through, through - sure
        out[:, 21] = np.minimum(below, 5) / 5
        out[:, 22] = np.minimum(above, 5) / 5
        out[:, 23] = below / n
        out[:, 24] = above / n
    return rounded(out)
