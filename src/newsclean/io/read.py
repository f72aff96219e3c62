"""Read articles from files, one after the other; a bad record stops the run or is handed over, never passed by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO

from newsclean.errors import RecordError
from newsclean.io.columnar import columnar_rows
from newsclean.io.delimited import DELIMITERS, delimited_rows
from newsclean.io.entry import LENGTH_HINT, Entry, decoded, most_bytes, too_long
from newsclean.io.ids import Ids
from newsclean.io.records import Fields, Record, parse_record
from newsclean.io.sources import BOM, Opened, Source, peek_format
from newsclean.model import Article

__all__ = ["MAX_CHARS", "Reject", "check_length", "read_records"]

MAX_CHARS = 20_000_000
"""The longest text that is taken unless the caller says otherwise, in characters."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that cannot be used, and why."""

    error: RecordError
    raw: bytes
    """The record as it stands in the file; of one that is too long to hold, its start."""

    def to_dict(self) -> dict[str, Any]:
        """Return place, problem and the record itself; bytes that are no UTF-8 as ``\\udc80`` to ``\\udcff``."""
        error = self.error
        return {
            "source": error.source,
            "line": error.line,
            "field": error.field,
            "problem": error.problem,
            "next_step": error.next_step,
            "raw": self.raw.decode("utf-8", "surrogateescape"),
        }


def read_records(
    sources: Iterable[Source],
    fields: Fields,
    *,
    max_chars: int = MAX_CHARS,
    reject: Callable[[Reject], None] | None = None,
    progress: Callable[[int], None] | None = None,
) -> Iterator[Record]:
    """Yield the articles of *sources*, in order.

    Blank lines of a JSONL file are no records. A byte order mark is left out. A text of more than *max_chars*
    characters makes a bad record, and what is too large to hold one within that is not read to its end. *reject* is
    called for each bad record and the next one read; without it the first one is raised. *progress* is called with the
    bytes of the files (as they are on disk) that were read since the last call, a record at a time.

    Memory: one record, and some 60 bytes an article, to find ids met twice.

    Raises:
        RecordError: a record is bad, and there is no *reject*.
        FileError: a file cannot be read.
    """
    seen = Ids()
    for source in sources:
        with source.open() as opened:
            told = 0
            for entry in _entries(source, opened, fields, max_chars):
                if progress is not None:
                    progress(opened.file.count - told)
                    told = opened.file.count
                try:
                    record = entry.parse()
                    check_length(record, fields, max_chars)
                    _check_id(record, fields, seen)
                except RecordError as error:
                    if reject is None:
                        raise
                    reject(Reject(error, entry.raw()))
                    continue
                yield record
            if progress is not None:
                progress(opened.file.count - told)


def _entries(source: Source, opened: Opened, fields: Fields, max_chars: int) -> Iterator[Entry]:
    format, head = (source.format, b"") if source.format else peek_format(opened.stream)
    if format in DELIMITERS:
        return delimited_rows(source.name, opened.stream, format, fields, max_chars)
    if format in ("parquet", "arrow"):
        return columnar_rows(source.name, opened, format, fields)
    if format == "text":
        return _whole_text(source.name, head, opened.stream, max_chars)
    return _json_lines(source.name, head, opened.stream, fields, max_chars)


def _whole_text(name: str, head: bytes, stream: BinaryIO, max_chars: int) -> Iterator[Entry]:
    most = most_bytes(max_chars)
    raw = head + stream.read(max(0, most + 1 - len(head)))

    def parse() -> Record:
        if len(raw) > most:
            raise too_long(name, None, max_chars)
        return Record(name, None, Article(decoded(raw.removeprefix(BOM), name, None), name))

    yield Entry(lambda: raw[:most], parse)


def _json_lines(name: str, head: bytes, stream: BinaryIO, fields: Fields, max_chars: int) -> Iterator[Entry]:
    most = most_bytes(max_chars)
    for line, raw in enumerate(_split(stream, head, most), 1):
        if raw.strip(b" \t\r\n" + BOM):
            start = len(BOM) if line == 1 and raw.startswith(BOM) else 0
            parse = partial(_json_record, raw[start:], name, line, fields, max_chars)
            yield Entry(partial(bytes.rstrip, raw, b"\r\n"), parse)


def _json_record(raw: bytes, name: str, line: int, fields: Fields, max_chars: int) -> Record:
    if len(raw) > most_bytes(max_chars):
        raise too_long(name, line, max_chars)
    return parse_record(decoded(raw.rstrip(b"\r\n"), name, line), name, line, fields)


def check_length(record: Record, fields: Fields, max_chars: int) -> None:
    """Raise :class:`~newsclean.errors.RecordError` where the text is longer than *max_chars* characters."""
    if (length := len(record.article.text)) > max_chars:
        problem = f"has {length:,} characters, and {max_chars:,} are the most that are taken"
        raise RecordError(record.source, record.line, fields.text, problem, LENGTH_HINT)


def _check_id(record: Record, fields: Fields, seen: Ids) -> None:
    identity = record.article.id
    assert identity is not None
    first = seen.add(identity, record.source, record.line)
    if first is not None:
        problem = f"{identity!r} is the id of {first} already"
        step = "give each article its own, or name another field with --id-field"
        raise RecordError(record.source, record.line, fields.id, problem, step)


def _split(stream: BinaryIO, head: bytes, most: int) -> Iterator[bytes]:
    """Yield the lines of what was read already and of what is still to come; of a longer one than *most*, its start."""
    *whole, last = head.split(b"\n")
    for line in whole:
        yield line + b"\n"
    while True:
        line = last + stream.readline(most + 8)
        last = b""
        if not line:
            return
        yield line
        while len(line) > most and not line.endswith(b"\n"):
            line = stream.readline(most + 8)  # read past, not kept
