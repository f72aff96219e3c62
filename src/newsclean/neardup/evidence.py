"""From articles to verified pairs: everything that is known before thresholds and policies decide.

Articles with the same text (white space aside) are one *text* from here on: a story that forty papers print word for
word is shingled once. With a date window, the same text on two days is two texts, because their dates decide later.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

import numpy as np

from newsclean.model import Article
from newsclean.neardup.bands import candidate_pairs
from newsclean.neardup.kinds import NONE, classify
from newsclean.neardup.options import Options
from newsclean.neardup.shingles import WORDS_A_SHINGLE, Hashes, Ragged, shingle_sequence, shingle_sets, shingle_texts
from newsclean.neardup.signatures import SLOTS, Slots, sketch_shingles
from newsclean.neardup.templates import is_form, lost_figures
from newsclean.neardup.verify import Counts, Flags, Overlaps, count_overlaps
from newsclean.parallel import batches_by_size, map_ordered

__all__ = ["Collection", "Evidence", "Sketches", "collect", "sketch", "text_digest", "verify_candidates"]

BATCH = 4_000_000  # characters a worker gets at a time: about 0.1 s of work


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
    digests: Sequence[bytes]
    """By text."""

    def head(self, text: int) -> int:
        """Return the article that stands for *text*: one of the archive if there is one, else the first."""
        members = self.members[text]
        return next((place for place in members if place >= self.new), members[0])

    def archived(self) -> Flags:
        """Return which texts are in the archive."""
        return np.array([members[-1] >= self.new for members in self.members], dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class Sketches:
    """By text: the signature, and the length in words (0 for a text without any)."""

    signatures: Slots
    length: Counts


@dataclass(frozen=True, slots=True)
class Evidence:
    """The verified pairs of texts, and what was counted for each."""

    first: Counts
    second: Counts
    overlaps: Overlaps
    shorter: Counts
    identical: Flags
    forms: Flags

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
        )

    def kinds(self, options: Options) -> np.ndarray[tuple[int], np.dtype[np.int8]]:
        """Return the kind of each pair under *options*."""
        return classify(self.overlaps, self.shorter, self.identical, self.forms, options.threshold, options.containment)


def text_digest(text: str) -> bytes:
    """Return 16 bytes that are the same for texts that differ in white space alone."""
    return _digest(" ".join(text.split()).encode("utf-8", "surrogatepass"))


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=16).digest()


def collect(articles: Sequence[Article], archive: Sequence[Article], *, by_date: bool) -> Collection:
    """Return the articles with equal texts put together; with *by_date* only those of the same date."""
    everything = [*articles, *archive]
    digest_of = _digests(article.text for article in everything)
    numbers: dict[tuple[bytes, dt.date | None], int] = {}
    text_of: list[int] = []
    members: list[list[int]] = []
    for place, article in enumerate(everything):
        key = (digest_of[article.text], article.date if by_date else None)
        number = numbers.setdefault(key, len(numbers))
        if number == len(members):
            members.append([])
        members[number].append(place)
        text_of.append(number)
    return Collection(everything, len(articles), text_of, members, [digest for digest, _ in numbers])


# Every byte that occurs in the UTF-8 of a white space character, the last of which is U+3000.
_SPACE_BYTES = bytes(set("".join(filter(str.isspace, map(chr, range(0x3001)))).encode()))


def _digests(texts: Iterable[str]) -> dict[str, bytes]:
    """Return a digest of each distinct text, equal for those that differ in white space alone.

    Splitting at white space is dear. So at first all bytes that might belong to white space are taken out, which is
    cheap; only texts that are then equal to another are looked at properly.
    """
    digests = dict.fromkeys(texts, b"")
    for text in digests:
        digests[text] = _digest(text.encode("utf-8", "surrogatepass").translate(None, _SPACE_BYTES))
    often = Counter(digests.values())
    return {text: text_digest(text) if often[digest] > 1 else digest for text, digest in digests.items()}


def sketch(texts: Iterable[str], *, workers: int) -> Sketches:
    """Return the sketches of *texts*, made in *workers* processes; the result does not depend on their number."""
    batches = batches_by_size(texts, len, limit=BATCH)
    parts = list(map_ordered(_make_sketcher, batches, workers=workers))
    if not parts:
        return Sketches(np.empty((0, SLOTS), dtype=np.uint32), np.empty(0, dtype=np.int64))
    return Sketches(np.concatenate([p.signatures for p in parts]), np.concatenate([p.length for p in parts]))


def _make_sketcher() -> Callable[[list[str]], Sketches]:
    return _sketch_batch


def _sketch_batch(texts: list[str]) -> Sketches:
    signatures, sizes = [], []
    for chunk in shingle_texts(texts):
        signatures.append(sketch_shingles(chunk))
        sizes.append(np.diff(chunk.offsets))
    size = np.concatenate(sizes)
    # One and two words are one shingle too; there two words more or less make no difference to anyone.
    length = np.where(size > 0, size + WORDS_A_SHINGLE - 1, 0)
    return Sketches(np.concatenate(signatures), length)


def verify_candidates(
    collection: Collection, sketches: Sketches, options: Options, common: Hashes | None = None
) -> Evidence:
    """Return the pairs of texts that are of some kind under *options*, after an exact check of every candidate.

    *common* are the shingles that weigh a tenth.
    """
    length = sketches.length
    order = _visiting_order(collection, length, options.window_days)
    places = candidate_pairs(sketches.signatures, order)
    first, second = (order[side] for side in places)
    archived = collection.archived()
    wanted = ~(archived[first] & archived[second])
    if options.window_days is not None:
        wanted &= _within(collection, first, second, options.window_days)
    first, second = first[wanted], second[wanted]

    involved, rows = np.unique(np.concatenate((first, second)), return_inverse=True)
    sets = shingle_sets(_text(collection, text) for text in involved.tolist())
    overlaps = count_overlaps(sets, rows[: len(first)], rows[len(first) :], common)
    digests = collection.digests
    identical = np.array(
        [digests[a] == digests[b] for a, b in zip(first.tolist(), second.tolist(), strict=True)], dtype=np.bool_
    )
    evidence = Evidence(
        first, second, overlaps, np.minimum(length[first], length[second]), identical, np.zeros_like(identical)
    )
    evidence = evidence.where(evidence.kinds(options) != NONE)
    return replace(evidence, forms=_forms(collection, length, evidence, involved, sets))


def _forms(collection: Collection, length: Counts, evidence: Evidence, involved: Counts, sets: Ragged) -> Flags:
    """Return which pairs are one form filled in twice; *sets* holds the shingles of the texts *involved*."""
    forms = lost_figures(evidence.overlaps) & ~evidence.identical
    turned = length[evidence.first] <= length[evidence.second]
    shorter = np.where(turned, evidence.first, evidence.second)
    longer = np.where(turned, evidence.second, evidence.first)
    sequence_of, sequence = -1, np.empty(0, dtype=np.uint64)
    suspects = np.flatnonzero(forms)
    for pair in suspects[np.argsort(shorter[suspects], kind="stable")].tolist():
        if shorter[pair] != sequence_of:
            sequence_of = int(shorter[pair])
            sequence = shingle_sequence(_text(collection, sequence_of))
        forms[pair] = is_form(sequence, sets.row(int(np.searchsorted(involved, longer[pair]))))
    return forms


def _text(collection: Collection, text: int) -> str:
    return collection.articles[collection.members[text][0]].text


def _visiting_order(collection: Collection, length: Counts, window_days: int | None) -> Counts:
    """Return the texts with words, longest first, ties in input order; with a window by date first.

    With a window a hot bucket's neighbours must be near in time, or few of them would count.
    """
    keys = [np.arange(len(length)), -length]
    if window_days is not None:
        keys.append(_days(collection))
    order = np.lexsort(keys)
    return order[length[order] > 0]


_NO_DATE = np.iinfo(np.int64).max


def _days(collection: Collection) -> Counts:
    dates = (collection.articles[members[0]].date for members in collection.members)
    return np.array([_NO_DATE if date is None else date.toordinal() for date in dates], dtype=np.int64)


def _within(collection: Collection, first: Counts, second: Counts, window_days: int) -> Flags:
    days = _days(collection)
    a, b = days[first], days[second]
    undated: Flags = (a == _NO_DATE) | (b == _NO_DATE)
    near: Flags = np.abs(np.where(undated, 0, a) - np.where(undated, 0, b)) <= window_days
    return undated | near
