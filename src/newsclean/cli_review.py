"""Pages to look over what was done: ``newsclean review``, and ``--review`` of the commands that flag."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from newsclean.cli_complete import files
from newsclean.cli_text import say
from newsclean.files import whole_file
from newsclean.io import Fields, find_sources, read_records
from newsclean.io.records import REPORT_FIELD
from newsclean.io.sources import check_not_input
from newsclean.review import MOST, page_of_records

__all__ = ["encoded", "opens", "review"]


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="OUTPUT...", shell_complete=files)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    required=True,
    shell_complete=files,
    help="The page to write, such as review.html.",
)
@click.option(
    "--most",
    type=click.IntRange(min=1),
    default=MOST,
    show_default=True,
    help="How many articles the page shows, evenly from all.",
)
@click.option("--title", default="newsclean review", show_default=True, help="The page's heading.")
@click.option(
    "--report-field",
    metavar="NAME",
    default=REPORT_FIELD,
    show_default=True,
    help="The field that holds the report.",
)
@click.option("--text-field", metavar="NAME", default="text", show_default=True, help="The field that holds the text.")
@click.option("--id-field", metavar="NAME", default="id", show_default=True, help="The field that holds the id.")
@click.option("-q", "--quiet", is_flag=True, help="No summary; errors only.")
def review(inputs: Sequence[str], output: str, quiet: bool, most: int, title: str, **given: Any) -> int:
    """Make a page to look over: what was removed and why, and what is a copy of what.

    OUTPUT is JSONL that run, clean or dedup wrote; `newsclean run --review` makes the same page in one go. It is one
    file that needs no network. What you mark on it as wrong it saves as a rule file: the next run, with --rules
    corrections.toml, leaves that text alone.

    \b
    newsclean review cleaned.jsonl -o review.html
    """
    sources, _ = find_sources(inputs, format="jsonl")
    check_not_input(output, sources)
    fields = Fields(text=given["text_field"], id=given["id_field"], report=None)  # it is read here, not added
    html = page_of_records(read_records(sources, fields), report_field=given["report_field"], title=title, most=most)
    with whole_file(output) as stream:
        stream.write(encoded(html))
    if not quiet:
        say(opens(output))
    return 0


def encoded(html: str) -> bytes:
    """Return the page as bytes; half a character, which no encoding has, as its escape."""
    return html.encode("utf-8", "backslashreplace")


def opens(path: str) -> str:
    """Return what to do with a page that was written."""
    return f"{path}: open it in a browser"
