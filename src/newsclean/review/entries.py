"""What a review page shows of one article, from a result at hand or from a record that was written."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from newsclean.clean.render import Edit, restore
from newsclean.clean.result import FORMAT, VERSION, CleanResult
from newsclean.errors import ArticleTypeError, RecordError
from newsclean.io.records import REPORT_FIELD, Record
from newsclean.model import Article, Span

__all__ = ["Entry", "Piece", "entries_of_records", "entries_of_reports", "entries_of_results", "pieces"]

_HINT = "give `newsclean review` the JSONL that `newsclean run`, `clean` or `dedup` wrote"


@dataclass(frozen=True, slots=True)
class Entry:
    """One article for the page."""

    article: Article
    """Its id is set; its text is the input, dirt included."""
    cleaned: str
    """The text that is left."""
    clean: dict[str, Any] = field(default_factory=dict)
    """The report of cleaning, as :meth:`~newsclean.CleanResult.to_dict` gives it; empty where none was done."""
    verdict: dict[str, Any] | None = None
    """What a written report says of copies; None for results at hand."""

    @property
    def findings(self) -> Iterator[tuple[bool, dict[str, Any]]]:
        """Yield each finding with whether it was removed."""
        for removed in (True, False):
            for finding in self.clean.get("removed" if removed else "flagged", ()):
                yield removed, finding


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the input over which nothing changes: all of it removed for the same reasons, or none of it."""

    span: Span
    marks: tuple[int, ...]
    """Which of the spans given to :func:`pieces` cover it."""


def pieces(length: int, spans: Iterable[tuple[Span, int]]) -> list[Piece]:
    """Return the pieces that *spans*, each with the number of its mark, cut a text of *length* into.

    The pieces are in order, not empty, and together the whole text. Time grows with the spans times those that lie
    over one another.

    >>> [(piece.span, piece.marks) for piece in pieces(9, [((2, 5), 0), ((4, 6), 1)])]
    [((0, 2), ()), ((2, 4), (0,)), ((4, 5), (0, 1)), ((5, 6), (1,)), ((6, 9), ())]
    """
    given = list(spans)
    cuts = sorted({0, length, *(place for span, _ in given for place in span)})
    over: list[list[int]] = [[] for _ in cuts]
    for (start, end), mark in given:
        for i in range(bisect_left(cuts, start), bisect_left(cuts, end)):
            over[i].append(mark)
    return [Piece((start, end), tuple(dict.fromkeys(over[i]))) for i, (start, end) in enumerate(pairwise(cuts))]


def entries_of_results(results: Iterable[CleanResult], articles: Iterable[str | Article] | None = None) -> list[Entry]:
    """Return an entry for each of *results*; *articles*, in the same order, lend ids, titles and sites.

    Raises:
        ArticleTypeError: a result is no CleanResult, or there are more or fewer articles than results.
    """
    listed = list(results)
    given: list[str | Article] = [""] * len(listed) if articles is None else list(articles)
    if len(given) != len(listed):
        raise ArticleTypeError(f"{len(listed)} results and {len(given)} articles; give one article a result, in order")
    entries = []
    for position, (result, article) in enumerate(zip(listed, given, strict=True)):
        if not isinstance(result, CleanResult):
            raise ArticleTypeError(f"result {position} is a {type(result).__name__}; give what Cleaner.clean returns")
        known = article if isinstance(article, Article) else Article("")
        named = Article(
            result.restore(), id=position if known.id is None else known.id, title=known.title, site=known.site
        )
        entries.append(Entry(named, result.text, result.to_dict()))
    return entries


def entries_of_records(records: Iterable[Record], report_field: str = REPORT_FIELD) -> Iterator[Entry]:
    """Yield an entry for each record that ``newsclean run``, ``clean`` or ``dedup`` wrote.

    The records are to be read with a report field other than *report_field*, which otherwise counts as taken.

    Raises:
        RecordError: a record has no report, or one that this version does not read.
    """
    for record in records:
        report = json.loads(record.raw).get(report_field) if record.raw is not None else None
        if not isinstance(report, dict):
            raise RecordError(record.source, record.line, report_field, "holds no report", _HINT)
        clean = report.get("clean") or {}
        try:
            yield Entry(_article(record.article, clean), record.article.text, clean, report.get("duplicate"))
        except (KeyError, TypeError, ValueError) as error:
            raise RecordError(
                record.source, record.line, report_field, f"is no report of this version ({error})", _HINT
            ) from error


def entries_of_reports(reports: Iterable[tuple[Record, str, str]]) -> Iterator[Entry]:
    """Yield an entry for each record with its cleaned text and its report, as a run at hand has them."""
    for record, text, written in reports:
        report = json.loads(written)
        clean = report.get("clean") or {}
        yield Entry(_article(replace(record.article, text=text), clean), text, clean, report.get("duplicate"))


def _article(article: Article, clean: dict[str, Any]) -> Article:
    if clean and (clean["format"], clean["version"]) != (FORMAT, VERSION):
        raise ValueError(f"format {clean['format']!r} version {clean['version']!r}, wanted {FORMAT!r} {VERSION}")
    edits = [Edit(**edit) for edit in clean.get("edits", ())]
    source = restore(article.text, edits)
    for place in (
        place for key in ("removed", "flagged") for f in clean.get(key, ()) for s in f["spans"] for place in s
    ):
        if not 0 <= place <= len(source):
            raise ValueError(f"a span reaches to {place} in a text of {len(source)} characters")
    return Article(source, id=article.id, title=article.title, site=article.site)
