"""The command line: parse, call the library, print. A guest of the library; every flag is one of its arguments.

Results go to standard output or ``--output``; progress, summary and errors to standard error. Exit codes are those
of :data:`EXIT_CODES`.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO, TypeVar

import click
import rich.console
import rich.progress
import rich.text

import newsclean
from newsclean.clean import Cleaner
from newsclean.clean.cleaner import DETECTORS
from newsclean.clean.decide import CAPTIONS, PROFILES
from newsclean.clean.selfcheck import examine
from newsclean.errors import NewscleanError, OptionError
from newsclean.files import whole_file
from newsclean.io import Fields, Record, Reject, clean_records, find_sources, flag_records, read_records
from newsclean.io.flows import cleaned_line
from newsclean.io.records import REPORT_FIELD
from newsclean.io.sources import FORMATS, STDIN, check_not_input
from newsclean.neardup.keep import NAMES as KEEP_POLICIES
from newsclean.neardup.options import CONTAINMENT, THRESHOLD
from newsclean.rules import KINDS, Rule, load_rule_file, shipped_languages, shipped_rules

__all__ = ["EXIT_CODES", "cli", "main"]

EXIT_CODES = {
    0: "done",
    1: "stopped: bad input, a file that cannot be read or written, a rule file with faults",
    2: "wrong usage: an option or argument that does not exist or has an impossible value",
    3: "done, but bad records were left out (--on-error skip)",
    130: "interrupted",
    141: "whoever read the output went away",
}

_DONE_WITH_REJECTS = 3
_SHOWN_REJECTS = 20
_PROGRESS_AFTER = 1.0  # seconds: shorter work needs no bar
# Control characters but tab and line feed, and the marks that turn the direction of text: on a terminal they could
# hide or fake what is shown.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

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
    print(_visible(f"newsclean: error: {message}"), file=sys.stderr)


def _visible(text: str) -> str:
    r"""Return *text* with control characters and turning marks as escapes such as ``\x1b``."""
    return _UNSEEN.sub(lambda found: f"\\x{ord(found[0]):02x}" if found[0] < "\x80" else ascii(found[0])[1:-1], text)


# Options that several commands share, each written once.

_FIELDS = {
    "text": "text",
    "id": "id",
    "title": "headline",
    "site": "site or publication",
    "date": "date, ISO 8601",
    "language": "language code",
}


def _together(*options: Callable[[Any], Any]) -> Callable[[Command], Command]:
    def apply(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return apply


_input = click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
_output = click.option(
    "-o", "--output", metavar="FILE", help="Where to write; it appears whole or not at all. Default: standard output."
)
_format = click.option(
    "--format",
    "format",
    type=click.Choice(FORMATS),
    help="What the inputs hold. Default: told by .jsonl or .txt, else by the first character.",
)
_quiet = click.option("-q", "--quiet", is_flag=True, help="No progress, no summary; errors only.")
_workers = click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Processes.")
_field_options = _together(
    *(
        click.option(
            f"--{name}-field",
            metavar="NAME",
            help=f"The field of a JSON record that holds its {what}. Default: {name}.",
        )
        for name, what in _FIELDS.items()
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

    INPUT is a file, a folder, or - for standard input: JSONL (one JSON object a line) or plain text.
    """


@cli.command()
@_together(_input, _output, _format, _field_options, _cleaning, _flagging, _errors, _workers, _quiet)
def run(**given: Any) -> int:
    """Clean articles and flag copies among them, in one go.

    Each record comes out as it went in, with its text cleaned and a report added: what was removed and why, what the
    metadata lines said, and of which article it is a copy.
    """
    return _flag(given, _cleaner(given))


@cli.command()
@_together(_input, _output, _format, _field_options, _flagging, _errors, _workers, _quiet)
def dedup(**given: Any) -> int:
    """Flag near-duplicate articles; no text is changed."""
    return _flag(given, None)


@cli.command()
@_together(_input, _output, _format, _field_options, _cleaning, _errors, _workers, _quiet)
def clean(**given: Any) -> int:
    """Clean articles.

    One plain text comes out as plain text; several, and JSONL, as JSONL with a report on every record.
    """
    cleaner = _cleaner(given)
    with _Job(given) as job:
        for record, result in clean_records(job.records(), cleaner, workers=given["workers"]):
            job.count(removal.kind for removal in result.removed)
            for warning in result.warnings:
                job.warn(record, warning)
            if record.line is None and len(job.sources) == 1:
                job.write(result.text)
            else:
                job.write(cleaned_line(record, result, given["report_field"]) + "\n")
        return job.finish(f"{_plural(job.read, 'article')} cleaned", _removed(job.kinds))


