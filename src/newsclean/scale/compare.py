"""The steps from articles on disk to what is a copy of what, in order: the same as in memory, a portion at a time.

Candidates, then those of them whose signatures allow a match, checked exactly. Where crowds of texts turn out to fill
in forms (:mod:`newsclean.neardup.crowds`), all candidates are checked once more, the forms' shingles weighing less.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import numpy as np

from newsclean.neardup.crowds import fit_crowds
from newsclean.neardup.evidence import least_agreement, verify_pairs
from newsclean.neardup.options import Options
from newsclean.neardup.order import visiting_order, within
from newsclean.neardup.shingles import Hashes, distinct
from newsclean.neardup.signatures import SLOTS
from newsclean.neardup.verify import Counts, Flags
from newsclean.scale.budget import Budget
from newsclean.scale.candidates import Candidates, gather_candidates
from newsclean.scale.corpus import Corpus, Texts
from newsclean.scale.pairs import CheckedPairs
from newsclean.scale.verdicts import Verdicts

__all__ = ["Progress", "compare_all"]

Progress = Callable[[str, int, int, int], None]
"""Takes the name of a stage, how much of it is done, of how much, and the pairs found so far."""


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
        rounds = _Rounds(corpus, texts, options, budget, workers, tell)
        pairs = rounds.first()
        background = fit_crowds(pairs, texts.length, options, texts.sequences)
        if background is not None:
            pairs = rounds.second(background.common)
        tell("group", 0, 1, len(pairs.first))
        return Verdicts(texts, pairs, options)
    except BaseException:
        texts.close()
        raise


class _Rounds:
    """The candidates, and the rounds in which they are checked; each yields pairs in the order they have in memory."""

    def __init__(
        self, corpus: Corpus, texts: Texts, options: Options, budget: Budget, workers: int, tell: Progress
    ) -> None:
        self.store = corpus.store
        self.texts = texts
        self.options = options
        self.budget = budget
        self.workers = workers
        self.tell = tell
        self.order = visiting_order(texts.length, None if options.window_days is None else texts.days)
        self.candidates: Candidates = gather_candidates(
            self.store,
            lambda slot: texts.column(slot, self.order),
            len(self.order),
            keys=budget.keys,
            pairs=budget.pairs,
            progress=lambda done, total: tell("candidates", done, total, 0),
        )

    def first(self) -> CheckedPairs:
        """Return the verified ones of the pairs that are promising."""
        found = self.store.saved("promising")
        if found is None:
            portions = [
                _promising(self.texts, self.order, *self._near(number), self.options)
                for number in range(self.candidates.portions)
            ]
            first, second = (np.concatenate([portion[side] for portion in portions]) for side in (0, 1))
            in_order = np.lexsort((second, first))
            found = {"first": first[in_order], "second": second[in_order]}
            self.store.save("promising", **found)
        return _together(self._checked("verified", self.order[found["first"]], self.order[found["second"]], None))

    def second(self, common: Hashes) -> CheckedPairs:
        """Return the verified ones of all pairs, *common* shingles weighing a tenth.

        Weights may make two texts far more alike than their signatures are.
        """
        parts: list[CheckedPairs] = []
        for number in range(self.candidates.portions):
            first, second = self._near(number)
            parts += self._checked(f"weighed-{number}", self.order[first], self.order[second], common)
        pairs = _together(parts)
        place = np.empty(len(self.texts), dtype=np.int64)
        place[self.order] = np.arange(len(self.order))
        return pairs.at(np.lexsort((place[pairs.second], place[pairs.first])))

    def _near(self, number: int) -> tuple[Counts, Counts]:
        """Return the candidates of a portion whose dates allow a match, as places."""
        first, second = self.candidates.portion(number)
        if self.options.window_days is None:
            return first, second
        near = within(self.texts.days, self.order[first], self.order[second], self.options.window_days)
        return first[near], second[near]

    def _checked(self, name: str, first: Counts, second: Counts, common: Hashes | None) -> list[CheckedPairs]:
        """Return the verified pairs of these texts, kept under *name* portion by portion."""
        parts: list[CheckedPairs] = []
        matched = 0
        for these in _batches(self.texts, first, second, self.budget.shingles):
            self.tell("compare", these.start, len(first), matched)
            portion_name = f"{name}-{these.start}-{these.stop}"  # with another budget the portions are others
            kept = self.store.saved(portion_name)
            if kept is None:
                portion = _check(self.texts, first[these], second[these], self.options, common, self.workers)
                self.store.save(portion_name, **{field: getattr(portion, field) for field in CheckedPairs.__slots__})
            else:
                portion = CheckedPairs(**kept)
            parts.append(portion)
            matched += len(portion.first)
        self.tell("compare", len(first), len(first), matched)
        return parts


def _together(parts: list[CheckedPairs]) -> CheckedPairs:
    if not parts:
        none = np.empty(0, dtype=np.int64)
        scores = np.empty(0)
        return CheckedPairs(none, none, scores, scores, np.empty(0, dtype=np.int8), np.empty(0, dtype=np.uint64))
    return CheckedPairs(*(np.concatenate([getattr(part, name) for part in parts]) for name in CheckedPairs.__slots__))


def _promising(texts: Texts, order: Counts, first: Counts, second: Counts, options: Options) -> tuple[Counts, Counts]:
    """Return the pairs of places worth a check: those whose signatures allow a match."""
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


def _check(
    texts: Texts, first: Counts, second: Counts, options: Options, common: Hashes | None, workers: int
) -> CheckedPairs:
    involved, rows = np.unique(np.concatenate((first, second)), return_inverse=True)
    evidence = verify_pairs(
        distinct(texts.sequences(involved)),
        texts.length[involved],
        rows[: len(first)],
        rows[len(first) :],
        options,
        same_text=lambda a, b: texts.same(int(involved[a]), int(involved[b])),
        in_order=lambda these: texts.sequences(involved[these]),
        common=common,
        workers=workers,
    )
    return CheckedPairs(
        involved[evidence.first],
        involved[evidence.second],
        evidence.jaccard,
        evidence.containment,
        evidence.kinds(options),
        evidence.spread,
    )
