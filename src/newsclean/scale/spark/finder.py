"""The steps from a DataFrame to what is a copy of what, in order: those of :mod:`newsclean.neardup.finder`."""

from __future__ import annotations

from typing import Any

import numpy as np

from newsclean import __version__
from newsclean.errors import OptionError
from newsclean.neardup.background import Background, check_background
from newsclean.neardup.keep import KeepPolicy
from newsclean.neardup.options import CONTAINMENT, THRESHOLD, Linkage, check_options
from newsclean.neardup.shingles import Hashes
from newsclean.neardup.signatures import FAMILY
from newsclean.scale.spark.articles import (
    Columns,
    articles_of,
    check_columns,
    check_partitions,
    distinct_texts,
    fingerprint,
    quoted,
    repeated_ids,
    sketches_of,
)
from newsclean.scale.spark.candidates import candidates_of
from newsclean.scale.spark.compare import pairs_to_check, verified_pairs
from newsclean.scale.spark.components import components_of
from newsclean.scale.spark.groups import VERDICT, crowds_of, verdicts_of
from newsclean.scale.spark.session import functions, plain_errors
from newsclean.scale.spark.stages import Stages

__all__ = ["find_duplicates"]

_VERDICT = "duplicate"


def find_duplicates(
    df: Any,
    *,
    stages: str,
    threshold: float = THRESHOLD,
    containment: float = CONTAINMENT,
    keep: KeepPolicy = "longest",
    window_days: int | None = None,
    background: Background | None = None,
    linkage: Linkage = "direct",
    text_field: str = "text",
    id_field: str = "id",
    site_field: str | None = None,
    date_field: str | None = None,
    order_field: str | None = None,
    partitions: int | None = None,
) -> Any:
    """Return *df* with a column ``duplicate`` added: what :func:`newsclean.find_duplicates` says of each article.

    The rows are those that it finds for the same articles in the order of *order_field*, whatever the partitions, and
    whichever executors are lost on the way. All other columns are left alone. The column is a struct: ``keep``,
    ``kept`` (the id of the one kept of the group), ``kind``, ``members``, ``representative``, ``jaccard``,
    ``containment`` and ``templates``, as in the report of ``newsclean run``.

    The work is done before this returns, in stages that are written to *stages* as Parquet and checked; called again
    with the same folder, it goes on from the last one that was finished. *df* is read twice: write what is dear to
    make, such as cleaned texts, to a table first.

    Args:
        df: a DataFrame of articles, an id each.
        stages: a folder on storage that driver and executors share, for this job alone; 10 kB an article. The DataFrame
            returned reads from it, so delete it when that is written.
        threshold: as for :func:`newsclean.find_duplicates`, and so are the next four.
        containment: see there.
        keep: see there; but no function.
        window_days: see there.
        background: see there.
        linkage: see there.
        text_field: the column of the texts; strings, none of them null.
        id_field: the column of the ids; strings or whole numbers, none of them null, none twice.
        site_field: the column of the sites; None: ``site``, if there is one. Read where *keep* names sites.
        date_field: the column of the dates; dates, times, or strings in ISO 8601. None: ``date``, if there is one. Read
            where *window_days* or *keep* asks for dates.
        order_field: the column by which articles are in order; that of the ids by default, which also decides ties.
        partitions: tasks of a shuffle at least; ``spark.sql.shuffle.partitions`` by default. Changes no result.

    Raises:
        OptionError: an argument is out of its range, a column is missing or of another type, or *stages* holds the
            stages of another job, or of other articles.
        ArticleError: a text or an id is null, two ids are the same, or a date is none.
        FileError: a stage cannot be written, or is not whole.
        WorkerError: an executor lacks this library, or has another version of it or of Python.
        MissingExtraError: PySpark is not installed.
    """
    F = functions()  # noqa: N806
    options = check_options(threshold, containment, keep, window_days, linkage)
    check_background(background)
    if callable(options.keep):
        raise OptionError("keep as a function needs all articles in memory; call find_duplicates, or name a policy")
    if _VERDICT in df.columns:
        raise OptionError(f"column {_VERDICT!r} is there already, and would be lost; rename it")
    dated = window_days is not None or keep in ("earliest", "latest")
    columns = _columns(df, text_field, id_field, site_field, date_field if dated else None, order_field, dated=dated)
    partitions = check_partitions(df, partitions)
    with plain_errors():
        about = {
            "newsclean": __version__,
            "sketch": FAMILY,
            "columns": [columns.text, columns.id, columns.order, columns.site, columns.date],
            "schema": articles_of(df, columns).schema.simpleString(),
            "threshold": options.threshold,
            "containment": options.containment,
            "keep": options.keep if isinstance(options.keep, str) else [*options.keep],
            "window_days": window_days,
            "linkage": linkage,
            "background": None if background is None else int(np.bitwise_xor.reduce(background.common, initial=0)),
        }
        kept = Stages(df.sparkSession, stages, about)
        # Stages are cut by their number, so a rerun stays with it.
        found = _find(kept, articles_of(df, columns), options, background, kept.once("partitions", partitions))
        id = found.schema["id"].dataType.simpleString()
        verdict = F.struct(*(name for name in found.columns if name != "id")).alias(_VERDICT)
        told = found.select(F.col("id").alias("newsclean_id"), verdict)
        alone = (
            "named_struct('keep', true, 'kept', null, 'kind', null, 'members', 1, 'representative', null, "
            "'jaccard', null, 'containment', null, 'templates', array())"
        )
        fallback = F.expr(f"cast({alone} as struct<{_struct(id)}>)")
        joined = df.join(told, df[quoted(columns.id)] == told["newsclean_id"], "left")
        return joined.select(*(df[quoted(name)] for name in df.columns), F.coalesce(_VERDICT, fallback).alias(_VERDICT))


