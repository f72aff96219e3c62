"""MinHash signatures, bit for bit those of ``datasketch.MinHash(scheme="affine32")``.

A slot of a signature is the least value that one permutation gives to any shingle of the text; two texts agree in a
slot with the probability of their Jaccard similarity (Broder 1997). The permutations are datasketch's own, taken
from a ``MinHash`` of the same seed: a signature made here works in datasketch's indexes, and one made there with
:func:`shingle hashes <newsclean.neardup.shingles.shingle_set>` compares with ours.

datasketch updates one text at a time, with a matrix of shingles by slots. Here a few slots are computed for many
texts at once: multiply, add, and the least of each text's stretch, three passes over an array that stays in cache.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from newsclean.errors import UnknownIdError
from newsclean.model import ArticleId
from newsclean.neardup.shingles import Ragged, shingle_texts

if TYPE_CHECKING:
    from datasketch import MinHash

__all__ = ["SEED", "SLOTS", "Signatures", "Slots", "minhash", "sketch_shingles", "sketch_texts"]

Slots: TypeAlias = npt.NDArray[np.uint32]

# datasketch's defaults, so that its MinHash() and MinHashLSH() fit without further arguments.
SLOTS = 128
SEED = 1

_SLOTS_AT_ONCE = 16  # measured: a third faster than one at a time; from 8 to 32 alike

_EMPTY = np.uint32(0xFFFF_FFFF)  # datasketch's value of a slot that has seen no shingle


@dataclass(frozen=True, slots=True)
class Signatures:
    """The signatures of all articles that were compared, for use with datasketch's indexes."""

    values: Slots = field(repr=False)
    """One row a distinct text, 128 slots each."""
    rows: dict[ArticleId, int] = field(repr=False)
    """The row of each article."""

    def __len__(self) -> int:
        return len(self.rows)

    def to_datasketch(self, id: ArticleId) -> MinHash:
        """Return the signature of one article as a ``datasketch.MinHash`` of 128 slots, scheme ``affine32``.

        The text is not needed again. Use it with ``datasketch.MinHashLSH``, in memory or with Redis or
        Cassandra behind it.

        Raises:
            UnknownIdError: no article has this id.

        >>> from newsclean.neardup import find_duplicates
        >>> found = find_duplicates(["Rain fell on the city all day.", "Rain fell on the city all night."])
        >>> found.signatures.to_datasketch(0).jaccard(found.signatures.to_datasketch(1)) > 0.5
        True
        """
        if id not in self.rows:
            raise UnknownIdError(f"no article has the id {id!r}; ids are those of the articles, or their positions")
        return _as_minhash(self.values[self.rows[id]])


def minhash(text: str) -> MinHash:
    """Return the ``datasketch.MinHash`` of one text: 128 slots, scheme ``affine32``, seed 1.

    It is the signature that :func:`~newsclean.neardup.find_duplicates` uses, over three-word shingles of the folded
    text. A text without words gives an empty MinHash.

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
