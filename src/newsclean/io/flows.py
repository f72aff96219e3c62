"""Records through the two flows: cleaned one by one, flagged all together; each with a report."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from newsclean.clean import Cleaner, CleanResult
from newsclean.io.manifest import Checkpoint
from newsclean.io.records import Record, dumps
from newsclean.model import Article, ArticleId
from newsclean.neardup import Duplicates, find_duplicates

__all__ = ["CleanedRecord", "Flagged", "clean_records", "flag_records"]

FORMAT = "newsclean.report"
VERSION = 1


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

    def to_report(self) -> str:
        """Return the report on a record that was cleaned and no more, as JSON."""
        assert self.report is not None
        return _report(clean=self.report)


def clean_records(
    records: Iterable[Record], cleaner: Cleaner, *, workers: int = 1, checkpoint: Checkpoint | None = None
) -> Iterator[CleanedRecord]:
    """Yield each record with what cleaning its article gave, in order; memory stays bounded.

    What *checkpoint* has is not cleaned again, and the rest kept there.
    """
    records = iter(records)
    if checkpoint is not None:
        # The outcomes first: zip takes a record only where there is one for it.
        for outcome, record in zip(checkpoint.done(), records, strict=False):
            yield CleanedRecord(record, *outcome)
    waiting: deque[Record] = deque()

    def articles() -> Iterator[Article]:
        for record in records:
            waiting.append(record)
            yield record.article

    for result in cleaner.clean_many(articles(), workers=workers):
        outcome = result.text, _without_text(result), tuple(r.kind for r in result.removed), result.warnings
        if checkpoint is not None:
            checkpoint.add(outcome)
        yield CleanedRecord(waiting.popleft(), *outcome)
    if checkpoint is not None:
        checkpoint.flush()


def _without_text(result: CleanResult) -> str:
    shape = result.to_dict()
    del shape["text"]  # stands in the record itself
    return dumps(shape)


def _report(**parts: str) -> str:
    members = "".join(f', "{name}": {part}' for name, part in parts.items())
    return f'{{"format": "{FORMAT}", "version": {VERSION}{members}}}'


@dataclass(frozen=True, slots=True)
class Flagged:
    """Records with what is a copy of what among them."""

    found: Duplicates
    _entries: list[CleanedRecord]

    def reports(self, *, drop_duplicates: bool = False) -> Iterator[tuple[Record, str, str]]:
        """Yield each record with its text and the report on it (JSON), in input order.

        *drop_duplicates* leaves copies out.
        """
        verdicts = _verdicts(self.found)
        for entry in self._entries:
            assert entry.record.article.id is not None
            verdict = verdicts[entry.record.article.id]
            if drop_duplicates and not verdict["keep"]:
                continue
            parts = {} if entry.report is None else {"clean": entry.report}
            yield entry.record, entry.text, _report(**parts, duplicate=dumps(verdict))


def flag_records(cleaned: Iterable[CleanedRecord], *, workers: int = 1, **options: Any) -> Flagged:
    """Return the records with their near-duplicates flagged.

    *options* are those of :func:`~newsclean.find_duplicates`. Memory: all records, and what it needs.
    """
    entries = list(cleaned)
    articles = [replace(entry.record.article, text=entry.text) for entry in entries]
    return Flagged(find_duplicates(articles, workers=workers, **options), entries)


def _verdicts(found: Duplicates) -> dict[ArticleId, dict[str, Any]]:
    """Return, for each article, what its report says of copies."""
    alone = {"keep": True, "kept": None, "kind": None, "members": 1, "representative": None}
    verdicts: dict[ArticleId, dict[str, Any]] = {
        id: {**alone, "jaccard": None, "containment": None, "templates": []} for id in (*found.keep, *found.drop)
    }
    for group in found.groups:
        for id in group.members:
            verdicts[id].update(keep=id == group.kept, kept=group.kept, kind=group.kind, members=len(group.members))
    for pair in found.pairs:
        verdict = verdicts[pair.id]
        if pair.kind == "template":
            verdict["templates"].append(pair.representative)
        else:
            verdict.update(
                kind=pair.kind,
                representative=pair.representative,
                jaccard=pair.jaccard,
                containment=pair.containment,
            )
    return verdicts
