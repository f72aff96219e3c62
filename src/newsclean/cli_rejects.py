"""Bad records that are left out: the first ones told, all of them written, the number said at the end."""

from __future__ import annotations

from collections.abc import Callable

import click

from newsclean.cli_text import plural
from newsclean.files import whole_file
from newsclean.io import Reject
from newsclean.io.records import dumps
from newsclean.io.write import utf8

__all__ = ["SHOWN", "Rejects"]

SHOWN = 20
"""Lines told about one kind of trouble; more would hide all else."""


class Rejects:
    """Called with each bad record; *say* tells a line, *path* is the file they go to, if any.

    Raises:
        click.UsageError: there is a *path*, but bad records stop the run (*skip* is False).
    """

    def __init__(self, path: str | None, say: Callable[[str], None], *, skip: bool) -> None:
        if path and not skip:
            raise click.UsageError("--rejects is for --on-error skip; by default the first bad record stops the run")
        self.path = path
        self._say = say
        self._found: list[Reject] = []

    def __call__(self, reject: Reject) -> None:
        """Keep *reject*, and tell of it."""
        self._found.append(reject)
        if len(self._found) <= SHOWN:
            self._say(f"left out: {reject.error}")

    def __len__(self) -> int:
        return len(self._found)

    def write(self) -> None:
        """Write the file, whole or not at all; none where no record was bad."""
        if self._found and self.path is not None:
            with whole_file(self.path) as stream:
                for reject in self._found:
                    stream.write(utf8(dumps(reject.to_dict()) + "\n"))

    @property
    def told(self) -> str:
        """How many were left out and where they are; empty for none."""
        where = f", in {self.path}" if self.path else ""
        return f"{plural(len(self._found), 'bad record')} left out{where}" if self._found else ""