def _struct(id: str) -> str:
    fields = (field.split(" ", 1) for field in VERDICT.format(id=id).split(", "))
    return ", ".join(f"{name}: {type}" for name, type in fields)


def _columns(
    df: Any, text: str, id: str, site: str | None, date: str | None, order: str | None, *, dated: bool
) -> Columns:
    wanted = {"text": text, "id": id, "site": site, "date": date, "order": order}
    found = check_columns(df, wanted, {"site": "site", **({"date": "date"} if dated else {})})
    return Columns(text, id, found["order"] or id, found["site"], found["date"])


def _find(stages: Stages, articles: Any, options: Any, background: Background | None, partitions: int) -> Any:
    sketches = _sketched(stages, articles)
    texts, count = distinct_texts(stages, sketches, by_date=options.window_days is not None)
    candidates, targets = candidates_of(stages, texts, sketches, count, partitions)

    def verify(common: Hashes | None) -> tuple[Any, Any]:
        weighted = common is not None
        pairs = pairs_to_check(stages, candidates, texts, sketches, options, targets, all_of_them=weighted)
        name = "weighed" if weighted else "verified"
        verified = verified_pairs(stages, name, pairs, texts, sketches, options, common, partitions)
        return verified, components_of(stages, f"{name}-components", verified, partitions)

    verified, components = verify(None if background is None else background.common)
    if background is None:
        background = crowds_of(stages, verified, components, texts, sketches, options, partitions)
        if background is not None:
            verified, components = verify(background.common)
    return verdicts_of(stages, verified, components, texts, sketches, options, partitions)


def _sketched(stages: Stages, articles: Any) -> Any:
    """Return the sketches, those of another time only if they are of the same articles."""
    from pyspark.sql import Observation

    before = stages.read("sketches")
    seen = Observation()
    if before is not None:
        now = articles.agg(*fingerprint(articles)).collect()[0].asDict()
        if now != before["seen"]:
            raise OptionError(
                f"stages: {stages.path('')} holds those of other articles: {before['rows']} there were, and now there "
                f"are {now['rows']}, or others; name another folder, or delete this one"
            )
    sketches = stages.make("sketches", lambda: sketches_of(articles.observe(seen, *fingerprint(articles))), seen=seen)
    if stages.read("ids") is None:
        repeated_ids(sketches)
        stages.write("ids", "each its own")
    return sketches
