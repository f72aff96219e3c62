"""Same frame, other figures: weather, markets, results, fuel prices.

A report that a desk writes every day from one form shares most of its words with yesterday's, more than a copy with
scanning errors shares with its original, so no threshold of similarity tells the two apart. What does:

* *Figures.* The report was written for its figures; they are all new. A copy, however garbled, keeps them about as
  well as it keeps its words. Measured as the containment of the shingles that carry a digit, against the
  containment of all: below ``FIGURES_KEPT`` of it, the figures have gone.
* *Stretches.* A live story may come again with new figures throughout, but then whole paragraphs stand as they were.
  In a form every sentence has a slot, and the shared stretches are short. Measured as the mean length of the shared
  stretches, weighted by length (the stretch in which a shared word lies on average): below ``STRETCH`` words.

Both must hold. On labelled pairs above the default thresholds, this marks all 91 of the fuel price kind and 14 of 16
of real recurring wire reports, and about 1 true copy in 50, most of those between two variants which
a common original joins anyway.

Where it fails: a form filled with names and no figures (appointments, obituaries without dates) is not seen; a
correction to a short report of figures may be taken for the next issue of it.
"""

from __future__ import annotations

import numpy as np

from newsclean.neardup.shingles import WORDS_A_SHINGLE, Hashes, shingle_sequence
from newsclean.neardup.verify import Flags, Overlaps

__all__ = ["is_form", "lost_figures", "mean_stretch"]

# Chosen on the labelled sets: .5 to .7 and 45 to 52 words are alike within a few pairs.
FIGURES_KEPT = 0.6
STRETCH = 50
LEAST_FIGURES = 6  # shingles with a digit: two figures in running text; below, their loss is chance


def lost_figures(overlaps: Overlaps) -> Flags:
    """Return for which pairs the figures agree far less than the words; the first sign, from the counts alone."""
    kept = overlaps.shared_figures / np.maximum(overlaps.fewer_figures, 1)
    return (overlaps.fewer_figures >= LEAST_FIGURES) & (kept < FIGURES_KEPT * overlaps.containment)


def mean_stretch(sequence: Hashes, other: Hashes) -> float:
    """Return the mean length, in words, of the stretches of a text that also stand in another, weighted by length.

    *sequence* are the shingles of the text in reading order, *other* the sorted distinct shingles of the other text.
    """
    inside = np.isin(sequence, other, assume_unique=False, kind="sort")
    edges = np.flatnonzero(np.diff(np.concatenate(([False], inside, [False])).astype(np.int8)))
    lengths = edges[1::2] - edges[::2] + WORDS_A_SHINGLE - 1
    return float((lengths * lengths).sum() / lengths.sum()) if len(lengths) else 0.0


def is_form(shorter: str, other: Hashes) -> bool:
    """Return whether the shared stretches are as short as in a form; the second sign, from the shorter text."""
    return mean_stretch(shingle_sequence(shorter), other) < STRETCH
