"""The passages that two texts share, and those in which they differ.

A passage is a stretch of at least three words (one shingle) that stands in both texts, case, accents, punctuation
and white space aside. They are found from the front of the first text: wherever a shingle also stands in the second,
each of its places there is followed as far as the words agree, and the longest stretch is taken (the greedy tiling of
Wise 1993, "String similarity via greedy string tiling", in one pass). Moved paragraphs are found, which a difference
by lines or by longest common subsequence would not show.

At most ``PLACES`` places a shingle are followed, so that a text of one repeated phrase takes no longer than another;
what repeats more often than that may be cut into more passages than it needs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from newsclean.model import Span
from newsclean.neardup.shingles import WORDS_A_SHINGLE, Hashes, Words, shingle_sequence, words_of
from newsclean.neardup.verify import is_in

__all__ = ["Passage", "Passages", "find_passages"]

PLACES = 16


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of words that stands in both texts."""

    a: Span
    """Where it is in the first text, in code points."""
    b: Span
    """Where it is in the second text."""
    words: int
    common: float = 0.0
    """The share of its shingles that are common in the background, 0 to 1; 0 without a background."""


@dataclass(frozen=True, slots=True)
class Passages:
    """Everything shared and everything not, in the order of each text."""

    shared: tuple[Passage, ...]
    only_a: tuple[Span, ...]
    only_b: tuple[Span, ...]


def find_passages(text_a: str, text_b: str, common: Hashes | None = None) -> Passages:
    """Return the passages of two texts. Every word of either lies in a shared passage or in one of its own.

    *common* are the sorted common shingles. Time and memory grow with the two lengths.
    """
    a, b = words_of(text_a), words_of(text_b)
    stretches = _stretches(a.hashes.tolist(), b.hashes.tolist())
    light = None if common is None else is_in(common, shingle_sequence(text_a))
    shared = tuple(
        Passage(
            (int(a.starts[i]), int(a.ends[i + count - 1])),
            (int(b.starts[j]), int(b.ends[j + count - 1])),
            count,
            0.0 if light is None else float(light[i : max(i + 1, i + count - WORDS_A_SHINGLE + 1)].mean()),
        )
        for i, j, count in stretches
    )
    return Passages(
        shared,
        _uncovered(a, [(i, count) for i, _, count in stretches]),
        _uncovered(b, [(j, count) for _, j, count in stretches]),
    )


def _stretches(a: list[int], b: list[int]) -> list[tuple[int, int, int]]:
    """Return ``(place in a, place in b, words)`` of each shared stretch."""
    width = min(WORDS_A_SHINGLE, len(a), len(b))
    if not width:
        return []
    places: dict[tuple[int, ...], list[int]] = {}
    for j in range(len(b) - width + 1):
        known = places.setdefault(tuple(b[j : j + width]), [])
        if len(known) < PLACES:
            known.append(j)
    found = []
    i, expected = 0, 0
    while i <= len(a) - width:
        best, where = 0, 0
        for j in places.get(tuple(a[i : i + width]), ()):
            count = width
            while i + count < len(a) and j + count < len(b) and a[i + count] == b[j + count]:
                count += 1
            # Of equally long ones the place where the second text would go on.
            if count > best or (count == best and j >= expected > where):
                best, where = count, j
        if best:
            found.append((i, where, best))
            i += best
            expected = where + best
        else:
            i += 1
    return found


def _uncovered(words: Words, stretches: list[tuple[int, int]]) -> tuple[Span, ...]:
    covered = np.zeros(len(words.starts) + 2, dtype=np.bool_)
    covered[[0, -1]] = True
    for start, count in stretches:
        covered[start + 1 : start + 1 + count] = True
    edges = np.flatnonzero(covered[1:] != covered[:-1])
    return tuple(
        (int(words.starts[start]), int(words.ends[end - 1]))
        for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    )
