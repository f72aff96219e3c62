"""Signatures: few numbers that tell how alike two texts are.

``minhash``, bit for bit that of ``datasketch.MinHash(scheme="affine32")``.

A slot of a signature is the least value that one permutation gives to any shingle of the text; two texts agree in a
slot with the probability of their Jaccard similarity (Broder 1997). The permutations are datasketch's own, taken
from a ``MinHash`` of the same seed: a signature made here works in datasketch's indexes, and one made there with
:func:`shingle hashes <newsclean.neardup.shingles.shingle_set>` compares with ours.

datasketch updates one text at a time, with a matrix of shingles by slots. Here a few slots are computed for many
texts at once: multiply, add, and the least of each text's stretch, three passes over an array that stays in cache.

``oneperm``, which :func:`~newsclean.neardup.find_duplicates` uses: one permutation instead of 128 (Li, Owen and Zhang
2012, "One permutation hashing"), in rounds. In the first round the top bits of a shingle's hash choose its slot, the
next 32 are its value, and each slot keeps the least. The slots that no shingle fell into are dealt out once more, by
other bits; there are some where a text has fewer than 800 shingles. What is empty then, in short texts, takes the
``minhash`` value of that slot. As the first round that fills a slot of either text fills it in their union, each slot
agrees in two texts with the probability of their Jaccard similarity, whatever their sizes (Dahlgaard, Knudsen and
Thorup 2017, "Fast similarity sketching", with two rounds). It needs no sorting and costs a tenth of ``minhash`` for an
article of 500 words, and as the errors of the slots are negatively correlated, an estimate is a little better than the
binomial.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from newsclean.errors import UnknownIdError
from newsclean.model import ArticleId
from newsclean.neardup.shingles import Hashes, Ragged, mix, shingle_texts
from newsclean.parallel import batches_by_size

if TYPE_CHECKING:
    from datasketch import MinHash

__all__ = [
    "FAMILY",
    "SEED",
    "SLOTS",
    "Signatures",
    "Slots",
    "minhash",
    "sketch_oneperm",
    "sketch_shingles",
    "sketch_texts",
]

Slots: TypeAlias = npt.NDArray[np.uint32]

# datasketch's defaults, so that its MinHash() and MinHashLSH() fit without further arguments.
SLOTS = 128
SEED = 1

FAMILY = "oneperm-2"
"""What find_duplicates sketches with; the number changes when a signature would."""

_SLOTS_AT_ONCE = 16  # measured: a third faster than one at a time; from 8 to 32 alike

_SLOT_BITS = SLOTS.bit_length() - 1
_SLOT_SHIFT = np.uint64(64 - _SLOT_BITS)  # the top bits of a hash are its slot,
_VALUE_SHIFT = np.uint64(64 - _SLOT_BITS - 32)  # the next 32 its value,
_SECOND_SHIFT = np.uint64(64 - 2 * _SLOT_BITS - 32)  # and those below them its slot in the second round

_FEW = 8  # empty slots after the second round, up to which each is computed by itself; chosen by measuring
_FILLED_AT_ONCE = 20_000  # shingles

_EMPTY = np.uint32(0xFFFF_FFFF)  # datasketch's value of a slot that has seen no shingle


@dataclass(frozen=True, slots=True)
class Signatures:
    """MinHash signatures of the articles that were compared, for use with datasketch's indexes; made when asked for."""

    texts: Mapping[ArticleId, str] = field(repr=False)
    """The text of each article."""

    def __len__(self) -> int:
        return len(self.texts)

    def to_datasketch(self, id: ArticleId) -> MinHash:
        """Return the signature of one article as a ``datasketch.MinHash`` of 128 slots, scheme ``affine32``.

        Use it with ``datasketch.MinHashLSH``, in memory or with Redis or
        Cassandra behind it.

        Raises:
            UnknownIdError: no article has this id.

        >>> from newsclean.neardup import find_duplicates
        >>> found = find_duplicates(["Rain fell on the city all day.", "Rain fell on the city all night."])
        >>> found.signatures.to_datasketch(0).jaccard(found.signatures.to_datasketch(1)) > 0.5
        True
        """
        if id not in self.texts:
            raise UnknownIdError(f"no article has the id {id!r}; ids are those of the articles, or their positions")
        return minhash(self.texts[id])


def minhash(text: str) -> MinHash:
    """Return the ``datasketch.MinHash`` of one text: 128 slots, scheme ``affine32``, seed 1.

    It is made over the shingles that :func:`~newsclean.neardup.find_duplicates` uses, three words of folded text
    each. A text without words gives an empty MinHash.

    >>> first = minhash("The river rose by two metres overnight, the council said.")
    >>> first.jaccard(minhash("THE RIVER rose by two metres overnight - the council said"))
    1.0
    """
    return _as_minhash(sketch_texts([text])[0])


def sketch_texts(texts: Iterable[str]) -> Slots:
    """Return the signatures of *texts*, one row each."""
    chunks = [sketch_shingles(chunk) for chunk in shingle_texts(texts)]
    return np.concatenate(chunks) if chunks else np.empty((0, SLOTS), dtype=np.uint32)


