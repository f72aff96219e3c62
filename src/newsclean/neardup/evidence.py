"""From articles to verified pairs: everything that is known before thresholds and policies decide.

Articles with the same text (white space aside) are one *text* from here on: a story that forty papers print word for
word is shingled once. With a date window, the same text on two days is two texts, because their dates decide later.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import blake2b
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from newsclean.model import Article
from newsclean.neardup.bands import candidate_pairs
from newsclean.neardup.kinds import LEAST_SHARED, NONE, classify
from newsclean.neardup.options import Options
from newsclean.neardup.order import day_of, visiting_order, within
from newsclean.neardup.shingles import (
    WORDS_A_SHINGLE,
    Hashes,
    Ragged,
    distinct,
    shingle_texts,
)
from newsclean.neardup.signatures import SLOTS, Slots, sketch_oneperm
from newsclean.neardup.spread import Spread, spreads
from newsclean.neardup.templates import are_brief_forms, are_forms, is_shorter, lost_figures
from newsclean.neardup.threads import map_in_threads
from newsclean.neardup.verify import Counts, Flags, Overlaps, count_overlaps
from newsclean.parallel import batches_by_size

__all__ = [
    "Collection",
    "Evidence",
    "Sketches",
    "Verified",
    "collect",
    "collect_and_sketch",
    "join_twins",
    "least_agreement",
    "promising_pairs",
    "sequences",
    "sketch",
    "text_digest",
    "verify_candidates",
    "verify_pairs",
]

Kinds: TypeAlias = npt.NDArray[np.int8]
Scores: TypeAlias = npt.NDArray[np.float64]

_SUSPECTS = 100_000  # pairs whose texts are read again at a time
_MISSED = 1 / 30_000  # of pairs at the threshold, by their signatures
_AT_ONCE = 4096  # pairs of signatures compared: 4 MB

BATCH = 1_000_000  # characters a thread gets at a time: about 10 ms of work
ROOM = 1 << 26
"""Shingles kept from sketching until they are compared, 512 MB; of texts beyond, they are made again when needed."""


@dataclass(frozen=True, slots=True)
class Collection:
    """The articles, and which of them have the same text."""

    articles: Sequence[Article]
    """The articles to decide on, then those of the archive."""
    new: int
    """How many are to be decided on."""
    text_of: Sequence[int]
    """By article: the number of its text."""
    members: Sequence[Sequence[int]]
    """By text: the places of its articles, ascending."""

    def head(self, text: int) -> int:
        """Return the article that stands for *text*: one of the archive if there is one, else the first."""
        members = self.members[text]
        return next((place for place in members if place >= self.new), members[0])

    def archived(self) -> Flags:
        """Return which texts are in the archive."""
        return np.array([members[-1] >= self.new for members in self.members], dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class Sketches:
    """By text: the signature (``oneperm``), the length in words (0 for a text without any), the shingles."""

    signatures: Slots
    length: Counts
    shingles: Sequence[Hashes | None]
    """In reading order, repeated ones included; None for texts that came when there was no more room."""


class Verified(Protocol):
    """The verified pairs of texts, as far as a decision needs them."""

    @property
    def first(self) -> Counts:
        """The one text of each pair."""

    @property
    def second(self) -> Counts:
        """The other text."""

    @property
    def jaccard(self) -> Scores:
        """Exact, 0 to 1."""

    @property
    def containment(self) -> Scores:
        """Exact, 0 to 1."""

    @property
    def spread(self) -> Spread:
        """Where in the longer text the shorter one lies."""

    def kinds(self, options: Options) -> Kinds:
        """Return the kind of each pair under *options*."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The verified pairs of texts, and what was counted for each."""

    first: Counts
    second: Counts
    overlaps: Overlaps
    shorter: Counts
    identical: Flags
    forms: Flags
    spread: Spread
    """Where in the longer text the shorter one lies."""

    def where(self, which: Flags) -> Evidence:
        """Return the pairs that *which* marks."""
        overlaps = self.overlaps.where(which)
        return Evidence(
            self.first[which],
            self.second[which],
            overlaps,
            self.shorter[which],
            self.identical[which],
            self.forms[which],
            self.spread[which],
        )

    @property
    def jaccard(self) -> Scores:
        """Exact, 0 to 1."""
        return self.overlaps.jaccard

    @property
    def containment(self) -> Scores:
        """Exact, 0 to 1."""
        return self.overlaps.containment

    def kinds(self, options: Options) -> Kinds:
        """Return the kind of each pair under *options*."""
        return classify(self.overlaps, self.shorter, self.identical, self.forms, options.threshold, options.containment)


