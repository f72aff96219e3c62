"""Head, body and tail of an article, by where its prose begins and ends.

A line of twelve or more words with a sentence's end is prose, unless something was found in it: a newsletter
prompt is written in whole sentences, too. A text without prose has neither head nor tail: nothing in it is
removed for its place.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from newsclean.text.lines import Lines, is_prose

__all__ = ["Zones"]


@dataclass(frozen=True, slots=True)
class Zones:
    """The first and the last prose line; None where there is no prose."""

    first_prose: int | None
    last_prose: int | None

    @staticmethod
    def of(lines: Lines, indices: Sequence[int], found: Collection[int]) -> Zones:
        """Return the zones of *lines*, lines in *found* not counted as prose."""
        first = next((i for i in indices if i not in found and is_prose(lines.texts[i])), None)
        last = next((i for i in reversed(indices) if i not in found and is_prose(lines.texts[i])), None)
        return Zones(first, last)

    def name(self, i: int) -> str:
        """Return ``head``, ``body`` or ``tail``."""
        if self.first_prose is None or self.last_prose is None:
            return "body"
        return "head" if i < self.first_prose else "tail" if i > self.last_prose else "body"

    def allows(self, i: int, zone: str) -> bool:
        """Return whether a rule bound to *zone* may find something in line *i*."""
        here = self.name(i)
        return zone in ("any", "first", here) or (zone == "edge" and here != "body")
