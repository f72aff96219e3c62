"""Records through the two flows: cleaned one by one, flagged all together; each with a report."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from newsclean.clean import Cleaner, CleanResult
from newsclean.io.records import Record, dumps
from newsclean.model import Article, ArticleId
from newsclean.neardup import Duplicates, find_duplicates

__all__ = ["Flagged", "clean_records", "clean_report", "flag_records"]

FORMAT = "newsclean.report"
VERSION = 1


def clean_records(
    records: Iterable[Record], cleaner: Cleaner, *, workers: int = 1
) -> Iterator[tuple[Record, CleanResult]]:
    """Yield each record with what cleaning its article gave, in order; memory stays bounded."""
    waiting: deque[Record] = deque()

    def articles() -> Iterator[Article]:
        for record in records:
            waiting.append(record)
            yield record.article

    for result in cleaner.clean_many(articles(), workers=workers):
        yield waiting.popleft(), result


def clean_report(result: CleanResult) -> str:
    """Return the report on a cleaned record, as JSON."""
    return _report(clean=_without_text(result))


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
    removals: Counter[str]
    """How much cleaning removed, by kind."""
    _entries: list[tuple[Record, str, str | None]]

    def reports(self, *, drop_duplicates: bool = False) -> Iterator[tuple[Record, str, str]]:
        """Yield each record with its text and the report on it (JSON), in input order.

        *drop_duplicates* leaves copies out.
        """
        verdicts = _verdicts(self.found)
        for record, text, cleaned in self._entries:
            assert record.article.id is not None
            verdict = verdicts[record.article.id]
            if drop_duplicates and not verdict["keep"]:
                continue
            parts = {} if cleaned is None else {"clean": cleaned}
            yield record, text, _report(**parts, duplicate=dumps(verdict))


def flag_records(
    records: Iterable[Record], *, cleaner: Cleaner | None = None, workers: int = 1, **options: Any
) -> Flagged:
    """Return *records*, cleaned first if there is a *cleaner*, with their near-duplicates flagged.

    *options* are those of :func:`~newsclean.find_duplicates`. Memory: all records, and what it needs.
    """
    removals: Counter[str] = Counter()
    entries: list[tuple[Record, str, str | None]] = []
    articles: list[Article] = []
    if cleaner is None:
        for record in records:
            entries.append((record, record.article.text, None))
            articles.append(record.article)
    else:
        for record, result in clean_records(records, cleaner, workers=workers):
            removals.update(removal.kind for removal in result.removed)
            entries.append((record, result.text, _without_text(result)))
            articles.append(replace(record.article, text=result.text))
    return Flagged(find_duplicates(articles, workers=workers, **options), removals, entries)


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
