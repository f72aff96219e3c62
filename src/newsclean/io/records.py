"""One record of a file: the article in it, and everything else as it stood.

A JSON line is not taken apart and put together again: the places of its values are found, and the new text and the
report are set in there. So key order, spacing, big numbers, ``1.10`` and ``1e400`` come out as they went in.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from newsclean.errors import ArticleError, ArticleTypeError, FileError, RecordError
from newsclean.model import Article, ArticleId, Span

__all__ = ["REPORT_FIELD", "Fields", "Record", "Row", "article_of", "check_columns", "dumps", "parse_record"]

REPORT_FIELD = "newsclean"

_SPACE = re.compile(r"[ \t\n\r]*")
_MOST_DIGITS = 4000  # Python refuses longer whole numbers; as part of a line that is passed through they do no harm
_ARRAY_HINT = "write one object a line, for example with jq -c '.[]'"
_SYNTAX_HINT = "mend the line, or leave bad records out with --on-error skip"


@dataclass(frozen=True, slots=True)
class Fields:
    """Which fields of a JSON record hold what; a field the record does not have is left empty.

    ``dated`` says whether the date is wanted at all: a date that nobody asks for cannot be wrong. ``must`` names
    those (of ``id``, ``title``, ...) that every record has to have; the text always is one. ``report`` is the field
    that is to be added, so no record may have it; None: nothing is added.
    """

    text: str = "text"
    id: str = "id"
    title: str = "title"
    site: str = "site"
    date: str = "date"
    language: str = "language"
    report: str | None = REPORT_FIELD
    dated: bool = False
    must: frozenset[str] = frozenset()


class Row(Protocol):
    """A row of a table."""

    def values(self) -> dict[str, Any]:
        """Return its cells by column."""


@dataclass(frozen=True, slots=True)
class Record:
    """One article of a file."""

    source: str
    line: int | None
    """From 1, of Parquet and Arrow files the row; None where the whole file is the article."""
    article: Article
    """Its id is the record's, or ``file:line`` (the file's name for plain text) where it has none."""
    raw: str | None = None
    """The JSON line; None for plain text and rows."""
    text_span: Span = (0, 0)
    """Where the text's JSON value stands in ``raw``."""
    end: int = 0
    """Where the closing brace stands in ``raw``."""
    row: Row | None = None
    """The row of a table; None for JSON and plain text."""
    text_field: str = "text"

    @property
    def place(self) -> str:
        """``file:line``, for messages."""
        return self.source if self.line is None else f"{self.source}:{self.line}"

    def to_json(self, text: str, report: str, report_field: str = REPORT_FIELD) -> str:
        """Return the record as one JSON line with *text* in place of its own and the field *report_field* added.

        *report* is JSON. Everything else stands there as it was read.
        """
        added = f"{dumps(report_field)}: {report}"
        if self.raw is None:
            members = json.dumps(self.values(text), ensure_ascii=False, default=_as_text)
            return f"{members[:-1]}, {added}}}"
        start, stop = self.text_span
        value = self.raw[start:stop] if text == self.article.text else dumps(text)
        return f"{self.raw[:start]}{value}{self.raw[stop : self.end].rstrip()}, {added}{self.raw[self.end :]}"

    def values(self, text: str) -> dict[str, Any]:
        """Return the record's fields, with *text* in place of its own."""
        if self.row is not None:
            return self.row.values() | {self.text_field: text}
        if self.raw is not None:
            return _members(self.raw)[0] | {self.text_field: text}
        return {"id": self.article.id, "text": text}


def _as_text(value: object) -> str:
    """Return what JSON has no form for as text; bytes as base64."""
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


def dumps(value: object) -> str:
    """Return *value* as JSON in one line, letters as they are."""
    return json.dumps(value, ensure_ascii=False)


def _whole_number(digits: str) -> int | str:
    return int(digits) if len(digits) <= _MOST_DIGITS else digits


_DECODER = json.JSONDecoder(parse_int=_whole_number)


def parse_record(raw: str, source: str, line: int | None, fields: Fields) -> Record:
    """Return the record in *raw*, one JSON object; *line* is None where nobody knows it.

    Raises:
        RecordError: it is none, or a field is missing or of the wrong type.
    """
    try:
        values, spans, repeated, end = _members(raw)
    except json.JSONDecodeError as error:
        raise RecordError(
            source, line, None, f"no valid JSON: {error.msg} (column {error.pos + 1})", _SYNTAX_HINT
        ) from error
    except RecursionError as error:
        raise RecordError(source, line, None, "JSON nested too deeply", _SYNTAX_HINT) from error
    for name, key in (("text", fields.text), ("id", fields.id)):
        if key in repeated:
            raise RecordError(source, line, key, f"stands there twice, and only one can be the {name}", _SYNTAX_HINT)
    if fields.report in values:
        raise RecordError(
            source, line, fields.report, "is there already, and would be lost", "name another with --report-field"
        )
    article = article_of(values, source, line, fields)
    return Record(source, line, article, raw, spans[fields.text], end, text_field=fields.text)


