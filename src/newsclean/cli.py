"""The command line: parse, call the library, print. A guest of the library; every flag is one of its arguments.

Results go to standard output or ``--output``; progress, summary and errors to standard error. Exit codes are those
of :data:`EXIT_CODES`.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from functools import partial
from typing import Any

import click
import rich.console
import rich.text

import newsclean
from newsclean.clean import Cleaner
from newsclean.clean.decide import CAPTIONS, PROFILES
from newsclean.clean.sites import SiteProfiles, load_profiles
from newsclean.cli_complete import completion, files, kinds_and_rules
from newsclean.cli_end import ended
from newsclean.cli_index import index
from newsclean.cli_job import DONE_WITH_REJECTS, Job, comparing, fields_of
from newsclean.cli_learn import learn
from newsclean.cli_options import article_fields, errors, field_options, format_option, inputs, quiet, together
from newsclean.cli_review import encoded, opens, review
from newsclean.cli_rules import rules
from newsclean.cli_spark import engine_options, run_on_spark, wants_spark
from newsclean.cli_summary import copies
from newsclean.cli_text import one_line, plural, visible
from newsclean.errors import OptionError
from newsclean.io import find_sources, read_records
from newsclean.neardup.keep import NAMES as KEEP_POLICIES
from newsclean.neardup.options import CONTAINMENT, THRESHOLD
from newsclean.review import page_of_reports, require_jinja
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


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that *argv* (default: the process's own arguments) names; return its exit code."""
    args = None if argv is None else list(argv)
    return ended(lambda: cli.main(args=args, prog_name="newsclean", standalone_mode=False))


# Options that commands of this file share, each written once; cli_options.py has those that others share, too.

_output = click.option(
    "-o",
    "--output",
    metavar="FILE",
    shell_complete=files,
    help="Where to write, in the format its suffix names; it appears whole or not at all. Default: standard output.",
)
_stats = click.option(
    "--stats", metavar="FILE", shell_complete=files, help="A JSON file for the figures of the run, by kind and site."
)
_review = click.option(
    "--review",
    metavar="FILE",
    shell_complete=files,
    help="Also make a page to look over, such as review.html: every removal in place, every group of copies.",
)
_resume = click.option(
    "--resume",
    is_flag=True,
    help="Keep cleaned articles in OUTPUT.parts; started again with it, a run that was killed goes on from there.",
)
_workers = click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Processes.")
_memory = click.option(
    "--memory",
    metavar="SIZE",
    default=MEMORY,
    show_default=True,
    help="What all processes together may take, such as 500MB.",
)
_cleaning = together(
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
    click.option(
        "--site-profile",
        metavar="FILE",
        shell_complete=files,
        help="What recurs on the articles' sites, as `newsclean learn` wrote it; used on articles of those sites.",
    ),
    click.option(
        "--keep",
        multiple=True,
        metavar="KIND|RULE",
        shell_complete=kinds_and_rules,
        help="Never remove these. May be repeated.",
    ),
    click.option(
        "--drop",
        multiple=True,
        metavar="KIND|RULE",
        shell_complete=kinds_and_rules,
        help="Always remove these when found. May be repeated.",
    ),
    click.option("--protect", multiple=True, metavar="PATTERN", help="Text that nothing may remove. May be repeated."),
    click.option(
        "--rules",
        multiple=True,
        metavar="FILE",
        shell_complete=files,
        help="A file of rules to add, or what a review page saved. May be repeated.",
    ),
    click.option(
        "--languages",
        multiple=True,
        metavar="CODE",
        help="Rule packs to use, such as en. Default: all. May be repeated.",
    ),
)
_learn_sites = click.option(
    "--learn-sites",
    is_flag=True,
    help="Read the inputs twice: first learn what recurs on each site, then clean with that.",
)
_flagging = together(
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


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: " + "; ".join(f"{code} {meaning}" for code, meaning in EXIT_CODES.items()) + ".",
)
@click.version_option(newsclean.__version__, prog_name="newsclean", message="%(prog)s %(version)s")
def cli() -> None:
    """Clean extracted news text and flag near-duplicate articles, with a reason for every removal.

    \b
    Clean a folder, flag the copies, and look at what was done:
      newsclean run articles/ -o cleaned.jsonl --review review.html
    See what would go from one article, and why:
      newsclean explain article.txt

    INPUT is a file, a folder, a pattern in quotes, an address such as s3://..., or - for standard input: JSONL (one
    JSON object a line), CSV, TSV, Parquet, Arrow or plain text; also compressed (.gz, .xz, .bz2, .zst). The suffix of
    --output says what is written.
    """


@cli.command()
@together(inputs, _output, format_option, field_options, _cleaning, _learn_sites, _flagging, errors, _workers)
@together(_memory, _resume, _review, _stats, quiet, engine_options)
def run(**given: Any) -> int:
    """Clean articles and flag copies among them, in one go.

    Each record comes out as it went in, with its text cleaned and a report added: what was removed and why, what the
    metadata lines said, and of which article it is a copy. No article is left out unless --drop-duplicates asks for it.

    --profile says how sure newsclean must be: safe removes only what is certain on its own, balanced also what a
    second sign supports, strict also hints. What must stay is said with --keep (kinds or rules) and --protect
    (patterns).

    \b
    newsclean run articles.jsonl -o cleaned.jsonl --review review.html
    newsclean run dump/ -o cleaned.parquet --text-field body --id-field url --workers 2
    newsclean run articles.csv -o unique.csv --drop-duplicates --keep-copy earliest
    """
    if wants_spark(given):
        return run_on_spark(given, partial(_cleaner, given), comparing(given))
    return _flag(given, _cleaner(given))


