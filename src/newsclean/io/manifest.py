"""Cleaning that was done, kept beside the output, so that a run which was killed goes on where it was.

What is kept is the outcome for each article, in input order, in part files that appear whole or not at all. A run that
goes on reads its inputs from the start, takes what the parts have and cleans the rest; the output is then written
from the first article on, like that of a run nobody disturbed. So its bytes are the same, in every format.

A manifest says what the parts belong to: the version of newsclean, the options, and the digests of all inputs. Where
any of it differs, the run stops, and the parts stay.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from newsclean.errors import FileError, OptionError
from newsclean.files import whole_file

__all__ = ["Checkpoint", "Outcome", "digest"]

Outcome: TypeAlias = tuple[str, str, tuple[str, ...], tuple[str, ...]]
"""Text, report (JSON), kinds of the removals, warnings."""

_FORMAT = "newsclean.parts"
_VERSION = 1
_PART_CHARS = 4_000_000  # about ten seconds of work, so much is done again at most
_MANIFEST = "manifest.json"


def digest(path: str) -> str:
    """Return the SHA-256 of the file's bytes, in hexadecimal.

    Raises:
        FileError: the file cannot be read.
    """
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise FileError(f"{path}: cannot be read: {error.strerror or error}; check the path") from error


class Checkpoint:
    """The folder with the parts.

    *about* is what the parts belong to: names with what each was, as JSON has it. It is compared as a whole.

    Raises:
        OptionError: the folder's parts belong to something else.
        FileError: the folder cannot be read or written, or a part is damaged.
    """

    def __init__(self, folder: str, about: Mapping[str, Any]) -> None:
        self._folder = folder
        self._pending: list[str] = []
        self._chars = 0
        about = json.loads(json.dumps({"format": _FORMAT, "version": _VERSION, **about}))
        path = os.path.join(folder, _MANIFEST)
        try:
            os.makedirs(folder, exist_ok=True)
        except OSError as error:
            raise FileError(f"{folder}: cannot be written: {error.strerror or error}; check the folder") from error
        if os.path.exists(path):
            self._check(path, about)
        else:
            with whole_file(path) as stream:
                stream.write(json.dumps(about, indent=1, sort_keys=True).encode())
        self._parts = sum(1 for _ in self._paths())

    def _check(self, path: str, about: Mapping[str, Any]) -> None:
        try:
            with open(path, encoding="utf-8") as file:
                before = json.load(file)
            if not isinstance(before, dict):
                raise ValueError("it is no object of JSON")
        except (OSError, ValueError, RecursionError) as error:
            raise FileError(f"{path}: cannot be read: {error}; delete {self._folder} to start again") from error
        if changed := [name for name in {**before, **about} if before.get(name) != about.get(name)]:
            raise OptionError(
                f"{self._folder} holds the work of another run: {', '.join(sorted(changed))} changed since; "
                "run as before to go on with it, or delete it to start again"
            )

    def _paths(self) -> Iterator[str]:
        number = 0
        while os.path.exists(path := os.path.join(self._folder, f"part-{number:08}.jsonl")):
            yield path
            number += 1

    def done(self) -> Iterator[Outcome]:
        """Yield what is done already, in input order. Memory: one part."""
        for path in list(self._paths())[: self._parts]:
            with open(path, "rb") as file:
                told, body = file.readline().strip(), file.read()
            if hashlib.sha256(body).hexdigest().encode() != told:
                raise FileError(f"{path}: is damaged; delete {self._folder} to start again")
            for line in body.splitlines():
                text, report, kinds, warnings = json.loads(line)
                yield text, report, tuple(kinds), tuple(warnings)

    def add(self, outcome: Outcome) -> None:
        """Keep *outcome*, that of the next article; what is kept is on disk once a part is full."""
        line = json.dumps(outcome)
        self._pending.append(line)
        self._chars += len(line)
        if self._chars >= _PART_CHARS:
            self.flush()

    def flush(self) -> None:
        """Write what is not on disk yet."""
        if not self._pending:
            return
        body = "".join(f"{line}\n" for line in self._pending).encode()
        with whole_file(os.path.join(self._folder, f"part-{self._parts:08}.jsonl")) as stream:
            stream.write(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
        self._parts += 1
        self._pending, self._chars = [], 0

    def remove(self) -> None:
        """Delete the folder: the output is there."""
        shutil.rmtree(self._folder, ignore_errors=True)
