"""The command line: parse, call the library, print. A guest of the library; every flag is one of its arguments.

Results go to standard output or ``--output``; progress, summary and errors to standard error. Exit codes are those
of :data:`EXIT_CODES`.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click
import rich.console
import rich.text

import newsclean
from newsclean.clean import Cleaner
from newsclean.clean.decide import CAPTIONS, PROFILES
from newsclean.cli_job import DONE_WITH_REJECTS, FIELDS, Job, fields_of, plural, visible
from newsclean.cli_review import review
from newsclean.cli_rules import rules
from newsclean.errors import NewscleanError, OptionError
from newsclean.io import find_sources, read_records
from newsclean.io.read import MAX_CHARS
from newsclean.io.records import REPORT_FIELD
from newsclean.io.sources import FORMATS
from newsclean.neardup.keep import NAMES as KEEP_POLICIES
from newsclean.neardup.options import CONTAINMENT, THRESHOLD
from newsclean.scale import MEMORY, flag_records

__all__ = ["EXIT_CODES", "cli", "main"]

EXIT_CODES = {
    0: "done",
    1: "stopped: bad input, a file that cannot be read or written, a rule file with faults",
    2: "wrong usage: an option or argument that does not exist or has an impossible value",
    DONE_WITH_REJECTS: "done, but bad records were left out (--on-error skip)",
    130: "interrupted",
    141: "whoever read the output went away",
}

Command = TypeVar("Command", bound=Callable[..., Any])


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that *argv* (default: the process's own arguments) names; return its exit code."""
    try:
        code = cli.main(args=None if argv is None else list(argv), prog_name="newsclean", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except NewscleanError as error:
        _complain(str(error))
        return 2 if isinstance(error, OptionError) else 1
    except (BrokenPipeError, SystemExit):  # click makes the one into the other, and nothing else does
        # Nothing more can be said there; the interpreter would try once more at its end, and complain.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except (KeyboardInterrupt, click.Abort):
        _complain("interrupted")
        return 130
    return code if isinstance(code, int) else 0


def _complain(message: str) -> None:
    print(visible(f"newsclean: error: {message}"), file=sys.stderr)


# Options that several commands share, each written once.


def _together(*options: Callable[[Any], Any]) -> Callable[[Command], Command]:
    def apply(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return apply


_input = click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
_output = click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Where to write, in the format its suffix names; it appears whole or not at all. Default: standard output.",
)
_format = click.option(
    "--format",
    "format",
    type=click.Choice(FORMATS),
    help="What the inputs hold. Default: told by the suffix; without one, jsonl or text by the first character.",
)
_quiet = click.option("-q", "--quiet", is_flag=True, help="No progress, no summary; errors only.")
_stats = click.option("--stats", metavar="FILE", help="A JSON file for the figures of the run.")
_resume = click.option(
    "--resume",
    is_flag=True,
    help="Keep what is done in OUTPUT.parts; started again with it, a run that was killed goes on from there.",
)
_workers = click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Processes.")
_memory = click.option(
    "--memory",
    metavar="SIZE",
    default=MEMORY,
    show_default=True,
    help="What all processes together may take, such as 500MB.",
)
_field_options = _together(
    *(
        click.option(
            f"--{name}-field",
            metavar="NAME",
            help=f"The field or column that holds its {what}. Default: {name}.",
        )
        for name, what in FIELDS.items()
    ),
    click.option(
        "--report-field",
        metavar="NAME",
        default=REPORT_FIELD,
        show_default=True,
        help="The field the report is added as.",
    ),
)
_cleaning = _together(
    click.option(
        "--profile",
        type=click.Choice(PROFILES),
        default="balanced",
        show_default=True,
        help="How sure newsclean must be before it removes something.",
    ),
    click.option(
        "--captions",
        type=click.Choice(CAPTIONS),
        default="drop",
        show_default=True,
        help="What becomes of captions that stand there twice.",
    ),
    click.option("--keep", multiple=True, metavar="KIND|RULE", help="Never remove these. May be repeated."),
    click.option("--drop", multiple=True, metavar="KIND|RULE", help="Always remove these when found. May be repeated."),
    click.option("--protect", multiple=True, metavar="PATTERN", help="Text that nothing may remove. May be repeated."),
    click.option("--rules", multiple=True, metavar="FILE", help="A file of rules to add. May be repeated."),
    click.option(
        "--languages", multiple=True, metavar="CODE", help="Rule packs to use. Default: all. May be repeated."
    ),
)
_flagging = _together(
    click.option(
        "--threshold",
        type=float,
        default=THRESHOLD,
        show_default=True,
        help="Least Jaccard similarity of near copies, 0 to 1.",
    ),
    click.option(
        "--containment",
        type=float,
        default=CONTAINMENT,
        show_default=True,
        help="Least share of the shorter text in the longer, 0 to 1.",
    ),
    click.option(
        "--keep-copy", type=click.Choice(KEEP_POLICIES), help="Which copy of a group to keep. Default: longest."
    ),
    click.option(
        "--prefer-site",
        multiple=True,
        metavar="SITE",
        help="Keep the copy of this site; the first one named wins. May be repeated.",
    ),
    click.option(
        "--window-days",
        type=click.IntRange(min=0),
        metavar="DAYS",
        help="Compare only articles dated this close to each other.",
    ),
    click.option(
        "--linkage",
        type=click.Choice(["direct", "component"]),
        default="direct",
        show_default=True,
        help="Whether chains of copies are one group.",
    ),
    click.option(
        "--drop-duplicates", is_flag=True, help="Leave the copies out of the output instead of flagging them."
    ),
)
_errors = _together(
    click.option(
        "--max-chars",
        type=click.IntRange(min=1),
        default=MAX_CHARS,
        show_default=True,
        help="The longest text to take, in characters; a record with a longer one is bad.",
    ),
    click.option(
        "--on-error",
        type=click.Choice(["stop", "skip"]),
        default="stop",
        show_default=True,
        help="What to do about a bad record.",
    ),
    click.option(
        "--rejects", metavar="FILE", help="Where bad records go with --on-error skip. Default: OUTPUT.rejects.jsonl."
    ),
)


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: " + "; ".join(f"{code} {meaning}" for code, meaning in EXIT_CODES.items()) + ".",
)
@click.version_option(newsclean.__version__, prog_name="newsclean", message="%(prog)s %(version)s")
def cli() -> None:
    """Clean extracted news text and flag near-duplicate articles, with a reason for every removal.

    INPUT is a file, a folder, a pattern in quotes, an address such as s3://..., or - for standard input: JSONL (one
    JSON object a line), CSV, TSV, Parquet, Arrow or plain text; also compressed (.gz, .xz, .bz2, .zst). The suffix of
    --output says what is written.
    """


