"""What is kept on disk: a database with the names and the newest entries, and files with all others.

=================== ===============================================================================================
``index.sqlite``    ids, sites, verified pairs, the newest entries, and which of the files below count
``entries-*.bin``   entries in columns (:mod:`~newsclean.index.segment`), written once
``bands-*.bin``     their band keys in sorted runs (:mod:`~newsclean.index.runs`), written once
``background.npz``  the background, if there is one
``writer.sqlite``   locked by whoever writes
=================== ===============================================================================================

What was added is safe when SQLite has committed it, with its entries inside. Files are written whole and forced to
disk before the database names them, in the same step in which it lets go of what they replace; a file that it does
not name is no part of the index, and the next writer removes it. So a kill at any moment leaves the last committed
state. SQLite writes ahead (WAL), so readers see that state while another process writes.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from newsclean.errors import FileError, NewscleanError
from newsclean.files import whole_file
from newsclean.index.runs import Run, parse_run
from newsclean.index.segment import Numbers, Segment, damaged
from newsclean.model import ArticleId

__all__ = ["BACKGROUND", "DATABASE", "Store", "check_folder", "id_of", "kept_site", "name_of", "site_of"]

DATABASE = "index.sqlite"
BACKGROUND = "background.npz"
_LOCK = "writer.sqlite"
_HEAD = 100  # bytes of a database's head: https://www.sqlite.org/fileformat.html, section 1.3
_OURS = ("entries-*.bin", "bands-*.bin", ".*.tmp")

_TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE entries (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, site TEXT);
CREATE TABLE pairs (number INTEGER, earlier INTEGER, kind INTEGER, shared INTEGER, weight INTEGER, lighter INTEGER,
  heavier INTEGER, spread INTEGER, PRIMARY KEY (number, earlier)) WITHOUT ROWID;
CREATE INDEX pairs_earlier ON pairs (earlier);
CREATE TABLE tail (start INTEGER PRIMARY KEY, block BLOB NOT NULL, checksum INTEGER);
CREATE TABLE removed (number INTEGER PRIMARY KEY);
CREATE TABLE files (name TEXT PRIMARY KEY, start INTEGER, "end" INTEGER, size INTEGER, checksum INTEGER) WITHOUT ROWID;
"""


# What SQLite itself sees no fault in. Removed entries whose room was given back are in no table.
_NUMBERS = ("number", "earlier", "kind", "shared", "weight", "lighter", "heavier", "spread")
_FAULTS = {
    "its counts are missing": "SELECT 1 WHERE 2 != "
    "(SELECT count(*) FROM meta WHERE name IN ('next', 'file') AND typeof(value) = 'integer')",
    "its list of files is none": "SELECT 1 FROM files WHERE "
    """typeof(name) || typeof(start) || typeof("end") || typeof(size) != 'textintegerintegerinteger'""",
    "a pair is none": f"SELECT 1 FROM pairs WHERE {' || '.join(f'typeof({name})' for name in _NUMBERS)} != "
    f"'{'integer' * len(_NUMBERS)}'",
    "a pair is of entries that are not there": "SELECT 1 FROM pairs WHERE number NOT IN (SELECT number FROM entries) "
    "OR earlier NOT IN (SELECT number FROM entries)",
}


def name_of(id: ArticleId) -> str:
    """Return *id* as the database keeps it: as JSON, so that 1 and "1" differ and any id fits."""
    return json.dumps(id)


def id_of(name: str) -> ArticleId:
    """Return the id that :func:`name_of` made into *name*."""
    id: ArticleId = json.loads(name)
    return id


def kept_site(site: str | None) -> str | bytes | None:
    """Return *site* as the database keeps it: half of a pair of surrogates, which is no text there, as bytes."""
    if site is None or not any("\ud800" <= letter <= "\udfff" for letter in site):
        return site
    return site.encode("utf-8", "surrogatepass")


def site_of(kept: str | bytes | None) -> str | None:
    """Return the site that :func:`kept_site` made into *kept*."""
    return kept.decode("utf-8", "surrogatepass") if isinstance(kept, bytes) else kept


def check_folder(folder: Path, *, readonly: bool) -> None:
    """Make *folder* where that is wanted.

    Raises:
        FileError: it cannot be made, or holds something else.
    """
    if (folder / DATABASE).is_file():
        return
    if readonly:
        raise FileError(f"{folder}: there is no index; open it without readonly=True to make one")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not all(_left_by_a_kill(path.name) for path in folder.iterdir()):
            raise FileError(f"{folder}: this folder holds something that is no index; give a folder of its own")
    except OSError as error:
        if isinstance(error, FileError):
            raise
        raise FileError(f"{folder}: no index can be made here: {error.strerror}; give another folder") from error


def _left_by_a_kill(name: str) -> bool:
    """Whether *name* may be in a folder in which an index was being made."""
    return name == BACKGROUND or name.startswith(_LOCK) or (name.startswith(".") and ".tmp" in name)


