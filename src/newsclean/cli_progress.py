"""How far a command is: a bar on a terminal, a line now and then elsewhere, nothing when it is to be quiet."""

from __future__ import annotations

import contextlib
import sys
import time
from typing import Any

import rich.console
import rich.progress

from newsclean.cli_text import one_line, plural

__all__ = ["Display"]

_BAR_AFTER = 1.0  # seconds: shorter work needs no bar
_LINE_EVERY = 30.0  # seconds between lines where there is no terminal

_STAGES = {
    "read": "reading",
    "candidates": "looking for copies",
    "compare": "comparing",
    "group": "grouping",
    "write": "writing",
}


class Display:
    """Shows one stage after the other, and remembers how long each took."""

    def __init__(self, *, quiet: bool) -> None:
        self.quiet = quiet
        self._terminal = sys.stderr.isatty()
        self._stage = ""
        self._began = self._said = self._started = time.monotonic()
        self._seconds: dict[str, float] = {}
        self._bar: rich.progress.Progress | None = None
        self._task = rich.progress.TaskID(0)

    @property
    def elapsed(self) -> float:
        """The seconds since the beginning."""
        return time.monotonic() - self._started

    @property
    def seconds(self) -> dict[str, float]:
        """The seconds each stage took, the one at hand included."""
        now = {self._stage: self._seconds.get(self._stage, 0) + time.monotonic() - self._began} if self._stage else {}
        return {stage: round(seconds, 3) for stage, seconds in {**self._seconds, **now}.items()}

    def update(self, stage: str, done: int, total: int | None, told: str = "", *, articles: int | None = None) -> None:
        """Show that *done* of *total* is done; *articles*: *done* counts bytes, of so many articles."""
        now = time.monotonic()
        if stage != self._stage:
            self._enter(stage, now)
        if self.quiet:
            return
        if not self._terminal:
            if now - self._said >= _LINE_EVERY:
                self._said = now
                self.say(self._line(stage, done, total, told, articles, now - self._began))
            return
        if self._bar is None:
            if now - self._started < _BAR_AFTER:
                return
            self._open()
        assert self._bar is not None
        told = self._account(done, articles, now - self._began) if articles is not None else told
        self._bar.update(self._task, description=_STAGES[stage], completed=done, total=total, told=told)

    def _enter(self, stage: str, now: float) -> None:
        if self._stage:
            self._seconds[self._stage] = self._seconds.get(self._stage, 0) + now - self._began
        self._stage, self._began = stage, now
        if self._bar is not None:
            self._bar.remove_task(self._task)
            self._task = self._bar.add_task("", total=None, told="")

    def _open(self) -> None:
        columns: list[Any] = [
            rich.progress.TextColumn("{task.description}"),
            rich.progress.BarColumn(),
            rich.progress.TaskProgressColumn(),
            rich.progress.TextColumn("{task.fields[told]}"),
            rich.progress.TimeRemainingColumn(),
        ]
        console = rich.console.Console(stderr=True)
        self._bar = rich.progress.Progress(*columns, console=console, transient=True, refresh_per_second=4)
        self._bar.start()
        self._task = self._bar.add_task("", total=None, told="")

    def _line(self, stage: str, done: int, total: int | None, told: str, articles: int | None, seconds: float) -> str:
        line = f"{_STAGES[stage]}: {told or f'{done} of {total}'}"
        if articles is not None:
            line = f"{_STAGES[stage]}: {self._account(done, articles, seconds)}"
        if total and done:
            line += f", {max(0, round(seconds * (total - done) / done))} s left"
        return line

    def _account(self, done: int, articles: int, seconds: float) -> str:
        return f"{plural(articles, 'article')}, {done / 1e6:.1f} MB, {done / 1e6 / max(seconds, 0.001):.2f} MB/s"

    def say(self, line: str) -> None:
        """Print a line, over the bar if there is one."""
        out = self._bar.console.file if self._bar is not None else sys.stderr
        with contextlib.suppress(ValueError):
            print(one_line(line), file=out)

    def stop(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
