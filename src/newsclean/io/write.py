"""Records out, in the format that the output's suffix names; whatever format they came in.

In the same format as they came in, all but text and report stands there as it stood. JSONL takes any record; CSV takes
what is no text as JSON; Parquet and Arrow take the columns and types of the table it came from, or those that
the first records show.
"""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Protocol, TypeAlias, cast

from newsclean.errors import OptionError, RecordError
from newsclean.io.columnar import BatchRow, pyarrow
from newsclean.io.delimited import DELIMITERS
from newsclean.io.records import Record, dumps
from newsclean.io.sources import Format, suffix_format

__all__ = ["Write", "output_format", "record_writer", "utf8"]

Write: TypeAlias = Callable[[Record, str, str], None]
"""Takes a record, its text as it is to be, and the report on it as JSON."""

_ROWS = 4096  # a row group is written when it has this many rows,
_CHARS = 16_000_000  # or texts of this many characters
_OTHER_FORMAT = "write to a .jsonl file, which takes any record"


def output_format(path: str | None) -> Format:
    """Return the format that *path* names by its suffix; JSONL where it names none, and for standard output.

    >>> output_format("out.csv.gz"), output_format("out.dat"), output_format(None)
    ('csv', 'jsonl', 'jsonl')
    """
    found = None if path is None else suffix_format(path)
    return "jsonl" if found in (None, "text") else found


def utf8(text: str) -> bytes:
    """Return *text* in UTF-8; lone surrogates, which it has no bytes for, as the escapes that JSON has for them."""
    return text.encode("utf-8", "backslashreplace")


@contextlib.contextmanager
def record_writer(stream: BinaryIO, path: str | None, report_field: str) -> Iterator[Write]:
    """Open *stream*, the content of *path*, for records; it is complete when the ``with`` block ends.

    Raises:
        RecordError: a record does not fit the table that the first ones made.
        MissingExtraError: the format needs a library that is not installed.
    """
    format = output_format(path)
    writer: _Writer
    if format in DELIMITERS:
        writer = _Delimited(stream, DELIMITERS[format], report_field)
    elif format in ("parquet", "arrow"):
        writer = _Columnar(stream, str(path), format, report_field)
    else:
        writer = _JsonLines(stream, report_field)
    try:
        yield writer.write
        writer.end()
    except BaseException:
        writer.give_up()
        raise


class _Writer(Protocol):
    def write(self, record: Record, text: str, report: str) -> None: ...

    def end(self) -> None: ...

    def give_up(self) -> None: ...


class _JsonLines:
    def __init__(self, stream: BinaryIO, report_field: str) -> None:
        self._stream = stream
        self._report_field = report_field

    def write(self, record: Record, text: str, report: str) -> None:
        self._stream.write(utf8(record.to_json(text, report, self._report_field) + "\n"))

    def end(self) -> None:
        pass

    def give_up(self) -> None:
        pass


def _no_place(record: Record, column: str, columns: list[str]) -> RecordError:
    problem = f"there is no such column in the output, whose first record has {', '.join(map(repr, columns))}"
    return RecordError(record.source, record.line, column, problem, _OTHER_FORMAT)


def _check_report_field(record: Record, columns: list[str], report_field: str) -> None:
    if report_field in columns:
        problem = "is there already, and would be lost"
        raise RecordError(record.source, record.line, report_field, problem, "name another with --report-field")


class _Delimited:
    def __init__(self, stream: BinaryIO, delimiter: str, report_field: str) -> None:
        self._stream = stream
        self._report_field = report_field
        self._columns: list[str] | None = None
        self._line = io.StringIO()
        # The module quotes cells with the line end's own characters, so that end has to hold both.
        self._csv = csv.writer(self._line, delimiter=delimiter, lineterminator="\r\n")

    def write(self, record: Record, text: str, report: str) -> None:
        values = record.values(text)
        if self._columns is None:
            self._columns = list(values)
            _check_report_field(record, self._columns, self._report_field)
            self._put([*self._columns, self._report_field])
        if values.keys() - set(self._columns):
            column = next(name for name in values if name not in self._columns)
            raise _no_place(record, column, self._columns)
        self._put([*(_cell(values.get(column)) for column in self._columns), report])

    def _put(self, cells: list[str]) -> None:
        self._csv.writerow(cells)
        self._stream.write(utf8(self._line.getvalue().removesuffix("\r\n") + "\n"))
        self._line.seek(0)
        self._line.truncate()

    def end(self) -> None:
        pass

    def give_up(self) -> None:
        pass


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else dumps(value)


