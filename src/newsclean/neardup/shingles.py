"""Texts as sets of hashed word shingles, with no Python object a word.

A shingle is three words in a row (Broder 1997, "On the resemblance and containment of documents"). Three is where
different articles still share almost nothing (99.9 % of pairs below a Jaccard of .04) while an edit costs little;
with five each changed word takes five shingles with it, and with characters unrelated texts begin to look alike.

How a hash is made, exactly (the tests hold a plain-Python twin):

* A word is what :mod:`~newsclean.neardup.fold` leaves between separators, as UTF-8, cut into blocks of 8 bytes read
  as little-endian numbers, the last padded with zero bytes. Start from ``_WORD_SEED``; for each block,
  ``h = (h ^ block) * _WORD``, ``h ^= h >> 32``. All modulo 2**64. That is no good hash by itself, but different
  words differ, and the shingle's own mixing does the rest.
* ``mix`` is the finaliser of SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators").
* A shingle of words u, v, w is ``mix(u + v * _SECOND + w * _THIRD)``. A text of one or two words is one shingle, of
  the words it has.
* The lowest bit of a shingle is no hash: it tells whether one of its words has a digit, which is how figures are told
  from the words around them later on (:mod:`~newsclean.neardup.verify`).

Two different shingles get the same hash once in 2**63. The values never change between runs or machines.

The work is done for some 50,000 words at a time, so that the arrays stay in the processor's cache.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from newsclean.neardup.fold import Joined, fold_joined, fold_with_origin
from newsclean.parallel import batches_by_size

__all__ = [
    "FIGURE_BIT",
    "WORDS_A_SHINGLE",
    "Hashes",
    "Ragged",
    "Words",
    "distinct",
    "shingle_sequence",
    "shingle_set",
    "shingle_sets",
    "shingle_texts",
    "words_of",
]

Hashes: TypeAlias = npt.NDArray[np.uint64]
Counts: TypeAlias = npt.NDArray[np.int64]

WORDS_A_SHINGLE = 3
FIGURE_BIT = np.uint64(1)
"""Set in a shingle's hash when one of its words has a digit."""

CHUNK = 300_000  # bytes of text at a time; measured: from 150,000 on alike, fewer calls leave threads less to wait for

_WORD_SEED = np.uint64(0x9E3779B97F4A7C15)
_WORD = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0xD6E8FEB86659FD93)
_THIRD = np.uint64(0xA0761D6478BD642F)
_TOPS = np.uint64(0x8080_8080_8080_8080)
_MASKS = np.array([(1 << (8 * n)) - 1 for n in range(9)], dtype=np.uint64)


class Ragged(NamedTuple):
    """Rows of different lengths, one after the other: row ``i`` is ``values[offsets[i] : offsets[i + 1]]``."""

    values: Hashes
    offsets: Counts

    def row(self, i: int) -> Hashes:
        """Return row *i*, a view."""
        return self.values[self.offsets[i] : self.offsets[i + 1]]


class Words(NamedTuple):
    """The words of one text: their hashes, whether they have a digit, and where they stand in the text."""

    hashes: Hashes
    figures: npt.NDArray[np.bool_]
    starts: Counts
    ends: Counts


def mix(values: Hashes) -> Hashes:
    """Return the SplitMix64 finaliser of each value, in place where it can."""
    values ^= values >> np.uint64(30)
    values *= np.uint64(0xBF58476D1CE4E5B9)
    values ^= values >> np.uint64(27)
    values *= np.uint64(0x94D049BB133111EB)
    values ^= values >> np.uint64(31)
    return values


def shingle_texts(texts: Iterable[str]) -> Iterator[Ragged]:
    """Yield the hashed shingles of *texts*, some texts at a time, in order; a text without words has an empty row.

    A shingle that occurs twice in a text is there twice. Time and memory grow with the text's length alone.
    """
    for batch in batches_by_size(texts, len, limit=CHUNK):
        yield _shingle_chunk(fold_joined(batch))


def shingle_sequence(text: str) -> Hashes:
    """Return the hashed shingles of one text in reading order, repeated ones included."""
    return _shingle_chunk(fold_joined([text])).values


def shingle_set(text: str) -> Hashes:
    """Return the distinct hashed shingles of one text, sorted.

    >>> len(shingle_set("The river rose. The river rose again."))
    4
    """
    return shingle_sets([text]).values


def shingle_sets(texts: Iterable[str]) -> Ragged:
    """Return the distinct hashed shingles of each text, sorted: one row each.

    Memory: 8 bytes a distinct shingle, about 4 kB for an article of 500 words.
    """
    values: list[Hashes] = [np.empty(0, dtype=np.uint64)]
    sizes: list[Counts] = [np.zeros(1, dtype=np.int64)]
    for chunk in map(distinct, shingle_texts(texts)):
        values.append(chunk.values)
        sizes.append(np.diff(chunk.offsets))
    return Ragged(np.concatenate(values), np.cumsum(np.concatenate(sizes)))


