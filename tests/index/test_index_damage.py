"""An index cut off at any byte, or copied while it was written: the right answers or an error, never wrong ones."""

import contextlib
import os
import random
import shutil
import sqlite3
import tempfile

import pytest

from neardup.neardup_samples import article, edited
from newsclean import Article, find_duplicates
from newsclean.errors import FileError, NewscleanError
from newsclean.index import DuplicateIndex, files

TEXTS = [article(n, sentences=2) for n in range(7)]
ARTICLES = [Article(text, id=n) for n, text in enumerate([*TEXTS[:4], edited(TEXTS[1], 1), *TEXTS[4:], TEXTS[2]])]
FRESH = Article(edited(TEXTS[0], 5), id="fresh")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "FLUSH", 4)
    folder = tmp_path / "index"
    with DuplicateIndex.open(folder) as index:
        for one in ARTICLES[:5]:
            index.add(one)
        index.add_many(ARTICLES[5:7])
        index.remove(5)
        index.add_many(ARTICLES[7:])
    return folder


def answers(folder, readonly):
    with DuplicateIndex.open(folder, readonly=readonly) as index:
        told = [len(index), index.query(FRESH), index.query(ARTICLES[2]), index.groups(), 5 in index, 6 in index]
        if not readonly:
            told += [index.add_many(ARTICLES[:3]), index.add(FRESH), index.stats().entries]
            index.remove(1)
            told += [index.query(ARTICLES[4]), index.groups()]
        return told


def cut_off(folder, path, lengths):
    """Return how many of *lengths* gave the right answers, and how many an error that names the folder."""
    whole = path.read_bytes()
    wanted = {}
    for readonly in (True, False):
        with tempfile.TemporaryDirectory() as untouched:
            wanted[readonly] = answers(shutil.copytree(folder, untouched, dirs_exist_ok=True), readonly)
    right = refused = 0
    for n, length in enumerate(lengths):
        readonly = n % 2 == 0
        place = folder.with_name("cut")
        shutil.copytree(folder, place)
        (place / path.name).write_bytes(whole[:length])
        try:
            assert answers(place, readonly) == wanted[readonly], (path.name, length)
            right += 1
        except NewscleanError as error:
            refused += str(place) in str(error)
        shutil.rmtree(place)
    assert right + refused == len(lengths)
    return right, refused


def sizes(path, step):
    size = path.stat().st_size
    return sorted({*range(0, size, step), *range(min(16, size)), *range(max(0, size - 12), size)})


@pytest.mark.parametrize("which", ["index.sqlite", "entries", "bands"])
def test_cut_off(folder, which):
    path = next(folder.glob(f"{which}*"))
    right, refused = cut_off(folder, path, sizes(path, 2311))
    assert refused
    assert which == "index.sqlite" or not right


@pytest.mark.slow
def test_cut_off_at_every_byte(folder):
    for path in sorted(folder.iterdir()):
        if path.name != "writer.sqlite":
            print(path.name, path.stat().st_size, cut_off(folder, path, range(path.stat().st_size)))


@pytest.mark.parametrize("which", ["index.sqlite", "entries", "bands"])
def test_with_bits_flipped(folder, which):
    """Without ``check()`` not every flip is seen; but none ends in another error, and none crashes."""
    path = next(folder.glob(f"{which}*"))
    whole, chance = path.read_bytes(), random.Random(5)
    for _ in range(40):
        changed = bytearray(whole)
        for _ in range(chance.choice((1, 1, 3, 40))):
            changed[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        place = folder.with_name("flipped")
        shutil.copytree(folder, place)
        (place / path.name).write_bytes(changed)
        with contextlib.suppress(NewscleanError):
            answers(place, True)
        with contextlib.suppress(NewscleanError), DuplicateIndex.open(place, readonly=True) as index:
            if which != "index.sqlite":
                with pytest.raises(FileError, match="damaged"):
                    index.check()
        with contextlib.suppress(NewscleanError):
            answers(place, False)
        shutil.rmtree(place)


@pytest.mark.parametrize("sql", [
    "UPDATE entries SET id = 'no JSON'",
    "UPDATE entries SET id = CAST(x'97ff' AS TEXT)",
    "UPDATE meta SET value = CAST(x'97ff' AS TEXT) WHERE name = 'family'",
    "UPDATE meta SET value = NULL WHERE name = 'next'",
    "DELETE FROM meta WHERE name = 'next'",
    "UPDATE files SET name = NULL, start = NULL",
    "UPDATE pairs SET kind = 'x', shared = NULL",
    "UPDATE pairs SET earlier = 77777",
    "DELETE FROM files",
    "DROP TABLE pairs",
])  # fmt: skip
def test_a_database_that_says_something_else(folder, sql):
    with contextlib.closing(sqlite3.connect(folder / "index.sqlite")) as db, contextlib.suppress(sqlite3.Error):
        db.execute(sql.replace("UPDATE", "UPDATE OR REPLACE"))
        db.commit()
    for readonly in (True, False):
        with contextlib.suppress(NewscleanError):
            answers(folder, readonly)


def write(folder, articles):
    with DuplicateIndex.open(folder) as index:
        for n, one in enumerate(articles):
            index.add(one)
            if n % 25 == 24:
                index.compact()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the writer is forked")
def test_copied_while_written(tmp_path, monkeypatch):
    """A copy that check() takes has the first articles, all of them, with their groups; any other is refused."""
    monkeypatch.setattr(files, "FLUSH", 12)
    articles = [Article(edited(article(n - 3, 3), n) if n % 3 == 0 else article(n, 3), id=n) for n in range(3, 200)]
    writer = os.fork()
    if not writer:
        try:
            write(tmp_path / "index", articles)
        finally:
            os._exit(0)
    refused = taken = 0
    while os.waitpid(writer, os.WNOHANG) == (0, 0):
        place = tmp_path / f"copy {refused + taken}"
        with contextlib.suppress(OSError, shutil.Error):
            shutil.copytree(tmp_path / "index", place)
        try:
            with DuplicateIndex.open(place) as index:
                index.check()
                count = len(index)
                assert all(one.id in index for one in articles[:count])
                assert index.groups() == find_duplicates(articles[:count]).groups
                assert index.add_many(articles[: count + 3])
                index.check()
            taken += 1
        except NewscleanError:
            refused += 1
    print(f"{taken} copies taken, {refused} refused")
    with DuplicateIndex.open(tmp_path / "index") as index:
        assert index.groups() == find_duplicates(articles).groups
