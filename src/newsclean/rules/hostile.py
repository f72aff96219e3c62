"""Does a pattern end in time? Lines made to be hard for it, and how long it may take for one.

A pattern with repeats inside repeats can take years for a line of forty characters. What a rule's own hits are made of,
over and over, with an end that spoils the match, shows nearly all such patterns; the others are stopped while they run
(:data:`LIMIT`).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator

import regex

from newsclean.errors import RuleTimeError

__all__ = ["LIMIT", "Limited", "hard_line"]

LIMIT = 10.0
"""Seconds that a pattern may take for one line, and one more for each million characters: a linear one needs less than
a tenth of that."""

_TRIED = 2.0  # seconds for a line of those below; a linear pattern needs thousandths
_WHOLE = 600  # characters: whole-line patterns are never offered more
_PART = 50_000
_SUFFIX = 200  # characters that the end of a line is looked for in
_PIECES = ("A b ", "Aa", "a", "1", "1:1 ", " ", ". ", "(", "A.")


class Limited:
    """A compiled pattern of a user's: it matches as :class:`regex.Pattern` does, and is stopped after :data:`LIMIT`.

    Shipped patterns are tested on hostile lines instead: to look at the clock costs more than most of them take.
    """

    def __init__(self, pattern: regex.Pattern[str], name: str) -> None:
        self._compiled = pattern
        self._name = name
        self.pattern: str = pattern.pattern

    def fullmatch(self, line: str) -> regex.Match[str] | None:
        """Return the match of the whole *line*, or None."""
        with self._in_time():
            return self._compiled.fullmatch(line, timeout=_limit(line))

    def match(self, line: str, begin: int = 0) -> regex.Match[str] | None:
        """Return the match at *begin*, or None."""
        with self._in_time():
            return self._compiled.match(line, begin, timeout=_limit(line))

    def search(self, line: str, begin: int, end: int) -> regex.Match[str] | None:
        """Return the first match between *begin* and *end*, or None."""
        with self._in_time():
            return self._compiled.search(line, begin, end, timeout=_limit(line))

    def finditer(self, line: str, begin: int = 0, end: int | None = None) -> Iterator[regex.Match[str]]:
        """Yield the matches between *begin* and *end*; the time is that of all together."""
        with self._in_time():
            yield from self._compiled.finditer(line, begin, len(line) if end is None else end, timeout=_limit(line))

    @contextlib.contextmanager
    def _in_time(self) -> Iterator[None]:
        try:
            yield
        except TimeoutError as error:
            if isinstance(error, RuleTimeError):
                raise
            raise RuleTimeError(
                f"{self._name}: its pattern took too long for one line and was stopped; repeats in repeats do that: "
                "make them possessive (a++) or say what may follow, and try it with `newsclean rules test`"
            ) from None


def _limit(line: str) -> float:
    return LIMIT + len(line) / 1e6


def hard_line(pattern: str, match: str, hits: Iterable[str] = ()) -> str | None:
    """Return a line on which *pattern* takes over two seconds; None if none of those tried is one.

    *match* is how a rule's pattern is tried (``line``, ``block``, ``prefix``, ``suffix``, ``inline``); *hits* are texts
    that it is made for.

    >>> hard_line(r"(?:read|see) more:? .{2,80}", "line", ("Read more: The river",)) is None
    True
    """
    compiled = regex.compile(f"(?:{pattern})", regex.IGNORECASE)
    for line in _hostile(tuple(hits), _WHOLE if match in ("line", "block") else _PART):
        try:
            if match in ("line", "block"):
                compiled.fullmatch(line, timeout=_TRIED)
            elif match == "suffix":
                compiled.search(line[-_SUFFIX:], timeout=_TRIED)
            elif match == "prefix":
                compiled.match(line, timeout=_TRIED)
            else:
                for _ in compiled.finditer(line, timeout=_TRIED):
                    pass
        except TimeoutError:
            return line
    return None


def _hostile(hits: tuple[str, ...], size: int) -> Iterator[str]:
    """Yield lines that almost match: pieces of *hits* over and over, with an end that spoils them."""
    for piece in (*hits, *(hit[: len(hit) // 2 + 1] for hit in hits), *_PIECES):
        body = (piece * (size // max(1, len(piece)) + 1))[: size - 2]
        yield body + "\x00!"
        yield (piece.split() or [piece])[0] + " " + body[: size - 60] + "\x00!"
