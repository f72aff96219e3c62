"""What two texts are to each other, from their counts: the first kind that fits.

========= ============================================================================================
exact     the same text, white space aside
template  alike as near or contained ones are, but a form filled in twice (see ``templates``)
near      Jaccard at or above the threshold
contained containment at or above its threshold, with enough shared shingles and words to mean something
========= ============================================================================================

A pair that is none of these is no duplicate.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from newsclean.neardup.verify import Counts, Flags, Overlaps

__all__ = ["CONTAINED", "EXACT", "KINDS", "LEAST_SHARED", "LEAST_WORDS", "NEAR", "NONE", "TEMPLATE", "Kind", "classify"]

Kind: TypeAlias = Literal["exact", "near", "contained", "template"]
KINDS: tuple[Kind, ...] = ("exact", "near", "contained", "template")
EXACT, NEAR, CONTAINED, TEMPLATE = range(4)
NONE = -1

# A small text lies in a large one by accident: a caption, a stock phrase.
LEAST_SHARED = 30  # shingles
LEAST_WORDS = 40


def classify(
    overlaps: Overlaps, shorter: Counts, identical: Flags, forms: Flags, threshold: float, containment: float
) -> npt.NDArray[np.int8]:
    """Return the kind of each pair as its place in ``KINDS``, or ``NONE``.

    *shorter* is the number of words of the shorter text, *identical* and *forms* say which pairs have the same text
    and which are one form.
    """
    kinds = np.full(len(shorter), NONE, dtype=np.int8)
    enough = (overlaps.shared >= LEAST_SHARED) & (shorter >= LEAST_WORDS)
    kinds[enough & (overlaps.containment >= containment)] = CONTAINED
    kinds[overlaps.jaccard >= threshold] = NEAR
    kinds[(kinds != NONE) & forms] = TEMPLATE
    kinds[identical] = EXACT
    return kinds
