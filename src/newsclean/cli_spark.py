"""``newsclean run --engine spark``: the same command over a cluster."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import click
from click.core import ParameterSource

from newsclean.clean import Cleaner
from newsclean.cli_job import about_run, fields_of
from newsclean.cli_options import together
from newsclean.cli_text import plural, visible
from newsclean.io.sources import STDIN, suffix_format

__all__ = ["engine_options", "run_on_spark", "wants_spark"]

_NOT_THERE = ("workers", "memory", "learn_sites", "review", "stats", "on_error", "rejects", "max_chars")
"""Options that mean something in one process only."""


engine_options = together(
    click.option(
        "--engine",
        type=click.Choice(["processes", "spark"]),
        default="processes",
        show_default=True,
        help="spark: on a Spark cluster, from folders of JSONL or Parquet to a folder of the same.",
    ),
    click.option(
        "--master",
        metavar="URL",
        help="With --engine spark: the cluster, such as spark://host:7077, or local[2]. Default: spark-submit's.",
    ),
)


def wants_spark(given: dict[str, Any]) -> bool:
    """Return whether the options ask for Spark."""
    if given["master"] and given["engine"] != "spark":
        raise click.UsageError("--master is for --engine spark")
    return bool(given["engine"] == "spark")


def run_on_spark(given: dict[str, Any], cleaner: Cleaner, options: dict[str, Any]) -> int:
    """Clean and flag what the command line names on Spark, and say what was done; return the exit code."""
    context = click.get_current_context()
    for name in _NOT_THERE:
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise click.UsageError(f"--{name.replace('_', '-')} does not go with --engine spark")
    inputs, output = given["inputs"], given["output"]
    if output in (None, STDIN) or STDIN in inputs:
        raise click.UsageError("--engine spark reads files and folders, and writes to the folder that --output names")
    from newsclean.scale.spark.files import FORMATS, run_files  # here, not above: few have Spark

    format = given["format"] or suffix_format(inputs[0])
    if format not in FORMATS:
        raise click.UsageError(f"--engine spark reads {' and '.join(FORMATS)}; say which with --format")
    fields = fields_of(given)
    with _session(given["master"]) as spark:
        counts = run_files(
            spark,
            inputs,
            output,
            format=format,
            fields=replace(fields, must=fields.must | {"id"}),
            cleaner=cleaner,
            about=about_run(given),
            resume=given["resume"],
            drop_duplicates=given["drop_duplicates"],
            **options,
        )
    if not given["quiet"]:
        kept = counts["articles"] - counts["copies"]
        told = f"{plural(counts['articles'], 'article')}: {kept} to keep, {plural(counts['copies'], 'copy', 'copies')}"
        print(visible(told), file=sys.stderr)
    return 0


@contextmanager
def _session(master: str | None) -> Iterator[Any]:
    from newsclean.scale.spark.session import start_session

    spark = start_session(master)
    try:
        yield spark
    finally:
        spark.stop()
