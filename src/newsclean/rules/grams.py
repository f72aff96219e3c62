"""Which of many words occur in which lines, found by one look at every few bytes of a text.

Looking each of two thousand words up in every line is where the time of a rule engine goes; an alternation of them
is no faster, for it is tried at every character. Here each word gives six of its bytes, the rarest it has, or four where
it is shorter. All neighbouring sixes (and fours) of the text are hashed at once (numpy: one view that moves byte by
byte, one multiplication) and looked up in a table of hashes; the few places that hit are compared with the words
themselves. So the cost does not depend on the number of words.

Words are compared in the low form of lines (:meth:`newsclean.text.lines.Lines.low`); one without four bytes of
ASCII is looked up as it is, a shorter piece of it if need be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

__all__ = ["WordIndex", "piece_of"]

_SIZES = (6, 4)
_FACTOR = np.uint64(11400714819323198485)  # Knuth's multiplicative hash: 2 ** 64 divided by the golden ratio
_BITS = 18  # of 1,000 looks, few others fall into the place of one; the table still fits a cache
_SHIFT = np.uint64(64 - _BITS)
_STRETCH = 1_000_000  # bytes looked at together: bounds the memory
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


class _Grams:
    """Words of which *size* neighbouring bytes are looked up."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._aside = np.uint64(64 - 8 * size)  # bits of the eight bytes read that do not belong to the gram
        self._words: dict[bytes, list[tuple[bytes, int, int]]] = {}
        self._table = np.zeros(1 << _BITS, dtype=np.bool_)

    def add(self, piece: bytes, number: int) -> None:
        places = range(len(piece) - self._size + 1)
        best = max(places, key=lambda at: sum(_COMMON.get(byte, 30) for byte in piece[at : at + self._size]))
        gram = piece[best : best + self._size]
        self._words.setdefault(gram, []).append((piece, best, number))
        eight = int.from_bytes(gram, "little") << int(self._aside)
        self._table[(eight * int(_FACTOR) & (1 << 64) - 1) >> int(_SHIFT)] = True

    def find(self, text: bytes) -> Iterator[tuple[int, int]]:
        """Yield (place, number) for each word in *text*, in order of place."""
        if not self._words:
            return
        size, get = self._size, self._words.get
        for at in self._hits(text + b"\n" * 8):
            for piece, offset, number in get(text[at : at + size], ()):
                if text.startswith(piece, at - offset):
                    yield at, number

    def _hits(self, text: bytes) -> list[int]:
        places: list[int] = []
        for start in range(0, len(text) - 7, _STRETCH):
            count = min(_STRETCH, len(text) - 7 - start)
            eights: np.ndarray[tuple[int], np.dtype[np.uint64]] = np.ndarray((count,), "<u8", text, start, (1,))
            hits = self._table.take(((eights << self._aside) * _FACTOR) >> _SHIFT).nonzero()[0]
            if len(hits):
                places.extend((hits + start).tolist() if start else hits.tolist())
        return places


class WordIndex:
    """Sets of words by number; tells for each line of a text which of the sets may have a word in it.

    A set with a word of which nothing can be looked up must not be given.
    """

    def __init__(self, words: Mapping[int, Iterable[bytes]]) -> None:
        self._grams = tuple(_Grams(size) for size in _SIZES)
        self._short: dict[bytes, list[tuple[bytes, int, int]]] = {}  # by a symbol they have, or all of them
        for number, together in words.items():
            for piece in together:
                self._add(piece, number)

    def _add(self, piece: bytes, number: int) -> None:
        for size, grams in zip(_SIZES, self._grams, strict=True):
            if len(piece) >= size:
                grams.add(piece, number)
                return
        # A symbol is rare, and looked for ten times as fast as two bytes are.
        mark = next((piece[at : at + 1] for at in range(len(piece)) if not piece[at : at + 1].isalnum()), piece)
        self._short.setdefault(mark, []).append((piece, piece.index(mark), number))

    def find(self, text: bytes) -> dict[int, set[int]]:
        """Return for each line of *text* (parted by line feeds) the numbers of the sets of which a word stands there.

        A line without any is left out.
        """
        found: dict[int, set[int]] = {}
        for grams in self._grams:
            line = reach = 0
            for at, number in grams.find(text):
                line += text.count(b"\n", reach, at)
                reach = at
                found.setdefault(line, set()).add(number)
        for mark, words in self._short.items():
            line = reach = 0
            at = text.find(mark)
            while at >= 0:
                line += text.count(b"\n", reach, at)
                reach = at
                for piece, offset, number in words:
                    if text.startswith(piece, max(0, at - offset)):
                        found.setdefault(line, set()).add(number)
                at = text.find(mark, at + 1)
        return found
