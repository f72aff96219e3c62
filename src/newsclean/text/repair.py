"""Conservative repair of broken characters, line by line, each change listed.

What is repaired: mojibake (``â€™``), character references (``&amp;``), control characters, unpaired surrogates, and
line ends that are not ``\\n``. What never is: quotes, dashes, full-width forms, ligatures, white space; on 202 of
261 clean articles ftfy's default configuration changes curly quotes (measured), which is not repair but taste.

ftfy does the mojibake. It reads 2-5 MB/s and is almost never needed, so a search comes first: every change that
the conservative configuration can make needs a character or a pair of neighbours that :data:`_SUSPECT` finds. ftfy
itself looks for the same thing with 25 alternatives; ours is a plain superset of them, and a property test holds
the two together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

import ftfy
from ftfy.badness import is_bad

from newsclean.model import Span
from newsclean.text.entities import REFERENCE, decode_entities, has_entity

__all__ = ["CONSERVATIVE", "Repair", "RepairKind", "needs_repair", "repair_line", "suspects"]

RepairKind: TypeAlias = Literal["encoding", "entity", "control", "surrogate", "line_end"]

CONSERVATIVE = ftfy.TextFixerConfig(
    unescape_html=False,  # ours is linear and does not depend on other lines
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
    fix_line_breaks=False,  # lines are split before, each line end a Repair of its own
    normalization=None,
    explain=False,
)
"""The ftfy configuration in use: encoding, C1 controls, surrogates, terminal escapes, control characters."""

# Characters that occur in UTF-8 read as a one-byte encoding: Latin-1 and Windows code pages, Mac Roman, code page
# 437's boxes. Letters of Greek and Cyrillic count only beside one of the others, or Russian would always be suspect.
_MARK = (
    "\u00a0-\u00ff\u0100-\u017e\u0192\u02c6-\u02dd\u0384\u0385\u0490\u0491\u2013-\u203a\u2044\u20a7\u20ac\u2116"
    "\u2122\u2202-\u2265\u2310\u2500-\u25ca\uf8ff\ufb01\ufb02\ufffd"
)
_LETTER = "\u0386-\u03ce\u0401-\u045f"
_STRAY = "\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\u206a-\u206f\ufeff\ufff9-\ufffc"  # controls, surrogates, formats
_SUSPECT = re.compile(
    # One set of characters first: the engine skips to the next of them at memory speed, then looks around.
    rf"""
    [{_STRAY}{_MARK}{_LETTER}]
    (?: (?<=[{_STRAY}])
      | (?<=[{_MARK}]) [{_MARK}{_LETTER}]     # two that mojibake puts side by side
      | (?<=[{_LETTER}]) [{_MARK}]
      | (?<=[\u00c2\u00c3]) [ ]               # a lost no-break space after its lead byte
      | (?<=[\u0152\u0153]) [^A-Za-z]         # oe ligature that no word continues
      | (?<=\u0432) \u0402                    # punctuation read as Windows-1251
      | (?<=\u0413) \u045e\u0412\u0402\u0412   # the same, twice
    )
    """,
    re.VERBOSE,
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u206a-\u206f\ufeff\ufff9-\ufffc]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_BROKEN = re.compile(f"[{_STRAY}]")
_AROUND = 10  # characters: ftfy's signs of mojibake are five at most, and each holds or touches a suspect pair
_SEGMENT = 1_000_000  # ftfy's max_decode_length: longer lines are cut, and a cut can begin a segment with a lead byte


@dataclass(frozen=True, slots=True)
class Repair:
    """One replacement of broken characters; *span* is in the input, ``before == input[span]``."""

    span: Span
    kind: RepairKind
    before: str
    after: str


def needs_repair(text: str) -> bool:
    """Return False only where repair would change nothing; True costs no more than a closer look.

    >>> needs_repair("Plain text, “quoted” – and naïve."), needs_repair("Itâ€™s"), needs_repair("Fish &amp; chips")
    (False, True, True)
    """
    return _SUSPECT.search(text) is not None or ("&" in text and has_entity(text))


def suspects(text: str) -> Iterator[int]:
    """Yield places in *text*: each line that :func:`repair_line` would change has one of them.

    A pair of neighbours that mojibake has, and German and Czech have, too, is looked at more closely, with what its
    line has around it; in a text longer than ftfy reads at once it is not.

    >>> list(suspects("Größe\\nItâ€™s\\nFish &amp; chips"))
    [8, 18]
    """
    for found in _SUSPECT.finditer(text):
        place = found.start()
        if len(text) > _SEGMENT or _may_be_broken(text, place):
            yield place
    if "&" in text:
        yield from (found.start() for found in REFERENCE.finditer(text))


def _may_be_broken(text: str, place: int) -> bool:
    before = text[max(0, place - _AROUND) : place].rpartition("\n")[2]
    after = text[place : place + _AROUND].partition("\n")[0]
    window = before + after
    return is_bad(window) or _BROKEN.search(window) is not None


def repair_line(line: str, offset: int = 0) -> tuple[str, tuple[Repair, ...]]:
    """Return one line (without its end) repaired, and what was done; *offset* is its place in the input.

    The result is a fixed point: repairing it again changes nothing.

    >>> repair_line("Itâ€™s time")
    ('It’s time', (Repair(span=(2, 5), kind='encoding', before='â€™', after='’'),))
    """
    fixed = _repaired(line)
    if fixed == line:
        return line, ()
    # Repair changes words, hardly ever the spaces between them: word by word, each change is shown by itself.
    words, others = line.split(" "), fixed.split(" ")
    if len(words) != len(others):
        return fixed, (_change(line, fixed, offset),)
    repairs: list[Repair] = []
    for word, other in zip(words, others, strict=True):
        if word != other:
            repairs.append(_change(word, other, offset))
        offset += len(word) + 1
    return fixed, tuple(repairs)


def _change(before: str, after: str, offset: int) -> Repair:
    """Return the replacement of *before* by *after*, what they share at both ends left out."""
    entity = has_entity(before) and decode_entities(before) != before
    start = _common_prefix(before, after)
    if entity:  # show the reference whole, although what it became may begin like it
        start = max(0, before.rfind("&", 0, start + 1))
    tail = _common_prefix(before[start:][::-1], after[start:][::-1])
    if entity and tail and before[len(before) - tail - 1] != ";" and before[len(before) - tail] == ";":
        tail -= 1
    kind: RepairKind = "entity" if entity else _kind(before, after)
    stop = len(before) - tail
    return Repair((offset + start, offset + stop), kind, before[start:stop], after[start : len(after) - tail])


def _repaired(line: str) -> str:
    # References can spell mojibake, and control characters can stand inside references: two rounds settle all but
    # texts made to resist, and each further round needs a layer of its own.
    for _ in range(8):
        fixed = decode_entities(line)
        if _SUSPECT.search(fixed) and (
            len(fixed) > _SEGMENT or _CONTROL.search(fixed) or _SURROGATE.search(fixed) or is_bad(fixed)
        ):
            fixed = ftfy.fix_text(fixed, CONSERVATIVE)
        if fixed == line:
            break
        line = fixed
    return line


def _kind(before: str, after: str) -> RepairKind:
    if _SURROGATE.search(before):
        return "surrogate"
    if _CONTROL.search(before) and len(after) < len(before) and not _SUSPECT.search(_CONTROL.sub("", before)):
        return "control"
    return "encoding"


def _common_prefix(a: str, b: str) -> int:
    """Return how many characters *a* and *b* share at their start, by halving (C speed on long lines)."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a.startswith(b[low:middle], low):
            low = middle
        else:
            high = middle - 1
    return low
