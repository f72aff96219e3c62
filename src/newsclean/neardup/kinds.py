"""What two texts are to each other, from their counts: the first kind that fits.

========= ============================================================================================
exact     the same text, white space aside
template  alike as near or contained ones are, but a form filled in twice (see ``templates``)
near      Jaccard at or above the threshold; in a brief text, also nearly all of it in the other
contained containment at or above its threshold, with enough shared shingles and words to mean something
========= ============================================================================================

A pair that is none of these is no duplicate.

Brief texts (headlines, alerts, posts): "Police appeal after crash in Alton leaves two hurt" is another story in
Dunmore, and a share of eight words knows nothing of it. So the briefer the shorter text, the more of it must stand in
the other: all of it up to some fifteen words, all but one changed word at thirty. What is added around it (a hashtag,
"read more") is no hindrance.
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

# The containment that a brief text needs: 1 up to ten words, a hundredth less for each further one, so that from 48
# words on a Jaccard of .45 says as much. Chosen by eye on made-up headlines, alerts and posts; the labelled sets have
# no true pair as brief.
_WHOLE, _LESS = 10, 0.01


def classify(
    overlaps: Overlaps, shorter: Counts, identical: Flags, forms: Flags, threshold: float, containment: float
) -> npt.NDArray[np.int8]:
    """Return the kind of each pair as its place in ``KINDS``, or ``NONE``.

    *shorter* is the number of words of the shorter text, *identical* and *forms* say which pairs have the same text
    and which are one form.
    """
    kinds = np.full(len(shorter), NONE, dtype=np.int8)
    enough = (overlaps.shared >= LEAST_SHARED) & (shorter >= LEAST_WORDS)
    whole = overlaps.plain_containment >= 1 - _LESS * np.maximum(shorter - _WHOLE, 0)
    # A form is alike by plain counts, for it is the common shingles that it consists of.
    plainly = enough & (overlaps.plain_containment >= containment) | whole & (overlaps.plain_jaccard >= threshold)
    kinds[enough & (overlaps.containment >= containment)] = CONTAINED
    kinds[whole & (overlaps.jaccard >= threshold)] = NEAR
    kinds[forms & ((kinds != NONE) | plainly)] = TEMPLATE
    kinds[identical] = EXACT
    return kinds
