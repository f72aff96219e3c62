"""CSV and TSV: a header, then one article a row; quoting as RFC 4180 has it, and nothing guessed.

A quote in the wrong place stops the run, whatever is done about bad records: where the row after it begins is anyone's
guess, and a wrong guess makes articles of the insides of others.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO

from newsclean.errors import FileError, RecordError
from newsclean.io.entry import Entry, decoded, most_bytes, too_long
from newsclean.io.records import Fields, Record, article_of, check_columns
from newsclean.io.sources import BOM

__all__ = ["DELIMITERS", "delimited_rows"]

DELIMITERS: Mapping[str, str] = {"csv": ",", "tsv": "\t"}


@dataclass(frozen=True, slots=True)
class _Row:
    """One row: the header's names with the row's cells."""

    header: tuple[str, ...]
    cells: tuple[str, ...]

    def values(self) -> dict[str, Any]:
        """Return the cells by name."""
        return dict(zip(self.header, self.cells, strict=True))


def delimited_rows(name: str, stream: BinaryIO, format: str, fields: Fields, max_chars: int) -> Iterator[Entry]:
    """Yield the rows below the header; ``line`` is the one a row begins on. Blank lines are none.

    Raises:
        FileError: the header is missing or lacks a field, or a quote is out of place.
    """
    lines = _Lines(name, stream, most_bytes(max_chars), max_chars)
    csv.field_size_limit(sys.maxsize)  # one limit for the whole process; the bound of a record is ours
    rows = csv.reader(lines, delimiter=DELIMITERS[format], strict=True)
    header: tuple[str, ...] | None = None
    while True:
        lines.start()
        try:
            cells = next(rows, None)
        except csv.Error as error:
            raise FileError(
                f"{name}:{lines.first}: no valid {format.upper()}: {error}; "
                "mend the quotes of the row that begins here, or its line end"
            ) from error
        if cells is None:
            break
        if not cells:
            continue
        if header is None:
            _check_header(lines.raw(), name)
            header = tuple(cells)
            check_columns(header, name, fields)
            continue
        raw = lines.raw().rstrip(b"\r\n")
        yield Entry(partial(bytes, raw), partial(_record, raw, header, cells, name, lines.first, fields))
    if header is None:
        raise FileError(f"{name}: is empty, and a header is wanted; write the names of the columns in the first line")


class _Lines:
    """The lines of a file for the reader, which takes as many as a row has; remembers those of the row at hand."""

    def __init__(self, name: str, stream: BinaryIO, most: int, max_chars: int) -> None:
        self._name = name
        self._stream = stream
        self._most = most
        self._max_chars = max_chars
        self._number = 0
        self._size = 0
        self._row: list[bytes] = []
        self.first = 1

    def start(self) -> None:
        self._row, self._size, self.first = [], 0, self._number + 1

    def raw(self) -> bytes:
        return b"".join(self._row)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._stream.readline(self._most + 1)
        if not line:
            raise StopIteration
        if not self._number:
            line = line.removeprefix(BOM)
        self._number += 1
        self._size += len(line)
        if self._size > self._most:
            # Most often a quote that was opened and never closed: no place from which to go on can be told.
            error = too_long(self._name, self.first, self._max_chars)
            raise FileError(f"{error}, or close its quote")
        self._row.append(line)
        return line.decode("utf-8", "surrogateescape")


def _check_header(raw: bytes, name: str) -> None:
    try:
        decoded(raw, name, 1)
    except RecordError as error:
        raise FileError(str(error)) from error


def _record(raw: bytes, header: tuple[str, ...], cells: list[str], name: str, line: int, fields: Fields) -> Record:
    decoded(raw, name, line)
    if len(cells) != len(header):
        problem = f"has {len(cells)} cells, and the header {len(header)}"
        raise RecordError(name, line, None, problem, "quote cells that hold the delimiter, or mend the row")
    row = _Row(header, tuple(cells))
    # There is no null: a cell with nothing in it is as good as none, but for the text.
    known = {key: value for key, value in row.values().items() if value or key == fields.text}
    return Record(name, line, article_of(known, name, line, fields), row=row, text_field=fields.text)