def distinct(shingles: Ragged) -> Ragged:
    """Return the distinct values of each row, sorted; *shingles* itself is sorted too."""
    values, offsets = shingles
    bounds = offsets.tolist()
    for begin, end in itertools.pairwise(bounds):
        values[begin:end].sort()
    fresh = np.ones(len(values), dtype=np.bool_)
    np.not_equal(values[1:], values[:-1], out=fresh[1:])
    fresh[offsets[:-1][np.diff(offsets) > 0]] = True
    repeats = np.flatnonzero(~fresh)
    return Ragged(values[fresh], offsets - np.searchsorted(repeats, offsets))


def words_of(text: str) -> Words:
    """Return the words of *text* with their places in it, in code points.

    >>> words = words_of("Ｗar­saw, 12 May")
    >>> list(zip(words.starts.tolist(), words.ends.tolist(), words.figures.tolist()))
    [(0, 7, False), (9, 11, True), (12, 15, False)]
    """
    folded = fold_with_origin(text)
    buffer = np.frombuffer(b"\0" + folded.data + bytes(8), dtype=np.uint8)
    starts, ends = _edges(buffer)
    # From bytes to characters: count those that begin one (any but a continuation byte, binary 10xxxxxx).
    number = np.cumsum((buffer & 0xC0) != 0x80) - 2  # counted from 0, without the separator in front
    origin = folded.origin
    return Words(
        *_word_hashes(buffer, starts, ends),
        origin[number[starts]],
        origin[number[ends - 1]] + 1,
    )


def _edges(buffer: npt.NDArray[np.uint8]) -> tuple[Counts, Counts]:
    inside = buffer != 0
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    return edges[::2], edges[1::2]


def _word_hashes(buffer: npt.NDArray[np.uint8], starts: Counts, ends: Counts) -> tuple[Hashes, npt.NDArray[np.bool_]]:
    """Return the hash of each word, and whether it has a digit; behind the last there is room to read 8 bytes."""
    # Eight bytes from any place at once: a view of the buffer whose elements overlap.
    blocks = np.ndarray((len(buffer) - 7,), dtype="<u8", buffer=buffer, strides=(1,))
    lengths = ends - starts
    hashes = blocks[starts]
    hashes &= _MASKS.take(lengths, mode="clip")
    figures = _have_digit(hashes)
    hashes ^= _WORD_SEED
    hashes *= _WORD
    hashes ^= hashes >> np.uint64(32)
    longer = np.flatnonzero(lengths > 8)
    starts, lengths = starts[longer], lengths[longer]
    while len(longer):
        starts += 8
        lengths -= 8
        block = blocks[starts]
        block &= _MASKS.take(lengths, mode="clip")
        figures[longer] |= _have_digit(block)
        block ^= hashes[longer]
        block *= _WORD
        block ^= block >> np.uint64(32)
        hashes[longer] = block
        more = lengths > 8
        longer, starts, lengths = longer[more], starts[more], lengths[more]
    return hashes, figures


def _have_digit(blocks: Hashes) -> npt.NDArray[np.bool_]:
    """Return which blocks of folded text have an ASCII digit (full-width and superscript ones are folded to those).

    Of the bytes that folding leaves, only digits have the bits 001 on top: letters have 011, all others begin with 1.
    """
    tops = blocks << np.uint64(1)
    tops |= blocks
    np.invert(tops, out=tops)
    tops &= blocks << np.uint64(2)
    tops &= _TOPS
    found: npt.NDArray[np.bool_] = tops != 0
    return found


def _shingle_chunk(folded: Joined) -> Ragged:
    buffer = np.frombuffer(folded.data, dtype=np.uint8)
    starts, ends = _edges(buffer)
    words, figures = _word_hashes(buffer, starts, ends)
    # Words before each text; every text but the last two words of which begin a shingle.
    first = np.searchsorted(starts, folded.between)
    count = np.diff(first)
    hashes, carries = words.copy(), figures.copy()
    for place, factor in ((1, _SECOND), (2, _THIRD)):
        hashes[:-place] += words[place:] * factor
        carries[:-place] |= figures[place:]
    begins = np.ones(len(words), dtype=np.bool_)
    for back in (1, 2):
        begins[(first[1:] - back)[count >= WORDS_A_SHINGLE]] = False
    # Texts of one or two words: one shingle, of those alone.
    one, two = first[:-1][count == 1], first[:-1][count == 2]
    hashes[one], carries[one] = words[one], figures[one]
    hashes[two], carries[two] = words[two] + words[two + 1] * _SECOND, figures[two] | figures[two + 1]
    begins[two + 1] = False
    hashes = mix(hashes)
    hashes &= ~FIGURE_BIT
    hashes |= carries.view(np.uint8)
    offsets = np.zeros(len(count) + 1, dtype=np.int64)
    np.cumsum(np.where(count < WORDS_A_SHINGLE, np.minimum(count, 1), count - WORDS_A_SHINGLE + 1), out=offsets[1:])
    return Ragged(hashes[begins], offsets)
