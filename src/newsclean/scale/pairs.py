"""Verified pairs as arrays, wherever they were checked: in files, or on a cluster."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from newsclean.neardup.options import Options
from newsclean.neardup.spread import Spread
from newsclean.neardup.verify import Counts

__all__ = ["CheckedPairs"]


@dataclass(frozen=True, slots=True)
class CheckedPairs:
    """Verified pairs, with what a decision needs of them."""

    first: Counts
    second: Counts
    jaccard: npt.NDArray[np.float64]
    containment: npt.NDArray[np.float64]
    kind: npt.NDArray[np.int8]
    spread: Spread

    def kinds(self, options: Options) -> npt.NDArray[np.int8]:
        """Return the kind of each pair, under the options it was verified with."""
        return self.kind

    def at(self, which: Counts) -> CheckedPairs:
        """Return the pairs with these numbers."""
        return CheckedPairs(*(getattr(self, name)[which] for name in self.__slots__))
