"""How many bands of how many rows find a pair of a given similarity."""

from __future__ import annotations

from dataclasses import dataclass

from newsclean.errors import OptionError
from newsclean.neardup.options import check_share
from newsclean.neardup.signatures import SLOTS

__all__ = ["BandParams", "suggest_params"]


@dataclass(frozen=True, slots=True)
class BandParams:
    """Bands and rows, as ``datasketch.MinHashLSH(num_perm=..., params=(bands, rows))`` takes them."""

    bands: int
    rows: int

    @property
    def slots(self) -> int:
        """The slots of a signature that they use."""
        return self.bands * self.rows

    def probability(self, similarity: float) -> float:
        """Return the probability that a pair of this Jaccard similarity (0 to 1) becomes a candidate.

        >>> round(BandParams(85, 3).probability(0.35), 2)
        0.98
        """
        return float(1 - (1 - similarity**self.rows) ** self.bands)

    @property
    def curve(self) -> tuple[tuple[float, float], ...]:
        """The S-curve: similarity and probability, at every twentieth from 0 to 1."""
        return tuple((step / 20, self.probability(step / 20)) for step in range(21))


def suggest_params(*, threshold: float, recall: float = 0.95, slots: int = SLOTS) -> BandParams:
    """Return bands and rows that find a pair at *threshold* with a probability of at least *recall*.

    datasketch's optimum is the start: it weighs missed pairs against needless candidates over all similarities, and
    so may miss many at the threshold itself. Where it does, rows are taken away and bands added until *recall* is
    reached, with the fewest needless candidates that *slots* slots allow.

    Raises:
        OptionError: an argument is out of its range, or no bands reach the recall with so few slots.

    >>> params = suggest_params(threshold=0.5, recall=0.95)
    >>> params, round(params.probability(0.5), 3)
    (BandParams(bands=42, rows=3), 0.996)
    """
    threshold, recall = check_share("threshold", threshold), check_share("recall", recall)
    if not isinstance(slots, int) or isinstance(slots, bool) or slots < 2:
        raise OptionError(f"slots is a whole number of 2 or more, not {slots!r}")
    if recall == 1 and threshold < 1:
        raise OptionError("no bands find every pair; ask for a recall below 1, such as 0.999")
    bands, rows = _optimum(threshold, slots)
    start = BandParams(bands, rows)
    if start.probability(threshold) >= recall:
        return start
    for fewer in range(rows, 0, -1):
        wider = BandParams(slots // fewer, fewer)
        if wider.probability(threshold) >= recall:
            return wider
    raise OptionError(
        f"{slots} slots reach a recall of {wider.probability(threshold):.3f} at a similarity of {threshold}, "
        f"not {recall}; ask for less, or for more slots"
    )


def _optimum(threshold: float, slots: int) -> tuple[int, int]:
    from datasketch import MinHashLSH  # imports scipy: not before it is needed

    if threshold == 1:  # datasketch's weighing ends below 1, where every band finds every pair
        return 1, slots
    try:
        lsh = MinHashLSH(threshold=threshold, num_perm=slots)
    except ValueError:  # its optimum is a single band, which it refuses: so few slots, or so near to 1
        return 1, slots
    return lsh.b, lsh.r
