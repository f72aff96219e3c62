"""Same frame, other figures: weather, markets, results, fuel prices.

A report that a desk writes every day from one form shares most of its words with yesterday's, more than a copy with
scanning errors shares with its original, so no threshold of similarity tells the two apart. What does:

* *Figures.* The report was written for its figures; they are all new. A copy, however garbled, keeps them about as
  well as it keeps its words. Measured as the containment of the shingles that carry a digit, against the
  containment of all: below ``FIGURES_KEPT`` of it, the figures have gone. And there are many of them: ``DENSITY``. A
  story with four figures in it may well come again with all four restyled (forty, 40) or rounded.
* *Stretches.* A live story may come again with new figures throughout, but then whole paragraphs stand as they were.
  In a form every sentence has a slot, and the shared stretches are short, but for one: the form may end on a fixed
  paragraph. So the longest is set aside, and the others are measured: the mean of their lengths, weighted by length
  (how long a stretch a shared word lies in on average), is below ``STRETCH`` words. The longest must not be
  most of what is shared (``LONGEST``), or it is a copy with some chance agreement around it.

All must hold.

In a brief text (alerts, results, notices of a few dozen words) there is no room for many figures nor for long
stretches, and a figure is what it is about: there it is enough that the figures have gone, be it one.

Where it fails: a form filled with names and no figures (appointments, obituaries without dates) is not seen; a
correction to a short report of figures may be taken for the next day's.
"""

from __future__ import annotations

import numpy as np

from newsclean.neardup.shingles import WORDS_A_SHINGLE, Hashes, Ragged
from newsclean.neardup.verify import Counts, Flags, Overlaps, is_in

__all__ = ["are_brief_forms", "are_forms", "is_form", "is_shorter", "lost_figures"]

# Chosen on the labelled sets; .65 to .75 of the figures, 18 to 22 words and 6 to 10 figures differ by a few pairs.
FIGURES_KEPT = 0.7
STRETCH = 20
LONGEST = 0.6
# A figure in 30 words. On the labelled sets forms have .14 or more, copies with restyled figures mostly .03 to .09.
DENSITY = 0.1
LEAST_FIGURES = 8  # shingles with a digit: about three figures in running text; below, their loss is chance
BRIEF = 60  # words; by eye, on made-up alerts, lottery numbers and polls
_AT_ONCE = 1024  # pairs: about 10 MB


def lost_figures(overlaps: Overlaps) -> Flags:
    """Return for which pairs the figures agree far less than the words; the first sign, from the counts alone."""
    kept = overlaps.shared_figures / np.maximum(overlaps.fewer_figures, 1)
    many: Flags = overlaps.fewer_figures >= np.maximum(LEAST_FIGURES, DENSITY * overlaps.smaller)
    return many & (kept < FIGURES_KEPT * overlaps.plain_containment)


def are_brief_forms(overlaps: Overlaps, shorter: Counts) -> Flags:
    """Return which pairs are brief texts with other figures; *shorter* is the words of the shorter one."""
    kept = overlaps.shared_figures / np.maximum(overlaps.fewer_figures, 1)
    lost: Flags = kept < FIGURES_KEPT * overlaps.plain_containment
    return lost & (overlaps.fewer_figures > 0) & (shorter < BRIEF)


def is_shorter(length: Counts, sets: Ragged, first: Counts, second: Counts) -> Flags:
    """Return whether row ``first[i]`` is the shorter of a pair: in words, ties by content so that no order decides."""
    sums = np.add.reduceat(sets.values, sets.offsets[:-1])
    tie = (length[first] == length[second]) & (sums[first] <= sums[second])
    shorter: Flags = (length[first] < length[second]) | tie
    return shorter


def is_form(shorter: Hashes, other: Hashes) -> bool:
    """Return whether a text shares only short stretches with another, as a form does; the second sign.

    *shorter* are the shingles of the text with fewer words, in reading order; *other* the sorted distinct shingles of
    the longer one.
    """
    zero = np.zeros(1, dtype=np.int64)
    rows = Ragged(other, np.array([0, len(other)]))
    return bool(are_forms(Ragged(shorter, np.array([0, len(shorter)])), zero, rows, zero)[0])


def are_forms(sequences: Ragged, shorter: Counts, sets: Ragged, longer: Counts) -> Flags:
    """Return :func:`is_form` of row ``shorter[i]`` of *sequences* with row ``longer[i]`` of *sets*, for all i."""
    starts = range(0, len(shorter), _AT_ONCE)
    these = (slice(start, start + _AT_ONCE) for start in starts)
    parts = [_forms_of(sequences, shorter[some], sets, longer[some]) for some in these]
    return np.concatenate([np.empty(0, dtype=np.bool_), *parts])


def _forms_of(sequences: Ragged, shorter: Counts, sets: Ragged, longer: Counts) -> Flags:
    pairs = len(shorter)
    ends = np.cumsum(sequences.offsets[shorter + 1] - sequences.offsets[shorter])
    begins_at = np.concatenate(([0], ends[:-1]))
    inside = np.empty(ends[-1], dtype=np.bool_)
    needles, back, known = np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64), -1
    for text, other, begin, end in zip(
        shorter.tolist(), longer.tolist(), begins_at.tolist(), ends.tolist(), strict=True
    ):
        if text != known:  # sorted needles are found three times as fast, and a text mostly has several pairs
            needles, back = np.unique(sequences.row(text), return_inverse=True)
            known = text
        inside[begin:end] = is_in(sets.row(other), needles)[back]
    # A stretch begins inside where the one before is not, or where a text begins; and ends likewise.
    before, after = np.roll(inside, 1), np.roll(inside, -1)
    before[begins_at] = after[ends - 1] = False
    begins, last = np.flatnonzero(inside & ~before), np.flatnonzero(inside & ~after)
    words = last - begins + WORDS_A_SHINGLE
    pair = np.searchsorted(ends, begins, side="right")
    shared = np.bincount(pair, weights=words, minlength=pairs)
    squares = np.bincount(pair, weights=words * words, minlength=pairs)
    longest = np.zeros(pairs, dtype=np.int64)
    np.maximum.at(longest, pair, words)
    short: Flags = squares - longest * longest < STRETCH * (shared - longest)
    return short & (shared > 0) & (longest <= LONGEST * shared)
