"""Read articles from files, one after the other; a bad record stops the run or is handed over, never passed by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from newsclean.errors import RecordError
from newsclean.io.records import Fields, Record, parse_record
from newsclean.io.sources import BOM, STDIN, Source, peek_format, unreadable
from newsclean.model import Article, ArticleId

__all__ = ["Reject", "read_records"]

_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")
_CONVERT = "convert it to UTF-8, for example with iconv -f {} -t UTF-8"


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that cannot be used, and why."""

    error: RecordError
    raw: bytes
    """The record as it stands in the file."""

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
    reject: Callable[[Reject], None] | None = None,
    progress: Callable[[int], None] | None = None,
) -> Iterator[Record]:
    """Yield the articles of *sources*, in order.

    Blank lines of a JSONL file are no records. A byte order mark is left out. *reject* is called for each bad record
    and the next one read; without it the first one is raised. *progress* is called with the bytes read, a record at
    a time.

    Memory: one record, and one entry an article, to find ids met twice.

    Raises:
        RecordError: a record is bad, and there is no *reject*.
        FileError: a file cannot be read.
    """
    seen: dict[ArticleId, str] = {}
    for source in sources:
        for raw, line in _raw_records(source):
            if progress is not None:
                progress(len(raw))
            try:
                record = _record(raw, source.name, line, fields)
                _check_id(record, fields, seen)
            except RecordError as error:
                if reject is None:
                    raise
                reject(Reject(error, raw if line is None else raw.rstrip(b"\r\n")))
                continue
            yield record


def _record(raw: bytes, source: str, line: int | None, fields: Fields) -> Record:
    if line is None:
        return Record(source, None, Article(_decoded(raw.removeprefix(BOM), source, None), source))
    if line == 1:
        raw = raw.removeprefix(BOM)
    return parse_record(_decoded(raw.rstrip(b"\r\n"), source, line), source, line, fields)


def _check_id(record: Record, fields: Fields, seen: dict[ArticleId, str]) -> None:
    identity, place = record.article.id, record.place
    assert identity is not None
    first = seen.setdefault(identity, place)
    if first is not place:
        problem = f"{identity!r} is the id of {first} already"
        step = "give each article its own, or name another field with --id-field"
        raise RecordError(record.source, record.line, fields.id, problem, step)


def _raw_records(source: Source) -> Iterator[tuple[bytes, int | None]]:
    """Yield each record as it stands, with its line; None where the whole file is one article."""
    stream = source.open()
    try:
        format, head = (source.format, b"") if source.format else peek_format(stream)
        if format == "text":
            yield head + stream.read(), None
            return
        for number, raw in enumerate(_split(stream, head), 1):
            if raw.strip(b" \t\r\n" + BOM):
                yield raw, number
    except OSError as error:
        raise unreadable(source.name, error) from error
    finally:
        if source.name != STDIN:
            stream.close()


def _split(stream: BinaryIO, head: bytes) -> Iterator[bytes]:
    """Yield the lines of what was read already and of what is still to come."""
    *whole, last = head.split(b"\n")
    for line in whole:
        yield line + b"\n"
    if first := last + stream.readline():
        yield first
    yield from stream


def _decoded(raw: bytes, source: str, line: int | None) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        wide = raw.startswith(_WIDE_BOMS) or b"\0" in raw[:100]
        problem = f"no UTF-8: byte 0x{raw[error.start]:02x} at offset {error.start}"
        if line is None:
            problem += f" (line {raw.count(10, 0, error.start) + 1})"
        raise RecordError(source, line, None, problem, _CONVERT.format("UTF-16" if wide else "WINDOWS-1252")) from error
