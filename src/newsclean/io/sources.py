"""From what the caller named (files, folders, ``-``) to the files to read, each with its format."""

from __future__ import annotations

import contextlib
import glob
import io
import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, TypeAlias, cast, get_args

from newsclean.errors import FileError, OptionError
from newsclean.io.compress import Counted, compression_of, decompressed, stem_of
from newsclean.io.remote import find_remote, is_remote, open_remote, remote_state

__all__ = [
    "BOM",
    "FORMATS",
    "STDIN",
    "Format",
    "Source",
    "check_not_input",
    "find_sources",
    "peek_format",
    "suffix_format",
    "unreadable",
]

Format: TypeAlias = Literal["jsonl", "text", "csv", "tsv", "parquet", "arrow"]
FORMATS: tuple[Format, ...] = get_args(Format)

STDIN = "-"
BOM = b"\xef\xbb\xbf"
_BY_SUFFIX: dict[str, Format] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".jsonlines": "jsonl",
    ".txt": "text",
    ".text": "text",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".arrow": "arrow",
    ".arrows": "arrow",
    ".feather": "arrow",
    ".ipc": "arrow",
}
_KNOWN = ".jsonl, .txt, .csv, .tsv, .parquet and .arrow files"
_PEEK = 4096


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read."""

    name: str
    """The path as the caller would write it; ``-`` for standard input."""
    format: Format | None
    """``jsonl``: one JSON object a line. ``text``: the file is one article. ``csv``, ``tsv``, ``parquet``, ``arrow``
    (also Feather): one article a row. None: JSONL or text, told by the first character."""
    path: str | None = None
    """The file to read it from, where that is not the name's: a copy of what can be read once only."""

    @property
    def size(self) -> int | None:
        """Bytes, or None where that cannot be known (standard input, pipes)."""
        state = self.state
        return int(state[0]) or None if state else None

    @property
    def state(self) -> tuple[int | str, ...] | None:
        """What changes when the file does: size, time, identity. Empty where there is no file any more, None where it
        can be read once only."""
        where = self.path or self.name
        if where == STDIN:
            return None
        if is_remote(where):
            return remote_state(where)
        try:
            found = os.stat(where)
        except OSError:
            return ()
        regular = stat.S_ISREG(found.st_mode)
        return (found.st_size, found.st_mtime_ns, found.st_dev, found.st_ino) if regular else None

    def open_raw(self) -> contextlib.AbstractContextManager[BinaryIO]:
        """Open the file as it is, compressed or not. Standard input stays open."""
        where = self.path or self.name
        if where == STDIN:
            return contextlib.nullcontext(sys.stdin.buffer)
        if is_remote(where):
            return open_remote(where)
        return open(where, "rb")

    @contextlib.contextmanager
    def open(self) -> Iterator[Opened]:
        """Open the file; what is compressed is read as what is in it. Standard input stays open.

        Raises:
            FileError: the file cannot be opened or read.
            MissingExtraError: it needs a library that is not installed.
        """
        try:
            with contextlib.ExitStack() as stack:
                file = stack.enter_context(self.open_raw())
                counted = Counted(file)
                compression = compression_of(self.name)
                if compression is None:
                    stream = cast(BinaryIO, io.BufferedReader(counted, 1 << 16))
                else:
                    stream = decompressed(counted, compression, self.name)
                where = self.path or self.name
                plain = compression is None and self.state is not None and not is_remote(where)
                yield Opened(stream, counted, where if plain else None)
        except FileError:
            raise
        except OSError as error:
            raise unreadable(self.name, error) from error


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that is being read."""

    stream: BinaryIO
    """Its content."""
    file: Counted
    """The file itself, which counts the bytes read."""
    path: str | None
    """Where it can be read from any place; None for pipes and what is compressed."""


def unreadable(name: str, error: OSError) -> FileError:
    """Return the error for a file that cannot be read."""
    return FileError(f"{name}: cannot be read: {error.strerror or error}; check the path and its permissions")


def find_sources(inputs: Iterable[str], *, format: Format | None = None) -> tuple[list[Source], list[str]]:
    """Return the files that *inputs* name, in order, and the files of folders that are none of ours.

    A folder stands for the files of known suffixes in and below it, in the order of their names; hidden ones
    are left out. A pattern such as ``news/**/*.jsonl.gz`` stands for the files it matches, in that order too, and an
    address for a file elsewhere. *format* holds for every file; None: by suffix, and by the first character where that
    says nothing.
    All is looked up before anything is read, so a wrong name costs no work.

    Raises:
        FileError: a path does not exist, cannot be read or has a format newsclean does not read.
        OptionError: *inputs* is empty, or names a file twice.
    """
    sources: list[Source] = []
    others: list[str] = []
    for name in inputs:
        if name == STDIN:
            sources.append(Source(name, format))
        elif is_remote(name):
            sources += [Source(found, format or suffix_format(found)) for found in find_remote(name)]
        elif os.path.isdir(name):
            _look_into(name, format, sources, others)
        elif _is_pattern(name):
            for found in _matches(name):
                if os.path.isdir(found):
                    _look_into(found, format, sources, others)
                else:
                    sources.append(Source(found, format or _format_of(found)))
                    _check_readable(found)
        else:
            sources.append(Source(name, format or _format_of(name)))
            _check_readable(name)
    if not sources:
        hint = f"; there are only others, such as {others[0]}" if others else ""
        raise OptionError(f"no file to read{hint}; name {_KNOWN}, folders of them, or - for standard input")
    _check_once(sources)
    return sources, others


def _is_pattern(name: str) -> bool:
    """Return whether *name* is a pattern, and no file that happens to be called so."""
    return glob.has_magic(name) and not os.path.lexists(name)


def _matches(pattern: str) -> list[str]:
    found = sorted(glob.glob(pattern, recursive=True))
    if not found:
        raise FileError(f"{pattern}: no file matches; check the pattern, in which ** stands for folders at any depth")
    return found


def _look_into(folder: str, format: Format | None, sources: list[Source], others: list[str]) -> None:
    def refuse(error: OSError) -> None:
        raise unreadable(str(error.filename), error) from error

    for here, below, files in os.walk(folder, onerror=refuse):
        below[:] = sorted(name for name in below if not name.startswith("."))
        for file in sorted(files):
            path = os.path.join(here, file)
            known = suffix_format(file)
            if file.startswith("."):
                continue
            if known is None:
                others.append(path)
            else:
                _check_readable(path)
                sources.append(Source(path, format or known))


def suffix_format(name: str) -> Format | None:
    """Return the format that *name*'s suffix tells, that of its compression aside; None where it tells none."""
    return _BY_SUFFIX.get(Path(stem_of(name)).suffix.lower())


