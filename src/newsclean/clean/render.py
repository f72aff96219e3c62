"""Apply what was decided: edits of the input, and the text they give. Nothing else removes article text.

A dropped line goes with its line end. Blank lines that a dropped line leaves beside others collapse to one, and none
stay at either end of the text. A text in which nothing is dropped keeps its blank lines as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from newsclean.text.lines import Lines

__all__ = ["Edit", "apply", "edits", "restore"]


@dataclass(frozen=True, slots=True)
class Edit:
    """One replacement: ``input[start:end] == before`` became ``after``."""

    start: int
    end: int
    before: str
    after: str

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain JSON types."""
        return {"start": self.start, "end": self.end, "before": self.before, "after": self.after}


def edits(
    lines: Lines, dropped: Collection[int], cut: Iterable[tuple[int, int]], changed: Collection[int]
) -> tuple[Edit, ...]:
    """Return the edits, in order, that drop the lines *dropped* and the spans *cut*, and put repairs in.

    *changed* are the lines whose working text replaces them whole: those that repair changed.
    """
    source = lines.source
    raw: list[tuple[int, int, str]] = [(start, end, "") for start, end in cut]
    raw.extend((start, end, "") for start, end in _gone(lines, dropped))
    for i in changed:
        if i not in dropped:
            raw.append((lines.starts[i], lines.ends[i], lines.texts[i]))
    raw.extend((r.span[0], r.span[1], r.after) for r in lines.repairs if r.kind == "line_end")
    raw.sort(key=lambda edit: (edit[0], -edit[1]))  # a dropped region before a cut or a line end that begins it
    merged: list[Edit] = []
    reach = 0
    for start, end, after in raw:
        if start < reach:  # inside a dropped region
            continue
        merged.append(Edit(start, end, source[start:end], after))
        reach = max(reach, end)
    return tuple(merged)


def _gone(lines: Lines, dropped: Collection[int]) -> list[tuple[int, int]]:
    """Return the spans that go with *dropped*."""
    spans: list[tuple[int, int]] = []
    last = len(lines) - 1
    for low, high in _regions(lines, dropped):
        blank = next((i for i in range(low, high + 1) if i not in dropped), None)
        if low == 0 or high == last or blank is None:
            start = lines.starts[low]
            # Without a line end at the input's end there is none at the output's.
            if high == last and low > 0 and lines.texts[last]:
                start = lines.ends[low - 1]
            spans.append((start, lines.nexts[high]))
        else:
            spans.append((lines.starts[low], lines.starts[blank]))
            spans.append((lines.nexts[blank], lines.nexts[high]))
    return [span for span in spans if span[0] < span[1]]


def _regions(lines: Lines, dropped: Collection[int]) -> Iterator[tuple[int, int]]:
    """Yield (first, last) of each run of dropped and blank lines that holds a dropped one."""
    reach = -1
    for i in sorted(dropped):
        if i <= reach:
            continue
        low = high = i
        while low - 1 > reach and lines.is_blank(low - 1):
            low -= 1
        while high + 1 < len(lines) and (high + 1 in dropped or lines.is_blank(high + 1)):
            high += 1
        reach = high
        yield low, high


def apply(source: str, edits: Iterable[Edit]) -> str:
    """Return *source* with *edits* made.

    >>> apply("abcd", [Edit(1, 3, "bc", "x")])
    'axd'
    """
    pieces: list[str] = []
    position = 0
    for edit in edits:
        pieces += (source[position : edit.start], edit.after)
        position = edit.end
    pieces.append(source[position:])
    return "".join(pieces)


def restore(text: str, edits: Iterable[Edit]) -> str:
    """Return the input that *edits* turned into *text*.

    >>> restore("axd", [Edit(1, 3, "bc", "x")])
    'abcd'
    """
    pieces: list[str] = []
    position = reach = 0  # in the text, in the input
    for edit in edits:
        kept = edit.start - reach
        pieces += (text[position : position + kept], edit.before)
        position += kept + len(edit.after)
        reach = edit.end
    pieces.append(text[position:])
    return "".join(pieces)
