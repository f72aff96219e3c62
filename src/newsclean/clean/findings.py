"""What cleaning finds and what it removes: the values of the report, and the sighting a detector yields.

A detector yields a :class:`Sighting`: where, what, how sure, why. ``decide`` turns each into a
:class:`Removal` or leaves it as a :class:`Finding`. Both have the same fields, so whoever reads the report
reads one shape.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from newsclean.model import Span
from newsclean.rules.schema import Strength

__all__ = ["Action", "Finding", "Removal", "Sighting"]

Action: TypeAlias = Literal["drop", "strip", "collapse"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was seen and left in place."""

    spans: tuple[Span, ...]
    """Where it stands in the input, line ends left out. In a line that repair changed: the whole line."""
    kind: str
    """What it is, such as ``ad_marker`` or ``caption_repeat``."""
    rule: str
    """The id of the rule or detector that found it."""
    action: Action
    """``drop``: the line or lines go. ``strip``: a part of a line goes. ``collapse``: further copies go, one stays."""
    strength: Strength
    """``A``: sure on its own. ``B``: sure with a second sign. ``C``: a hint."""
    reason: str
    """Why this is no reporting, in one sentence."""
    evidence: tuple[str, ...]
    """The signs that were seen, and what spoke for or against removing it."""
    kept: Span | None = None
    """Where the copy that stays stands, for a copy that goes."""

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain JSON types."""
        return {
            "spans": [list(span) for span in self.spans],
            "kind": self.kind,
            "rule": self.rule,
            "action": self.action,
            "strength": self.strength,
            "reason": self.reason,
            "evidence": list(self.evidence),
            "kept": None if self.kept is None else list(self.kept),
        }


@dataclass(frozen=True, slots=True)
class Removal(Finding):
    """Something that was taken out of the text."""


@dataclass(slots=True)
class Sighting:
    """One thing a detector saw, before anything is decided; lines are indices into the text's lines."""

    lines: tuple[int, ...]
    kind: str
    rule: str
    strength: Strength
    reason: str
    evidence: tuple[str, ...]
    action: Action = "drop"
    spans: tuple[Span, ...] = ()
    """Spans in the input; given for parts of lines, filled in from ``lines`` for whole ones."""
    kept: Span | None = None
    zone: str = "any"
    """Where the rule lets it stand; checked by decide, which knows the zones."""
    text: str = ""
    """The words found, for metadata."""
    data: dict[str, Any] = field(default_factory=dict)
    """What the detector read out of the words: dates, names, captions."""
