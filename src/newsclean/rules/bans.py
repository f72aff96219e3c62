"""Patterns for whole lines, compiled so that what fails fails soon.

Many rules begin with "not where somebody speaks": a look ahead through the whole line, which is dear and nearly always
in vain, for then the rest of the pattern does not match. Both stand at the beginning of the line, so their order
changes nothing: what a pattern forbids is taken off, and asked last.

Others ask for anything, then a credit at the end of the line. From its beginning the credit is tried at each character;
from its end, once. A whole line matches or not from either side.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import regex

__all__ = ["Banned", "compiled", "without_bans"]

_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]|[()|]|[^\\\[()|]+", re.DOTALL)
_REFERENCE = re.compile(r"\\[1-9gG]|\(\?P=|\(\?\(|\(\?[R&0-9]|\(\*|\(\?[a-zA-Z]+\)")
"""What ties one part of a pattern to another: groups named again, flags for all that follows."""

_ANYTHING = re.compile(r"\.\{\d*,\d+\}")
_GREEDY = re.compile(r"[+*?}]\+|\(\?>")
"""What keeps all it once took: from the other side that may be something else."""


class Banned(NamedTuple):
    """A compiled pattern, and what a line must not begin with for it to match."""

    pattern: regex.Pattern[str]
    bans: tuple[regex.Pattern[str], ...]

    def fullmatch(self, line: str) -> regex.Match[str] | None:
        """Return the match of the whole *line*, or None."""
        found = self.pattern.fullmatch(line)
        return found if found and not any(ban.match(line) for ban in self.bans) else None


def compiled(pattern: str) -> regex.Pattern[str] | Banned:
    """Return *pattern* compiled, case ignored; it matches whole lines as it always would."""
    bans, rest = without_bans(pattern)
    backwards = _ANYTHING.match(rest) and not (_REFERENCE.search(rest) or _GREEDY.search(rest))
    whole = regex.compile(rest, regex.IGNORECASE | (regex.REVERSE if backwards else 0))
    return Banned(whole, tuple(regex.compile(ban, regex.IGNORECASE) for ban in bans)) if bans else whole


def without_bans(pattern: str) -> tuple[tuple[str, ...], str]:
    """Return what *pattern* forbids at its very beginning, and the rest; nothing and all of it where it cannot be told.

    >>> without_bans(r"(?:(?!.{0,9}said))(?!no)yes.*")
    (('.{0,9}said', 'no'), 'yes.*')
    >>> without_bans(r"(?!no)yes|no")
    ((), '(?!no)yes|no')
    """
    if "(?!" not in pattern[:6] or _REFERENCE.search(pattern):
        return (), pattern
    bans: list[str] = []
    place = 0
    while True:
        wrapped = pattern.startswith("(?:(?!", place)
        if not wrapped and not pattern.startswith("(?!", place):
            break
        start = place + (6 if wrapped else 3)
        end = _closing(pattern, start)
        if end is None or (wrapped and pattern[end + 1 : end + 2] != ")"):
            break
        after = end + 1 + wrapped
        if pattern[after : after + 1] in ("*", "+", "?", "{"):
            break
        bans.append(pattern[start:end])
        place = after
    if not bans or _alternates(pattern):
        return (), pattern
    return tuple(bans), pattern[place:]


def _closing(pattern: str, place: int) -> int | None:
    """Return where the bracket closes that was opened before *place*."""
    depth = 1
    while place < len(pattern):
        piece = _PIECE.match(pattern, place)
        if piece is None:
            return None
        depth += (piece[0] == "(") - (piece[0] == ")")
        if depth == 0:
            return place
        place = piece.end()
    return None


def _alternates(pattern: str) -> bool:
    """Return whether *pattern* has branches that stand in no bracket, or cannot be read."""
    depth = place = 0
    while place < len(pattern):
        piece = _PIECE.match(pattern, place)
        if piece is None or (piece[0] == "|" and depth == 0):
            return True
        depth += (piece[0] == "(") - (piece[0] == ")")
        place = piece.end()
    return False
