"""``newsclean run`` on Spark: folders of JSON lines or Parquet in, a folder of the same out, every record as it stood.

A JSON line stays the line it is: executors find the text in it and set the new one in, as in one process, so nothing
goes through a table's types. Articles are in the order of the files and of the lines in them.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from hashlib import blake2b
from typing import Any

from newsclean import __version__
from newsclean.clean import Cleaner
from newsclean.clean.sites import SiteProfiles
from newsclean.errors import ArticleError, FileError, OptionError, RecordError
from newsclean.io.entry import LENGTH_HINT
from newsclean.io.flows import cleaned_outcomes, report_of
from newsclean.io.read import MAX_CHARS, check_length
from newsclean.io.records import REPORT_FIELD, Fields, Record, dumps, parse_record
from newsclean.io.write import utf8
from newsclean.scale.spark.articles import quoted
from newsclean.scale.spark.cleaning import clean, profiles_to_clean_with
from newsclean.scale.spark.figures import copies_of, removals_of
from newsclean.scale.spark.finder import find_duplicates
from newsclean.scale.spark.session import Batches, functions, map_batches, plain_errors
from newsclean.scale.spark.stages import Stages

__all__ = ["FORMATS", "run_files"]

FORMATS = ("jsonl", "parquet")
_LINE = "line string, text string, new string, id string, site string, date string, ord string, report string"
"""The line as it stood, its text cleaned, that as JSON where cleaning changed it, the id as JSON, and so on."""
_ORDER = "newsclean_order"
_LEARNT = ("text", "title", "site", "ord")
_NEEDED = ("text_field", "id_field")


def run_files(
    spark: Any,
    inputs: Sequence[str],
    output: str,
    *,
    format: str,
    fields: Fields,
    cleaner: Cleaner,
    about: dict[str, Any],
    learn: Callable[[SiteProfiles], Cleaner] | None = None,
    max_chars: int = MAX_CHARS,
    resume: bool = False,
    drop_duplicates: bool = False,
    figures: bool = True,
    **options: Any,
) -> dict[str, Any]:
    """Write the articles of *inputs*, cleaned and flagged, to the folder *output*; return figures of the run.

    They are ``sites`` (what was removed by kind, by site), ``duplicates``, and ``seconds`` by step.

    The rows are those that ``newsclean run`` writes in one process, each with its report; every article needs an id.
    Stages are kept in ``OUTPUT.parts`` until all is written; with *resume* those of a run before are gone on from.

    Args:
        spark: the session.
        inputs: files or folders that Spark can read, in order.
        output: a folder that is not there yet.
        format: ``jsonl`` or ``parquet``, of inputs and output.
        fields: which fields hold what.
        cleaner: cleans the articles.
        learn: makes the cleaner from what recurs on the articles' sites, which is learnt first; None: *cleaner* cleans.
        max_chars: the longest text that is taken, in characters.
        about: what else the outcome depends on, JSON; a run is gone on with only if it is the same.
        resume: go on with the stages of a run before.
        drop_duplicates: leave copies out.
        figures: count what was removed, which takes one more look at the reports.
        options: of :func:`~newsclean.scale.spark.find_duplicates`: thresholds, *keep*, *window_days*, *linkage*.

    Raises:
        OptionError: the output is there already, or the stages of a run before are, and *resume* is not given.
        FileError: an input cannot be read, or the output not written.
        ArticleError: an article lacks what is needed, or its text is too long.
    """
    seconds: dict[str, float] = {}
    with plain_errors():
        folder = f"{output.rstrip('/')}.parts"
        if Stages.there(spark, output):
            raise OptionError(f"{output} is there already; name another folder, or delete it")
        if not resume and Stages.there(spark, folder):
            raise OptionError(f"{folder} is there, from a run that was not finished; go on with --resume, or delete it")
        lines = format == "jsonl"
        source = _read(spark, inputs, spark.read.text if lines else spark.read.parquet)
        about = {"newsclean": __version__, "inputs": [*inputs], "files": _state(spark, source), **about}
        stages = Stages(spark, folder, about)
        report_field = fields.report or REPORT_FIELD

        def cleaning() -> Any:
            sure = source if lines else _short(source, fields, max_chars)
            maker = cleaner if learn is None else learn(_learnt(sure, fields, max_chars, lines=lines))
            return _lines(sure, fields, maker, max_chars) if lines else _rows(sure, fields, maker)

        with _timed(seconds, "clean"):
            cleaned = stages.make("cleaned", cleaning)
        parts = Fields() if lines else fields
        columns = {f"{part}_field": getattr(parts, part) for part in ("text", "id", "site", "date")}
        order = "ord" if lines else _ORDER
        with _timed(seconds, "compare"):
            flagged = find_duplicates(
                cleaned,
                stages=stages.path("compared"),
                order_field=order,
                **{name: column for name, column in columns.items() if column in cleaned.columns or name in _NEEDED},
                **options,
            )
            duplicates = copies_of(flagged)
        site = parts.site if parts.site in cleaned.columns else None
        sites = removals_of(cleaned, "report" if lines else report_field, site) if figures else {}
        if drop_duplicates:
            flagged = flagged.where("duplicate.keep")
        told = flagged.orderBy(order)
        if lines:
            work = partial(_written, fields=fields, report_field=report_field)
            written = map_batches(told, work, "value string").write.mode("overwrite").text
        else:
            told = told.drop(order)
            work = partial(_told, report_field=report_field)
            written = map_batches(told, work, told.drop("duplicate").schema).write.mode("overwrite").parquet
        with _timed(seconds, "write"):
            written(stages.path("output"))
        stages.move("output", output)  # only now it appears under its name
        stages.remove()
        return {"sites": sites, "duplicates": duplicates, "seconds": seconds}


@contextmanager
def _timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    seconds[step] = round(time.monotonic() - began, 3)


def _place(number: int) -> Any:
    """Return the place of a row in the inputs, as a string that sorts so; *number* is that of the input."""
    F = functions()  # noqa: N806
    return F.concat_ws(
        "\0",
        F.lit(f"{number:06}"),
        F.col("_metadata.file_path"),
        F.lpad(F.col("_metadata.file_block_start").cast("string"), 20, "0"),
        F.lpad(F.monotonically_increasing_id().cast("string"), 20, "0"),
    )


def _read(spark: Any, inputs: Sequence[str], read: Any) -> Any:
    parts = [read(path).select("*", _place(number).alias(_ORDER)) for number, path in enumerate(inputs)]
    for part in parts[1:]:
        if part.schema.names != parts[0].schema.names:
            raise FileError(
                f"the columns of {inputs[parts.index(part)]} are not those of {inputs[0]}; run each by itself"
            )
    whole = parts[0]
    for part in parts[1:]:
        whole = whole.unionByName(part)
    return whole


def _state(spark: Any, source: Any) -> str:
    """Return what changes when one of the files read does: a digest of their names, sizes and times."""
    jvm, state = spark._jvm, blake2b(digest_size=16)
    for name in sorted(source.inputFiles()):
        path = jvm.org.apache.hadoop.fs.Path(jvm.java.net.URI(name))
        found = path.getFileSystem(spark._jsc.hadoopConfiguration()).getFileStatus(path)
        state.update(f"{name} {found.getLen()} {found.getModificationTime()}\n".encode())
    return state.hexdigest()


def _short(df: Any, fields: Fields, max_chars: int) -> Any:
    """Return *df*, which fails where a text is too long; what else is wrong with the column is found later."""
    F = functions()  # noqa: N806
    if dict(df.dtypes).get(fields.text) != "string":
        return df
    text = F.col(quoted(fields.text))
    told = f"a text in column {fields.text!r} has more than {max_chars:,} characters; {LENGTH_HINT}"
    failed = F.raise_error(F.lit(f"newsclean.errors.ArticleError: {told}\n\n")).cast("string")
    return df.withColumn(fields.text, F.when(F.length(text) > max_chars, failed).otherwise(text))


def _learnt(source: Any, fields: Fields, max_chars: int, *, lines: bool) -> SiteProfiles:
    """Return what recurs on the sites of the articles."""
    if lines:
        schema = ", ".join(f"{name} string" for name in _LEARNT)
        work = partial(_taught, fields=fields, max_chars=max_chars)
        return profiles_to_clean_with(map_batches(_not_blank(source), work, schema), order_field="ord")
    title = fields.title if fields.title in source.columns or "title" in fields.must else None
    return profiles_to_clean_with(
        source, text_field=fields.text, title_field=title, site_field=fields.site, order_field=_ORDER
    )


def _taught(batches: Batches, *, fields: Fields, max_chars: int) -> Batches:
    import pyarrow as pa

    for batch in batches:
        rows: dict[str, list[str | None]] = {name: [] for name in _LEARNT}
        for line, order in zip(batch.column("value").to_pylist(), batch.column("ord").to_pylist(), strict=True):
            article = _parsed(line, order, fields, max_chars).article
            for name, value in zip(_LEARNT, (article.text, article.title, article.site, order), strict=True):
                rows[name].append(None if value is None else _seen(value))
        yield pa.RecordBatch.from_arrays([pa.array(rows[name], pa.string()) for name in rows], [*rows])


def _rows(df: Any, fields: Fields, cleaner: Cleaner) -> Any:
    usual = {"title": fields.title, "site": fields.site, "language": fields.language}
    named = {f"{part}_field": column for part, column in usual.items() if column in df.columns or part in fields.must}
    return clean(df, cleaner, text_field=fields.text, report_field=fields.report or REPORT_FIELD, **named)


def _not_blank(source: Any) -> Any:
    F = functions()  # noqa: N806
    return source.where(F.trim("value") != "").select("value", F.col(_ORDER).alias("ord"))


def _lines(source: Any, fields: Fields, cleaner: Cleaner, max_chars: int) -> Any:
    work = partial(_cleaned, fields=fields, cleaner=cleaner, max_chars=max_chars)
    return map_batches(_not_blank(source), work, _LINE)


def _cleaned(batches: Batches, *, fields: Fields, cleaner: Cleaner, max_chars: int) -> Batches:
    import pyarrow as pa

    for batch in batches:
        rows: dict[str, list[str | None]] = {name.split()[0]: [] for name in _LINE.split(", ")}
        lines, orders = batch.column("value").to_pylist(), batch.column("ord").to_pylist()
        articles = [_parsed(line, order, fields, max_chars).article for line, order in zip(lines, orders, strict=True)]
        outcomes = cleaned_outcomes(cleaner, articles)
        for line, order, article, (text, report, _, _) in zip(lines, orders, articles, outcomes, strict=True):
            rows["line"].append(line)
            rows["text"].append(_seen(article.text if text is None else text))
            rows["new"].append(None if text is None else json.dumps(text))
            rows["id"].append(json.dumps(article.id))
            rows["site"].append(None if article.site is None else _plain(article.site))
            rows["date"].append(None if article.date is None else article.date.isoformat())
            rows["ord"].append(order)
            rows["report"].append(_plain(report_of(clean=report)))
        yield pa.RecordBatch.from_arrays([pa.array(rows[name], pa.string()) for name in rows], [*rows])


def _parsed(line: str, order: str, fields: Fields, max_chars: int | None = None) -> Record:
    try:
        record = parse_record(line, order.split("\0")[1], None, fields)
        if max_chars is not None:
            check_length(record, fields, max_chars)
        return record
    except RecordError as error:  # which line of the file it is, no task knows
        raise ArticleError(f"{error}; the line begins {line[:80]!r}") from None


def _seen(text: str) -> str:
    """Return *text* without lone surrogates, for which Arrow has no form: they are no words, and neither is this."""
    return text.encode("utf-8", "replace").decode()


def _plain(text: str) -> str:
    return utf8(text).decode()


def _with_verdict(report: str, verdict: dict[str, Any]) -> str:
    """Return *report* with what is to be said of copies added, as if both had been written at once."""
    return f'{report[:-1]}, "duplicate": {dumps(verdict)}}}'


def _written(batches: Batches, *, fields: Fields, report_field: str) -> Batches:
    import pyarrow as pa

    def id_of(known: str | None) -> Any:
        return None if known is None else json.loads(known)

    for batch in batches:
        lines = []
        for row in batch.to_pylist():
            verdict = row["duplicate"]
            for name in ("kept", "representative"):
                verdict[name] = id_of(verdict[name])
            verdict["templates"] = [id_of(one) for one in verdict["templates"]]
            record = _parsed(row["line"], row["ord"], fields)
            text = record.article.text if row["new"] is None else json.loads(row["new"])
            lines.append(record.to_json(text, _with_verdict(row["report"], verdict), report_field))
        yield pa.RecordBatch.from_arrays([pa.array([_plain(line) for line in lines], pa.string())], ["value"])


def _told(batches: Batches, *, report_field: str) -> Batches:
    import pyarrow as pa

    for batch in batches:
        verdicts = batch.column("duplicate").to_pylist()
        reports = batch.column(report_field).to_pylist()
        told = pa.array([_with_verdict(*both) for both in zip(reports, verdicts, strict=True)], pa.string())
        rest = batch.drop_columns(["duplicate"])
        yield rest.set_column(rest.schema.get_field_index(report_field), report_field, told)
