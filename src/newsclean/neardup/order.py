"""In which order texts are visited, and which lie near one another in time."""

from __future__ import annotations

import numpy as np

from newsclean.model import Article
from newsclean.neardup.verify import Counts, Flags

__all__ = ["NO_DATE", "day_of", "visiting_order", "within"]

NO_DATE = np.iinfo(np.int64).max
"""The day of an article without a date."""


def day_of(article: Article) -> int:
    """Return the number of the article's day."""
    return NO_DATE if article.date is None else article.date.toordinal()


def visiting_order(length: Counts, days: Counts | None) -> Counts:
    """Return the texts with words, longest first, ties in input order; with *days* by date first.

    With a window a hot bucket's neighbours must be near in time, or few of them would count.
    """
    keys = [np.arange(len(length)), -length]
    if days is not None:
        keys.append(days)
    order = np.lexsort(keys)
    return order[length[order] > 0]


def within(days: Counts, first: Counts, second: Counts, window_days: int) -> Flags:
    """Return which pairs lie no further apart than *window_days*; what has no date is near to all."""
    a, b = days[first], days[second]
    undated: Flags = (a == NO_DATE) | (b == NO_DATE)
    near: Flags = np.abs(np.where(undated, 0, a) - np.where(undated, 0, b)) <= window_days
    return undated | near
