"""The files of an index while it is open: what is searched now, and how the newest entries move into files.

What is added goes into the database first, each batch as one block of entries (the *tail*), and its keys into a run in
memory that can be made again from it. When the tail has ``FLUSH`` entries it becomes a file of entries, and its keys
one of band keys, together with those files of band keys that are not much larger.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from newsclean.errors import FileError
from newsclean.index.match import View
from newsclean.index.runs import SPAN, Run, band_keys, merge, run_of, to_merge, write_merged
from newsclean.index.segment import Numbers, Segment, Segments, blocks, damaged
from newsclean.index.store import Store
from newsclean.neardup.shingles import Hashes

__all__ = ["FLUSH", "Files"]

FLUSH = 8192
"""Entries that are kept in the database, and their keys in memory: some 60 and 8 MB."""

_SMALL = 256  # entries; larger parts of the tail are not joined: copying them costs more than having more of them
_TRIES = 20  # of a reader whose files a writer replaces meanwhile

_Row = tuple[str, int, int, int]  # name, start, end and size of a file


class Files:
    """What is searched, brought up to date by :meth:`refresh`, :meth:`added` and :meth:`compact`."""

    view: View
    next: int
    """The number of the next entry."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows: list[_Row] = []
        self._segments: dict[str, Segment] = {}
        self._runs: dict[str, Run] = {}
        self._tail_start = 0
        self._version = -1
        self.refresh()
        if not store.readonly:
            store.tidy()

    def refresh(self) -> None:
        """See what another process has committed; nothing is done where nothing changed."""
        version = self._store.version()
        if version == self._version:
            return
        for left in reversed(range(_TRIES)):
            try:
                self._load()
                break
            except FileNotFoundError as error:
                if not left or not self._store.readonly:
                    raise FileError(damaged(str(error.filename), "it is missing")) from error
        self._version = version

    def _load(self) -> None:
        with self._store.reading() as db:
            rows: list[_Row] = db.execute('SELECT name, start, "end", size FROM files ORDER BY start').fetchall()
            same = rows == self._rows and self._version >= 0
            found = db.execute(
                "SELECT start, block, checksum FROM tail WHERE start >= ? ORDER BY start", (self.next if same else 0,)
            ).fetchall()
            removed = self._store.numbers("number", "FROM removed ORDER BY number")
            (following,) = db.execute("SELECT value FROM meta WHERE name = 'next'").fetchone()
        if not same:
            self._map(rows)
        segments, runs = list(self.view.segments.parts), list(self.view.runs)
        for start, block, checksum in found:
            where = f"{self._store.folder}: the block of entries from {start}"
            if zlib.crc32(block) != checksum:
                raise FileError(damaged(where, "its checksum is another"))
            part = Segment.parse(block, where)
            _put(segments, runs, part, band_keys(part.whole_signatures()), self._tail_start)
        self.view = View(Segments(segments), runs, removed)
        self.next = following

    def _map(self, rows: list[_Row]) -> None:
        """Map the files of *rows*, and search them alone."""
        segments: dict[str, Segment] = {}
        runs: dict[str, Run] = {}
        for name, start, end, size in rows:
            if name.startswith("entries"):
                segments[name] = self._segments.get(name) or self._store.segment(name, size)
            else:
                runs[name] = self._runs.get(name) or self._store.run(name, start, end, size)
        self._rows, self._segments, self._runs = rows, segments, runs
        self._tail_start = max((run.end for run in runs.values()), default=0)
        self.view = View(Segments(segments.values()), list(runs.values()), np.empty(0, dtype=np.int64))

    def view_with(self, entries: Segment, keys: Hashes) -> View:
        """Return the view with *entries* and their band keys, which come after all others; :meth:`added` takes it."""
        segments, runs = list(self.view.segments.parts), list(self.view.runs)
        _put(segments, runs, entries, keys, self._tail_start)
        return View(Segments(segments), runs, self.view.removed)

    def added(self, view: View, following: int) -> None:
        """Search *view* from now on, whose entries are committed; move the tail into files when it is long."""
        self.view, self.next = view, following
        if following - self._tail_start >= FLUSH:
            self._flush()

    def _flush(self) -> None:
        """Move the tail into files."""
        store, view, start = self._store, self.view, self._tail_start
        if self.next == start:
            return
        written = [part for part in view.segments.parts if part.numbers[0] < start]
        tail = [part for part in view.segments.parts if part.numbers[0] >= start]
        replaced: list[str] = []
        if written and len(written[-1]) < FLUSH // 2:
            tail.insert(0, written.pop())
            replaced.append(list(self._segments)[-1])
        in_memory = merge([run for run in view.runs if run.name is None])
        runs = [run for run in view.runs if run.name is not None]
        runs.append(Run(start, self.next, in_memory.keys))
        merged = runs[-to_merge(runs) :]
        replaced += [run.name for run in merged if run.name is not None]
        gone = view.removed[view.removed >= start]  # they are in nothing but what is written anew
        tail = [part for part in (_without(part, gone) for part in tail) if len(part)]
        new = [self._write_run(merged, view.removed, 0)]
        if tail:
            new.append(self._write_segments(tail, 1))
        with store.writing() as db:
            self._replace(db, replaced, new)
            db.execute("DELETE FROM tail")
            db.executemany("DELETE FROM removed WHERE number = ?", [(number,) for number in gone.tolist()])
        self._reload()

    def compact(self) -> None:
        """Move the tail into files, write what holds removed entries anew, and bring all band keys together."""
        self._flush()
        store, removed = self._store, self.view.removed
        for name, segment in self._segments.items():
            if np.isin(removed, segment.numbers).any():
                entries = _without(segment, removed)
                new = [self._write_segments([entries], 0)] if len(entries) else []
                with store.writing() as db:
                    self._replace(db, [name], new)
        runs = list(self._runs.values())
        while runs:
            count = 1
            while count < len(runs) and runs[count].end - runs[0].start < SPAN:
                count += 1
            if count > 1 or len(removed):
                new = [self._write_run(runs[:count], removed, 0)]
                with store.writing() as db:
                    self._replace(db, [run.name for run in runs[:count] if run.name is not None], new)
            runs = runs[count:]
        with store.writing() as db:
            db.executemany("DELETE FROM removed WHERE number = ?", [(number,) for number in removed.tolist()])
        self._reload()
        store.shrink()

    def _reload(self) -> None:
        self._version = -1
        self.refresh()
        self._store.tidy()

    def _write_segments(self, parts: Sequence[Segment], place: int) -> tuple[Any, ...]:
        start, end = int(parts[0].numbers[0]), int(parts[-1].numbers[-1]) + 1
        name = f"entries-{start:012}-{self._file() + place:06}.bin"
        return (name, start, end, *self._store.write(name, blocks(parts)))

    def _write_run(self, runs: Sequence[Run], removed: Numbers, place: int) -> tuple[Any, ...]:
        name = f"bands-{runs[0].start:012}-{self._file() + place:06}.bin"
        with self._store.writing_file(name) as file:
            checksum = write_merged(runs, file, removed)
            size = file.tell()
        return (name, runs[0].start, runs[-1].end, size, checksum)

    def _file(self) -> int:
        """Return a number that is in no committed file's name."""
        return int(self._store.meta()["file"])

    def _replace(self, db: Any, old: Sequence[str], new: Sequence[tuple[Any, ...]]) -> None:
        db.executemany("DELETE FROM files WHERE name = ?", [(name,) for name in old])
        db.executemany("INSERT INTO files VALUES (?, ?, ?, ?, ?)", new)
        db.execute("UPDATE meta SET value = value + ? WHERE name = 'file'", (len(new),))


def _put(segments: list[Segment], runs: list[Run], part: Segment, keys: Hashes, tail_start: int) -> None:
    """Add *part* to what is searched, joined with what is about as small, so that both lists stay short."""
    start = runs[-1].end if runs else tail_start
    worded = part.words > 0
    runs.append(run_of(part.numbers[worded], keys[worded], start, int(part.numbers[-1]) + 1))
    in_memory = [run for run in runs if run.name is None]
    count = to_merge(in_memory)
    runs[-count:] = [merge(in_memory[-count:])]
    while segments and segments[-1].numbers[0] >= tail_start and len(segments[-1]) <= min(2 * len(part), _SMALL):
        part = Segment.join([segments.pop(), part])
    segments.append(part)


def _without(entries: Segment, removed: Numbers) -> Segment:
    gone = np.isin(entries.numbers, removed)
    return entries.take(np.flatnonzero(~gone)) if gone.any() else entries
