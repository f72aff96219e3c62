"""Which of many words occur in which lines, found by one look at every four bytes of a text.

Looking each of two hundred words up in every line is where the time of the remaining rules went; an alternation of
them is no faster, for it is tried at every character. Here each word gives four of its bytes, the rarest it has.
All neighbouring fours of the text are hashed at once (numpy: four strided views, one multiplication each) and looked
up in a table of 65,536 bits; the few places that hit are compared with the fours themselves. So the cost does not
depend on the number of words. A hit says only that the word may be there.

Words are compared in the low form of lines (:meth:`newsclean.text.lines.Lines.low`); one without four bytes of
ASCII is looked up as it is, a shorter piece of it if need be.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

import numpy as np

__all__ = ["WordIndex", "ascii_piece"]

_SIZE = 4
_FACTOR = np.uint32(2654435761)  # Knuth's multiplicative hash: 2 ** 32 divided by the golden ratio
_SHIFT = np.uint32(16)
_COMMON = {letter: rank for rank, letter in enumerate(b" etaoinsrlhdcumpgfvbwykzqxj")}  # frequent letters first
_PIECE = re.compile(r"[\x20-\x7e]+")


def ascii_piece(word: str) -> bytes:
    """Return the longest piece of *word* that is ASCII, as it is looked up in low lines; b"" if there is none.

    >>> ascii_piece("crédito"), ascii_piece("©")
    (b'dito', b'')
    """
    return max(_PIECE.findall(word), key=len, default="").encode().lower()


class WordIndex:
    """Sets of words by number; tells for each line of a text which of the sets may have a word in it."""

    def __init__(self, words: Sequence[frozenset[str]]) -> None:
        self._fours: dict[bytes, list[int]] = {}
        self._short: dict[bytes, list[int]] = {}
        self.always: list[int] = []
        """Numbers of the sets with a word of which nothing can be looked up."""
        self._table = np.zeros(1 << 16, dtype=np.bool_)
        for number, together in enumerate(words):
            pieces = {ascii_piece(word) or _caseless(word) for word in together}
            if b"" in pieces or not pieces:
                self.always.append(number)
                continue
            for piece in pieces:
                self._add(piece, number)
        for four in self._fours:
            self._table[int.from_bytes(four, "little") * int(_FACTOR) % (1 << 32) >> int(_SHIFT)] = True

    def _add(self, piece: bytes, number: int) -> None:
        table, place = self._short, piece
        if len(piece) >= _SIZE:
            fours = [piece[at : at + _SIZE] for at in range(len(piece) - _SIZE + 1)]
            table, place = self._fours, max(fours, key=lambda four: sum(_COMMON.get(byte, 30) for byte in four))
        numbers = table.setdefault(place, [])
        if number not in numbers:
            numbers.append(number)

    def find(self, lines: Sequence[bytes]) -> dict[int, set[int]]:
        """Return for each place in *lines* the numbers of the sets of which a word may stand there."""
        found: dict[int, set[int]] = {}
        text = b"\n".join(lines)
        for short, numbers in self._short.items():
            if short in text:
                for place, line in enumerate(lines):
                    if short in line:
                        found.setdefault(place, set()).update(numbers)
        ends: list[int] = []
        for at in self._hits(text):
            known = self._fours.get(text[at : at + _SIZE])
            if known is not None:
                ends = ends or list(accumulate(len(line) + 1 for line in lines))
                found.setdefault(bisect_right(ends, at), set()).update(known)
        return found

    def _hits(self, text: bytes) -> list[int]:
        places: list[int] = []
        for phase in range(min(_SIZE, len(text) - _SIZE + 1)):
            fours = np.frombuffer(text, "<u4", (len(text) - phase) // _SIZE, phase)
            hits = self._table.take((fours * _FACTOR) >> _SHIFT)
            if hits.any():
                places.extend((np.flatnonzero(hits) * _SIZE + phase).tolist())
        return places


def _caseless(word: str) -> bytes:
    """Return *word*, or b"" where capitals would make other bytes of it."""
    return word.encode() if word.upper() == word else b""
