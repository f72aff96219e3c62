"""What the duplicate index could be kept in: SQLite, LMDB, RocksDB, or sorted runs in files of its own.

    pip install lmdb rocksdict
    python benchmarks/index_stores.py [--entries 50000]

The work of the index by itself, made-up bytes in place of articles, all stores in one run. Two halves:

*band keys*: 128 keys an article, in durable batches of 1,000 articles; each batch looks its own keys up first. As
single keys in each store, or as the sorted runs of ``newsclean.index.runs`` in files beside it.

*entries*: 7,400 bytes an article. In durable batches of 1,000, then one by one, then 20 of them at random for each of
1,000 articles.

The runs' rate has no forcing to disk of each batch in it: their newest keys are made again from the entries, which are
durable. Rates are articles a second; "first" and "last" are the first and the last tenth: what grows slower shows.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from newsclean.files import whole_file
from newsclean.index.runs import Run, candidates, merge, parse_run, run_of, to_merge, write_merged

BATCH = 1000
BANDS = 128
ENTRY = 7400
SINGLE = 200
LOOK = 20
IN_MEMORY = 8192  # entries whose keys make a run in memory, as in the index


def some_keys(entries: int) -> Iterator[np.ndarray]:
    """Yield the band keys of each batch; one article in eight shares its keys with an earlier one."""
    rng = np.random.default_rng(1)
    known: np.ndarray | None = None
    for _ in range(entries // BATCH):
        keys = rng.integers(0, 1 << 64, (BATCH, BANDS), dtype=np.uint64) & ~np.uint64((1 << 24) - 1)
        if known is not None:
            keys[::8] = known[rng.integers(0, len(known), len(keys[::8]))]
        known = keys if known is None else np.concatenate((known[-20_000:], keys))
        yield keys


def packed(keys: np.ndarray, start: int) -> list[bytes]:
    """Return the keys of a batch as the stores take them, sorted: key, then entry, so that those of a bucket touch."""
    both = np.empty((*keys.shape, 2), dtype=">u8")
    both[..., 0] = keys
    both[..., 1] = np.arange(start, start + len(keys))[:, None]
    raw = both.tobytes()
    return sorted(raw[at : at + 16] for at in range(0, len(raw), 16))


class Sqlite:
    name = f"SQLite {sqlite3.sqlite_version}"

    def __init__(self, folder: Path) -> None:
        self.db = sqlite3.connect(folder / "x.sqlite", isolation_level=None)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "wal_autocheckpoint = 8192", "cache_size = -200000"):
            self.db.execute(f"PRAGMA {pragma}")
        self.db.execute("CREATE TABLE keys (key BLOB PRIMARY KEY) WITHOUT ROWID")
        self.db.execute("CREATE TABLE entries (number INTEGER PRIMARY KEY, entry BLOB)")

    def put_keys(self, keys: list[bytes]) -> None:
        self.db.execute("BEGIN")
        self.db.executemany("INSERT INTO keys VALUES (?)", ((key,) for key in keys))
        self.db.execute("COMMIT")

    def find(self, keys: list[bytes]) -> int:
        ask = "SELECT key FROM keys WHERE key >= ? AND key < ?"
        return sum(len(self.db.execute(ask, (key[:8], key[:8] + b"\xff" * 8)).fetchall()) for key in keys)

    def put(self, entries: dict[int, bytes]) -> None:
        self.db.execute("BEGIN")
        self.db.executemany("INSERT INTO entries VALUES (?, ?)", entries.items())
        self.db.execute("COMMIT")

    def get(self, numbers: list[int]) -> int:
        ask = "SELECT entry FROM entries WHERE number = ?"
        return sum(len(self.db.execute(ask, (number,)).fetchone()[0]) for number in numbers)

    def close(self) -> None:
        self.db.close()


class Lmdb:
    def __init__(self, folder: Path) -> None:
        import lmdb

        self.name = f"LMDB, lmdb {lmdb.__version__}"
        self.env = lmdb.open(str(folder / "x.lmdb"), map_size=1 << 38, max_dbs=2)
        self.keys, self.entries = (self.env.open_db(name) for name in (b"keys", b"entries"))

    def put_keys(self, keys: list[bytes]) -> None:
        with self.env.begin(db=self.keys, write=True) as txn, txn.cursor() as cursor:
            cursor.putmulti([(key, b"") for key in keys])

    def find(self, keys: list[bytes]) -> int:
        found = 0
        with self.env.begin(db=self.keys) as txn, txn.cursor() as cursor:
            for key in keys:
                there = cursor.set_range(key[:8])
                while there and cursor.key()[:8] == key[:8]:
                    found += 1
                    there = cursor.next()
        return found

    def put(self, entries: dict[int, bytes]) -> None:
        with self.env.begin(db=self.entries, write=True) as txn, txn.cursor() as cursor:
            cursor.putmulti([(number.to_bytes(8), entry) for number, entry in entries.items()])

    def get(self, numbers: list[int]) -> int:
        with self.env.begin(db=self.entries) as txn:
            return sum(len(txn.get(number.to_bytes(8))) for number in numbers)

    def close(self) -> None:
        self.env.close()


class Rocks:
    def __init__(self, folder: Path) -> None:
        import rocksdict

        self.name = f"RocksDB, rocksdict {getattr(rocksdict, '__version__', '')}".strip()
        self.made = rocksdict
        self.dbs = [
            rocksdict.Rdict(str(folder / name), rocksdict.Options(raw_mode=True)) for name in ("keys", "entries")
        ]
        self.durable = rocksdict.WriteOptions()
        self.durable.sync = True

    def _write(self, which: int, rows: Iterator[tuple[bytes, bytes]]) -> None:
        batch = self.made.WriteBatch(raw_mode=True)
        for key, value in rows:
            batch.put(key, value)
        self.dbs[which].write(batch, self.durable)

    def put_keys(self, keys: list[bytes]) -> None:
        self._write(0, ((key, b"") for key in keys))

    def find(self, keys: list[bytes]) -> int:
        found = 0
        at = self.dbs[0].iter(self.made.ReadOptions())
        for key in keys:
            at.seek(key[:8])
            while at.valid() and at.key()[:8] == key[:8]:
                found += 1
                at.next()
        return found

    def put(self, entries: dict[int, bytes]) -> None:
        self._write(1, ((number.to_bytes(8), entry) for number, entry in entries.items()))

    def get(self, numbers: list[int]) -> int:
        return sum(map(len, self.dbs[1].get([number.to_bytes(8) for number in numbers])))

    def close(self) -> None:
        for db in self.dbs:
            db.close()


class Runs:
    """Sorted runs in files, as the index has them; its newest keys are in memory, and in SQLite with the entries."""

    name = "sorted runs in files"

    def __init__(self, folder: Path) -> None:
        self.folder, self.files, self.runs = folder, 0, []  # type: ignore[var-annotated]

    def round(self, keys: np.ndarray, start: int) -> int:
        end = start + len(keys)
        _, numbers = candidates(self.runs, keys, np.full(len(keys), end))
        self.runs.append(run_of(np.arange(start, end), keys, start, end))
        memory = [run for run in self.runs if run.name is None]
        count = to_merge(memory)
        self.runs[-count:] = [merge(memory[-count:])]
        memory = [run for run in self.runs if run.name is None]
        if end - memory[0].start >= IN_MEMORY:
            self.runs[-len(memory) :] = [merge(memory)]
            count = to_merge(self.runs)
            self.files += 1
            path = self.folder / f"bands-{self.files}"
            with whole_file(path) as file:
                write_merged(self.runs[-count:], file, np.empty(0, dtype=np.int64))
            first = self.runs[-count].start
            for run in self.runs[-count:]:
                if run.name is not None:
                    (self.folder / run.name).unlink()
            mapped = np.memmap(path, dtype=np.uint8, mode="r")
            self.runs[-count:] = [parse_run(memoryview(mapped), first, end, path.name, str(path))]
        return len(numbers)

    def close(self) -> None:
        self.runs: list[Run] = []


def timed(rounds: Iterator[Callable[[], int]]) -> tuple[float, float, int]:
    """Return articles a second of the first and the last tenth, and the sum of what the rounds returned."""
    seconds, total = [], 0
    for one in rounds:
        began = time.perf_counter()
        total += one()
        seconds.append(time.perf_counter() - began)
    tenth = max(1, len(seconds) // 10)
    return BATCH * tenth / sum(seconds[:tenth]), BATCH * tenth / sum(seconds[-tenth:]), total


def key_rounds(store: Any, entries: int) -> Iterator[Callable[[], int]]:
    for batch, keys in enumerate(some_keys(entries)):
        if isinstance(store, Runs):
            yield lambda keys=keys, batch=batch: store.round(keys, batch * BATCH)  # type: ignore[misc]
            continue
        rows = packed(keys, batch * BATCH)

        def one(rows: list[bytes] = rows) -> int:
            found: int = store.find(rows)
            store.put_keys(rows)
            return found

        yield one


def size_of(folder: Path) -> int:
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file())


def entry_figures(store: Any, folder: Path, entries: int) -> str:
    rng = np.random.default_rng(2)
    before = size_of(folder)
    rounds = []
    for start in range(0, entries, BATCH):
        block = rng.bytes(BATCH * ENTRY)
        rounds.append({start + n: block[n * ENTRY : (n + 1) * ENTRY] for n in range(BATCH)})
        if len(rounds) == 10:
            break

    def put(some: dict[int, bytes], shift: int) -> int:
        store.put({number + shift: entry for number, entry in some.items()})
        return 0

    batches = range(entries // BATCH)
    first, last, _ = timed(
        (lambda n=n: put(rounds[n % len(rounds)], (n - n % len(rounds)) * BATCH))
        for n in batches  # type: ignore[misc]
    )
    began = time.perf_counter()
    for n in range(SINGLE):
        store.put({entries + n: rounds[0][n]})
    single = SINGLE / (time.perf_counter() - began)
    asked = rng.integers(0, entries, (BATCH, LOOK)).tolist()
    began = time.perf_counter()
    for numbers in asked:
        store.get(numbers)
    looks = BATCH / (time.perf_counter() - began)
    size = (size_of(folder) - before) / (entries + SINGLE) / ENTRY
    return f"{first:9.0f}{last:9.0f}{single:12.0f}{looks:12.0f}{size:10.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=50_000)
    parser.add_argument("--folder", help="where to write; by default where temporary files go")
    given = parser.parse_args()
    print(f"band keys, {given.entries} articles{'first':>20}{'last':>9}{'bytes an article':>18}", flush=True)
    pairs = 0
    stores: list[Callable[[Path], Any]] = [Runs, Sqlite, Lmdb, Rocks]
    for make in stores:
        folder = Path(tempfile.mkdtemp(dir=given.folder))
        store = make(folder)
        first, last, found = timed(key_rounds(store, given.entries))
        store.close()
        pairs = pairs or found
        # As rows, or as pairs of articles; a few keys of 40 bits are the same by accident.
        assert min(abs(found - pairs), abs(found - BANDS * pairs)) < 0.001 * found, (
            "the stores differ in what they find"
        )
        print(f"{store.name:30}{first:15.0f}{last:9.0f}{size_of(folder) / given.entries:18.0f}", flush=True)
        shutil.rmtree(folder)
    print(
        f"\nentries, {given.entries} articles{'first':>22}{'last':>9}{'one by one':>12}{'20 of each':>12}{'size':>10}"
    )
    for make in stores[1:]:
        folder = Path(tempfile.mkdtemp(dir=given.folder))
        store = make(folder)
        print(f"{store.name:36}{entry_figures(store, folder, given.entries)}", flush=True)
        store.close()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
