"""Entries in columns: all that the index knows of some articles but their names, in one block of bytes.

An entry is the digest of its text, its length in words, its day, its distinct shingles sorted, and the order they were
in: rank by rank, two bytes each, which gives the sequence back that :mod:`~newsclean.neardup.templates` asks for. The
full 64 bits of a shingle are kept: with 32 the sets of two articles of 700 words share a shingle by accident once in
9,000 pairs, and scores would differ from those of ``find_duplicates``. Of a signature, which only sorts out hopeless
candidates here, 16 bits a slot are kept: two that agree by accident cost one exact check.

The block is the same in memory, in a file (mapped, never read as a whole) and as a row of the database. Its numbers
are little-endian, its columns stand one after the other in the order of :data:`_COLUMNS`, each padded to 8 bytes.
"""

from __future__ import annotations

import itertools
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from newsclean.errors import FileError
from newsclean.neardup.evidence import sketch, text_digest
from newsclean.neardup.shingles import WORDS_A_SHINGLE, Hashes, Ragged
from newsclean.neardup.signatures import SLOTS, Slots, sketch_oneperm

__all__ = ["NO_DAY", "Numbers", "Segment", "Segments", "blocks", "damaged"]

Numbers = npt.NDArray[np.int64]

NO_DAY = 0  # ordinals of dates begin at 1

_MAGIC = b"newscseg"
_VERSION = 1
_HEADER = struct.Struct("<8sIIQQI4x")  # magic, version, entries, shingles, shingles in order, bytes of a rank


@dataclass(frozen=True, slots=True)
class Segment:
    """Some entries in the order of their numbers, which need not follow one another."""

    numbers: Numbers
    signatures: npt.NDArray[np.uint16]
    """The low 16 bits of each slot."""
    digests: npt.NDArray[np.uint64]
    """Two numbers each: the 16 bytes of ``text_digest``."""
    words: npt.NDArray[np.uint32]
    """Length in words; 0 for a text without any, which is nobody's copy."""
    days: npt.NDArray[np.int32]
    """``date.toordinal()``, or ``NO_DAY``."""
    sizes: npt.NDArray[np.uint32]
    """Distinct shingles."""
    shingles: Hashes
    """The distinct shingles of each entry, sorted, one entry after the other."""
    ranks: npt.NDArray[Any]
    """By shingle of the text in reading order: its place among the distinct ones; entry after entry."""
    offsets: Numbers
    rank_offsets: Numbers

    @classmethod
    def of(cls, numbers: Numbers, texts: Sequence[str], days: Sequence[int], *, workers: int) -> tuple[Segment, Slots]:
        """Return the entries of *texts*, sketched in *workers* threads, and their whole signatures."""
        sketches = sketch(texts, workers=workers)
        rows = [row for row in sketches.shingles if row is not None]
        if len(rows) < len(texts):
            raise ValueError("a batch of texts is larger than the room for its shingles")
        distinct, ranks = _ranked(rows)
        digests = b"".join(map(text_digest, texts))
        entries = cls._made(
            (
                numbers,
                sketches.signatures.astype(np.uint16),
                np.frombuffer(digests, dtype="<u8").reshape(-1, 2),
                sketches.length.astype(np.uint32),
                np.array(days, dtype=np.int32),
                np.array([len(row) for row in distinct], dtype=np.uint32),
                np.concatenate([np.empty(0, dtype=np.uint64), *distinct]),
                np.concatenate([np.empty(0, dtype=np.uint16), *ranks]),
            )
        )
        return entries, sketches.signatures

    def whole_signatures(self) -> Slots:
        """Return the signatures with all their bits, made again from the shingles."""
        return sketch_oneperm([self.sets()])

    @classmethod
    def _made(cls, columns: Iterable[npt.NDArray[Any]]) -> Segment:
        numbers, signatures, digests, words, days, sizes, shingles, ranks = columns
        counts = np.where(words > 0, words.astype(np.int64) - (WORDS_A_SHINGLE - 1), 0)
        return cls(numbers, signatures, digests, words, days, sizes, shingles, ranks, _offsets(sizes), _offsets(counts))

    def __len__(self) -> int:
        return len(self.numbers)

    def rows(self, numbers: Numbers) -> Numbers:
        """Return the rows of *numbers*, all of which are here."""
        gapless = self.numbers[-1] - self.numbers[0] == len(self.numbers) - 1
        rows: Numbers = numbers - self.numbers[0] if gapless else np.searchsorted(self.numbers, numbers)
        return rows

    def take(self, rows: Numbers) -> Segment:
        """Return the entries of *rows*, copied."""
        return Segment._made(
            (
                self.numbers[rows],
                self.signatures[rows],
                self.digests[rows],
                self.words[rows],
                self.days[rows],
                self.sizes[rows],
                _pieces(self.shingles, self.offsets, rows),
                _pieces(self.ranks, self.rank_offsets, rows),
            )
        )

    @classmethod
    def join(cls, segments: Sequence[Segment]) -> Segment:
        """Return the entries of all *segments*, one after the other."""
        if len(segments) == 1:
            return segments[0]
        return cls._made(np.concatenate([getattr(one, name) for one in segments]) for name in cls.__slots__[:8])

    def sets(self) -> Ragged:
        """Return the distinct shingles, sorted, a row each."""
        return Ragged(self.shingles, self.offsets)

    def in_order(self, rows: Numbers) -> Ragged:
        """Return the shingles of *rows* in reading order, repeated ones included, a row each."""
        parts = [
            self.shingles[self.offsets[row] : self.offsets[row + 1]][
                self.ranks[self.rank_offsets[row] : self.rank_offsets[row + 1]]
            ]
            for row in rows.tolist()
        ]
        return Ragged(np.concatenate([np.empty(0, dtype=np.uint64), *parts]), np.cumsum([0, *map(len, parts)]))

    @classmethod
    def parse(cls, block: Any, where: str) -> Segment:
        """Return the entries in *block*, as views of it; *where* names it in errors.

        Raises:
            FileError: it is no such block, of another version, or not all of it.
        """
        if len(block) < _HEADER.size:
            raise FileError(damaged(where, "it is cut off"))
        magic, version, entries, shingles, ranks, width = _HEADER.unpack_from(block)
        if magic != _MAGIC or version != _VERSION or width not in (2, 4):
            raise FileError(damaged(where, f"it does not begin as entries of version {_VERSION} do"))
        arrays: list[npt.NDArray[Any]] = []
        at = _HEADER.size
        for _, kind, count in _columns(entries, shingles, ranks, width):
            size = count * np.dtype(kind).itemsize
            if at + size > len(block):
                raise FileError(damaged(where, "it is cut off"))
            arrays.append(np.frombuffer(block, dtype=kind, count=count, offset=at))
            at += size + -size % 8
        arrays[1:3] = (arrays[1].reshape(-1, SLOTS), arrays[2].reshape(-1, 2))
        segment = cls._made(arrays)
        if at != len(block) or segment.offsets[-1] != shingles or segment.rank_offsets[-1] != ranks:
            raise FileError(damaged(where, "its parts do not fit together"))
        return segment