def text_digest(text: str) -> bytes:
    """Return 16 bytes that are the same for texts that differ in white space alone."""
    return blake2b(" ".join(text.split()).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def collect(articles: Sequence[Article], archive: Sequence[Article], *, by_date: bool) -> Collection:
    """Return the articles of one text, character for character, put together; with *by_date* those of one date."""
    everything = [*articles, *archive]
    numbers: dict[tuple[str, dt.date | None], int] = {}
    text_of: list[int] = []
    members: list[list[int]] = []
    for place, article in enumerate(everything):
        number = numbers.setdefault((article.text, article.date if by_date else None), len(numbers))
        if number == len(members):
            members.append([])
        members[number].append(place)
        text_of.append(number)
    return Collection(everything, len(articles), text_of, members)


def join_twins(collection: Collection, sketches: Sketches, *, by_date: bool) -> tuple[Collection, Sketches]:
    """Return both with the texts put together that differ in white space alone; with *by_date* of one date.

    To normalise the white space of every text is dear. Such texts have the same signature, so few need a look.
    """
    odd = np.arange(1, SLOTS, 2, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    key = sketches.signatures.view(np.uint64) @ odd + sketches.length.astype(np.uint64)
    key[sketches.length == 0] = np.arange(np.count_nonzero(sketches.length == 0))  # without words: never twins
    _, which, count = np.unique(key, return_inverse=True, return_counts=True)
    first: dict[tuple[bytes, dt.date | None], int] = {}
    twin_of: dict[int, int] = {}
    for text in np.flatnonzero(count[which] > 1).tolist():
        article = collection.articles[collection.members[text][0]]
        twin = first.setdefault((text_digest(article.text), article.date if by_date else None), text)
        if twin != text:
            twin_of[text] = twin
    if not twin_of:
        return collection, sketches
    stay = np.ones(len(collection.members), dtype=np.bool_)
    stay[list(twin_of)] = False
    number = (np.cumsum(stay) - 1).tolist()
    text_of = [number[twin_of.get(text, text)] for text in collection.text_of]
    members: list[list[int]] = [[] for _ in range(int(stay.sum()))]
    for place, text in enumerate(text_of):
        members[text].append(place)
    return (
        Collection(collection.articles, collection.new, text_of, members),
        Sketches(
            sketches.signatures[stay], sketches.length[stay], list(itertools.compress(sketches.shingles, stay.tolist()))
        ),
    )


def collect_and_sketch(
    articles: Sequence[Article], archive: Sequence[Article], *, by_date: bool, workers: int
) -> tuple[Collection, Sketches]:
    """Return the distinct texts of *articles* and *archive* with their sketches, white space making no difference."""
    collection = collect(articles, archive, by_date=by_date)
    texts = (collection.articles[members[0]].text for members in collection.members)
    return join_twins(collection, sketch(texts, workers=workers), by_date=by_date)


def sketch(texts: Iterable[str], *, workers: int) -> Sketches:
    """Return the sketches of *texts*, made in *workers* threads; the result does not depend on their number."""
    signatures, length = [np.empty((0, SLOTS), dtype=np.uint32)], [np.empty(0, dtype=np.int64)]
    shingles: list[Hashes | None] = []
    room = ROOM
    for chunks, slots in map_in_threads(_sketch_batch, batches_by_size(texts, len, limit=BATCH), workers=workers):
        signatures.append(slots)
        for chunk in chunks:
            count = np.diff(chunk.offsets)
            # One and two words are one shingle too; there two words more or less make no difference to anyone.
            length.append(np.where(count > 0, count + WORDS_A_SHINGLE - 1, 0))
            room -= len(chunk.values)
            shingles.extend(chunk.row(i) if room >= 0 else None for i in range(len(count)))
    return Sketches(np.concatenate(signatures), np.concatenate(length), shingles)


def _sketch_batch(texts: list[str]) -> tuple[list[Ragged], Slots]:
    chunks = list(shingle_texts(texts))
    return chunks, sketch_oneperm(chunks)


def verify_candidates(
    collection: Collection, sketches: Sketches, options: Options, common: Hashes | None = None, *, workers: int = 1
) -> Evidence:
    """Return the pairs of texts that are of some kind under *options*, after an exact check of every candidate.

    *common* are the shingles that weigh a tenth. The result does not depend on *workers*, the number of threads.
    """
    length = sketches.length
    days = None if options.window_days is None else _days(collection)
    order = visiting_order(length, days)
    places = candidate_pairs(sketches.signatures, order)
    first, second = (order[side] for side in places)
    archived = collection.archived()
    wanted = ~(archived[first] & archived[second])
    if days is not None and options.window_days is not None:
        wanted &= within(days, first, second, options.window_days)
    first, second = first[wanted], second[wanted]

    involved, rows = np.unique(np.concatenate((first, second)), return_inverse=True)
    first_row, second_row = rows[: len(first)], rows[len(first) :]
    sets = distinct(sequences(collection, sketches, involved))
    if common is None:  # weights may make two texts far more alike than their signatures are
        promising = promising_pairs(
            sketches.signatures[involved], np.diff(sets.offsets), first_row, second_row, options
        )
        first_row, second_row = first_row[promising], second_row[promising]
    evidence = verify_pairs(
        sets,
        length[involved],
        first_row,
        second_row,
        options,
        same_text=lambda a, b: (
            text_digest(_text(collection, involved[a])) == text_digest(_text(collection, involved[b]))
        ),
        in_order=lambda rows: sequences(collection, sketches, involved[rows]),
        common=common,
        workers=workers,
    )
    return replace(evidence, first=involved[evidence.first], second=involved[evidence.second])


def verify_pairs(
    sets: Ragged,
    length: Counts,
    first: Counts,
    second: Counts,
    options: Options,
    *,
    same_text: Callable[[int, int], bool],
    in_order: Callable[[Counts], Ragged],
    common: Hashes | None = None,
    workers: int = 1,
) -> Evidence:
    """Return those of the pairs ``first[i], second[i]`` that are of some kind under *options*, from shingles alone.

    For whoever has candidates of their own, from an index or from files: no text is needed, and a pair's outcome
    depends on its two texts (and *common*) alone, so candidates may come in portions of any size.

    Args:
        sets: the distinct shingles of each text, sorted, none empty (:func:`~newsclean.neardup.shingles.distinct`).
        length: words by row of *sets*.
        first: rows of *sets*.
        second: rows of *sets*, the other text of each pair.
        options: thresholds, from :func:`~newsclean.neardup.options.check_options`.
        same_text: whether two rows have the same text, white space aside (equal :func:`text_digest`); asked of
            pairs with all shingles in common.
        in_order: the shingles of some rows in reading order, repeated ones included; asked, some at a time, of
            texts that may be forms, and of long ones whose copies are shorter.
        common: the sorted shingles that weigh a tenth.
        workers: threads; they change nothing else.
    """
    overlaps = count_overlaps(sets, first, second, common, workers=workers)
    identical = (overlaps.shared == overlaps.larger) & (length[first] == length[second])
    for pair in np.flatnonzero(identical).tolist():  # the same text on two days, or the same words in another order
        identical[pair] = same_text(int(first[pair]), int(second[pair]))
    # Which are forms, and where in the other a text lies, is looked at only of those that may be of some kind.
    forms, spread = np.ones_like(identical), np.zeros(len(first), dtype=np.uint64)
    evidence = Evidence(first, second, overlaps, np.minimum(length[first], length[second]), identical, forms, spread)
    evidence = evidence.where(evidence.kinds(options) != NONE)
    if not len(evidence.first):
        return evidence
    turned = is_shorter(length, sets, evidence.first, evidence.second)
    shorter = np.where(turned, evidence.first, evidence.second)
    longer = np.where(turned, evidence.second, evidence.first)
    forms = _forms(evidence, shorter, longer, sets, in_order)
    evidence = replace(evidence, forms=forms, spread=spreads(sets, shorter, longer, ~forms, in_order))
    return evidence if common is None else evidence.where(evidence.kinds(options) != NONE)


def promising_pairs(signatures: Slots, sizes: Counts, first: Counts, second: Counts, options: Options) -> Flags:
    """Return which candidates may reach a threshold, by their signatures: most candidates are chance."""
    least = least_agreement(sizes[first], sizes[second], options)
    promising = np.empty(len(first), dtype=np.bool_)
    for start in range(0, len(first), _AT_ONCE):
        these = slice(start, start + _AT_ONCE)
        agree = signatures[first[these]] == signatures[second[these]]
        promising[these] = np.count_nonzero(agree, axis=1) >= least[these]
    return promising


def least_agreement(sizes: Counts, others: Counts, options: Options) -> Counts:
    """Return in how many slots pairs of sets of these *sizes* have to agree to be worth a check.

    What is left out agrees in so few slots that a pair at the threshold would do so once in 30,000 times.
    """
    smaller, larger = np.minimum(sizes, others), np.maximum(sizes, others)
    shared = np.maximum(options.containment * smaller, LEAST_SHARED)
    contained = shared / np.maximum(smaller + larger - shared, 1)
    least = np.minimum(options.threshold, contained)
    slots: Counts = np.searchsorted(_enough_for(), least, side="right")
    return slots


@cache
def _enough_for() -> Scores:
    """Return for 1 slot, 2 slots and so on how alike sets are of which hardly any pair agrees in fewer.

    The slots in which two sets agree are as many as heads are thrown with a coin that is as biased as the sets are
    alike; so shares are found, by halving, at which fewer heads come once in 30,000 times.
    """
    slots = np.arange(SLOTS)
    ways = np.array([math.log(math.comb(SLOTS, slot)) for slot in slots.tolist()])
    low, high = np.zeros(SLOTS), np.ones(SLOTS)
    for _ in range(40):
        share = (low + high)[:, None] / 2
        chance = np.exp(ways + slots * np.log(share) + (SLOTS - slots) * np.log1p(-share))
        rare = np.tril(chance).sum(axis=1) <= _MISSED
        low, high = np.where(rare, low, share[:, 0]), np.where(rare, share[:, 0], high)
    return np.round(high, 9)  # the same on every machine


def _forms(
    evidence: Evidence, shorter: Counts, longer: Counts, sets: Ragged, in_order: Callable[[Counts], Ragged]
) -> Flags:
    """Return which pairs are one form filled in twice."""
    brief = are_brief_forms(evidence.overlaps, evidence.shorter) & ~evidence.identical
    forms = lost_figures(evidence.overlaps) & ~evidence.identical & ~brief
    suspects = np.flatnonzero(forms)
    suspects = suspects[np.argsort(shorter[suspects], kind="stable")]
    for start in range(0, len(suspects), _SUSPECTS):
        these = suspects[start : start + _SUSPECTS]
        texts, rows = np.unique(shorter[these], return_inverse=True)
        forms[these] = are_forms(in_order(texts), rows, sets, longer[these])
    return forms | brief


def sequences(collection: Collection, sketches: Sketches, texts: Counts) -> Ragged:
    """Return the shingles of *texts* in reading order, a row each; those that found no room are made again."""
    rows = [sketches.shingles[text] for text in texts.tolist()]
    gone = [place for place, row in enumerate(rows) if row is None]
    place = iter(gone)
    for chunk in shingle_texts(_text(collection, int(texts[place])) for place in gone):
        for row in range(len(chunk.offsets) - 1):
            rows[next(place)] = chunk.row(row)
    values = np.concatenate([np.empty(0, dtype=np.uint64), *(row for row in rows if row is not None)])
    return Ragged(values, np.cumsum([0, *(len(row) for row in rows if row is not None)]))


def _text(collection: Collection, text: int) -> str:
    return collection.articles[collection.members[text][0]].text


def _days(collection: Collection) -> Counts:
    return np.array([day_of(collection.articles[members[0]]) for members in collection.members], dtype=np.int64)
