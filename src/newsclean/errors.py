"""Every error newsclean raises on purpose.

::

    NewscleanError
    ├── ArticleTypeError   (TypeError)    not a str and not an Article
    ├── ArticleError       (ValueError)   an Article with a bad date, or an id met twice
    ├── OptionError        (ValueError)   an argument out of its range
    ├── RuleFileError      (ValueError)   a rule file with faults, all of them listed
    ├── RuleTimeError      (TimeoutError) a rule's pattern that takes too long for a line
    ├── RecordError        (ValueError)   a bad record in an input file: file, line, field
    ├── FileError          (OSError)      a file that cannot be read or written
    ├── UnknownIdError     (KeyError)     an id that no article has
    ├── MissingExtraError  (ImportError)  an optional dependency that is not installed
    └── WorkerError        (RuntimeError) a worker process died

Each is also the builtin error a caller would expect, so ``except ValueError`` works. A message names the
place and the next step. Every class takes its message alone, or keeps its fields in ``args``: errors
travel between processes by pickle.
"""

from __future__ import annotations

__all__ = [
    "ArticleError",
    "ArticleTypeError",
    "FileError",
    "MissingExtraError",
    "NewscleanError",
    "OptionError",
    "RecordError",
    "RuleFileError",
    "RuleTimeError",
    "UnknownIdError",
    "WorkerError",
]


class NewscleanError(Exception):
    """The root: catch it to catch whatever newsclean raises on purpose."""


class ArticleTypeError(NewscleanError, TypeError):
    """What was passed as an article is neither a ``str`` nor an ``Article``."""


class ArticleError(NewscleanError, ValueError):
    """An article has a field that cannot be used, such as a date that is none, or an id met before."""


class OptionError(NewscleanError, ValueError):
    """An argument lies outside its range or names something that does not exist."""


class RuleFileError(NewscleanError, ValueError):
    """A rule file has faults. ``source`` names the file, ``faults`` lists every fault found, not only the first."""

    def __init__(self, source: str, faults: tuple[str, ...]) -> None:
        super().__init__(source, faults)
        self.source = source
        self.faults = faults

    def __str__(self) -> str:
        count = "1 fault" if len(self.faults) == 1 else f"{len(self.faults)} faults"
        return f"{self.source}: {count} in this rule file\n" + "\n".join(f"  - {fault}" for fault in self.faults)


class RuleTimeError(NewscleanError, TimeoutError):
    """The pattern of a rule, or of ``protect``, took too long for one line and was stopped; the message names it."""


class RecordError(NewscleanError, ValueError):
    """A record of an input file cannot be used: ``source`` (file), ``line`` (from 1, or None), ``field`` (or None)."""

    def __init__(self, source: str, line: int | None, field: str | None, problem: str, next_step: str) -> None:
        super().__init__(source, line, field, problem, next_step)
        self.source = source
        self.line = line
        self.field = field
        self.problem = problem
        self.next_step = next_step

    def __str__(self) -> str:
        place = self.source if self.line is None else f"{self.source}:{self.line}"
        field = "" if self.field is None else f"field {self.field!r}: "
        return f"{place}: {field}{self.problem}; {self.next_step}"


class FileError(NewscleanError, OSError):
    """A file cannot be read or written; the message names it and the next step."""


class UnknownIdError(NewscleanError, KeyError):
    """No article has this id."""

    def __str__(self) -> str:  # KeyError would print the message's repr
        return str(self.args[0])


class MissingExtraError(NewscleanError, ImportError):
    """A feature needs an optional dependency that is not installed; the message has the command that installs it."""


class WorkerError(NewscleanError, RuntimeError):
    """A worker process ended before its work was done (killed, or out of memory); no result was lost silently."""
