"""What is on disk: who may open it, what it says of itself, and what happens where it is damaged."""

import contextlib
import multiprocessing
import sqlite3

import pytest

import newsclean
from neardup.neardup_samples import article, edited
from newsclean import Article, Background
from newsclean.errors import ArticleError, ArticleTypeError, FileError, NewscleanError, OptionError, UnknownIdError
from newsclean.index import DuplicateIndex, files

ARTICLES = [Article(article(n, sentences=5), id=n) for n in range(20)]
COPIES = [Article(edited(one.text, one.id), id=f"copy of {one.id}") for one in ARTICLES]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "FLUSH", 8)
    return tmp_path / "index"


@pytest.fixture
def filled(folder):
    with DuplicateIndex.open(folder) as index:
        index.add_many(ARTICLES)
        index.add_many(COPIES[:5])
    return folder


class TestOneWriterSeveralReaders:
    """A second writer is told so at once; readers see what was committed, while it goes on."""

    def test_second_writer(self, filled):
        with DuplicateIndex.open(filled):
            for _ in range(2):
                with pytest.raises(FileError, match=r"open to write.*readonly=True"):
                    DuplicateIndex.open(filled)
        DuplicateIndex.open(filled).close()

    def test_readers_in_other_processes_see_what_is_added_flushed_and_compacted(self, folder):
        context = multiprocessing.get_context("spawn")
        ask, answer = context.Queue(), context.Queue()
        with DuplicateIndex.open(folder) as index:
            reader = context.Process(target=read_along, args=(folder, ask, answer), daemon=True)
            reader.start()
            for n, one in enumerate(ARTICLES):
                index.add(one)
                if n % 7 == 6:
                    index.compact()
                ask.put(COPIES[n])
                count, matches = answer.get(timeout=60)
                assert count == n + 1
                assert [match.earlier for match in matches] == [n]
            ask.put(None)
            reader.join(60)

    def test_a_reader_changes_nothing(self, filled):
        with DuplicateIndex.open(filled, readonly=True) as index:
            for change in (lambda: index.add("x"), lambda: index.remove(0), index.compact):
                with pytest.raises(FileError, match="readonly"):
                    change()
        with pytest.raises(FileError, match="there is no index"):
            DuplicateIndex.open(filled / "other", readonly=True)
        assert not (filled / "other").exists()


def read_along(folder, ask, answer):
    with DuplicateIndex.open(folder, readonly=True) as index:
        while (one := ask.get()) is not None:
            answer.put((len(index), index.query(one)))


class TestFrozen:
    """What decides on matches is saved; something else raises, and says what to do."""

    def test_settings_stay(self, folder):
        background = Background.fit(one.text for one in ARTICLES)
        cleaner = newsclean.Cleaner()
        with DuplicateIndex.open(folder, threshold=0.6, window_days=3, background=background, cleaner=cleaner) as index:
            index.add(ARTICLES[0])
        with DuplicateIndex.open(folder, threshold=0.6) as index:
            stats = index.stats()
            assert (stats.threshold, stats.containment, stats.window_days) == (0.6, 0.65, 3)
            assert (stats.background, stats.cleaned, stats.entries) == (20, True, 1)
            with pytest.raises(OptionError, match="made with a cleaner"):
                index.query("x")
            index.remove(0)

    @pytest.mark.parametrize(
        "other",
        [
            {"threshold": 0.6},
            {"containment": 0.9},
            {"window_days": 2},
            {"background": Background.fit([])},
            {"cleaner": newsclean.Cleaner()},
        ],
    )
    def test_other_settings(self, filled, other):
        with pytest.raises(OptionError, match="new index"):
            DuplicateIndex.open(filled, **other)
        DuplicateIndex.open(filled).close()  # nothing is left locked

    @pytest.mark.parametrize("name", ["version", "family", "seed", "slots", "bands", "shingle"])
    def test_other_format(self, filled, name):
        with contextlib.closing(sqlite3.connect(filled / "index.sqlite", isolation_level=None)) as db:
            db.execute("UPDATE meta SET value = 'x' WHERE name = ?", (name,))
        with pytest.raises(FileError, match=f"{name} is 'x'.*add the articles to a new index"):
            DuplicateIndex.open(filled)

    def test_a_folder_of_something_else(self, folder):
        folder.mkdir()
        (folder / "letter.txt").touch()
        with pytest.raises(FileError, match="no index"):
            DuplicateIndex.open(folder)
        (folder / "index.sqlite").write_bytes(b"not a database at all" * 100)
        with pytest.raises(FileError, match="damaged"):
            DuplicateIndex.open(folder)

    def test_out_of_range(self, folder):
        with pytest.raises(OptionError):
            DuplicateIndex.open(folder, threshold=2)
        assert not folder.exists()