@cli.command()
@together(inputs, _output, format_option, field_options, _flagging, errors, _workers)
@together(_memory, _resume, _review, _stats, quiet)
def dedup(**given: Any) -> int:
    """Flag near-duplicate articles; no text is changed.

    A pair is exact, near, contained (a short copy inside a longer article) or template (one form, other figures).
    Copies are flagged, with the one to keep, and stay in the output unless --drop-duplicates asks for less.

    \b
    newsclean dedup articles.jsonl -o flagged.jsonl
    newsclean dedup today.jsonl --threshold 0.8 --window-days 3 -o flagged.jsonl
    """
    return _flag(given, None)


@cli.command()
@together(
    inputs, _output, format_option, field_options, _cleaning, _learn_sites, errors, _workers, _resume, _stats, quiet
)
def clean(**given: Any) -> int:
    """Clean articles.

    One plain text comes out as plain text; several, and records, as records with a report on every one. Memory stays
    the same however many articles there are, but for their ids.

    \b
    newsclean clean article.txt
    newsclean clean articles.jsonl -o cleaned.jsonl --profile safe --workers 2
    zcat dump.jsonl.gz | newsclean clean - > cleaned.jsonl
    """
    cleaner = _cleaner(given)
    with Job(given) as job:
        job.cleaner = _knowing(cleaner, given, job)
        for cleaned in job.cleaned():
            for warning in cleaned.warnings:
                job.warn(cleaned.record, warning)
            if cleaned.record.line is None and len(job.sources) == 1 and job.takes_text:
                job.write_text(cleaned.text)
            else:
                job.write(cleaned.record, cleaned.text, cleaned.to_report())
        return job.finish(f"{plural(job.read, 'article')} cleaned")


def _flag(given: dict[str, Any], cleaner: Cleaner | None) -> int:
    options = comparing(given)
    page: str | None = given["review"]
    if page:
        require_jinja()
    with Job(given, twice=True) as job:
        job.cleaner = cleaner and _knowing(cleaner, given, job)
        flagged = flag_records(
            job.records,
            job.store,
            cleaner=job.cleaner,
            workers=given["workers"],
            memory=given["memory"],
            progress=job.progress,
            **options,
        )
        with contextlib.closing(flagged):
            found = flagged.verdicts
            for place, (cleaned, report) in enumerate(flagged.reports()):
                job.count(cleaned)
                if found.keep(place) or not given["drop_duplicates"]:
                    job.write(cleaned.record, cleaned.text, report)
            if page:
                shown = ((cleaned.record, cleaned.text, report) for cleaned, report in flagged.reports())
                job.write_page(encoded(page_of_reports(shown)))
        duplicates = {
            "kept": len(found) - found.dropped,
            "dropped": found.dropped,
            "groups_by_kind": dict(found.groups_by_kind),
            "template_pairs": found.template_pairs,
        }
        told = copies(job.read, duplicates)
        return job.finish(*told, duplicates=duplicates, after=opens(page) if page else "")


@cli.command()
@together(inputs, format_option, article_fields, _cleaning)
@click.option("--id", "ids", multiple=True, metavar="ID", help="Only the article of this id. May be repeated.")
def explain(ids: Sequence[str], **given: Any) -> int:
    """Show what would go from each article, line by line, and why; nothing is written.

    A line with - goes, one with ~ changes; under it stand the kind, the strength and the rule. The rule in full:
    `newsclean rules show RULE`. The options are those of clean, so a change can be tried here first.

    \b
    newsclean explain article.txt
    newsclean explain articles.jsonl --id 1234 --profile strict
    """
    cleaner = _cleaner(given)
    sources, _ = find_sources(given["inputs"], format=given["format"])
    missing = dict.fromkeys(ids)
    console = rich.console.Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    for record in read_records(sources, fields_of(given)):
        name = str(record.article.id)
        if ids and name not in ids:
            continue
        missing.pop(name, None)
        console.print(rich.text.Text(one_line(f"{record.place}  {name}" if name != record.place else name), "bold"))
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


cli.add_command(learn)
cli.add_command(review)
cli.add_command(rules)
cli.add_command(completion)
cli.add_command(index)


def _cleaner(given: dict[str, Any], learnt: SiteProfiles | None = None) -> Cleaner:
    if given["site_profile"] and given.get("learn_sites"):
        raise click.UsageError("--site-profile and --learn-sites both say what recurs on a site; give one of them")
    names = ("profile", "captions", "keep", "drop", "protect", "rules")
    known = load_profiles(given["site_profile"]) if given["site_profile"] else learnt
    options = {name: given[name] for name in names}
    return Cleaner(languages=given["languages"] or None, site_profile=known, **options)


def _knowing(cleaner: Cleaner, given: dict[str, Any], job: Job) -> Cleaner:
    """Return *cleaner*, with what recurs on the sites of the job's articles where that was asked for."""
    return _cleaner(given, job.learnt()) if given["learn_sites"] else cleaner
