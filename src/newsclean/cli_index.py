"""``newsclean index``: the duplicate index of a feed, on disk."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

import click

from newsclean.clean import Cleaner
from newsclean.cli_job import DONE_WITH_REJECTS, fields_of
from newsclean.cli_options import article_fields, errors, format_option, inputs, max_chars, quiet, together
from newsclean.cli_rejects import Rejects
from newsclean.cli_text import plural, say
from newsclean.index import DuplicateIndex, Match
from newsclean.io import find_sources, read_records
from newsclean.io.sources import check_not_input
from newsclean.model import Article, ArticleId
from newsclean.neardup import Background
from newsclean.parallel import batches_by_size

__all__ = ["index"]

_AT_ONCE, _CHARACTERS = 1000, 4_000_000  # articles read before they are added and answered

_index = click.argument("index", metavar="INDEX")
_clean = click.option("--clean", is_flag=True, help="Clean texts first; give it each time or never.")


@click.group()
def index() -> None:
    """Keep a duplicate index on disk, for feeds that never end.

    INDEX is a folder of its own. One command may write to it at a time, others may ask meanwhile.
    """


@index.command()
@together(_index, inputs, format_option, article_fields)
@click.option("--threshold", type=float, help="Least Jaccard similarity of near copies, for a new index.")
@click.option("--containment", type=float, help="Least share of the shorter text in the longer, for a new index.")
@click.option("--window-days", type=click.IntRange(min=0), metavar="DAYS", help="Compare only articles this close.")
@click.option("--background", metavar="FILE", help="A saved Background, for a new index.")
@_clean
@errors
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Processes, threads.")
@quiet
def add(index: str, quiet: bool, workers: int, background: str | None, clean: bool, **given: Any) -> int:
    """Add articles; say which are copies of earlier ones.

    For each copy a line of JSON: its id, that of the earlier article, kind and scores. It is written when the article
    is in the index. Articles that are there already are passed over, so a run that was cut short may be repeated.
    """
    skip = given["on_error"] == "skip"
    rejects = Rejects(given["rejects"], say, skip=skip)
    options = {name: given[name] for name in ("threshold", "containment", "window_days")}
    frozen = None if background is None else Background.load(background)
    copies = read = 0
    with DuplicateIndex.open(index, background=frozen, cleaner=Cleaner() if clean else None, **options) as opened:
        before = len(opened)
        for batch in _batches(given, rejects if skip else None):
            matches = [match for match in opened.add_many(batch, workers=workers) if match is not None]
            _say(matches)
            copies += len(matches)
            read += len(batch)
        added = len(opened) - before
    rejects.write()
    if not quiet:
        say(
            f"{index}: {plural(added, 'article')} added, {read - added} there before, "
            f"{plural(copies, 'copy', 'copies')}"
        )
        if rejects:
            say(rejects.told)
    return DONE_WITH_REJECTS if rejects else 0


@index.command()
@together(_index, inputs, format_option, article_fields, max_chars, _clean)
def query(index: str, clean: bool, **given: Any) -> int:
    """Say what articles are copies of, adding nothing: a line of JSON for each match."""
    with DuplicateIndex.open(index, cleaner=Cleaner() if clean else None, readonly=True) as opened:
        for batch in _batches(given):
            for article in batch:
                _say(opened.query(article))
    return 0


@index.command()
@_index
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@quiet
def remove(index: str, ids: Sequence[str], quiet: bool) -> int:
    """Remove articles: the index is as if they had never been added."""
    with _there(index) as opened:
        for id in ids:
            opened.remove(_as_kept(id, opened))
    if not quiet:
        say(f"{index}: {plural(len(ids), 'article')} removed")
    return 0


@index.command()
@_index
@click.option("--check", is_flag=True, help="Read all of it and compare the checksums, too.")
def stats(index: str, check: bool) -> int:
    """Show counts, size and settings, as JSON."""
    with DuplicateIndex.open(index, readonly=True) as opened:
        if check:
            opened.check()
        click.echo(json.dumps(asdict(opened.stats()), indent=2))
    return 0


@index.command()
@_index
@quiet
def compact(index: str, quiet: bool) -> int:
    """Bring the index into few files and give the room of removed articles back."""
    with _there(index) as opened:
        before = opened.stats().bytes
        opened.compact()
        after = opened.stats()
    if not quiet:
        say(f"{index}: {plural(after.files, 'file')}, {before:,} bytes before, {after.bytes:,} now")
    return 0


def _there(path: str) -> DuplicateIndex:
    """Open the index at *path* to write, but make none."""
    DuplicateIndex.open(path, readonly=True).close()
    return DuplicateIndex.open(path)


def _as_kept(id: str, opened: DuplicateIndex) -> ArticleId:
    """Return *id* as the index has it: ids in JSON may be numbers."""
    return int(id) if id not in opened and id.removeprefix("-").isdecimal() else id


def _batches(given: dict[str, Any], reject: Rejects | None = None) -> Iterator[list[Article]]:
    sources, _ = find_sources(given["inputs"], format=given["format"])
    if reject is not None and reject.path is not None:
        check_not_input(reject.path, sources)
    records = read_records(sources, fields_of(given), max_chars=given["max_chars"], reject=reject)
    return batches_by_size(
        (record.article for record in records), lambda article: len(article.text), limit=_CHARACTERS, most=_AT_ONCE
    )


def _say(matches: Iterable[Match]) -> None:
    for match in matches:
        click.echo(json.dumps(asdict(match)))
    sys.stdout.flush()
