"""The thresholds and other options, checked once, with their defaults."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

from newsclean.errors import OptionError
from newsclean.neardup.keep import KeepPolicy, check_keep

__all__ = ["CONTAINMENT", "THRESHOLD", "Linkage", "Options", "check_options", "check_share"]

Linkage: TypeAlias = Literal["direct", "component"]

# The best one setting for all labelled sets together (made variants of real articles, reprints of rumours, newswire).
# At a Jaccard of .4 recurring wire reports with other names come in (precision .98 there instead of .997); at .5
# heavily edited copies drop out. At a containment of .6 stories that share half of their words come in, and a later
# story that repeats background reaches it; at .7 one reprint in 50 is lost.
THRESHOLD = 0.45
CONTAINMENT = 0.65


@dataclass(frozen=True, slots=True)
class Options:
    """What decides on verified pairs; see :func:`~newsclean.neardup.find_duplicates`."""

    threshold: float
    containment: float
    keep: KeepPolicy
    window_days: int | None
    linkage: Linkage


def check_options(
    threshold: float, containment: float, keep: object, window_days: int | None, linkage: Linkage
) -> Options:
    """Return the options.

    Raises:
        OptionError: one of them is out of its range.
    """
    if linkage not in ("direct", "component"):
        raise OptionError(f"linkage is 'direct' or 'component', not {linkage!r}")
    if window_days is not None and (
        not isinstance(window_days, int) or isinstance(window_days, bool) or window_days < 0
    ):
        raise OptionError(f"window_days is a whole number of days, 0 or more, or None for any, not {window_days!r}")
    return Options(
        check_share("threshold", threshold),
        check_share("containment", containment),
        check_keep(keep),
        window_days,
        linkage,
    )


def check_share(name: str, value: float) -> float:
    """Return *value*, a similarity above 0 and up to 1, as a float.

    Raises:
        OptionError: it is not.
    """
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or math.isnan(value) or not 0 < value <= 1:
        raise OptionError(f"{name} is a number above 0 and up to 1, such as 0.5, not {value!r}")
    return float(value)