class _Columnar:
    """Gathers rows to groups; rows of one batch in a row stay a batch, and go out with their columns untouched."""

    def __init__(self, stream: BinaryIO, path: str, format: str, report_field: str) -> None:
        self._pa = pyarrow(path)
        self._stream = stream
        self._path = path
        self._format = format
        self._report_field = report_field
        self._schema: Any = None
        self._writer: Any = None
        self._rows: list[tuple[Record, str, str]] = []
        self._chars = 0

    def write(self, record: Record, text: str, report: str) -> None:
        self._rows.append((record, _plain(text), _plain(report)))
        self._chars += len(text) + len(report)
        if len(self._rows) >= _ROWS or self._chars >= _CHARS:
            self._flush()

    def end(self) -> None:
        if self._rows:
            self._flush()
        if self._writer is None:
            raise OptionError(
                f"{self._path}: there are no records, so there is no telling its columns; {_OTHER_FORMAT}"
            )
        self._writer.close()

    def give_up(self) -> None:
        if self._writer is not None:
            # It would write its end when it is collected, and complain that the stream is closed.
            with contextlib.suppress(Exception):
                self._writer.close()

    def _flush(self) -> None:
        pa = self._pa
        try:
            tables = [self._table(rows) for rows in _runs(self._rows)]
            table = pa.concat_tables(tables).combine_chunks()
            if self._writer is None:
                self._start(table.schema)
            self._writer.write_table(table)
        except (pa.ArrowException, OverflowError) as error:
            first = self._rows[0][0]
            problem = f"this record or one of the {len(self._rows)} from it on does not fit a table: {error}"
            raise RecordError(first.source, first.line, None, problem.splitlines()[0], _OTHER_FORMAT) from error
        self._rows, self._chars = [], 0

    def _start(self, schema: Any) -> None:
        pa = self._pa
        if self._format == "parquet":
            self._writer = pa.parquet.ParquetWriter(self._stream, schema, compression="zstd", store_schema=True)
        else:
            options = pa.ipc.IpcWriteOptions(unify_dictionaries=True)
            self._writer = pa.ipc.new_file(self._stream, schema, options=options)

    def _table(self, rows: list[tuple[Record, str, str]]) -> Any:
        pa = self._pa
        first = rows[0][0]
        texts = [text for _, text, _ in rows]
        reports = pa.array([report for _, _, report in rows], pa.string())
        if isinstance(first.row, BatchRow):
            places = [cast(BatchRow, record.row).index for record, _, _ in rows]
            table = pa.Table.from_batches([first.row.batch]).take(places)
            at = table.schema.get_field_index(first.text_field)
            field = table.schema.field(at)
            if pa.types.is_dictionary(field.type):
                field = field.with_type(field.type.value_type)
            table = table.set_column(at, field, pa.array(texts, field.type))
        else:
            table = self._inferred([(record, record.values(text)) for record, text, _ in rows])
        if self._schema is None:
            self._schema = table.schema
            _check_report_field(first, table.schema.names, self._report_field)
        if not table.schema.equals(self._schema):
            theirs, ours = (set(map(str, schema)) for schema in (table.schema, self._schema))
            problem = f"its columns are not those of the records before: {', '.join(sorted(theirs ^ ours))}"
            raise RecordError(first.source, first.line, None, problem, _OTHER_FORMAT)
        return table.append_column(self._report_field, reports)

    def _inferred(self, rows: list[tuple[Record, dict[str, Any]]]) -> Any:
        pa = self._pa
        names = list(dict.fromkeys(name for _, values in rows for name in values))
        if self._schema is not None:
            for record, values in rows:
                if unknown := [name for name in values if name not in self._schema.names]:
                    raise _no_place(record, unknown[0], self._schema.names)
            names = self._schema.names
        columns = [[_plain(values.get(name)) for _, values in rows] for name in names]
        if self._schema is not None:
            return pa.table([pa.array(c, f.type) for c, f in zip(columns, self._schema, strict=True)], self._schema)
        arrays = [pa.array(column) for column in columns]
        # A column with nothing in it so far may hold anything later; text is what can hold it.
        arrays = [array.cast(pa.string()) if pa.types.is_null(array.type) else array for array in arrays]
        return pa.table(arrays, names)


def _runs(rows: list[tuple[Record, str, str]]) -> Iterator[list[tuple[Record, str, str]]]:
    """Yield *rows* in runs that come from one batch, or from none."""
    run: list[tuple[Record, str, str]] = []
    batch: object = None
    for row in rows:
        source = row[0].row
        its = source.batch if isinstance(source, BatchRow) else None
        if run and its is not batch:
            yield run
            run = []
        run.append(row)
        batch = its
    if run:
        yield run


def _plain(value: Any) -> Any:
    """Return *value* with what Arrow's UTF-8 cannot hold, lone surrogates, as escapes."""
    if isinstance(value, str):
        return utf8(value).decode()
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    if isinstance(value, dict):
        return {_plain(key): _plain(entry) for key, entry in value.items()}
    return value
