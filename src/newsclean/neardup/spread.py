"""Where in a long text its shorter copies lie: two parts of one digest are two stories.

A round-up of the day's news, a thread that quotes its letters whole, a live page that ends on last week's: each holds
short articles in full, and those have nothing in common with one another. Grouped around the long one, strangers would
stand side by side as copies. So for each verified pair it is noted which of 64 equal stretches of the longer text the
shorter one covers, and those who gather around one leader must overlap there (``groups``).

Only for texts of different sizes; of two that are about as long, either covers the other.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from newsclean.neardup.shingles import Ragged
from newsclean.neardup.verify import Counts, Flags, is_in

__all__ = ["EVERYWHERE", "Spread", "overlap", "spreads"]

Spread = npt.NDArray[np.uint64]
"""A bit for each stretch."""

EVERYWHERE = (1 << 64) - 1

STRETCHES = 64
SHORTER = 0.75  # of two texts nearer in size nothing is noted
COVERED = 3  # a stretch is covered when one in three of its shingles is shared: scanning errors may take two thirds
LOOKS = 256  # shingles of a long text looked at, evenly: four a stretch or more
_AT_ONCE = 100_000  # pairs whose texts are read again at a time


def spreads(
    sets: Ragged, shorter: Counts, longer: Counts, wanted: Flags, in_order: Callable[[Counts], Ragged]
) -> Spread:
    """Return which stretches of row ``longer[i]`` row ``shorter[i]`` covers; ``EVERYWHERE`` where not *wanted*.

    *in_order* gives the shingles of some rows in reading order.
    """
    found = np.full(len(shorter), EVERYWHERE, dtype=np.uint64)
    sizes = np.diff(sets.offsets)
    pairs = np.flatnonzero(wanted & (sizes[shorter] < SHORTER * sizes[longer]))
    pairs = pairs[np.argsort(longer[pairs], kind="stable")]
    for start in range(0, len(pairs), _AT_ONCE):
        these = pairs[start : start + _AT_ONCE]
        rows, which = np.unique(longer[these], return_inverse=True)
        sequences = in_order(rows)
        for pair, row in zip(these.tolist(), which.tolist(), strict=True):
            sequence = sequences.row(row)
            sequence = sequence[:: max(1, len(sequence) // LOOKS)]
            stretch = np.arange(len(sequence)) * STRETCHES // len(sequence)
            shared = np.bincount(stretch[is_in(sets.row(int(shorter[pair])), sequence)], minlength=STRETCHES)
            covered = (shared > 0) & (shared * COVERED >= np.bincount(stretch, minlength=STRETCHES))
            found[pair] = np.packbits(covered, bitorder="little").view(np.uint64)[0]
    return found


def overlap(one: int, other: int) -> float:
    """Return the share of the smaller spread that lies in the other, 0 to 1; 0 if either is nowhere.

    >>> overlap(0b1110, 0b0111), overlap(0b1100, 0b0011), overlap(EVERYWHERE, 0b1)
    (0.6666666666666666, 0.0, 1.0)
    """
    return (one & other).bit_count() / max(1, min(one.bit_count(), other.bit_count()))
