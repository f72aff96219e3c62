"""``newsclean run --engine spark``: the same command over a cluster."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import click
from click.core import ParameterSource

from newsclean.clean import Cleaner
from newsclean.cli_job import about_run, fields_of, write_stats
from newsclean.cli_options import together
from newsclean.cli_summary import copies, figures, most_by_site, say_summary
from newsclean.files import locked, remove_leftovers
from newsclean.io.sources import STDIN, suffix_format

__all__ = ["engine_options", "run_on_spark", "wants_spark"]

_INSTEAD = {
    "workers": "Spark has a task for each core: say how many with --master local[N], or what the cluster gives the job",
    "memory": "say it to Spark, with spark-submit --driver-memory and --executor-memory",
    "review": "make the page from a part of the output: newsclean review OUTPUT/part-00000*.txt -o review.html",
    "rejects": "the first bad record stops the run; mend what it names, or leave it out of the inputs",
}
"""Options that mean something in one process only, and what to do instead."""

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


def run_on_spark(given: dict[str, Any], cleaner: Callable[..., Cleaner], options: dict[str, Any]) -> int:
    """Clean and flag what the command line names on Spark, and say what was done; return the exit code.

    *cleaner* makes the cleaner, from the profiles of sites if it is given any.
    """
    began = time.monotonic()
    context = click.get_current_context()
    for name, instead in _INSTEAD.items():
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise click.UsageError(f"--{name} does not go with --engine spark: {instead}")
    if given["on_error"] == "skip":
        raise click.UsageError(f"--on-error skip does not go with --engine spark: {_INSTEAD['rejects']}")
    inputs, output = given["inputs"], given["output"]
    if output in (None, STDIN) or STDIN in inputs:
        raise click.UsageError("--engine spark reads files and folders, and writes to the folder that --output names")
    from newsclean.scale.spark.files import FORMATS, run_files  # here, not above: few have Spark

    format = given["format"] or suffix_format(inputs[0])
    if format not in FORMATS:
        raise click.UsageError(f"--engine spark reads {' and '.join(FORMATS)}; say which with --format")
    fields = fields_of(given)
    plain, stats = cleaner(), given["stats"]
    with _session(given["master"]) as spark, _kept_free(stats):
        done = run_files(
            spark,
            inputs,
            output,
            format=format,
            fields=replace(fields, must=fields.must | {"id"}),
            cleaner=plain,
            learn=cleaner if given["learn_sites"] else None,
            max_chars=given["max_chars"],
            about=about_run(given),
            resume=given["resume"],
            drop_duplicates=given["drop_duplicates"],
            figures=stats is not None or not given["quiet"],
            **options,
        )
        duplicates, sites = done["duplicates"], done["sites"]
        read = duplicates["kept"] + duplicates["dropped"]
        seconds = time.monotonic() - began
        if stats is not None:
            found = figures(
                read=read,
                written=duplicates["kept"] if given["drop_duplicates"] else read,
                rejected=0,
                sites=sites,
                duplicates=duplicates,
                seconds=seconds,
                stages=done["seconds"],
                memory=None,
            )
            write_stats(stats, found)
    if not given["quiet"]:
        kinds: Counter[str] = sum(sites.values(), Counter())
        say_summary(copies(read, duplicates), kinds, (most_by_site(sites), f"{seconds:.1f} s"))
    return 0


@contextmanager
def _kept_free(path: str | None) -> Iterator[None]:
    """Keep others from writing *path* meanwhile, which fails before the work does where it cannot be written."""
    if path is None:
        yield
        return
    with locked(path):
        remove_leftovers(path)
        yield


@contextmanager
def _session(master: str | None) -> Iterator[Any]:
    from newsclean.scale.spark.session import start_session

    spark = start_session(master)
    try:
        yield spark
    finally:
        spark.stop()
