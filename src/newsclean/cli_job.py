"""What the commands that read and write files share: records in with a progress bar, one file out, a summary."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import click
import rich.console
import rich.progress

import newsclean
from newsclean.clean import Cleaner
from newsclean.clean.sites import SiteProfiles
from newsclean.cli_summary import say_summary
from newsclean.cli_text import plural, visible
from newsclean.files import whole_file
from newsclean.io import Fields, Record, Reject, clean_records, find_sources, read_records
from newsclean.io.compress import compressed
from newsclean.io.flows import CleanedRecord
from newsclean.io.manifest import Checkpoint, digest
from newsclean.io.records import dumps
from newsclean.io.sites import learn_sites
from newsclean.io.sources import STDIN, check_not_input
from newsclean.io.write import Write, output_format, record_writer, utf8

__all__ = ["DONE_WITH_REJECTS", "FIELDS", "Job", "fields_of"]

DONE_WITH_REJECTS = 3
_SHOWN_REJECTS = 20
_PROGRESS_AFTER = 1.0  # seconds: shorter work needs no bar
_LINE_EVERY = 30.0  # seconds between lines of progress where there is no terminal
# Options that change no outcome; a run may go on with others.
_NO_MATTER = {"inputs", "output", "rejects", "review", "stats", "quiet", "workers", "resume"}

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
    return Fields(**asked, report=given["report_field"], dated=dated, must=frozenset(asked))


class Job:
    """Files in, one file out: reads with a progress bar, writes whole or not at all, counts, and sums up."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.quiet: bool = given["quiet"]
        self.skip: bool = given["on_error"] == "skip"
        self.read = 0
        self._max_chars: int = given["max_chars"]
        self.kinds: Counter[str] = Counter()
        self._fields = fields_of(given)
        self._output: str | None = None if given["output"] in (None, STDIN) else given["output"]
        self._rejects_path: str | None = given["rejects"]
        if self._rejects_path and not self.skip:
            raise click.UsageError("--rejects is for --on-error skip; by default the first bad record stops the run")
        if self.skip and self._rejects_path is None and self._output is not None:
            self._rejects_path = f"{self._output}.rejects.jsonl"
        self.sources, self.others = find_sources(given["inputs"], format=given["format"])
        self._stats_path: str | None = given["stats"]
        self._page_path: str | None = given.get("review")
        paths = (self._output, self._rejects_path, self._stats_path, self._page_path)
        written = [path for path in paths if path is not None]
        for path in written:
            check_not_input(path, self.sources)
        if len(set(written)) < len(written):
            raise click.UsageError("two of --output, --rejects, --stats and --review name the same file")
        self._workers: int = given["workers"]
        self._sites: dict[str, Counter[str]] = {}
        self._unknown: Counter[str] = Counter()
        self._written = 0
        self._said = time.monotonic()
        self._checkpoint = self._parts(given) if given.get("resume") else None
        self._stack = contextlib.ExitStack()
        self._writer = contextlib.ExitStack()
        self._rejected: list[Reject] = []
        self._cleaning = False
        self._warned = 0
        self._started = time.monotonic()
        self._progress: rich.progress.Progress | None = None
        self._task = rich.progress.TaskID(0)
        self._done = 0
        self._stream: BinaryIO = sys.stdout.buffer
        self._write: Write
        self._page: BinaryIO

    def __enter__(self) -> Job:
        if self._output is not None:
            file = self._stack.enter_context(whole_file(self._output))
            self._stream = self._stack.enter_context(compressed(file, self._output))
        if self._page_path is not None:  # now: a page that cannot be written is no reason to lose what was done
            self._page = self._stack.enter_context(whole_file(self._page_path))
        self._stack.enter_context(self._writer)
        self._write = self._writer.enter_context(record_writer(self._stream, self._output, self._fields.report))
        return self

    def __exit__(self, *failure: Any) -> None:
        self._stack.__exit__(*failure)
        if self._checkpoint is not None and failure[0] is None:
            self._checkpoint.remove()  # only now: the output is there

    def _parts(self, given: dict[str, Any]) -> Checkpoint:
        names = [source.name for source in self.sources]
        if self._output is None or STDIN in names:
            raise click.UsageError("--resume needs --output, and inputs that can be read again, not standard input")
        options = {name: value for name, value in given.items() if name not in _NO_MATTER}
        # Files that options name, rules for one, are what they hold.
        values = [entry for value in options.values() for entry in (value if isinstance(value, tuple) else (value,))]
        files = [value for value in values if isinstance(value, str) and os.path.isfile(value)]
        about = {
            "newsclean": newsclean.__version__,
            "options": options,
            "files of options": {name: digest(name) for name in files},
            "inputs": [[name, digest(name)] for name in names],
        }
        return Checkpoint(f"{self._output}.parts", about)

    def learnt(self) -> SiteProfiles:
        """Return what recurs on the sites of the records, which are all read for that, and later once more."""
        found = learn_sites(self.sources, self._fields, max_chars=self._max_chars, skip=self.skip)
        if not self.quiet:
            self._say(f"{plural(len(found), 'site')} learnt, {plural(found.recurring(), 'recurring line')}")
        return found

    def cleaned(self, cleaner: Cleaner) -> Iterator[CleanedRecord]:
        """Yield the records, cleaned, and count what was removed."""
        known = cleaner.site_profile
        self._cleaning = True
        for cleaned in clean_records(self.records(), cleaner, workers=self._workers, checkpoint=self._checkpoint):
            self.kinds.update(cleaned.kinds)
            if known is not None and known.for_site(cleaned.record.article.site) is None:
                self._unknown[cleaned.record.article.site or ""] += 1
            if self._stats_path is not None:
                self._sites.setdefault(cleaned.record.article.site or "", Counter()).update(cleaned.kinds)
            yield cleaned

    def records(self) -> Iterator[Record]:
        """Yield the records, bad ones dealt with as the caller asked."""
        reject = self._reject if self.skip else None
        options: dict[str, Any] = {"max_chars": self._max_chars, "reject": reject, "progress": self._advance}
        for record in read_records(self.sources, self._fields, **options):
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
        elif self.quiet:
            return
        elif not sys.stderr.isatty():
            self._log_line()
        elif time.monotonic() - self._started > _PROGRESS_AFTER:
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

    def _log_line(self) -> None:
        now = time.monotonic()
        if now - self._said < _LINE_EVERY:
            return
        self._said = now
        sizes = [source.size for source in self.sources]
        rate = self._done / (now - self._started)
        line = f"{plural(self.read, 'article')}, {self._done / 1e6:.1f} MB, {rate / 1e6:.2f} MB/s"
        if None not in sizes and rate:
            left = (sum(size or 0 for size in sizes) - self._done) / rate
            line += f", {max(0, round(left))} s left"
        self._say(line)

    def _stop_progress(self) -> None:
        if self._progress is not None:
            self._progress.stop()

    def warn(self, record: Record, warning: str) -> None:
        """Tell of a warning about one article."""
        if not self.quiet:
            self._warned += 1
            if self._warned <= _SHOWN_REJECTS:
                self._say(f"{record.place}: warning: {warning}")

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
        self._writer.close()  # a table's last rows may not fit, and then nothing was done
        if self._stats_path is not None:
            with whole_file(self._stats_path) as stream:
                stream.write(json.dumps(self._figures(duplicates), ensure_ascii=False, indent=1).encode() + b"\n")
        if self._rejected and self._rejects_path is not None:
            with whole_file(self._rejects_path) as stream:
                for reject in self._rejected:
                    stream.write(utf8(dumps(reject.to_dict()) + "\n"))
        if self._output is None:
            self._stream.flush()
        if not self.quiet:
            say_summary(
                summary,
                self.kinds if self._cleaning else None,
                (self._without_profile(), self._left_out(), self._not_read(), after),
            )
        return DONE_WITH_REJECTS if self._rejected else 0

    def _figures(self, duplicates: dict[str, Any] | None) -> dict[str, Any]:
        return {
            "format": "newsclean.stats",
            "version": 1,
            "articles": {"read": self.read, "written": self._written, "rejected": len(self._rejected)},
            "removed": {
                "total": sum(self.kinds.values()),
                "by_kind": dict(self.kinds.most_common()),
                "by_site": {site: dict(kinds.most_common()) for site, kinds in sorted(self._sites.items())},
            },
            "duplicates": duplicates,
            "seconds": round(time.monotonic() - self._started, 3),
            "peak_memory_mb": _peak_memory(),
        }

    def _without_profile(self) -> str:
        if not self._unknown:
            return ""
        site, _ = self._unknown.most_common(1)[0]
        of = f"of sites without a profile, such as {site!r}" if site else "of no site, or of sites without a profile"
        return f"{plural(self._unknown.total(), 'article')} {of}, cleaned without one"

    def _left_out(self) -> str:
        if not self._rejected:
            return ""
        where = f", in {self._rejects_path}" if self._rejects_path else ""
        return f"{plural(len(self._rejected), 'bad record')} left out{where}"

    def _not_read(self) -> str:
        if not self.others:
            return ""
        return f"{plural(len(self.others), 'other file')} not read, such as {self.others[0]}"

    def _say(self, line: str) -> None:
        print(visible(line), file=sys.stderr)


def _peak_memory() -> float | None:
    """Return the most memory this process and the largest of its workers had, in MB; None where it is not told."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    most = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return round(most * unit / 1e6, 1)
