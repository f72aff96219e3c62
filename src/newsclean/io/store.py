"""Files that only grow, and a journal of how far they are good: what a run has done, wherever it was killed.

Each commit forces the files to disk and then adds one line to the journal: how many articles are done, how long each
file is and the digest of what was added to it. A line counts when it is whole and its own digest is right. So after a
kill at any moment the last good line tells the truth; what the files have beyond it is cut off, and what they have up
to it is checked before anyone goes on with it.

Work that comes in one piece (the candidate pairs, say) is saved by name, whole or not at all.

A manifest says what the folder belongs to: the version of newsclean, the options, and the digests of all inputs. Where
any of it differs, the run stops, and the folder stays.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from newsclean.errors import FileError, OptionError
from newsclean.files import naming, whole_file

__all__ = ["Part", "Store", "digest", "digest_of", "read_at"]

_FORMAT = "newsclean.parts"
_VERSION = 2
_MANIFEST = "manifest.json"
_JOURNAL = "journal.jsonl"

PART_SECONDS = 2.0
"""After so long work is committed: so much is done again at most."""
PART_BYTES = 64_000_000
"""And when so much has come together."""

_READ = 1 << 24  # bytes at a time, to check


def digest(path: str) -> str:
    """Return the SHA-256 of the file's bytes, in hexadecimal.

    Raises:
        FileError: the file cannot be read.
    """
    try:
        with open(path, "rb") as file:
            return digest_of(file)
    except OSError as error:
        raise FileError(f"{path}: cannot be read: {error.strerror or error}; check the path") from error


def digest_of(stream: BinaryIO) -> str:
    """Return the SHA-256 of what is left of *stream*, in hexadecimal."""
    found = hashlib.sha256()
    while data := stream.read(1 << 20):
        found.update(data)
    return found.hexdigest()


class Part:
    """What one commit added: the articles ``first`` to ``last`` (exclusive), and where each file began and ended."""

    __slots__ = ("begins", "ends", "first", "last")

    def __init__(self, first: int, last: int, begins: Mapping[str, int], ends: Mapping[str, int]) -> None:
        self.first = first
        self.last = last
        self.begins = begins
        self.ends = ends


class Store:
    """The folder.

    *about* is what it belongs to: names with what each was, as JSON has it, compared as a whole. None: nobody will go
    on with it, so nothing is forced to disk, and the folder has to be empty.

    Raises:
        OptionError: the folder holds the work of something else, or, without *about*, anything.
        FileError: the folder cannot be read or written, or a file in it is damaged.
    """

    def __init__(self, folder: str, about: Mapping[str, Any] | None) -> None:
        self.folder = folder
        self.parts: list[Part] = []
        self._durable = about is not None
        self._files: dict[str, BinaryIO] = {}
        self._sizes: dict[str, int] = {}
        self._digests: dict[str, Any] = {}
        self._journal: BinaryIO | None = None
        self._committed = time.monotonic()
        self._pending = 0
        with self._told():
            os.makedirs(folder, exist_ok=True)
            if about is None and os.listdir(folder):
                raise OptionError(f"{folder}: is not empty; name a new folder, or say what its work belongs to")
        if about is not None:
            self._belongs(json.loads(json.dumps({"format": _FORMAT, "version": _VERSION, **about})))
            self._go_on()

    def _belongs(self, about: dict[str, Any]) -> None:
        path = self._path(_MANIFEST)
        if not os.path.exists(path):
            with whole_file(path) as stream:
                stream.write(json.dumps(about, indent=1, sort_keys=True).encode())
            return
        try:
            with open(path, encoding="utf-8") as file:
                before = json.load(file)
            if not isinstance(before, dict):
                raise ValueError("it is no object of JSON")
        except (OSError, ValueError, RecursionError) as error:
            raise FileError(f"{path}: cannot be read: {error}; delete {self.folder} to start again") from error
        if changed := [name for name in {**before, **about} if before.get(name) != about.get(name)]:
            raise OptionError(
                f"{self.folder} holds the work of another run: {', '.join(sorted(changed))} changed since; "
                "run as before to go on with it, or delete it to start again"
            )

    def _go_on(self) -> None:
        """Read the journal, cut off the line that a kill left half, and check what the others tell of."""
        good = 0
        path = self._path(_JOURNAL)
        if os.path.exists(path):
            with open(path, "rb") as file:
                for raw in file:
                    entry = _read_entry(raw)
                    if entry is None:
                        break  # the line that the kill cut off
                    self._take(entry)
                    good += len(raw)
            with self._told():
                os.truncate(path, good)

    def _take(self, entry: dict[str, Any]) -> None:
        begins = dict(self._sizes)
        for name, (size, told) in entry["files"].items():
            begins.setdefault(name, 0)
            if self._digest_of(name, begins[name], size) != told:
                raise FileError(f"{self._path(name)}: is damaged; delete {self.folder} to start again")
            self._sizes[name] = size
        self.parts.append(Part(self.articles, entry["articles"], begins, dict(self._sizes)))

    def _digest_of(self, name: str, begin: int, end: int) -> str:
        found = hashlib.blake2b(digest_size=16)
        with contextlib.suppress(FileNotFoundError), open(self._path(name), "rb") as file:
            file.seek(begin)
            while begin < end and (data := file.read(min(_READ, end - begin))):
                found.update(data)
                begin += len(data)
        return found.hexdigest()

    @property
    def articles(self) -> int:
        """How many articles are committed."""
        return self.parts[-1].last if self.parts else 0

    @property
    def due(self) -> bool:
        """Whether it is time to commit."""
        return self._pending >= PART_BYTES or time.monotonic() - self._committed > PART_SECONDS

    def append(self, name: str, data: bytes | memoryview) -> None:
        """Add *data* to the file *name*."""
        with self._told():
            if name not in self._files:
                self._files[name] = open(self._path(name), "ab", buffering=1 << 20)  # noqa: SIM115  until close
                self._files[name].truncate(self._sizes.get(name, 0))  # what a kill left there was never committed
            size = self._files[name].write(data)
        self._sizes[name] = self._sizes.get(name, 0) + size
        self._pending += size
        if self._durable:
            self._digests.setdefault(name, hashlib.blake2b(digest_size=16)).update(data)

    def commit(self, articles: int) -> None:
        """Make what was added good: the files are those of *articles* articles from here on."""
        with self._told():
            for file in self._files.values():
                file.flush()
                if self._durable:
                    os.fsync(file.fileno())
            if self._durable:
                files = {name: [self._sizes[name], found.hexdigest()] for name, found in self._digests.items()}
                if self._journal is None:
                    self._journal = open(self._path(_JOURNAL), "ab")  # noqa: SIM115  until close
                self._journal.write(_entry({"articles": articles, "files": files}))
                self._journal.flush()
                os.fsync(self._journal.fileno())
        begins = self.parts[-1].ends if self.parts else {}
        begins = {name: begins.get(name, 0) for name in self._sizes}
        self.parts.append(Part(self.articles, articles, begins, dict(self._sizes)))
        self._digests = {}
        self._pending = 0
        self._committed = time.monotonic()

    def open(self, name: str) -> BinaryIO:
        """Open the file *name* to read from any place; one that nothing was added to is empty."""
        path = self._path(name)
        if not os.path.exists(path):
            path = os.devnull
        return open(path, "rb", buffering=0)

    def part_bytes(self, name: str) -> Iterator[bytes]:
        """Yield what each commit added to the file *name*, in order."""
        with self.open(name) as file:
            for part in self.parts:
                size = part.ends.get(name, 0) - part.begins.get(name, 0)
                yield read_at(file, part.begins.get(name, 0), size)

    def save(self, name: str, **arrays: npt.NDArray[Any]) -> None:
        """Keep *arrays* under *name*, all or none."""
        with self._told():
            if self._durable:
                with whole_file(self._path(f"{name}.npz")) as stream:
                    np.savez(stream, **arrays)  # type: ignore[arg-type]  # its stubs take the names for its options
            else:
                np.savez(self._path(f"{name}.npz"), **arrays)  # type: ignore[arg-type]

    def saved(self, name: str) -> dict[str, npt.NDArray[Any]] | None:
        """Return the arrays kept under *name*; None where there are none."""
        path = self._path(f"{name}.npz")
        try:
            # Opened here: numpy leaves a damaged file open.
            with open(path, "rb") as file, np.load(file, allow_pickle=False) as found:
                return dict(found)
        except FileNotFoundError:
            return None
        except Exception as error:  # of a damaged file numpy, zipfile and zlib raise a dozen kinds of errors
            raise FileError(f"{path}: is damaged; delete {self.folder} to start again") from error

    @contextlib.contextmanager
    def kept_file(self, name: str) -> Iterator[BinaryIO]:
        """Open the file *name* for bytes that are kept, all or none, to be read with :meth:`open`."""
        if self._durable:
            with whole_file(self._path(name)) as file:
                yield file
        else:
            with self.scratch_file(name) as file:
                yield file

    def digest_kept(self, name: str) -> bytes:
        """Return the digest of what is kept in the file *name*."""
        path = self._path(name)
        return bytes.fromhex(self._digest_of(name, 0, os.path.getsize(path) if os.path.exists(path) else 0))

    def discard(self, name: str) -> None:
        """Delete what is kept under *name*, if anything is."""
        for path in (self._path(f"{name}.npz"), self._path(name)):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)

    @contextlib.contextmanager
    def scratch_file(self, name: str) -> Iterator[BinaryIO]:
        """Open the new file *name* for bytes; it goes when the folder goes."""
        with self._told(), open(self._path(name), "wb") as file:
            yield file

    def close(self) -> None:
        """Close the files."""
        for file in (*self._files.values(), self._journal):
            if file is not None:
                with contextlib.suppress(OSError):  # a full disk: what was not committed does not count
                    file.close()
        self._files, self._journal = {}, None

    def remove(self) -> None:
        """Close the files and delete the folder."""
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _path(self, name: str) -> str:
        return os.path.join(self.folder, name)

    def _told(self) -> contextlib.AbstractContextManager[None]:
        return naming(self.folder)


def read_at(file: BinaryIO, begin: int, size: int) -> bytes:
    """Return *size* bytes of *file* from *begin* on.

    Raises:
        FileError: it ends before.
    """
    file.seek(begin)
    parts = []
    while size and (data := file.read(size)):
        parts.append(data)
        size -= len(data)
    if size:
        raise FileError(f"{file.name}: is shorter than it was; did something else write to it?")
    return b"".join(parts)


def _entry(what: dict[str, Any]) -> bytes:
    body = json.dumps(what).encode()
    return hashlib.blake2b(body, digest_size=8).hexdigest().encode() + b" " + body + b"\n"


def _read_entry(raw: bytes) -> dict[str, Any] | None:
    told, _, body = raw.rstrip(b"\n").partition(b" ")
    if not raw.endswith(b"\n") or hashlib.blake2b(body, digest_size=8).hexdigest().encode() != told:
        return None
    entry: dict[str, Any] = json.loads(body)
    return entry