class TestDamage:
    """A file that is missing, cut off or changed raises, and names itself; it never is a wrong answer."""

    @pytest.mark.parametrize("which", ["entries", "bands"])
    @pytest.mark.parametrize("how", ["missing", "cut", "grown", "head", "middle"])
    def test_files(self, filled, which, how):
        file = next(filled.glob(f"{which}-*.bin"))
        raw = file.read_bytes()
        if how == "missing":
            file.unlink()
        elif how == "head":
            file.write_bytes(b"x" + raw[1:])
        elif how == "middle":
            middle = len(raw) // 2
            file.write_bytes(raw[:middle] + bytes([raw[middle] ^ 1]) + raw[middle + 1 :])
        else:
            file.write_bytes(raw[:-8] if how == "cut" else raw + bytes(8))

        def opened():
            with DuplicateIndex.open(filled) as index:
                index.check()

        with pytest.raises(FileError, match=rf"{file.name} is damaged.*from a copy"):
            opened()

    @pytest.mark.parametrize("share", [0.0, 0.1, 0.3, 0.5, 0.7, 0.9])
    def test_database(self, filled, share):
        with DuplicateIndex.open(filled) as index:
            wanted = index.add_many([*ARTICLES, *COPIES])
        file = filled / "index.sqlite"
        raw = bytearray(file.read_bytes())
        place = int(len(raw) * share)
        raw[place : place + 5000] = bytes(255 - byte for byte in raw[place : place + 5000])
        file.write_bytes(raw)
        problem, matches = "", wanted
        try:
            with DuplicateIndex.open(filled) as index:
                index.check()
                matches = index.add_many([*ARTICLES, *COPIES])
        except FileError as error:
            problem = str(error)
        assert matches == wanted  # the place may have been free
        assert share or "index.sqlite is damaged" in problem
        assert not problem or "damaged" in problem

    def test_background(self, folder):
        with DuplicateIndex.open(folder, background=Background.fit(["rain"])):
            pass
        Background.fit([f"rain {n} fell on the old town" for n in range(20)]).save(folder / "background.npz")
        with pytest.raises(FileError, match="not the background"):
            DuplicateIndex.open(folder)

    def test_what_a_kill_left_is_removed(self, filled):
        for name in ("entries-000000000000-999999.bin", "bands-000000000000-999999.bin", ".bands-x.tmp"):
            (filled / name).touch()
        with DuplicateIndex.open(filled) as index:
            index.check()
        assert not [path for path in filled.iterdir() if "999999" in path.name or path.name.endswith(".tmp")]


class TestIds:
    """Ids are kept as they are; what is there already is not added twice, and another text under its id is refused."""

    def test_kinds_of_ids(self, folder):
        ids = [1, "1", -5, 10**30, "", "é", "\ud800", '"1"']
        with DuplicateIndex.open(folder) as index:
            index.add_many(Article(ARTICLES[n].text, id=id) for n, id in enumerate(ids))
            for n, id in enumerate(ids):
                assert id in index
                assert index.query(COPIES[n])[0].earlier == id
            assert 2 not in index
            assert None not in index

    def test_without_ids(self, folder):
        with DuplicateIndex.open(folder) as index:
            assert index.add_many([one.text for one in ARTICLES[:3]] + [ARTICLES[0].text])[3].earlier == 0
            assert index.add(ARTICLES[1].text).id == 4
            index.add(Article("x", id=6))
            with pytest.raises(ArticleError, match="give every article an id"):
                index.add("another")
            assert len(index) == 6

    def test_another_text(self, folder):
        with DuplicateIndex.open(folder) as index:
            index.add_many(ARTICLES)
            for again in ([Article("else", id=3)], [Article("a", id="n"), Article("b", id="n")]):
                with pytest.raises(ArticleError, match="another text"):
                    index.add_many(again)
            assert len(index) == 20

    def test_no_article(self, folder):
        with DuplicateIndex.open(folder) as index:
            for wrong in ("one text", Article("x"), 5, [5], [b"x"]):
                with pytest.raises(ArticleTypeError):
                    index.add_many(wrong)
            with pytest.raises(ArticleTypeError):
                index.add(5)
            with pytest.raises(UnknownIdError, match="'nix'"):
                index.remove("nix")
            assert index.add_many([]) == []
            assert index.groups() == ()
            with pytest.raises(OptionError):
                index.groups(keep="shortest")

    def test_closed(self, filled):
        index = DuplicateIndex.open(filled)
        index.close()
        index.close()
        with pytest.raises(NewscleanError, match="open the index again"):
            len(index)


def test_compacting_gives_room_back(filled):
    with DuplicateIndex.open(filled) as index:
        index.compact()
        before = sum(path.stat().st_size for path in filled.glob("*.bin"))
        for one in ARTICLES[:15]:
            index.remove(one.id)
        index.compact()
        assert index.stats().removed == 0
        assert sum(path.stat().st_size for path in filled.glob("*.bin")) < 0.5 * before
        assert index.add(COPIES[16]).earlier == 16
        index.check()


def test_a_site_that_is_no_text(folder):
    """Half of a pair of surrogates, which JSON can spell and no database keeps as text."""
    seen = []
    with DuplicateIndex.open(folder) as index:
        index.add_many(Article(ARTICLES[0].text, id=n, site=site) for n, site in enumerate(["\ud800", "é", None]))
        index.groups(keep=lambda members: seen.append([one.site for one in members]) or members[0])
    assert seen == [["\ud800", "é", None]]


def test_an_index_whose_compacting_was_killed_is_sound(filled, monkeypatch):
    """The files are written anew one by one; what was removed is forgotten at the very end."""
    with DuplicateIndex.open(filled) as index:
        for one in ARTICLES[:9]:
            index.remove(one.id)
        monkeypatch.setattr(index._files, "_write_run", lambda *_: 1 / 0)  # where the kill comes
        with pytest.raises(ZeroDivisionError):
            index.compact()
    with DuplicateIndex.open(filled) as index:
        index.check()
        assert len(index) == len(ARTICLES) + 5 - 9
        index.compact()
        index.check()
