"""Which of many words occur in which lines, found by one look at every four bytes of a text.

Looking each of two hundred words up in every line is where the time of the remaining rules went; an alternation of
them is no faster, for it is tried at every character. Here each word gives four of its bytes, the rarest it has.
All neighbouring fours of the text are hashed at once (numpy: four strided views, one multiplication each) and looked
up in a table of hashes; the few places that hit are compared with the words themselves. So the cost does not
depend on the number of words.

Words are compared in the low form of lines (:meth:`newsclean.text.lines.Lines.low`); one without four bytes of
ASCII is looked up as it is, a shorter piece of it if need be.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

import numpy as np

__all__ = ["SIZE", "WordIndex", "piece_of"]

SIZE = 4
"""Bytes of a word that are looked up at once."""
_FACTOR = np.uint32(2654435761)  # Knuth's multiplicative hash: 2 ** 32 divided by the golden ratio
_BITS = 18  # of 1,000 fours, few others fall into the place of one; the table still fits a cache
_SHIFT = np.uint32(32 - _BITS)
_COMMON = {letter: rank for rank, letter in enumerate(b" etaoinsrlhdcumpgfvbwykzqxj")}  # frequent letters first
_PIECE = re.compile(r"[\x20-\x7e]*[\x21-\x7e][\x20-\x7e]*")


def piece_of(word: str) -> bytes:
    """Return the longest piece of *word* that can be looked up in low lines; b"" if there is none.

    >>> piece_of("crédito"), piece_of("© "), piece_of("Ё")
    (b'dito', b'\\xc2\\xa9 ', b'')
    """
    if word.lower() == word.upper():
        return word.encode()
    return max(_PIECE.findall(word), key=len, default="").encode().lower()


class WordIndex:
    """Sets of words by number; tells for each line of a text which of the sets may have a word in it.

    A set with a word of which nothing can be looked up must not be given.
    """

    def __init__(self, words: Mapping[int, Iterable[str]]) -> None:
        self._fours: dict[bytes, list[tuple[bytes, int, int]]] = {}
        self._short: dict[bytes, list[int]] = {}
        self._table = np.zeros(1 << _BITS, dtype=np.bool_)
        for number, together in words.items():
            for word in together:
                self._add(piece_of(word), number)
        for four in self._fours:
            self._table[int.from_bytes(four, "little") * int(_FACTOR) % (1 << 32) >> int(_SHIFT)] = True

    def _add(self, piece: bytes, number: int) -> None:
        if len(piece) < SIZE:
            self._short.setdefault(piece, []).append(number)
            return
        places = range(len(piece) - SIZE + 1)
        best = max(places, key=lambda at: sum(_COMMON.get(byte, 30) for byte in piece[at : at + SIZE]))
        self._fours.setdefault(piece[best : best + SIZE], []).append((piece, best, number))

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
            for piece, offset, number in self._fours.get(text[at : at + SIZE], ()):
                if text.startswith(piece, at - offset):
                    ends = ends or list(accumulate(len(line) + 1 for line in lines))
                    found.setdefault(bisect_right(ends, at), set()).add(number)
        return found

    def _hits(self, text: bytes) -> list[int]:
        places: list[int] = []
        for phase in range(min(SIZE, len(text) - SIZE + 1)):
            fours = np.frombuffer(text, "<u4", (len(text) - phase) // SIZE, phase)
            hits = self._table.take((fours * _FACTOR) >> _SHIFT)
            if hits.any():
                places.extend((np.flatnonzero(hits) * SIZE + phase).tolist())
        return places