def sketch_shingles(shingles: Ragged) -> Slots:
    """Return the signature of each row of *shingles*; repeated shingles and their order make no difference."""
    sizes = np.diff(shingles.offsets)
    filled = np.flatnonzero(sizes)  # reduceat would give an empty row its neighbour's value
    signatures = np.full((len(sizes), SLOTS), _EMPTY, dtype=np.uint32)
    if not len(filled):
        return signatures
    begins = shingles.offsets[filled]
    hashes = _premix(shingles.values.astype(np.uint32))
    moved = np.empty((_SLOTS_AT_ONCE, len(hashes)), dtype=np.uint32)
    least = np.empty((SLOTS, len(filled)), dtype=np.uint32)
    a, b = _permutations()[:, :, None]
    for slot in range(0, SLOTS, _SLOTS_AT_ONCE):
        these = slice(slot, slot + _SLOTS_AT_ONCE)
        np.multiply(hashes, a[these], out=moved)
        np.add(moved, b[these], out=moved)
        np.minimum.reduceat(moved, begins, axis=1, out=least[these])
    signatures[filled] = least.T
    return signatures


def sketch_oneperm(chunks: Iterable[Ragged]) -> Slots:
    """Return the one-permutation signatures of all rows of *chunks*; repeated shingles and order make no difference."""
    signatures = [np.empty((0, SLOTS), dtype=np.uint32)]
    unfilled: list[Hashes] = []
    which = [np.empty(0, dtype=np.bool_)]
    for chunk in chunks:
        slots = _two_rounds(chunk)
        signatures.append(slots)
        which.append((slots == _EMPTY).any(axis=1) & (np.diff(chunk.offsets) > 0))
        unfilled.extend(chunk.row(row) for row in np.flatnonzero(which[-1]).tolist())
    whole = np.concatenate(signatures)
    places = np.flatnonzero(np.concatenate(which))  # filled together, for there are few in a chunk
    start = 0
    for rows in batches_by_size(unfilled, len, limit=_FILLED_AT_ONCE):
        these = places[start : start + len(rows)]
        whole[these] = _filled(whole[these], rows)
        start += len(rows)
    return whole


def _two_rounds(shingles: Ragged) -> Slots:
    values, offsets = shingles
    sizes = np.diff(offsets)
    slots = np.full(len(sizes) * SLOTS, _EMPTY, dtype=np.uint32)
    row_start = np.repeat(np.arange(len(sizes), dtype=np.int64) * SLOTS, sizes)
    at = (values >> _SLOT_SHIFT).view(np.int64)
    at += row_start
    np.minimum.at(slots, at, (values >> _VALUE_SHIFT).astype(np.uint32))
    np.right_shift(values, _SECOND_SHIFT, out=at.view(np.uint64))
    at &= SLOTS - 1
    at += row_start
    dealt = np.flatnonzero((slots == _EMPTY)[at])
    np.minimum.at(slots, at[dealt], (mix(values[dealt]) >> np.uint64(32)).astype(np.uint32))
    return slots.reshape(-1, SLOTS)


def _filled(signatures: Slots, rows: list[Hashes]) -> Slots:
    """Return *signatures*, whose empty slots take the ``minhash`` values of their *rows*."""
    empty = signatures == _EMPTY
    many = empty.sum(axis=1) > _FEW
    if many.any():
        of_many = list(itertools.compress(rows, many.tolist()))
        minhashes = sketch_shingles(Ragged(np.concatenate(of_many), np.cumsum([0, *map(len, of_many)])))
        signatures[many] = np.where(empty[many], minhashes, signatures[many])
    row, slot = np.nonzero(empty & ~many[:, None])
    if len(row):
        values = np.concatenate([rows[place] for place in row.tolist()])
        size = np.array([len(one) for one in rows], dtype=np.int64)[row]
        a, b = _permutations()
        hashes = _premix(values.astype(np.uint32))
        hashes *= np.repeat(a[slot], size)
        hashes += np.repeat(b[slot], size)
        signatures[row, slot] = np.minimum.reduceat(hashes, np.cumsum(size) - size)
    return signatures


def _premix(hashes: Slots) -> Slots:
    """Return the MurmurHash3 32-bit finaliser of *hashes*, which datasketch applies before its permutations."""
    hashes ^= hashes >> np.uint32(16)
    hashes *= np.uint32(0x85EBCA6B)
    hashes ^= hashes >> np.uint32(13)
    hashes *= np.uint32(0xC2B2AE35)
    hashes ^= hashes >> np.uint32(16)
    return hashes


@functools.cache
def _permutations() -> Slots:
    from datasketch import MinHash  # imports scipy: not before it is needed

    permutations: Slots = MinHash(num_perm=SLOTS, seed=SEED, scheme="affine32").permutations
    return permutations


def _as_minhash(values: Slots) -> MinHash:
    from datasketch import MinHash

    return MinHash(seed=SEED, hashvalues=values.copy(), permutations=_permutations(), scheme="affine32")
