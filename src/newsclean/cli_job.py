"""What the commands of the command line have in common: files in, one file out, progress, and a summary."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO

import click

import newsclean
from newsclean.clean import Cleaner
from newsclean.clean.sites import SiteProfiles
from newsclean.cli_progress import Display
from newsclean.cli_rejects import SHOWN, Rejects
from newsclean.cli_summary import figures, most_by_site, say_summary
from newsclean.cli_text import plural
from newsclean.errors import FileError
from newsclean.files import locked, remove_leftovers, whole_file
from newsclean.io import Fields, Record, Reject, clean_records, find_sources, read_records
from newsclean.io.compress import compressed
from newsclean.io.flows import CleanedRecord
from newsclean.io.sites import learn_sites
from newsclean.io.sources import STDIN, check_not_input, unreadable
from newsclean.io.store import Store, digest, digest_of
from newsclean.io.write import Write, output_format, record_writer, utf8

__all__ = ["DONE_WITH_REJECTS", "FIELDS", "Job", "about_run", "comparing", "fields_of", "write_stats"]

DONE_WITH_REJECTS = 3

# Options that change no outcome; a run may go on with others.
_NO_MATTER = {
    "inputs",
    "output",
    "rejects",
    "review",
    "stats",
    "quiet",
    "workers",
    "resume",
    "memory",
    "engine",
    "master",
}

FIELDS = {
    "text": "text",
    "id": "id",
    "title": "headline",
    "site": "site or publication",
    "date": "date, ISO 8601",
    "language": "language code",
}
"""The fields of a record that have an option, and what they hold."""


def fields_of(given: dict[str, Any]) -> Fields:
    """Return the fields that the options name."""
    named = {name: given[f"{name}_field"] for name in FIELDS}
    asked = {name: value for name, value in named.items() if value is not None}
    dated = "date" in asked or given.get("window_days") is not None or given.get("keep_copy") in ("earliest", "latest")
    # A field that was asked for by name must be there; one that merely has the usual name may be missing.
    return Fields(**asked, report=given.get("report_field"), dated=dated, must=frozenset(asked))


def about_run(given: dict[str, Any]) -> dict[str, Any]:
    """Return what the outcome of a command depends on, but for its inputs."""
    options = {name: value for name, value in given.items() if name not in _NO_MATTER}
    # Files that options name, rules for one, are what they hold.
    values = [entry for value in options.values() for entry in (value if isinstance(value, tuple) else (value,))]
    files = [value for value in values if isinstance(value, str) and os.path.isfile(value)]
    return {"options": options, "files of options": {name: digest(name) for name in files}}


def comparing(given: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of find_duplicates that the options name."""
    if given["keep_copy"] and given["prefer_site"]:
        raise click.UsageError("--keep-copy and --prefer-site both say which copy to keep; give one of them")
    options = {name: given[name] for name in ("threshold", "containment", "window_days", "linkage")}
    if keep := given["keep_copy"] or list(given["prefer_site"]):
        options["keep"] = keep
    return options