@cli.command()
@_together(
    _input, _output, _format, _field_options, _cleaning, _flagging, _errors, _workers, _memory, _resume, _stats, _quiet
)
def run(**given: Any) -> int:
    """Clean articles and flag copies among them, in one go.

    Each record comes out as it went in, with its text cleaned and a report added: what was removed and why, what the
    metadata lines said, and of which article it is a copy.
    """
    return _flag(given, _cleaner(given))


@cli.command()
@_together(_input, _output, _format, _field_options, _flagging, _errors, _workers, _memory, _resume, _stats, _quiet)
def dedup(**given: Any) -> int:
    """Flag near-duplicate articles; no text is changed."""
    return _flag(given, None)


@cli.command()
@_together(_input, _output, _format, _field_options, _cleaning, _errors, _workers, _resume, _stats, _quiet)
def clean(**given: Any) -> int:
    """Clean articles.

    One plain text comes out as plain text; several, and records, as records with a report on every one.
    """
    cleaner = _cleaner(given)
    with Job(given) as job:
        for cleaned in job.cleaned(cleaner):
            for warning in cleaned.warnings:
                job.warn(cleaned.record, warning)
            if cleaned.record.line is None and len(job.sources) == 1 and job.takes_text:
                job.write_text(cleaned.text)
            else:
                job.write(cleaned.record, cleaned.text, cleaned.to_report())
        return job.finish(f"{plural(job.read, 'article')} cleaned", _removed(job.kinds))


