"""What cleaning one text gives back."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

from newsclean.clean.findings import Finding, Removal
from newsclean.clean.metadata import Metadata
from newsclean.clean.render import Edit, restore
from newsclean.model import Span
from newsclean.text.lines import Lines
from newsclean.text.repair import Repair

__all__ = ["FORMAT", "VERSION", "CleanResult"]

FORMAT = "newsclean.clean"
VERSION = 1


@dataclass(frozen=True, slots=True)
class CleanResult:
    """The cleaned text, everything that was removed, seen or repaired, and the way back.

    >>> import newsclean
    >>> result = newsclean.clean("The river rose on Monday.\\nHide Ad\\nNobody was hurt.")
    >>> result.text
    'The river rose on Monday.\\nNobody was hurt.'
    >>> [(r.kind, r.rule) for r in result.removed]
    [('ad_marker', 'ad_marker.label_en')]
    >>> result.restore()
    'The river rose on Monday.\\nHide Ad\\nNobody was hurt.'
    """

    text: str
    """The cleaned text."""
    removed: tuple[Removal, ...]
    """What was taken out, in order of place."""
    flagged: tuple[Finding, ...]
    """What was seen and left in place, in order of place."""
    repairs: tuple[Repair, ...]
    """Characters replaced, in order of place."""
    metadata: Metadata
    """What the dirt said about the article."""
    warnings: tuple[str, ...]
    """What the reader should know: the document guard stepped in, nothing but boilerplate was found."""
    edits: tuple[Edit, ...]
    """The replacements that lead from the input to ``text``, in order; :meth:`restore` walks them back."""

    def restore(self) -> str:
        """Return the input, character for character, put together from ``text`` and ``edits``."""
        return restore(self.text, self.edits)

    def explain(self) -> str:
        """Return a readable account: each line of the input, ``-`` before what went, ``~`` before what changed.

        >>> import newsclean
        >>> print(newsclean.clean("The river rose on Monday.\\nHide Ad").explain())
          1   The river rose on Monday.
          2 - Hide Ad
              ^ ad_marker (A, ad_marker.label_en): A label alone on its line announces paid matter, not reporting.
        1 of 2 lines removed
        """
        lines = Lines(self.restore(), repair=False)

        def line_of(span: Span) -> int:
            return bisect_right(lines.starts, span[0]) - 1

        notes: dict[int, list[str]] = {}
        dropped: set[int] = set()
        touched: set[int] = set()
        for repair in self.repairs:
            if repair.kind != "line_end":
                touched.add(line_of(repair.span))
                notes.setdefault(line_of(repair.span), []).append(_shown(repair))
        for removal in self.removed:
            covered = {line_of(span) for span in removal.spans}
            (dropped if removal.action == "drop" else touched).update(covered)
            notes.setdefault(min(covered), []).append(f"{_name(removal)}: {removal.reason}")
        for finding in self.flagged:
            note = f"seen and left: {_name(finding)}: {finding.evidence[-1]}"
            notes.setdefault(line_of(finding.spans[0]), []).append(note)
        written = lines.written()
        width = max(3, len(str(len(lines))))
        out: list[str] = []
        for i in written:
            mark = "-" if i in dropped else "~" if i in touched else " "
            out.append(f"{i + 1:>{width}} {mark} {lines.texts[i]}")
            out.extend(f"{'':>{width}}   ^ {note}" for note in notes.get(i, ()))
        out.extend(f"warning: {warning}" for warning in self.warnings)
        count = f"{len(dropped)} of {len(written)} line{'' if len(written) == 1 else 's'} removed"
        changed = len(touched - dropped)
        out.append(f"{count}, {changed} changed" if changed else count)
        return "\n".join(out)

    def to_dict(self) -> dict[str, Any]:
        """Return the documented JSON shape, ``format`` and ``version`` first; spans are ``[start, end]`` lists.

        ``edits`` and ``text`` together hold the input: going through the edits in order, replace each ``after`` in
        ``text`` by its ``before``.
        """
        return {
            "format": FORMAT,
            "version": VERSION,
            "text": self.text,
            "removed": [finding.to_dict() for finding in self.removed],
            "flagged": [finding.to_dict() for finding in self.flagged],
            "repairs": [
                {"span": list(r.span), "kind": r.kind, "before": r.before, "after": r.after} for r in self.repairs
            ],
            "metadata": self.metadata.to_dict(),
            "warnings": list(self.warnings),
            "edits": [edit.to_dict() for edit in self.edits],
        }


def _name(finding: Finding) -> str:
    return f"{finding.kind} ({finding.strength}, {finding.rule})"


def _shown(repair: Repair) -> str:
    before, after = (text if len(text) <= 40 else f"{text[:30]}…" for text in (repair.before, repair.after))
    return f"repaired ({repair.kind}): {before!r} became {after!r}"