def check_columns(names: Sequence[str], source: str, fields: Fields) -> None:
    """Raise :class:`~newsclean.errors.FileError` where a table's columns are not what *fields* ask for."""
    step = "name the one that has it with --{}-field"
    for name in ("text", *sorted(fields.must - {"text"})):
        key = getattr(fields, name)
        if key not in names:
            raise FileError(f"{source}: there is no column {key!r}, only {_names(names)}; {step.format(name)}")
    for key in names:
        if names.count(key) > 1:
            raise FileError(f"{source}: column {key!r} stands there twice, and one would be lost; rename one")
    if fields.report in names:
        raise FileError(
            f"{source}: column {fields.report!r} is there already, and would be lost; name another with --report-field"
        )


def _members(raw: str) -> tuple[dict[str, Any], dict[str, Span], set[str], int]:
    """Return the values of a JSON object by key, their spans, the keys that come twice, and where it ends."""
    at = _skip(raw, 0)
    if raw[at : at + 1] == "[":
        raise json.JSONDecodeError(f"an array, not an object; {_ARRAY_HINT}", raw, at)
    if raw[at : at + 1] != "{":
        raise json.JSONDecodeError("an object is wanted, such as {...}", raw, at)
    values: dict[str, Any] = {}
    spans: dict[str, Span] = {}
    repeated: set[str] = set()
    at = _skip(raw, at + 1)
    while raw[at : at + 1] != "}":
        if values:
            at = _skip(raw, _expect(raw, at, ","))
        if raw[at : at + 1] != '"':
            raise json.JSONDecodeError("a name in double quotes is wanted", raw, at)
        key, at = _DECODER.raw_decode(raw, at)
        start = _skip(raw, _expect(raw, _skip(raw, at), ":"))
        value, stop = _DECODER.raw_decode(raw, start)
        if key in values:
            repeated.add(key)
        values[key], spans[key] = value, (start, stop)
        at = _skip(raw, stop)
        if at >= len(raw):
            raise json.JSONDecodeError("the object is not closed", raw, at)
    if (rest := _skip(raw, at + 1)) < len(raw):
        raise json.JSONDecodeError("more after the object", raw, rest)
    return values, spans, repeated, at


def _skip(raw: str, at: int) -> int:
    found = _SPACE.match(raw, at)
    assert found is not None
    return found.end()


def _expect(raw: str, at: int, sign: str) -> int:
    if raw[at : at + 1] != sign:
        raise json.JSONDecodeError(f"'{sign}' is wanted", raw, at)
    return at + 1


def article_of(values: Mapping[str, Any], source: str, line: int | None, fields: Fields) -> Article:
    """Return the article in *values*, the fields of a record.

    Raises:
        RecordError: one is missing or of the wrong type.
    """
    found: dict[str, Any] = {}
    for name in ("text", "id", "title", "site", "language", "date"):
        if name == "date" and not fields.dated:
            continue
        key = getattr(fields, name)
        option = f"name the field that has it with --{name}-field"
        value = values.get(key)
        if value is None:
            if name == "text" or name in fields.must:
                problem = "is null" if key in values else f"is missing; the record has {_names(values)}"
                raise RecordError(source, line, key, problem, option)
            continue
        if name == "id":
            if not isinstance(value, int | str) or isinstance(value, bool):
                raise RecordError(source, line, key, f"an id is a string or a whole number, not {_kind(value)}", option)
        elif not isinstance(value, str):
            raise RecordError(source, line, key, f"a string is wanted, not {_kind(value)}", option)
        found[name] = value
    identity: ArticleId = found.setdefault("id", f"{source}:{line}")
    assert identity is not None
    try:
        return Article(**found)
    except (ArticleError, ArticleTypeError) as error:
        raise RecordError(source, line, fields.date, str(error), "name another with --date-field") from error


def _names(values: Iterable[str]) -> str:
    first = list(values)
    names = ", ".join(map(repr, first[:8])) or "no fields"
    return f"{names}, ..." if len(first) > 8 else names


def _kind(value: object) -> str:
    names = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return names.get(type(value), type(value).__name__)
