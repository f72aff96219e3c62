"""Which of many words occur in which lines, found by one look at every few bytes of a text.

Looking each of three thousand words up in every line is where the time of a rule engine goes; an alternation of them
is no faster, for it is tried at every character. Here each word gives six of its bytes, the rarest it has, or four
where it is shorter. All neighbouring fours and sixes of the text are hashed at once (numpy: one view that moves byte by
byte, two multiplications) and looked up in tables of hashes; the few places that hit are compared with the words
themselves. So the cost hardly depends on the number of words.

Words are compared in the low form of lines (:meth:`newsclean.text.lines.Lines.low`); one without four bytes of
ASCII is looked up as it is, a shorter piece of it if need be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import numpy.typing as npt

__all__ = ["STRETCH", "WordIndex", "piece_of"]

_LONG, _SHORT = 6, 4
_FACTOR = 2654435761  # Knuth's multiplicative hash: 2 ** 32 divided by the golden ratio
_OTHER = 2246822519  # a prime of xxHash, for the fours two bytes on
_BITS = 16  # of 1,000 looks, few others fall into the place of one; the table still fits a cache
_SHIFT = 32 - _BITS
_REST = (1 << _SHIFT) - 1
STRETCH = 1_000_000
"""Bytes looked at together: bounds the memory."""
_COMMON = b" etaoinsrlhdcumpgfvbwykzqxj"  # frequent letters first
_RARITY = bytes(_COMMON.index(byte) if byte in _COMMON else 30 for byte in range(256))
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
        self.size = size
        self.words: dict[bytes, list[tuple[bytes, int, set[int]]]] = {}
        """By gram: a word that it stands for, where in the word it stands, and the numbers of the word's sets."""
        self.table = np.zeros(1 << _BITS, dtype=np.bool_)
        self.rest = np.zeros(1 << _BITS, dtype=np.uint16)
        """For each place the bits of a hash that do not tell it; 0 where grams of several hashes have the place."""

    def add(self, piece: bytes, number: int) -> None:
        rare = piece.translate(_RARITY)
        rarities = [sum(rare[at : at + self.size]) for at in range(len(piece) - self.size + 1)]
        best = rarities.index(max(rarities))
        gram = piece[best : best + self.size]
        known = self.words.setdefault(gram, [])
        numbers = next((numbers for word, _, numbers in known if word == piece), None)
        if numbers is not None:
            numbers.add(number)
            return
        known.append((piece, best, {number}))
        mixed = int.from_bytes(gram[:4], "little") * _FACTOR
        if self.size > _SHORT:
            mixed += int.from_bytes(gram[2:], "little") * _OTHER
        place, rest = (mixed & 0xFFFFFFFF) >> _SHIFT, mixed & _REST
        self.rest[place] = rest if not self.table[place] or self.rest[place] == rest else 0
        self.table[place] = True

    def look(self, hashes: npt.NDArray[np.uint32]) -> npt.NDArray[np.int64]:
        """Return where *hashes* may be those of grams."""
        found: npt.NDArray[np.int64] = self.table.take(hashes >> np.uint32(_SHIFT)).nonzero()[0]
        hit = hashes.take(found)
        rest = self.rest.take(hit >> np.uint32(_SHIFT))
        kept: npt.NDArray[np.int64] = found[(rest == hit & np.uint32(_REST)) | (rest == 0)]
        return kept

    def find(self, text: bytes, places: list[int]) -> Iterator[tuple[int, set[int]]]:
        """Yield (place, numbers) for each word that stands at one of *places* in *text*."""
        size, get = self.size, self.words.get
        for at in places:
            for piece, offset, numbers in get(text[at : at + size], ()):
                if text.startswith(piece, at - offset):
                    yield at, numbers


def _hits(text: bytes, long: _Grams, short: _Grams) -> tuple[list[int], list[int]]:
    """Return where the fours and the sixes of *text* hit the tables, in order."""
    sixes: list[int] = []
    fours: list[int] = []
    factor, other = np.uint32(_FACTOR), np.uint32(_OTHER)
    padded = text + b"\n" * _LONG
    for start in range(0, len(text), STRETCH):
        count = min(STRETCH, len(text) - start)
        view: npt.NDArray[np.uint32] = np.ndarray((count + 2,), "<u4", padded, start, (1,))
        bytes_4 = view.copy()  # of four at each place; aligned, it is read faster
        mixed = bytes_4 * factor
        both = bytes_4[2:] * other
        both += mixed[:-2]
        found_long = long.look(both)
        found_short = short.look(mixed[:-2])
        if start:
            found_long += start
            found_short += start
        sixes += found_long.tolist()
        fours += found_short.tolist()
    return sixes, fours


class WordIndex:
    """Sets of words by number; tells for each line of a text which of the sets may have a word in it.

    A set with a word of which nothing can be looked up must not be given.
    """

    def __init__(self, words: Mapping[int, Iterable[bytes]]) -> None:
        self._long = _Grams(_LONG)
        self._four = _Grams(_SHORT)
        self._short: dict[bytes, list[tuple[bytes, int, int]]] = {}  # by a symbol they have, or all of them
        for number, together in words.items():
            for piece in together:
                self._add(piece, number)

    def _add(self, piece: bytes, number: int) -> None:
        if len(piece) >= _SHORT:
            (self._long if len(piece) >= _LONG else self._four).add(piece, number)
            return
        # A symbol is rare, and looked for ten times as fast as two bytes are.
        mark = next((piece[at : at + 1] for at in range(len(piece)) if not piece[at : at + 1].isalnum()), piece)
        self._short.setdefault(mark, []).append((piece, piece.index(mark), number))

    def find(self, text: bytes) -> dict[int, set[int]]:
        """Return for each line of *text* (parted by line feeds) the numbers of the sets of which a word stands there.

        A line without any is left out.
        """
        found: dict[int, set[int]] = {}
        sixes, fours = _hits(text, self._long, self._four)
        for grams, places in ((self._long, sixes), (self._four, fours)):
            line = reach = 0
            for at, numbers in grams.find(text, places):
                line += text.count(b"\n", reach, at)
                reach = at
                if line in found:
                    found[line] |= numbers
                else:
                    found[line] = set(numbers)
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