def blocks(segments: Sequence[Segment]) -> Iterator[Any]:
    """Yield the bytes of all *segments* as one block, which :meth:`Segment.parse` reads, in pieces."""
    width = max(one.ranks.itemsize for one in segments)
    entries, shingles, ranks = (
        sum(len(getattr(one, name)) for one in segments) for name in ("numbers", "shingles", "ranks")
    )
    yield _HEADER.pack(_MAGIC, _VERSION, entries, shingles, ranks, width)
    for name, kind, _ in _columns(entries, shingles, ranks, width):
        size = 0
        for one in segments:
            column = np.ascontiguousarray(getattr(one, name), dtype=kind)
            size += column.nbytes
            yield column
        yield bytes(-size % 8)


class Segments:
    """Segments one after the other, and their entries by number."""

    def __init__(self, parts: Iterable[Segment] = ()) -> None:
        self.parts = [part for part in parts if len(part)]
        self._starts = [int(part.numbers[0]) for part in self.parts]

    def append(self, part: Segment) -> None:
        """Add *part*, whose numbers come after all others."""
        self.parts.append(part)
        self._starts.append(int(part.numbers[0]))

    def _touched(self, numbers: Numbers) -> Iterable[tuple[Segment, slice, Numbers]]:
        """Yield each segment that has some of *numbers* (sorted), which ones, and their rows there."""
        which = np.searchsorted(self._starts, numbers, side="right") - 1
        begins = np.flatnonzero(np.diff(which, prepend=-1)).tolist()
        for begin, end in itertools.pairwise([*begins, len(numbers)]):
            part = self.parts[which[begin]]
            yield part, slice(begin, end), part.rows(numbers[begin:end])

    def column(self, name: str, numbers: Numbers) -> npt.NDArray[Any]:
        """Return one column of the entries *numbers*, which are sorted."""
        parts = [getattr(part, name)[rows] for part, _, rows in self._touched(numbers)]
        return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)

    def take(self, numbers: Numbers) -> Segment:
        """Return the entries *numbers*, which are sorted and at least one, copied."""
        return Segment.join([part.take(rows) for part, _, rows in self._touched(numbers)])


def damaged(where: str, problem: str) -> str:
    """Return the message for a file of an index that cannot be used."""
    return f"{where} is damaged: {problem}; put the index back from a copy, or add its articles to a new one"


def _columns(entries: int, shingles: int, ranks: int, width: int) -> list[tuple[str, str, int]]:
    """Return name, kind and length of each column."""
    return [
        ("numbers", "<i8", entries),
        ("signatures", "<u2", entries * SLOTS),
        ("digests", "<u8", entries * 2),
        ("words", "<u4", entries),
        ("days", "<i4", entries),
        ("sizes", "<u4", entries),
        ("shingles", "<u8", shingles),
        ("ranks", f"<u{width}", ranks),
    ]


def _ranked(rows: list[Hashes]) -> tuple[list[Hashes], list[npt.NDArray[Any]]]:
    """Return the distinct values of each row, and by value of the row its place among them."""
    distinct, ranks = [], []
    for row in rows:
        order = np.argsort(row)
        ordered = row[order]
        fresh = np.ones(len(row), dtype=np.bool_)
        np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:])
        values = ordered[fresh]
        rank = np.empty(len(row), dtype=np.uint16 if len(values) <= 1 << 16 else np.uint32)
        rank[order] = np.cumsum(fresh) - 1
        distinct.append(values)
        ranks.append(rank)
    return distinct, ranks


def _pieces(values: npt.NDArray[Any], offsets: Numbers, rows: Numbers) -> npt.NDArray[Any]:
    begins, ends = offsets[rows].tolist(), offsets[rows + 1].tolist()
    return np.concatenate([values[:0], *(values[a:b] for a, b in zip(begins, ends, strict=True))])


def _offsets(sizes: npt.NDArray[Any]) -> Numbers:
    offsets = np.zeros(len(sizes) + 1, dtype=np.int64)
    np.cumsum(sizes, out=offsets[1:])
    return offsets