def _flag(given: dict[str, Any], cleaner: Cleaner | None) -> int:
    if given["keep_copy"] and given["prefer_site"]:
        raise click.UsageError("--keep-copy and --prefer-site both say which copy to keep; give one of them")
    options = {name: given[name] for name in ("threshold", "containment", "window_days", "linkage")}
    if keep := given["keep_copy"] or list(given["prefer_site"]):
        options["keep"] = keep
    with _Job(given) as job:
        flagged = flag_records(job.records(), cleaner=cleaner, workers=given["workers"], **options)
        for line in flagged.lines(report_field=given["report_field"], drop_duplicates=given["drop_duplicates"]):
            job.write(line + "\n")
        found = flagged.found
        kinds = Counter(group.kind for group in found.groups)
        templates = sum(pair.kind == "template" for pair in found.pairs)
        return job.finish(
            f"{_plural(job.read, 'article')}: {len(found.keep)} to keep, "
            f"{_plural(len(found.drop), 'copy', 'copies')} in {_plural(len(found.groups), 'group')}{_listed(kinds)}",
            f"{_plural(templates, 'pair')} on one template, kept" if templates else "",
            _removed(flagged.removals) if cleaner else "",
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
    for record in read_records(sources, _fields(given)):
        name = str(record.article.id)
        if ids and name not in ids:
            continue
        missing.pop(name, None)
        console.print(rich.text.Text(_visible(f"{record.place}  {name}" if name != record.place else name), "bold"))
        account = _visible(cleaner.clean(record.article).explain())
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


@cli.group()
def rules() -> None:
    """List the rules, show one, or test a file of your own."""


@rules.command("list")
@click.option("--kind", type=click.Choice(sorted(KINDS)), help="Only rules of this kind.")
@click.option("--language", type=click.Choice(["any", *shipped_languages()]), help="Only rules of this language.")
def rules_list(kind: str | None, language: str | None) -> int:
    """List the rules and detectors: id, language, how it matches, strength, and why it removes what it finds."""
    rows: list[tuple[str, ...]] = [
        (rule.id, rule.kind, rule.language, rule.match, rule.strength, rule.why) for rule in shipped_rules().rules
    ]
    rows += [(name, name.partition(".")[0], "any", "detector", "", why) for name, why in DETECTORS.items()]
    rows = [row for row in rows if kind in (None, row[1]) and language in (None, row[2])]
    for row in sorted(rows):
        click.echo(f"{row[0]:<36} {row[2]:<4} {row[3]:<9} {row[4]:<2} {row[5]}")
    return 0


@rules.command("show")
@click.argument("id")
def rules_show(id: str) -> int:
    """Show all of one rule: what it matches, what it must catch and what it must leave."""
    if id in DETECTORS:
        click.echo(
            f"{id}\n  {DETECTORS[id]}\n  A detector: it looks at neighbours and shapes, and is not a rule file's."
        )
        return 0
    for rule in shipped_rules().rules:
        if rule.id == id:
            click.echo("\n".join(_shown(rule)))
            return 0
    raise OptionError(f"there is no rule {id!r}; `newsclean rules list` shows all")


def _shown(rule: Rule) -> Iterator[str]:
    yield rule.id
    for field in dataclasses.fields(rule):
        value = getattr(rule, field.name)
        if field.name == "id" or value in (None, (), ""):
            continue
        if isinstance(value, tuple):
            yield f"  {field.name}:"
            yield from (f"    {entry}" for entry in value)
        else:
            yield f"  {field.name}: {value}"


@rules.command("test")
@click.argument("file")
def rules_test(file: str) -> int:
    """Test a rule file: every hit is caught, no near miss is, and no pattern is slow; beside the shipped rules."""
    mine = load_rule_file(file)
    faults = examine(mine, beside=shipped_rules())
    for fault in faults:
        click.echo(f"{file}: {fault}", err=True)
    if faults:
        _complain(
            f"{file}: {_plural(len(faults), 'fault')} in {_plural(len(mine.rules), 'rule')}; "
            "mend the pattern or the example"
        )
        return 1
    click.echo(f"{file}: {_plural(len(mine.rules), 'rule')}, every hit caught, every near miss left alone")
    return 0


def _cleaner(given: dict[str, Any]) -> Cleaner:
    names = ("profile", "captions", "keep", "drop", "protect", "rules")
    return Cleaner(languages=given["languages"] or None, **{name: given[name] for name in names})


def _fields(given: dict[str, Any]) -> Fields:
    named = {name: given[f"{name}_field"] for name in _FIELDS}
    asked = {name: value for name, value in named.items() if value is not None}
    dated = "date" in asked or given.get("window_days") is not None or given.get("keep_copy") in ("earliest", "latest")
    # A field that was asked for by name must be there; one that merely has the usual name may be missing.
    return Fields(**asked, report=given["report_field"], dated=dated, must=frozenset(asked))


class _Job:
    """Files in, one file out: reads with a progress bar, writes whole or not at all, counts, and sums up."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.quiet: bool = given["quiet"]
        self.skip: bool = given["on_error"] == "skip"
        self.read = 0
        self.kinds: Counter[str] = Counter()
        self._fields = _fields(given)
        self._output: str | None = None if given["output"] in (None, STDIN) else given["output"]
        self._rejects_path: str | None = given["rejects"]
        if self._rejects_path and not self.skip:
            raise click.UsageError("--rejects is for --on-error skip; by default the first bad record stops the run")
        if self.skip and self._rejects_path is None and self._output is not None:
            self._rejects_path = f"{self._output}.rejects.jsonl"
        self.sources, self.others = find_sources(given["inputs"], format=given["format"])
        for path in (self._output, self._rejects_path):
            if path is not None:
                check_not_input(path, self.sources)
        if self._output is not None and self._output == self._rejects_path:
            raise click.UsageError("--output and --rejects name the same file")
        self._stack = contextlib.ExitStack()
        self._rejected: list[Reject] = []
        self._warned = 0
        self._started = time.monotonic()
        self._progress: rich.progress.Progress | None = None
        self._task = rich.progress.TaskID(0)
        self._done = 0
        self._stream: BinaryIO = sys.stdout.buffer

    def __enter__(self) -> _Job:
        if self._output is not None:
            self._stream = self._stack.enter_context(whole_file(self._output))
        return self

    def __exit__(self, *failure: Any) -> None:
        self._stack.__exit__(*failure)

    def records(self) -> Iterator[Record]:
        """Yield the records, bad ones dealt with as the caller asked."""
        reject = self._reject if self.skip else None
        for record in read_records(self.sources, self._fields, reject=reject, progress=self._advance):
            self.read += 1
            yield record
        self._stop_progress()

    def _reject(self, reject: Reject) -> None:
        self._rejected.append(reject)
        if len(self._rejected) <= _SHOWN_REJECTS:
            self._say(f"left out: {reject.error}")

    def _advance(self, size: int) -> None:
        self._done += size
        if self._progress is not None:
            self._progress.update(self._task, completed=self._done, articles=self.read)
        elif not self.quiet and sys.stderr.isatty() and time.monotonic() - self._started > _PROGRESS_AFTER:
            sizes = [source.size for source in self.sources]
            total = None if None in sizes else sum(size for size in sizes if size is not None)
            columns: Iterable[Any] = (
                rich.progress.BarColumn(),
                rich.progress.DownloadColumn(),
                rich.progress.TextColumn("{task.fields[articles]} articles"),
                rich.progress.TimeRemainingColumn(),
            )
            console = rich.console.Console(stderr=True)
            self._progress = self._stack.enter_context(
                rich.progress.Progress(*columns, console=console, transient=True)
            )
            self._task = self._progress.add_task("", total=total, articles=0)

    def _stop_progress(self) -> None:
        if self._progress is not None:
            self._progress.stop()

    def count(self, kinds: Iterable[str]) -> None:
        """Add removals to the summary."""
        self.kinds.update(kinds)

    def warn(self, record: Record, warning: str) -> None:
        """Tell of a warning about one article."""
        if not self.quiet:
            self._warned += 1
            if self._warned <= _SHOWN_REJECTS:
                self._say(f"{record.place}: warning: {warning}")

    def write(self, text: str) -> None:
        """Write *text*."""
        self._stream.write(_utf8(text))

    def finish(self, *summary: str) -> int:
        """Write the rejects, say what was done and return the exit code."""
        if self._rejected and self._rejects_path is not None:
            with whole_file(self._rejects_path) as stream:
                for reject in self._rejected:
                    stream.write(_utf8(json.dumps(reject.to_dict(), ensure_ascii=False) + "\n"))
        if self._output is None:
            self._stream.flush()
        for line in filter(None, (*summary, self._left_out(), self._not_read())):
            if not self.quiet:
                self._say(line)
        return _DONE_WITH_REJECTS if self._rejected else 0

    def _left_out(self) -> str:
        if not self._rejected:
            return ""
        where = f", in {self._rejects_path}" if self._rejects_path else ""
        return f"{_plural(len(self._rejected), 'bad record')} left out{where}"

    def _not_read(self) -> str:
        if not self.others:
            return ""
        return f"{_plural(len(self.others), 'other file')} not read, such as {self.others[0]}"

    def _say(self, line: str) -> None:
        print(_visible(line), file=sys.stderr)


def _utf8(text: str) -> bytes:
    """Return *text* in UTF-8; lone surrogates, which it has no bytes for, as the escapes that JSON has for them."""
    return text.encode("utf-8", "backslashreplace")


def _plural(count: int, what: str, many: str = "") -> str:
    return f"{count} {what}" if count == 1 else f"{count} {many or f'{what}s'}"


def _listed(counts: Mapping[Any, int]) -> str:
    return f" ({', '.join(f'{kind} {count}' for kind, count in Counter(counts).most_common())})" if counts else ""


def _removed(kinds: Counter[str]) -> str:
    return f"{_plural(sum(kinds.values()), 'removal')}{_listed(kinds)}"
