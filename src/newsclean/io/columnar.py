"""Parquet and Arrow files: read a batch of rows at a time, every column but the text left as it is, types and all.

A record keeps its place in its batch, so that what is written is the batch itself with its text column replaced:
nothing goes through Python's types, which know no nanoseconds and no half floats.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO

from newsclean.errors import FileError, MissingExtraError, RecordError
from newsclean.io.entry import Entry
from newsclean.io.records import Fields, Record, article_of, check_columns
from newsclean.io.sources import Opened

__all__ = ["BatchRow", "columnar_rows", "is_text", "pyarrow"]

_ROWS = 256  # a batch; few, because a row may hold a long article
_ARROW_MAGIC = b"ARROW1"


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One row of a batch of columns (``pyarrow.RecordBatch``)."""

    batch: Any
    index: int

    def values(self) -> dict[str, Any]:
        """Return the row for formats without types: times as text, the rest as Python has it."""
        pa = pyarrow("")
        row = {}
        for name, column in zip(self.batch.schema.names, self.batch.columns, strict=True):
            cell = column.slice(self.index, 1)
            if pa.types.is_temporal(cell.type):
                cell = cell.cast(pa.string())  # Python's times stop at microseconds
            row[name] = cell[0].as_py()
        return row


def pyarrow(name: str) -> Any:
    """Return the library, or raise :class:`~newsclean.errors.MissingExtraError` that says *name* needs it."""
    try:
        import pyarrow
        import pyarrow.compute
        import pyarrow.ipc
        import pyarrow.parquet
    except ImportError as error:
        raise MissingExtraError(
            f"{name}: Parquet and Arrow files need pyarrow; pip install 'newsclean[formats]'"
        ) from error
    return pyarrow


def columnar_rows(name: str, opened: Opened, format: str, fields: Fields) -> Iterator[Entry]:
    """Yield the rows of a Parquet or Arrow file; ``line`` is the row's number, from 1.

    Memory: one batch of 256 rows (of an Arrow file, a batch as it was written). What cannot be read from any place, a
    pipe or a compressed file, is put into a temporary file first.

    Raises:
        FileError: the file is damaged or something else, or lacks a field.
        MissingExtraError: pyarrow is not installed.
    """
    pa = pyarrow(name)
    number = 0
    with _seekable(opened) as (file, size):
        try:
            schema, rows, batches = _batches(pa, file, format)
            check_columns(schema.names, name, fields)
            _check_text(pa, schema.field(fields.text).type, name, fields.text)
            for batch in batches:
                broken = _check_batch(pa, batch)
                wanted = {name: batch.column(name) for name in broken} | _wanted(pa, batch, fields)
                for index in range(batch.num_rows):
                    number += 1
                    if opened.path is not None:
                        opened.file.count = size * number // max(rows or number, number)
                    row = BatchRow(batch, index)
                    yield Entry(partial(_raw, row), partial(_record, row, wanted, name, number, fields))
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:  # the last of a column's name
            if isinstance(error, FileError) or (isinstance(error, OSError) and error.errno is not None):
                raise
            kind = "Parquet" if format == "parquet" else "Arrow"
            where = f" after row {number}" if number else ""
            cause = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise FileError(f"{name}: no valid {kind} file{where}: {cause}; fetch or make the file again") from error


@contextlib.contextmanager
def _seekable(opened: Opened) -> Iterator[tuple[BinaryIO, int]]:
    if opened.path is not None:
        with open(opened.path, "rb") as file:
            yield file, os.fstat(file.fileno()).st_size
        return
    with tempfile.TemporaryFile() as spooled:
        shutil.copyfileobj(opened.stream, spooled)
        spooled.seek(0)
        yield spooled, 0


def _batches(pa: Any, file: BinaryIO, format: str) -> tuple[Any, int | None, Iterator[Any]]:
    """Return the columns, how many rows there are (None: not told) and the batches."""
    if format == "parquet":
        parquet = pa.parquet.ParquetFile(file)
        return parquet.schema_arrow, parquet.metadata.num_rows, parquet.iter_batches(batch_size=_ROWS)
    magic = file.read(len(_ARROW_MAGIC))
    file.seek(0)
    if magic != _ARROW_MAGIC:
        stream = pa.ipc.open_stream(file)
        return stream.schema, None, iter(stream)
    reader = pa.ipc.open_file(file)
    return reader.schema, None, (reader.get_batch(index) for index in range(reader.num_record_batches))


def _check_batch(pa: Any, batch: Any) -> list[str]:
    """Raise pyarrow's error where *batch* is damaged: a wrong offset of a text would crash the interpreter.

    Bytes that are no UTF-8 pass: that is one record's fault, and told of that record. Returns the columns with such.
    """
    broken = []
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        try:
            column.validate(full=True)
        except pa.ArrowInvalid as error:
            # Offsets are checked first, so they are right.
            if not (is_text(pa, column.type) and "UTF8" in str(error)):
                raise
            broken.append(name)
    return broken


def _check_text(pa: Any, type: Any, name: str, column: str) -> None:
    if not is_text(pa, type):
        raise FileError(f"{name}: column {column!r} holds {type}, not text; name the one that does with --text-field")


def is_text(pa: Any, type: Any) -> bool:
    """Return whether a column of *type* holds strings, or numbers of strings in a dictionary."""
    types = pa.types
    if types.is_dictionary(type):
        return is_text(pa, type.value_type)
    view = getattr(types, "is_string_view", lambda _: False)
    return bool(types.is_string(type) or types.is_large_string(type) or view(type))


def _wanted(pa: Any, batch: Any, fields: Fields) -> dict[str, Any]:
    """Return the columns that hold something of an article; times as dates."""
    columns = {}
    for name in ("text", "id", "title", "site", "language", "date"):
        key = getattr(fields, name)
        if key in batch.schema.names and (name != "date" or fields.dated):
            column = batch.column(key)
            if pa.types.is_temporal(column.type):
                # The day of the written form: whole times have nine places, more than ISO 8601 knows here.
                column = pa.compute.utf8_slice_codeunits(column.cast(pa.string()), 0, 10)
            columns[key] = column
    return columns


def _record(row: BatchRow, wanted: dict[str, Any], name: str, number: int, fields: Fields) -> Record:
    values = {}
    for key, column in wanted.items():
        try:
            values[key] = column[row.index].as_py()
        except UnicodeDecodeError as error:
            step = "write the file again from UTF-8 text"
            raise RecordError(name, number, key, f"no UTF-8: byte {error.start} of it", step) from error
    return Record(name, number, article_of(values, name, number, fields), row=row, text_field=fields.text)


def _raw(row: BatchRow) -> bytes:
    try:
        return json.dumps(row.values(), ensure_ascii=False, default=str).encode("utf-8", "surrogateescape")
    except UnicodeDecodeError:
        return repr(row.batch.slice(row.index, 1)).encode("utf-8", "backslashreplace")
