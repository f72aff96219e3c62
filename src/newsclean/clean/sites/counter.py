"""Count the lines of a site's articles in bounded memory, each story once.

Articles are taken a block at a time. At the end of a block copies of one story are joined, and each line counts
once for each story it stands in. Before the next block begins every count is lowered by one, and what comes to nothing
is forgotten: the summary of Misra and Gries (1982, "Finding repeated elements"), which unlike other ways of counting
in bounded memory can be merged by adding up (Agarwal et al. 2012, "Mergeable summaries"). So a count may be too low,
by one for each time that was done (``missed``), and never too high, except that a story in several blocks counts in
each. Up to ``BLOCK`` articles of a site all counts are exact and the order of the articles makes no difference.
"""

from __future__ import annotations

from typing import TypeAlias

from newsclean.clean.sites.reading import LEADS, OPENING, Reading, stories

__all__ = ["BLOCK", "Counts", "SiteCounter", "lowered"]

Counts: TypeAlias = dict[str, tuple[int, int, int]]
"""By line: on how many articles it stands, on how many in the opening, on how many it leads a list."""

BLOCK = 200
"""Articles counted at a time: with lines that matter on a fifth of them, one more or less makes no difference."""


class SiteCounter:
    """The counts of one site while its articles are read."""

    __slots__ = ("_full", "_pending", "articles", "counts", "held", "missed")

    def __init__(self) -> None:
        self.articles = 0
        self.missed = 0
        self.counts: Counts = {}
        self.held = 0
        """Lines held in memory, those of articles not counted yet among them."""
        self._pending: list[Reading] = []
        self._full = False

    def add(self, reading: Reading) -> None:
        """Count one more article; one without lines is none."""
        if not reading.lines:
            return
        if self._full:
            self.forget()
        self._pending.append(reading)
        self.held += len(reading.lines)
        if len(self._pending) >= BLOCK:
            self.count()
            self._full = True

    def count(self) -> None:
        """Count what was added since the last time."""
        for story in stories(self._pending):
            self.articles += 1
            for key, flags in story.items():
                stands, opening, leads = self.counts.get(key, (0, 0, 0))
                self.counts[key] = stands + 1, opening + bool(flags & OPENING), leads + bool(flags & LEADS)
        self._pending = []
        self.held = len(self.counts)

    def forget(self) -> None:
        """Lower all counts by one, and forget what comes to nothing."""
        self.count()
        self.counts = lowered(self.counts, 1)
        self.missed += 1
        self._full = False
        self.held = len(self.counts)


def lowered(counts: Counts, amount: int) -> Counts:
    """Return *counts* lowered by *amount*, without those that come to nothing."""
    return {
        key: (stands - amount, max(0, opening - amount), max(0, leads - amount))
        for key, (stands, opening, leads) in counts.items()
        if stands > amount
    }