def _flag(given: dict[str, Any], cleaner: Cleaner | None) -> int:
    if given["keep_copy"] and given["prefer_site"]:
        raise click.UsageError("--keep-copy and --prefer-site both say which copy to keep; give one of them")
    options = {name: given[name] for name in ("threshold", "containment", "window_days", "linkage")}
    if keep := given["keep_copy"] or list(given["prefer_site"]):
        options["keep"] = keep
    with Job(given, twice=True) as job:
        flagged = flag_records(
            job.records,
            job.store,
            cleaner=cleaner,
            workers=given["workers"],
            memory=given["memory"],
            progress=job.progress,
            **options,
        )
        with contextlib.closing(flagged):
            for cleaned, report in flagged.reports(drop_duplicates=given["drop_duplicates"]):
                job.write(cleaned.record, cleaned.text, report)
                job.count(cleaned)
        found = flagged.verdicts
        return job.finish(
            f"{plural(job.read, 'article')}: {len(found) - found.dropped} to keep, "
            f"{plural(found.dropped, 'copy', 'copies')} in {plural(found.groups, 'group')}"
            f"{_listed(found.groups_by_kind)}",
            f"{plural(found.template_pairs, 'pair')} on one template, kept" if found.template_pairs else "",
            _removed(job.kinds) if cleaner else "",
            duplicates={
                "kept": len(found) - found.dropped,
                "dropped": found.dropped,
                "groups_by_kind": dict(found.groups_by_kind),
                "template_pairs": found.template_pairs,
            },
        )


@cli.command()
@_together(_input, _format, _field_options, _cleaning)
@click.option("--id", "ids", multiple=True, metavar="ID", help="Only the article of this id. May be repeated.")
def explain(ids: Sequence[str], **given: Any) -> int:
    """Show what would go from each article, line by line, and why."""
    cleaner = _cleaner(given)
    sources, _ = find_sources(given["inputs"], format=given["format"])
    missing = dict.fromkeys(ids)
    console = rich.console.Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    for record in read_records(sources, fields_of(given)):
        name = str(record.article.id)
        if ids and name not in ids:
            continue
        missing.pop(name, None)
        console.print(rich.text.Text(visible(f"{record.place}  {name}" if name != record.place else name), "bold"))
        account = visible(cleaner.clean(record.article).explain())
        for line in account.split("\n"):
            console.print(rich.text.Text(line, _style(line)))
        console.print()
    if missing:
        raise OptionError(f"no article has the id {next(iter(missing))!r}")
    return 0


def _style(line: str) -> str:
    found = re.match(r" *(?:\d+ ([-~ ]) | +(\^) |(warning:))", line)
    if found is None:
        return ""
    mark = found[1] or found[2] or "!"
    return {"-": "red", "~": "yellow", "^": "dim", "!": "bold yellow"}.get(mark, "")


cli.add_command(review)
cli.add_command(rules)


def _cleaner(given: dict[str, Any]) -> Cleaner:
    names = ("profile", "captions", "keep", "drop", "protect", "rules")
    return Cleaner(languages=given["languages"] or None, **{name: given[name] for name in names})


def _listed(counts: Counter[Any]) -> str:
    return f" ({', '.join(f'{kind} {count}' for kind, count in counts.most_common())})" if counts else ""


def _removed(kinds: Counter[str]) -> str:
    return f"{plural(sum(kinds.values()), 'removal')}{_listed(kinds)}"
