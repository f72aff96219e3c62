"""Records through cleaning, in order, in any number of processes; what is done is kept where a run is to go on."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias, TypeVar

from newsclean.clean import Cleaner
from newsclean.io.records import Record, dumps
from newsclean.io.store import Store
from newsclean.model import Article
from newsclean.parallel import batches_by_size, map_ordered

__all__ = [
    "BATCH",
    "CleanedRecord",
    "Outcome",
    "clean_records",
    "cleaned_outcomes",
    "keep_outcomes",
    "kept_outcomes",
    "report_of",
    "work_on_records",
]

FORMAT = "newsclean.report"
VERSION = 1

BATCH = 300_000
"""Characters a worker gets at a time: a second of cleaning, and as much as shingles are made of at once."""

_OUTCOMES = "outcomes.jsonl"

R = TypeVar("R")

Outcome: TypeAlias = tuple[str | None, str, tuple[str, ...], tuple[str, ...]]
"""What cleaning one article gave: the text (None: as it was), the result but for its text as JSON, the kind of each
removal, the warnings."""


@dataclass(frozen=True, slots=True)
class CleanedRecord:
    """A record with what cleaning its article gave."""

    record: Record
    text: str
    report: str | None = None
    """The result but for its text, as JSON; None where nothing was cleaned."""
    kinds: tuple[str, ...] = ()
    """The kind of each removal."""
    warnings: tuple[str, ...] = ()

    @classmethod
    def of(cls, record: Record, outcome: Outcome | None) -> CleanedRecord:
        """Return *record* with its *outcome*; None: it was not cleaned."""
        if outcome is None:
            return cls(record, record.article.text)
        text, report, kinds, warnings = outcome
        return cls(record, record.article.text if text is None else text, report, kinds, warnings)

    def to_report(self, duplicate: dict[str, Any] | None = None) -> str:
        """Return the report on the record as JSON; with *duplicate*, what is to be said of copies."""
        parts = {} if self.report is None else {"clean": self.report}
        return report_of(**parts, **({} if duplicate is None else {"duplicate": dumps(duplicate)}))


def clean_records(
    records: Iterable[Record],
    cleaner: Cleaner,
    *,
    workers: int = 1,
    store: Store | None = None,
    prompt: bool = False,
) -> Iterator[CleanedRecord]:
    """Yield each record with what cleaning its article gave, in order; memory stays bounded.

    What *store* has is not cleaned again, and the rest kept there. With *prompt* one process reads no record ahead, for
    whoever feeds a pipe and waits for each answer; it takes up to two thirds longer.
    """
    records = iter(records)
    done = 0
    if store is not None:
        # The outcomes first: zip takes a record only where there is one for it.
        for outcome, record in zip(kept_outcomes(store), records, strict=False):
            done += 1
            yield CleanedRecord.of(record, outcome)
    limit = 1 if prompt and workers == 1 else BATCH
    for batch, outcomes in work_on_records(records, partial(_batch_cleaner, cleaner), workers=workers, limit=limit):
        if store is not None:
            keep_outcomes(store, outcomes)
            done += len(batch)
            if store.due:
                store.commit(done)
        yield from map(CleanedRecord.of, batch, outcomes)
    if store is not None:
        store.commit(done)


def work_on_records(
    records: Iterable[Record],
    make: Callable[[], Callable[[Sequence[Article]], R]],
    *,
    workers: int,
    limit: int | None = None,
) -> Iterator[tuple[list[Record], R]]:
    """Yield *records* in batches of *limit* characters, each with what ``make()`` made of its articles, in order."""
    waiting: deque[list[Record]] = deque()

    def batches() -> Iterator[list[Article]]:
        for batch in batches_by_size(records, lambda record: len(record.article.text), limit=limit or BATCH, last=True):
            waiting.append(batch)
            yield [record.article for record in batch]

    for result in map_ordered(make, batches(), workers=workers):
        yield waiting.popleft(), result


def _batch_cleaner(cleaner: Cleaner) -> Callable[[Sequence[Article]], list[Outcome]]:
    return lambda articles: list(cleaned_outcomes(cleaner, articles))


def cleaned_outcomes(cleaner: Cleaner, articles: Sequence[Article]) -> Iterator[Outcome]:
    """Yield what is kept of cleaning each of *articles*."""
    for result, article in zip(cleaner.clean_many(articles), articles, strict=True):
        shape = result.to_dict()
        del shape["text"]  # stands in the record itself
        kinds = tuple(removal.kind for removal in result.removed)
        yield None if result.text == article.text else result.text, dumps(shape), kinds, result.warnings


def keep_outcomes(store: Store, outcomes: Iterable[Outcome]) -> None:
    """Add *outcomes* to the store."""
    store.append(_OUTCOMES, "".join(f"{json.dumps(outcome)}\n" for outcome in outcomes).encode())


def kept_outcomes(store: Store) -> Iterator[Outcome]:
    """Yield what is done already, in input order. Memory: what was committed at a time."""
    for body in store.part_bytes(_OUTCOMES):
        for line in body.splitlines():
            text, report, kinds, warnings = json.loads(line)
            yield text, report, tuple(kinds), tuple(warnings)


def report_of(**parts: str) -> str:
    """Return the report of *parts*, each JSON, as JSON."""
    members = "".join(f', "{name}": {part}' for name, part in parts.items())
    return f'{{"format": "{FORMAT}", "version": {VERSION}{members}}}'
