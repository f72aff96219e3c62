"""Options that several commands share, each written once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from newsclean.cli_complete import files
from newsclean.cli_job import FIELDS
from newsclean.io.read import MAX_CHARS
from newsclean.io.records import REPORT_FIELD
from newsclean.io.sources import FORMATS

__all__ = [
    "article_fields",
    "errors",
    "field_options",
    "format_option",
    "inputs",
    "max_chars",
    "on_error",
    "quiet",
    "together",
]

Command = TypeVar("Command", bound=Callable[..., Any])


def together(*options: Callable[[Any], Any]) -> Callable[[Command], Command]:
    """Return one decorator that gives a command all of *options*, in order."""

    def apply(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return apply


inputs = click.argument("inputs", nargs=-1, required=True, metavar="INPUT...", shell_complete=files)
format_option = click.option(
    "--format",
    "format",
    type=click.Choice(FORMATS),
    help="What the inputs hold. Default: told by the suffix; without one, jsonl or text by the first character.",
)
quiet = click.option("-q", "--quiet", is_flag=True, help="No progress, no summary; errors only.")
article_fields = together(
    *(
        click.option(
            f"--{name}-field",
            metavar="NAME",
            help=f"The field or column that holds its {what}. Default: {name}.",
        )
        for name, what in FIELDS.items()
    ),
)
field_options = together(
    article_fields,
    click.option(
        "--report-field",
        metavar="NAME",
        default=REPORT_FIELD,
        show_default=True,
        help="The field the report is added as.",
    ),
)
max_chars = click.option(
    "--max-chars",
    type=click.IntRange(min=1),
    default=MAX_CHARS,
    show_default=True,
    help="The longest text to take, in characters; a record with a longer one is bad.",
)
on_error = click.option(
    "--on-error",
    type=click.Choice(["stop", "skip"]),
    default="stop",
    show_default=True,
    help="What to do about a bad record.",
)
errors = together(
    max_chars,
    on_error,
    click.option(
        "--rejects",
        metavar="FILE",
        shell_complete=files,
        help="Where bad records go with --on-error skip. Default: OUTPUT.rejects.jsonl if there is an OUTPUT.",
    ),
)