def _check_whole(file: Path) -> None:
    """Raise where the database is cut off: SQLite takes the lost half of a page for zeros, which may mean something.

    While its log (WAL) holds pages that are not in it yet it may be shorter than it says.
    """
    log = file.with_name(f"{file.name}-wal")

    def logged() -> bool:
        return log.exists() and log.stat().st_size > 0

    try:
        if logged():
            return
        with open(file, "rb") as opened:
            head = opened.read(_HEAD)
            size = os.fstat(opened.fileno()).st_size
    except OSError as error:
        raise FileError(f"{file}: cannot be read: {error.strerror or error}; check its permissions") from error
    if len(head) < _HEAD or not head.startswith(b"SQLite format 3\0"):
        raise FileError(damaged(str(file), "it does not begin as a database does"))
    page = int.from_bytes(head[16:18], "big")
    wanted = (65536 if page == 1 else page) * int.from_bytes(head[28:32], "big")
    if size < wanted and not logged():  # the second look: a writer may have begun meanwhile
        raise FileError(damaged(str(file), f"it has {size} bytes of {wanted}"))


class Store:
    """The folder of one index, open to read, or locked to write."""

    def __init__(self, folder: Path, *, readonly: bool) -> None:
        self.folder = folder
        self._lock: sqlite3.Connection | None = None
        self.readonly = readonly
        with self._named():
            if not readonly:
                self._lock = self._locked()
        self.new = not (folder / DATABASE).exists()
        if not self.new:
            self._connect()

    def _connect(self) -> None:
        try:
            _check_whole(self.folder / DATABASE)
            with self._named():
                self.db = sqlite3.connect(self.folder / DATABASE, isolation_level=None, timeout=60)
                if self.readonly:
                    self.db.execute("PRAGMA query_only = 1")
                else:
                    self.db.execute("PRAGMA journal_mode = WAL")
                    self.db.execute("PRAGMA synchronous = FULL")  # what is committed outlives a power cut
                    self.db.execute("PRAGMA wal_autocheckpoint = 8192")  # pages: 32 MB
                # SQLite takes a file of no bytes, or of a few, for a database in which nothing is yet.
                if not self.db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'meta'").fetchone():
                    raise FileError(damaged(str(self.folder / DATABASE), "there is nothing in it"))
        except BaseException:
            self.close()
            raise

    def _locked(self) -> sqlite3.Connection:
        """Return a connection that holds the lock of whoever writes; it ends with the process, however that ends."""
        lock = sqlite3.connect(self.folder / _LOCK, isolation_level=None, timeout=0)
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            lock.close()
            if "locked" not in str(error):
                raise
            raise FileError(
                f"{self.folder}: another process (or another DuplicateIndex of this one) has this index open to write; "
                "close it first, or open the index with readonly=True"
            ) from error
        return lock

    def close(self) -> None:
        """Let go of database and lock; a second time does nothing."""
        if hasattr(self, "db"):  # not in an index that could not be opened
            self.db.close()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    @contextlib.contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except (UnicodeDecodeError, json.JSONDecodeError) as error:  # a name, or SQLite's own message with one in it
            raise FileError(damaged(str(self.folder / DATABASE), str(error))) from error
        except sqlite3.Error as error:
            where = self.folder / DATABASE
            text = str(error)
            if isinstance(error, sqlite3.ProgrammingError):
                raise FileError(f"{where}: {text}; open the index again") from error
            if type(error) is sqlite3.DatabaseError or "malformed" in text or "no such" in text:
                raise FileError(damaged(str(where), text)) from error
            raise FileError(f"{where}: {text}; check the folder, its permissions and its space") from error

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Do all or nothing of what happens in the ``with`` block; on disk when it ends."""
        with self._named():
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield self.db
                self.db.execute("COMMIT")
            except BaseException:
                if self.db.in_transaction:
                    self.db.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """See one state of the database throughout the ``with`` block."""
        with self._named():
            nested = self.db.in_transaction
            if not nested:
                self.db.execute("BEGIN")
            try:
                yield self.db
            finally:
                if not nested and self.db.in_transaction:
                    self.db.execute("COMMIT")

    def create(self, meta: dict[str, Any]) -> None:
        """Make the database, with *meta*; it is there whole or not at all."""
        memory = sqlite3.connect(":memory:", isolation_level=None)
        with self._named(), contextlib.closing(memory) as db, whole_file(self.folder / DATABASE) as file:
            db.execute("PRAGMA auto_vacuum = INCREMENTAL")  # lets compact give space back
            for statement in _TABLES.split(";\n"):
                db.execute(statement)
            db.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
            file.write(db.serialize())
        self.new = False
        self._connect()

    def meta(self) -> dict[str, Any]:
        """Return what :meth:`create` was given, with what changed since."""
        with self.reading() as db:
            return dict(db.execute("SELECT name, value FROM meta"))

    def version(self) -> int:
        """Return a number that changes when another connection commits."""
        with self._named():
            return int(self.db.execute("PRAGMA data_version").fetchone()[0])

    def numbers(self, column: str, query: str = "") -> Numbers:
        """Return whole numbers from the database; *column* and *query* are SQL of this package's own."""
        with self.reading() as db:
            rows = db.execute(f"SELECT {column} {query}").fetchall()
        return np.array([row[0] for row in rows], dtype=np.int64)

    def numbers_of(self, names: Sequence[str]) -> dict[str, int]:
        """Return the numbers of the entries that have one of *names*."""
        with self.reading() as db:
            found = [db.execute("SELECT number FROM entries WHERE id = ?", (name,)).fetchone() for name in names]
        return {name: row[0] for name, row in zip(names, found, strict=True) if row is not None}

    def names_of(self, numbers: Sequence[int]) -> dict[int, tuple[ArticleId, str | None]]:
        """Return id and site by number of those of *numbers* that are there."""
        with self.reading() as db:
            found = (
                db.execute("SELECT number, id, site FROM entries WHERE number = ?", (number,)).fetchone()
                for number in numbers
            )
            return {row[0]: (id_of(row[1]), site_of(row[2])) for row in found if row is not None}

    def write(self, name: str, parts: Iterable[Any]) -> tuple[int, int]:
        """Write a file of *parts*; return size and checksum."""
        checksum = 0
        with self.writing_file(name) as file:
            for part in parts:
                checksum = zlib.crc32(part, checksum)
                file.write(part)
            return file.tell(), checksum

    def writing_file(self, name: str) -> contextlib.AbstractContextManager[BinaryIO]:
        """Return the file *name* to write to; it appears whole or not at all."""
        return whole_file(self.folder / name)

    def segment(self, name: str, size: int) -> Segment:
        """Return the entries in file *name*, mapped."""
        return Segment.parse(self._mapped(name, size), str(self.folder / name))

    def run(self, name: str, start: int, end: int, size: int) -> Run:
        """Return the run in file *name*, mapped."""
        return parse_run(self._mapped(name, size), start, end, name, str(self.folder / name))

    def _mapped(self, name: str, size: int) -> mmap.mmap:
        where = self.folder / name
        with open(where, "rb") as file:
            there = os.fstat(file.fileno()).st_size
            if there != size:
                raise FileError(damaged(str(where), f"it has {there} bytes of {size}"))
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def check(self) -> None:
        """Read everything; raise FileError where something is not as it was written."""
        with self.reading() as db:
            faults = db.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if faults != "ok":
                raise FileError(damaged(str(self.folder / DATABASE), faults))
            for problem, query in _FAULTS.items():
                if db.execute(f"SELECT EXISTS ({query})").fetchone()[0]:
                    raise FileError(damaged(str(self.folder / DATABASE), problem))
            files = db.execute("SELECT name, size, checksum FROM files").fetchall()
            blocks = db.execute("SELECT start, block FROM tail").fetchall()
            named = self.numbers("number", "FROM entries")
            removed = self.numbers("number", "FROM removed")
        for name, size, checksum in files:
            mapped = self._mapped(name, size)
            if zlib.crc32(mapped) != checksum:
                raise FileError(damaged(str(self.folder / name), "its checksum is another"))
        parts = [self.segment(name, size) for name, size, _ in files if name.startswith("entries")]
        parts += [Segment.parse(block, f"{self.folder}: the block of entries from {start}") for start, block in blocks]
        there = np.concatenate([np.empty(0, dtype=np.int64), *(part.numbers for part in parts)])
        # Of removed ones some may be gone from the files already, where compacting was killed.
        if len(np.setdiff1d(named, there)) or len(np.setdiff1d(there, np.concatenate((named, removed)))):
            raise FileError(damaged(str(self.folder / DATABASE), "its names are not those of the entries"))

    @contextlib.contextmanager
    def sound(self) -> Iterator[None]:
        """Where the ``with`` block fails for no reason of its caller, look whether the index is damaged, and say so."""
        try:
            yield
        except (NewscleanError, OSError, MemoryError):
            raise
        except Exception:
            self.check()
            raise

    def shrink(self) -> None:
        """Give free room of the database back."""
        with self._named():
            self.db.execute("PRAGMA incremental_vacuum").fetchall()
            self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def tidy(self) -> None:
        """Remove files that are no part of the index: left by a kill, or replaced."""
        with self.reading() as db:
            named = {name for (name,) in db.execute("SELECT name FROM files")}
        for pattern in _OURS:
            for path in self.folder.glob(pattern):
                if path.name not in named:
                    with contextlib.suppress(OSError):  # where files in use cannot be removed: the next time, then
                        path.unlink()