def _format_of(name: str) -> Format | None:
    suffix = Path(stem_of(name)).suffix.lower()
    if not suffix or not os.path.exists(name):
        return None
    if known := suffix_format(name):
        return known
    raise FileError(
        f"{name}: newsclean reads {_KNOWN}, plain or compressed, not {suffix}; "
        f"convert it, or say what it holds with --format {'|'.join(FORMATS)}"
    )


def _check_readable(name: str) -> None:
    try:
        if not stat.S_ISREG(os.stat(name).st_mode):
            return  # whoever writes into a pipe would find it closed again
        with open(name, "rb"):
            pass
    except OSError as error:
        raise unreadable(name, error) from error


def _check_once(sources: Sequence[Source]) -> None:
    seen: set[object] = set()
    for source in sources:
        if source.name == STDIN or is_remote(source.name):
            key: object = source.name
        else:
            status = os.stat(source.name)
            key = (status.st_dev, status.st_ino)
        if key in seen:
            raise OptionError(f"{source.name} is named twice; name each input once")
        seen.add(key)


def peek_format(stream: BinaryIO) -> tuple[Format, bytes]:
    """Return the format told by the first character that is no white space, and the bytes read to see it."""
    head = b""
    while True:
        more = stream.read(_PEEK)
        head += more
        start = head.removeprefix(BOM).lstrip()
        if start or not more:
            return ("jsonl" if start.startswith((b"{", b"[")) else "text"), head


def check_not_input(path: str, sources: Iterable[Source]) -> None:
    """Raise :class:`~newsclean.errors.OptionError` where writing *path* would overwrite one of *sources*."""
    for source in sources:
        local = source.name != STDIN and not is_remote(source.name)
        if local and os.path.exists(path) and os.path.samefile(path, source.name):
            raise OptionError(f"{path} is an input, and would be overwritten; write to another file")
