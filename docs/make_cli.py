"""Write the reference of the command line from its help texts: python docs/make_cli.py writes docs/cli.md."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import click

from newsclean.cli import EXIT_CODES, cli

PAGE = Path(__file__).with_name("cli.md")
HEAD = """# Command line

Made from the help texts by `python docs/make_cli.py`; `newsclean COMMAND --help` says the same.
"""


def reference() -> str:
    """Return the page."""
    parts = [HEAD]
    for context in walk(click.Context(cli, info_name="newsclean", **cli.context_settings)):
        parts += section(context)
    parts.append("## Exit codes\n")
    parts.append(
        "\n".join(["| code | meaning |", "|---|---|", *(f"| {c} | {what} |" for c, what in EXIT_CODES.items())])
    )
    return "\n".join(parts) + "\n"


def walk(context: click.Context) -> Iterator[click.Context]:
    """Yield the command's context, then those of the commands below it."""
    yield context
    for name, command in sorted(getattr(context.command, "commands", {}).items()):
        yield from walk(click.Context(command, info_name=name, parent=context))


def section(context: click.Context) -> Iterator[str]:
    """Yield the parts of the section on one command."""
    command = context.command
    yield f"## {context.command_path}\n" if context.parent else ""
    yield f"```text\n{context.command_path} {' '.join(command.collect_usage_pieces(context))}\n```\n"
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        if paragraph.startswith("\b"):
            yield f"```text\n{paragraph.removeprefix(chr(8)).strip()}\n```\n"
        else:
            yield escaped(paragraph) + "\n"
    options = [o for o in command.get_params(context) if isinstance(o, click.Option)]
    for option in options:
        record = option.get_help_record(context)
        assert record is not None, f"{context.command_path} {option.opts} has no help"
        yield f"`{record[0]}`\n:   {escaped(' '.join(record[1].split()))}\n"


def escaped(text: str) -> str:
    """Return *text* with what Markdown would read as markup as it stands."""
    return text.replace("*", "\\*").replace("_", "\\_").replace("<", "&lt;").replace("[default", "\\[default")


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