class Job:
    """Files in, one file out: reads with a progress bar, writes whole or not at all, counts, and sums up.

    ``cleaner`` is set by whoever has the articles cleaned.

    *twice*: the records are read twice; what cannot be read again is copied first.
    """

    def __init__(self, given: dict[str, Any], *, twice: bool = False) -> None:
        self.quiet: bool = given["quiet"]
        self.skip: bool = given["on_error"] == "skip"
        self.read = 0
        self._max_chars: int = given["max_chars"]
        self.kinds: Counter[str] = Counter()
        self._fields = fields_of(given)
        self._output: str | None = None if given["output"] in (None, STDIN) else given["output"]
        rejects: str | None = given["rejects"]
        if self.skip and rejects is None and self._output is not None:
            rejects = f"{self._output}.rejects.jsonl"
        self._display = Display(quiet=self.quiet)
        self._rejects = Rejects(rejects, self._display.say, skip=self.skip)
        self.sources, self.others = find_sources(given["inputs"], format=given["format"])
        self._stats_path: str | None = given["stats"]
        self._page_path: str | None = given.get("review")
        paths = (self._output, rejects, self._stats_path, self._page_path)
        self._paths = [path for path in paths if path is not None]
        for path in self._paths:
            check_not_input(path, self.sources)
        if len(set(self._paths)) < len(self._paths):
            raise click.UsageError("two of --output, --rejects, --stats and --review name the same file")
        self._given = given
        self._twice = twice
        self._workers: int = given["workers"]
        self.cleaner: Cleaner | None = None
        self._sites: dict[str, Counter[str]] = {}
        self._unknown: Counter[str] = Counter()
        self._written = 0
        self._passes = 0
        self._stack = contextlib.ExitStack()
        self._writer = contextlib.ExitStack()
        self._warned = 0
        self._total: int | None = None
        self._done = 0
        self._stream: BinaryIO = sys.stdout.buffer
        self._store: Store | None = None
        self._states: list[tuple[int | str, ...] | None] = []
        self._write: Write
        self._page: BinaryIO

    def __enter__(self) -> Job:
        with contextlib.ExitStack() as failed:
            failed.push(self._stack)  # closed here only if the rest does not come to its end
            self._stack.callback(self._display.stop)
            for path in self._paths:
                self._stack.enter_context(locked(path))
                remove_leftovers(path)
            if self._given.get("resume"):
                self._store = self._parts()
                self._stack.callback(self._store.close)
            elif self._twice:
                self._store = Store(self._scratch(), None)
                self._stack.callback(self._store.remove)
            if self._twice:
                self._copy_streams(self.store)
            self._states = [source.state for source in self.sources]
            if self._output is not None:
                file = self._stack.enter_context(whole_file(self._output))
                self._stream = self._stack.enter_context(compressed(file, self._output))
            if self._page_path is not None:  # now: a page that cannot be written is no reason to lose what was done
                self._page = self._stack.enter_context(whole_file(self._page_path))
            self._stack.enter_context(self._writer)
            field = self._given["report_field"]
            self._write = self._writer.enter_context(record_writer(self._stream, self._output, field))
            failed.pop_all()
        return self

    def __exit__(self, *failure: Any) -> None:
        self._stack.__exit__(*failure)
        if self._store is not None and failure[0] is None:
            self._store.remove()  # only now: the output is there

    def _parts(self) -> Store:
        if self._output is None or any(source.state is None for source in self.sources):
            raise click.UsageError("--resume needs --output, and inputs that can be read again, not standard input")
        about: dict[str, Any] = {"newsclean": newsclean.__version__, **about_run(self._given), "inputs": []}
        for source in self.sources:
            try:
                with source.open_raw() as stream:
                    about["inputs"].append([source.name, digest_of(stream)])
            except OSError as error:
                raise unreadable(source.name, error) from error
        return Store(f"{self._output}.parts", about)

    def _scratch(self) -> str:
        """Return a new folder beside the output, where there is as much room as for it."""
        if self._output is None:
            return tempfile.mkdtemp(prefix="newsclean.")
        folder, name = os.path.split(os.path.realpath(self._output))
        try:
            return tempfile.mkdtemp(prefix=f".{name[:100]}.", suffix=".tmp", dir=folder)
        except OSError as error:
            problem = error.strerror or error
            raise FileError(f"{self._output}: cannot be written: {problem}; check the folder") from error

    def _copy_streams(self, store: Store) -> None:
        for number, source in enumerate(self.sources):
            if source.state is None:
                with source.open_raw() as stream, store.scratch_file(f"input-{number}") as copy:
                    shutil.copyfileobj(stream, copy)
                    self.sources[number] = replace(source, path=copy.name)

    @property
    def store(self) -> Store:
        """Where what is done is kept; only of a job that reads twice."""
        assert self._store is not None
        return self._store

    def learnt(self) -> SiteProfiles:
        """Return what recurs on the sites of the records, which are all read for that, and later once more."""
        found = learn_sites(self.sources, self._fields, max_chars=self._max_chars, skip=self.skip)
        if not self.quiet:
            self._display.say(f"{plural(len(found), 'site')} learnt, {plural(found.recurring(), 'recurring line')}")
        return found

    def cleaned(self) -> Iterator[CleanedRecord]:
        """Yield the records, cleaned by the job's cleaner, and count what was removed."""
        assert self.cleaner is not None
        prompt = any(source.state is None for source in self.sources)  # a pipe, whose other end may wait
        for cleaned in clean_records(
            self.records(), self.cleaner, workers=self._workers, store=self._store, prompt=prompt
        ):
            self.count(cleaned)
            yield cleaned

    def count(self, cleaned: CleanedRecord) -> None:
        """Count what was removed from an article."""
        site = cleaned.record.article.site
        self.kinds.update(cleaned.kinds)
        known = None if self.cleaner is None else self.cleaner.site_profile
        if known is not None and known.for_site(site) is None:
            self._unknown[site or ""] += 1
        if cleaned.kinds:
            self._sites.setdefault(site or "", Counter()).update(cleaned.kinds)

    def records(self) -> Iterator[Record]:
        """Yield the records, bad ones dealt with as the caller asked; the second time they are passed by."""
        self._passes += 1
        first = self._passes == 1
        self._done = 0
        sizes = [source.size for source in self.sources]
        self._total = None if None in sizes else sum(size for size in sizes if size is not None)
        reject = (self._rejects if first else _ignore) if self.skip else None
        place = 0

        def advance(size: int) -> None:
            self._done += size
            self._display.update("read" if first else "write", self._done, self._total, articles=place)

        for place, record in enumerate(
            read_records(self.sources, self._fields, max_chars=self._max_chars, reject=reject, progress=advance), 1
        ):
            self.read = max(self.read, place)
            yield record

    def progress(self, stage: str, done: int, total: int, found: int) -> None:
        """Show how far comparing is."""
        self._display.update(stage, done, total, f"{plural(found, 'pair')} so far" if found else "")

    def warn(self, record: Record, warning: str) -> None:
        """Tell of a warning about one article."""
        if not self.quiet:
            self._warned += 1
            if self._warned <= SHOWN:
                self._display.say(f"{record.place}: warning: {warning}")

    @property
    def takes_text(self) -> bool:
        """Whether one plain text may be written as it is: no table is asked for."""
        return output_format(self._output) == "jsonl"

    def write_text(self, text: str) -> None:
        """Write *text* as it is."""
        self._written += 1
        self._stream.write(utf8(text))

    def write(self, record: Record, text: str, report: str) -> None:
        """Write *record* with *text* in place of its own and *report* added, in the output's format."""
        self._written += 1
        self._write(record, text, report)

    def write_page(self, page: bytes) -> None:
        """Write the page to look over, which appears with the output."""
        self._page.write(page)

    def finish(self, *summary: str, duplicates: dict[str, Any] | None = None, after: str = "") -> int:
        """Write what is still to be written, rejects and figures; say what was done and return the exit code."""
        self._check_unchanged()
        self._writer.close()  # a table's last rows may not fit, and then nothing was done
        self._display.stop()
        found = figures(
            read=self.read,
            written=self._written,
            rejected=len(self._rejects),
            sites=self._sites,
            duplicates=duplicates,
            seconds=self._display.elapsed,
            stages=self._display.seconds,
            memory=_peak_memory(self._workers),
        )
        if self._stats_path is not None:
            write_stats(self._stats_path, found)
        self._rejects.write()
        if self._output is None:
            self._stream.flush()
        if not self.quiet:
            say_summary(
                summary,
                self.kinds if self.cleaner else None,
                (
                    most_by_site(self._sites),
                    self._without_profile(),
                    self._rejects.told,
                    self._not_read(),
                    _cost(found),
                    after,
                ),
            )
        return DONE_WITH_REJECTS if self._rejects else 0

    def _check_unchanged(self) -> None:
        for source, state in zip(self.sources, self._states, strict=True):
            if source.state != state:
                raise FileError(
                    f"{source.name}: changed while it was read; let nothing write to the inputs, and run again"
                )

    def _without_profile(self) -> str:
        if not self._unknown:
            return ""
        site, _ = self._unknown.most_common(1)[0]
        of = f"of sites without a profile, such as {site!r}" if site else "of no site, or of sites without a profile"
        return f"{plural(self._unknown.total(), 'article')} {of}, cleaned without one"

    def _not_read(self) -> str:
        if not self.others:
            return ""
        return f"{plural(len(self.others), 'other file')} not read, such as {self.others[0]}"


def write_stats(path: str, found: dict[str, Any]) -> None:
    """Write the figures of a run to *path*, whole or not at all."""
    with whole_file(path) as stream:
        stream.write(json.dumps(found, ensure_ascii=False, indent=1).encode() + b"\n")


def _ignore(reject: Reject) -> None:
    """Pass by what was told of already."""


def _cost(figures: dict[str, Any]) -> str:
    memory = figures["peak_memory_mb"]
    told = "" if memory is None else f", {memory:.0f} MB of memory at most"
    return f"{figures['seconds']:.1f} s{told}"


def _peak_memory(workers: int) -> float | None:
    """Return the most memory this process and its workers had, in MB, each as much as the largest of them.

    What they share counts for each. None where it is not told.
    """
    try:
        import resource
    except ImportError:  # Windows
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    own, child = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return round((own + child * workers) * unit / 1e6, 1)
