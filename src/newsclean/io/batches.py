"""Articles in Arrow batches: cleaned where they lie, for whatever speaks Arrow.

One function from batch to batch serves pandas, Polars, DuckDB, Hugging Face datasets, Ray Data and Spark. All but the
text column goes out as it came in, column for column; what is said of the cleaning comes as one more column, in the
shape that ``newsclean clean`` writes.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

from newsclean.clean import Cleaner
from newsclean.errors import ArticleTypeError, OptionError
from newsclean.io.columnar import is_text, pyarrow
from newsclean.io.flows import cleaned_outcomes, report_of
from newsclean.io.records import REPORT_FIELD
from newsclean.io.write import utf8
from newsclean.model import Article

__all__ = ["batch_articles", "check_batch_columns", "clean_batch"]


def clean_batch(
    batch: Any,
    cleaner: Cleaner | None = None,
    *,
    text_field: str = "text",
    title_field: str | None = None,
    site_field: str | None = None,
    language_field: str | None = None,
    report_field: str = REPORT_FIELD,
) -> Any:
    """Return *batch* with its texts cleaned, and a column added that says what was removed and why.

    All other columns are left alone, types, order and metadata too. The report is the JSON that ``newsclean clean``
    writes: removals with their reasons, metadata, and what gives the text back.

    Args:
        batch: a ``pyarrow.RecordBatch`` or ``Table``, and such comes back; or what pyarrow makes a table of, such as a
            pandas or Polars frame: then a ``Table`` comes back.
        cleaner: None: ``Cleaner()``.
        text_field: the column of the texts: strings, large strings, or a dictionary of them, which comes back as plain
            strings. None of them may be null.
        title_field: the column of the headlines; None: ``title``, if there is one. Nulls are none.
        site_field: likewise, ``site``.
        language_field: likewise, ``language``.
        report_field: the name of the column added.

    Raises:
        OptionError: a column is missing, holds something else, or is there already.
        ArticleTypeError: a text is null, or no UTF-8.
        MissingExtraError: pyarrow is not installed.

    >>> import pyarrow as pa
    >>> batch = pa.RecordBatch.from_pydict({"id": [7], "text": ["The river rose.\\nHide Ad"]})
    >>> cleaned = clean_batch(batch)
    >>> cleaned.column("text").to_pylist(), cleaned.schema.names
    (['The river rose.'], ['id', 'text', 'newsclean'])
    """
    pa = pyarrow("clean_batch")
    if not isinstance(batch, pa.RecordBatch | pa.Table):
        try:
            batch = pa.table(batch)
        except (TypeError, ValueError, pa.ArrowException) as error:
            raise ArticleTypeError(
                f"clean_batch takes a pyarrow RecordBatch or Table, or a frame, not {type(batch).__name__}"
            ) from error
    named = {"title": title_field, "site": site_field, "language": language_field}
    fields = check_batch_columns(batch.schema, text_field, named)
    if report_field in batch.schema.names:
        raise OptionError(
            f"column {report_field!r} is there already, and would be lost; name another with report_field"
        )
    texts: list[str] = []
    reports: list[str] = []
    articles = list(batch_articles(batch, fields))
    outcomes = cleaned_outcomes(cleaner or _default(), articles)
    for article, (text, report, _, _) in zip(articles, outcomes, strict=True):
        texts.append(_plain(article.text if text is None else text))
        reports.append(_plain(report_of(clean=report)))
    at = batch.schema.get_field_index(text_field)
    field = batch.schema.field(at)
    if pa.types.is_dictionary(field.type):  # cleaned texts seldom repeat
        field = field.with_type(field.type.value_type)
    columns = [*batch.columns, pa.array(reports, pa.string())]
    columns[at] = pa.array(texts, field.type)
    schema = batch.schema.set(at, field).append(pa.field(report_field, pa.string()))
    return type(batch).from_arrays(columns, schema=schema)


@functools.cache
def _default() -> Cleaner:
    return Cleaner()


def _plain(text: str) -> str:
    return utf8(text).decode()  # a cleaned text may hold lone surrogates, which Arrow has no form for


def check_batch_columns(schema: Any, text_field: str, named: dict[str, str | None]) -> dict[str, str]:
    """Return which columns of an Arrow *schema* hold the text, and of the *named* parts those there are.

    Raises:
        OptionError: the text's is missing, or one that is named; or one holds no strings.
    """
    pa = pyarrow("clean_batch")
    wanted = {"text": text_field} | {
        part: column or part for part, column in named.items() if column is not None or part in schema.names
    }
    for part, column in wanted.items():
        found = schema.names.count(column)
        if found != 1:
            problem = f"there is no column {column!r}" if not found else f"column {column!r} stands there {found} times"
            names = ", ".join(map(repr, schema.names)) or "no columns"
            raise OptionError(f"{problem} among {names}; name the one that holds the {part} with {part}_field")
        type = schema.field(column).type
        empty = part != "text" and pa.types.is_null(type)
        if not (is_text(pa, type) or empty):
            raise OptionError(
                f"column {column!r} holds {type}, and the {part} is a string; name another with {part}_field"
            )
    return wanted


def batch_articles(batch: Any, fields: dict[str, str]) -> Iterator[Article]:
    """Yield the articles in *batch*, *fields* saying which column holds what.

    Raises:
        ArticleTypeError: a text is null, or no UTF-8.
    """
    parts = batch.to_batches() if hasattr(batch, "to_batches") else [batch]
    columns = {part: [piece.column(column) for piece in parts] for part, column in fields.items()}
    at = ((piece, row) for piece, one in enumerate(parts) for row in range(one.num_rows))
    for number, (piece, row) in enumerate(at):
        values = {}
        for part, column in columns.items():
            try:
                values[part] = column[piece][row].as_py()
            except UnicodeDecodeError as error:
                raise ArticleTypeError(
                    f"row {number} of the batch (counted from 0): {fields[part]!r} is no UTF-8 at byte {error.start}; "
                    "make the column again from UTF-8 text"
                ) from error
        if values["text"] is None:
            raise ArticleTypeError(
                f"row {number} of the batch (counted from 0): {fields['text']!r} is null; "
                "leave such rows out, or give them an empty text"
            )
        yield Article(**values)
