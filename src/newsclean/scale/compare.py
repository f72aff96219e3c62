"""The steps from articles on disk to what is a copy of what, in order: the same as in memory, a portion at a time."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from newsclean.model import ArticleId
from newsclean.neardup.decide import decide
from newsclean.neardup.evidence import least_agreement, verify_pairs, visiting_order, within
from newsclean.neardup.kinds import KINDS, TEMPLATE
from newsclean.neardup.options import Options
from newsclean.neardup.shingles import distinct
from newsclean.neardup.signatures import SLOTS
from newsclean.neardup.verify import Counts, Flags
from newsclean.scale.budget import Budget
from newsclean.scale.candidates import gather_candidates
from newsclean.scale.corpus import Corpus, Texts

__all__ = ["Progress", "Verdicts", "compare_all"]

Progress = Callable[[str, int, int, int], None]
"""Takes the name of a stage, how much of it is done, of how much, and the pairs found so far."""


@dataclass(frozen=True, slots=True)
class _Portion:
    """Verified pairs, with what a decision needs of them."""

    first: Counts
    second: Counts
    jaccard: npt.NDArray[np.float64]
    containment: npt.NDArray[np.float64]
    kind: npt.NDArray[np.int8]

    def kinds(self, options: Options) -> npt.NDArray[np.int8]:
        """Return the kind of each pair, under the options it was verified with."""
        return self.kind


def compare_all(
    corpus: Corpus, options: Options, budget: Budget, *, workers: int = 1, progress: Progress | None = None
) -> Verdicts:
    """Return what is a copy of what among the articles of *corpus*: what ``find_duplicates`` would find.

    Memory: some 150 bytes an article and 100 a verified pair, and what *budget* says. Every stage is kept in the store
    of the corpus as it gets done, and not done again.
    """
    tell = progress or (lambda stage, done, total, found: None)
    texts = corpus.texts(by_date=options.window_days is not None)
    try:
        pairs = _verified(corpus, texts, options, budget, workers, tell)
        tell("group", 0, 1, len(pairs.first))
        return Verdicts(texts, pairs, options)
    except BaseException:
        texts.close()
        raise


def _verified(corpus: Corpus, texts: Texts, options: Options, budget: Budget, workers: int, tell: Progress) -> _Portion:
    """Return the verified pairs, in the order in which they would be in memory."""
    store = corpus.store
    order = visiting_order(texts.length, None if options.window_days is None else texts.days)
    found = store.saved("promising")
    if found is None:
        candidates = gather_candidates(
            store,
            lambda slot: texts.column(slot, order),
            len(order),
            keys=budget.keys,
            pairs=budget.pairs,
            progress=lambda done, total: tell("candidates", done, total, 0),
        )
        portions = [
            _promising(texts, order, *candidates.partition(number), options) for number in range(candidates.partitions)
        ]
        first, second = (np.concatenate([portion[side] for portion in portions]) for side in (0, 1))
        in_order = np.lexsort((second, first))
        found = {"first": first[in_order], "second": second[in_order]}
        store.save("promising", **found)
        candidates.discard()
    first, second = order[found["first"]], order[found["second"]]
    parts: list[_Portion] = []
    matched = 0
    for these in _batches(texts, first, second, budget.shingles):
        tell("compare", these.start, len(first), matched)
        name = f"verified-{these.start}-{these.stop}"  # with another budget the portions are others
        kept = store.saved(name)
        if kept is None:
            portion = _check(texts, first[these], second[these], options, workers)
            store.save(name, **{field: getattr(portion, field) for field in _Portion.__slots__})
        else:
            portion = _Portion(**kept)
        parts.append(portion)
        matched += len(portion.first)
    tell("compare", len(first), len(first), matched)
    if not parts:
        nothing = np.empty(0, dtype=np.int64)
        return _Portion(nothing, nothing, np.empty(0), np.empty(0), np.empty(0, dtype=np.int8))
    return _Portion(*(np.concatenate([getattr(part, name) for part in parts]) for name in _Portion.__slots__))


def _promising(texts: Texts, order: Counts, first: Counts, second: Counts, options: Options) -> tuple[Counts, Counts]:
    """Return the pairs of places worth a check: those whose dates and signatures allow a match."""
    if options.window_days is not None:
        near = within(texts.days, order[first], order[second], options.window_days)
        first, second = first[near], second[near]
    agree = np.zeros(len(first), dtype=np.uint8)
    for slot in range(SLOTS):
        column = texts.column(slot, order)
        agree += column[first] == column[second]
    sizes = texts.sizes[order]
    promising: Flags = agree >= least_agreement(sizes[first], sizes[second], options)
    return first[promising], second[promising]


def _batches(texts: Texts, first: Counts, second: Counts, shingles: int) -> Iterator[slice]:
    """Yield slices of the pairs, each of about so many *shingles*."""
    total = np.cumsum(texts.sizes[first] + texts.sizes[second])
    steps = np.arange(shingles, int(total[-1]) if len(total) else 0, shingles)
    ends = np.unique(np.concatenate((np.searchsorted(total, steps), [len(total)]))).tolist()
    return (slice(begin, end) for begin, end in itertools.pairwise([0, *ends]) if begin < end)


def _check(texts: Texts, first: Counts, second: Counts, options: Options, workers: int) -> _Portion:
    involved, rows = np.unique(np.concatenate((first, second)), return_inverse=True)
    evidence = verify_pairs(
        distinct(texts.sequences(involved)),
        texts.length[involved],
        rows[: len(first)],
        rows[len(first) :],
        options,
        same_text=lambda a, b: texts.same(int(involved[a]), int(involved[b])),
        in_order=lambda these: texts.sequences(involved[these]),
        workers=workers,
    )
    return _Portion(
        involved[evidence.first],
        involved[evidence.second],
        evidence.jaccard,
        evidence.containment,
        evidence.kinds(options),
    )


class Verdicts:
    """What is a copy of what, by the place of an article in the input, from 0.

    Memory: 40 bytes an article.
    """

    def __init__(self, texts: Texts, pairs: _Portion, options: Options) -> None:
        self._texts = texts
        count = len(texts.collection.articles)
        decision = decide(texts.collection, texts.length, pairs, options)
        self._kept = np.full(count, -1, dtype=np.int64)
        self._members = np.ones(count, dtype=np.int32)
        self._kind = np.full(count, -1, dtype=np.int8)
        self._representative = np.full(count, -1, dtype=np.int64)
        self._scores = np.zeros((count, 2))
        self._templates: dict[int, list[int]] = {}
        self.groups = len(decision.groups)
        self.groups_by_kind = Counter(str(group.kind) for group in decision.groups)
        """How many groups there are of each kind."""
        for group in decision.groups:
            places = np.array(group.members, dtype=np.int64)
            self._kept[places] = group.kept
            self._members[places] = len(places)
            self._kind[places] = KINDS.index(group.kind)
        for pair in decision.pairs:
            place, representative = int(pair.id), int(pair.representative)
            if pair.kind == KINDS[TEMPLATE]:
                self._templates.setdefault(place, []).append(representative)
            else:
                self._representative[place] = representative
                self._scores[place] = pair.jaccard, pair.containment
                self._kind[place] = KINDS.index(pair.kind)
        self.template_pairs = sum(map(len, self._templates.values()))
        """How many articles share their form with an earlier one."""
        self.dropped = len(decision.drop)
        """How many articles are copies, not to be kept."""

    def __len__(self) -> int:
        return len(self._kept)

    def keep(self, place: int) -> bool:
        """Return whether to keep the article: it is in no group, or the one that its group keeps."""
        return int(self._kept[place]) in (-1, place)

    def __getitem__(self, place: int) -> dict[str, Any]:
        """Return what the report says of copies; ids are the articles' own."""
        if not 0 <= place < len(self):
            raise IndexError(place)
        kept, kind, representative = (int(by[place]) for by in (self._kept, self._kind, self._representative))
        jaccard, containment = self._scores[place].tolist()
        return {
            "keep": self.keep(place),
            "kept": None if kept < 0 else self.id(kept),
            "kind": None if kind < 0 else KINDS[kind],
            "members": int(self._members[place]),
            "representative": None if representative < 0 else self.id(representative),
            "jaccard": None if representative < 0 else jaccard,
            "containment": None if representative < 0 else containment,
            "templates": [self.id(other) for other in self._templates.get(place, ())],
        }

    def id(self, place: int) -> ArticleId:
        """Return the id of the article."""
        return self._texts.id(place)

    def close(self) -> None:
        """Close the files that ids are looked up in."""
        self._texts.close()
