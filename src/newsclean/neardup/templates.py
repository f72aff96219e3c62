"""Same frame, other figures: weather, markets, results, fuel prices.

A report that a desk writes every day from one form shares most of its words with yesterday's, more than a copy with
scanning errors shares with its original, so no threshold of similarity tells the two apart. What does:

* *Figures.* The report was written for its figures; they are all new. A copy, however garbled, keeps them about as
  well as it keeps its words. Measured as the containment of the shingles that carry a digit, against the
  containment of all: below ``FIGURES_KEPT`` of it, the figures have gone.
* *Stretches.* A live story may come again with new figures throughout, but then whole paragraphs stand as they were.
  In a form every sentence has a slot, and the shared stretches are short, but for one: the form may end on a fixed
  paragraph. So the longest is set aside, and the others are measured: the mean of their lengths, weighted by length
  (how long a stretch a shared word lies in on average), is below ``STRETCH`` words. The longest must not be
  most of what is shared (``LONGEST``), or it is a copy with some chance agreement around it.

All must hold.

Where it fails: a form filled with names and no figures (appointments, obituaries without dates) is not seen; a
correction to a short report of figures may be taken for the next day's.
"""

from __future__ import annotations

import numpy as np

from newsclean.neardup.shingles import WORDS_A_SHINGLE, Hashes
from newsclean.neardup.verify import Flags, Overlaps

__all__ = ["is_form", "lost_figures"]

# Chosen on the labelled sets; .65 to .75 of the figures, 18 to 22 words and 6 to 10 figures differ by a few pairs.
FIGURES_KEPT = 0.7
STRETCH = 20
LONGEST = 0.6
LEAST_FIGURES = 8  # shingles with a digit: about three figures in running text; below, their loss is chance


def lost_figures(overlaps: Overlaps) -> Flags:
    """Return for which pairs the figures agree far less than the words; the first sign, from the counts alone."""
    kept = overlaps.shared_figures / np.maximum(overlaps.fewer_figures, 1)
    return (overlaps.fewer_figures >= LEAST_FIGURES) & (kept < FIGURES_KEPT * overlaps.plain_containment)


def is_form(shorter: Hashes, other: Hashes) -> bool:
    """Return whether a text shares only short stretches with another, as a form does; the second sign.

    *shorter* are the shingles of the text with fewer words, in reading order; *other* the sorted distinct shingles of
    the longer one.
    """
    at = np.searchsorted(other, shorter)
    at[at == len(other)] = 0
    inside = other[at] == shorter
    edges = np.flatnonzero(np.diff(np.concatenate(([False], inside, [False])).astype(np.int8)))
    lengths = np.sort(edges[1::2] - edges[::2]) + WORDS_A_SHINGLE - 1
    shared, others = int(lengths.sum()), lengths[:-1]
    if not shared or lengths[-1] > LONGEST * shared:
        return False
    return bool((others * others).sum() < STRETCH * others.sum())
