"""The on-disk, incremental duplicate index."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from newsclean.errors import FileError, OptionError, UnknownIdError
from newsclean.index.files import Files
from newsclean.index.intake import check_same, each_unnamed, given_id, with_ids
from newsclean.index.match import Match, Verified, best_copy, best_of, match_of, verified_pairs
from newsclean.index.regroup import grouped
from newsclean.index.runs import band_keys
from newsclean.index.segment import NO_DAY, Numbers, Segment, blocks
from newsclean.index.settings import Settings, load_background
from newsclean.index.store import BACKGROUND, Store, check_folder, kept_site, name_of
from newsclean.model import Article, ArticleId, TextCleaner, as_article
from newsclean.neardup.background import Background, check_background
from newsclean.neardup.decide import Group
from newsclean.neardup.keep import KeepPolicy
from newsclean.neardup.kinds import TEMPLATE
from newsclean.neardup.options import Linkage, check_options
from newsclean.neardup.signatures import Slots
from newsclean.parallel import batches_by_size, check_workers

__all__ = ["DuplicateIndex", "IndexStats"]

_BATCH = 4_000_000
"""Characters that :meth:`DuplicateIndex.add_many` makes durable at a time, about 1,000 articles."""


@dataclass(frozen=True, slots=True)
class IndexStats:
    """What :meth:`DuplicateIndex.stats` returns."""

    entries: int
    removed: int
    """Entries that were removed and still take room until the index is compacted."""
    copies: int
    """Entries that are a copy of an earlier one."""
    bytes: int
    """On disk."""
    files: int
    threshold: float
    containment: float
    window_days: int | None
    background: int | None
    """Distinct articles that the background was fitted on; None without one."""
    cleaned: bool
    """Whether a cleaner has to be given."""


class DuplicateIndex:
    """Articles in the order they come, each matched with all before it, in a folder on disk.

    Made for feeds that never end: :meth:`add` says at once whether an article is a copy of an earlier one, and of
    which. What it answers for an article is what ``find_duplicates`` finds verified among it and those before it, at
    the same settings (in a crowd of dozens of versions of one text the most alike are looked at); without a background
    that is one of ``Background.fit([])``, as which forms a crowd fills in is known only when all is there. The texts
    are not kept. One process may write, others read meanwhile; after a kill at any moment everything is there that
    was acknowledged. Use it from one thread.

    >>> import tempfile
    >>> wire = "The river rose by two metres overnight and the old bridge was closed, the council said on Monday. " * 3
    >>> with tempfile.TemporaryDirectory() as folder, DuplicateIndex.open(folder + "/news.index") as index:
    ...     index.add(Article(wire, id="agency"))
    ...     index.add(Article("FLOODS " + wire, id="paper"))
    ...     [group.members for group in index.groups()]
    Match(id='paper', earlier='agency', kind='near', jaccard=0.9..., containment=1.0)
    [('agency', 'paper')]
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        background: Background | None,
        cleaner: TextCleaner | None,
    ) -> None:
        """Not for callers: use :meth:`open`."""
        self._store = store
        self._settings = settings
        self._options = settings.options()
        self._background = background
        self._common = None if background is None else background.common
        self._cleaner = cleaner
        self._files = Files(store)

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        background: Background | None = None,
        threshold: float | None = None,
        containment: float | None = None,
        window_days: int | None = None,
        cleaner: TextCleaner | None = None,
        readonly: bool = False,
    ) -> DuplicateIndex:
        """Return the index in folder *path*, made if there is none.

        A new index is frozen with what is given here, or the defaults of ``find_duplicates``. For one that is there
        everything but the cleaner may be left out; what is given must be what it is frozen with.

        Args:
            path: a folder of its own.
            background: how common each shingle is among other articles; a copy is kept in the index. None: all alike.
            threshold: as in ``find_duplicates``.
            containment: as in ``find_duplicates``.
            window_days: as in ``find_duplicates``; articles dated further apart are not compared.
            cleaner: cleans each text first, such as ``newsclean.Cleaner()``. It cannot be saved: who adds or asks
                gives it each time.
            readonly: only look. Any number of processes may do so while another writes; what it adds is seen.

        Raises:
            FileError: another process has the index open to write, the folder holds something else, or the index is
                damaged or of another version.
            OptionError: an argument is out of its range, or is not what the index is frozen with.
        """
        check_background(background)
        if cleaner is not None and not isinstance(cleaner, TextCleaner):
            raise OptionError(f"cleaner is an object with clean_many, such as newsclean.Cleaner(), not {cleaner!r}")
        given = Settings.given(threshold, containment, window_days, background, cleaner is not None)
        folder = Path(path)
        check_folder(folder, readonly=readonly)
        store = Store(folder, readonly=readonly)
        try:
            if store.new:
                if readonly:
                    raise FileError(f"{folder}: there is no index yet; open it without readonly=True to make one")
                settings = given.filled()
                if background is not None:
                    background.save(folder / BACKGROUND)
                store.create({**settings.meta(), "next": 0, "file": 0})
            else:
                settings = given.of_file(store.meta(), folder)
            with store.sound():
                return cls(store, settings, load_background(folder, settings.background), cleaner)
        except BaseException:
            store.close()
            raise

    def close(self) -> None:
        """Let go of the index; nothing needs saving. A second time does nothing."""
        self._store.close()

    def __enter__(self) -> DuplicateIndex:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<DuplicateIndex in {self._store.folder}>"

    def __len__(self) -> int:
        """Return how many articles are in the index."""
        with self._store.reading() as db:
            return int(db.execute("SELECT (SELECT count(*) FROM entries)").fetchone()[0])

    def __contains__(self, id: object) -> bool:
        return isinstance(id, int | str) and bool(self._store.numbers_of([name_of(id)]))

    def add(self, article: str | Article) -> Match | None:
        """Add one article and return the best copy of it among those before; on disk when this returns.

        The same text is the best, then the highest Jaccard similarity, then containment, then the oldest. An article
        of the same form with other figures (kind ``template``) is no copy: :meth:`query` tells about those. An article
        that is in the index already, by id and text, is not added twice: the answer is the same again. One without
        an id gets a number as id. Many at once are several times as fast with :meth:`add_many`.

        Raises:
            ArticleTypeError: *article* is neither a ``str`` nor an Article.
            ArticleError: its id is in the index with another text; nothing was added.
            FileError: the index cannot be written, or is open readonly.
        """
        return self.add_many([article])[0]

    def add_many(self, articles: Iterable[str | Article], *, workers: int = 1) -> list[Match | None]:
        """Add *articles* in their order and return for each what :meth:`add` would have; durable batch by batch.

        A batch is some four million characters. After an error, or a kill, the batches before are in the index; give
        the articles again and those that are there already are passed over.

        Args:
            articles: texts or Articles; they are read as they are needed.
            workers: processes to clean with, threads to sketch and to compare with. The result does not depend on it.

        Raises:
            ArticleTypeError: something in *articles* is neither a ``str`` nor an Article.
            ArticleError: an id is in the index, or was given before, with another text.
            OptionError: *workers* is below 1.
            FileError: the index cannot be written, or is open readonly.
        """
        check_workers(workers)
        matches: list[Match | None] = []
        for batch in batches_by_size(each_unnamed(articles), lambda article: len(article.text), limit=_BATCH):
            with self._store.sound():
                matches += self._add(batch, workers)
        return matches

    def query(self, article: str | Article) -> tuple[Match, ...]:
        """Return all verified pairs of *article* with articles of the index, the best first; nothing is added.

        Copies come first, then articles of the same form (``template``). Of articles with one text only the oldest
        is named.

        Raises:
            ArticleTypeError: *article* is neither a ``str`` nor an Article.
        """
        asked, signatures = self._entries([as_article(article, -1)], np.array([-1]), 1)
        with self._store.sound():
            self._files.refresh()
            limits, keys = np.array([self._files.next], dtype=np.int64), band_keys(signatures)
            (pairs,) = verified_pairs(self._files.view, asked, keys, limits, self._options, self._common)
            names = self._store.names_of([pair.earlier for pair in pairs])
            id = as_article(article, -1).id
            assert id is not None
            return tuple(match_of(pair, id, names[pair.earlier][0]) for pair in best_of(pairs) if pair.earlier in names)

    def remove(self, id: ArticleId) -> None:
        """Remove an article: from now on the index is as if it had never been added. On disk when this returns.

        Articles that matched it are matched anew with those before them. Its room is given back by :meth:`compact`.

        Raises:
            UnknownIdError: no article has this id.
            FileError: the index cannot be written, or is open readonly.
        """
        self._check_writable()
        number = self._store.numbers_of([name_of(id)]).get(name_of(id))
        if number is None:
            raise UnknownIdError(f"the index has no article with the id {id!r}")
        files = self._files
        later = self._store.numbers("number", f"FROM pairs WHERE earlier = {number} ORDER BY number")
        view = replace(files.view, removed=np.union1d(files.view.removed, [number]))
        pairs: list[list[Verified]] = []
        with self._store.sound():
            if len(later):
                entries = view.segments.take(later)
                keys = band_keys(entries.whole_signatures())
                pairs = verified_pairs(view, entries, keys, later, self._options, self._common)
        with self._store.writing() as db:
            db.execute("DELETE FROM entries WHERE number = ?", (number,))
            db.execute("DELETE FROM pairs WHERE number = ?", (number,))
            db.executemany("DELETE FROM pairs WHERE number = ?", [(other,) for other in later.tolist()])
            db.execute("INSERT INTO removed VALUES (?)", (number,))
            _insert_pairs(db, later.tolist(), pairs)
        files.view = view

    def groups(self, *, keep: KeepPolicy = "longest", linkage: Linkage = "direct") -> tuple[Group, ...]:
        """Return the groups of copies, as ``find_duplicates`` would make them of all articles in the index.

        At the same background: without one that of ``Background.fit([])``, which knows no crowd that fills in a form.
        The index keeps no texts: a *keep* function gets Articles with id, site and date, and an empty text. Memory and
        time are in proportion to the articles that have a copy.

        Raises:
            OptionError: *keep* or *linkage* is none.
        """
        options = check_options(
            self._options.threshold, self._options.containment, keep, self._options.window_days, linkage
        )
        with self._store.sound(), self._store.reading():
            self._files.refresh()
            return grouped(self._store, self._files.view.segments, options)

    def compact(self) -> None:
        """Bring the index into few files and give the room of removed entries back.

        Queries are a little faster afterwards. It may be killed at any moment like everything else. Needs the room of
        the largest file once more meanwhile.

        Raises:
            FileError: the index cannot be written, or is open readonly.
        """
        self._check_writable()
        with self._store.sound():
            self._files.compact()

    def check(self) -> None:
        """Read the whole index and compare every file with its checksum.

        Raises:
            FileError: something is not as it was written.
        """
        self._store.check()

    def stats(self) -> IndexStats:
        """Return counts, sizes and settings."""
        with self._store.reading() as db:
            entries = len(self)
            removed = db.execute("SELECT count(*) FROM removed").fetchone()[0]
            copies = db.execute(f"SELECT count(DISTINCT number) FROM pairs WHERE kind != {TEMPLATE}").fetchone()[0]
        sizes = [path.stat().st_size for path in self._store.folder.iterdir()]
        return IndexStats(
            entries,
            removed,
            copies,
            sum(sizes),
            len(sizes),
            self._options.threshold,
            self._options.containment,
            self._options.window_days,
            None if self._background is None else self._background.articles,
            self._settings.cleaned,
        )

    def _check_writable(self) -> None:
        if self._store.readonly:
            raise FileError(f"{self._store.folder}: this index is open readonly; open it without readonly=True")

    def _add(self, articles: Sequence[Article], workers: int) -> list[Match | None]:
        self._check_writable()
        files = self._files
        named, there = with_ids(articles, self._store, files.next)
        names = [name_of(given_id(article)) for article in named]
        entries, signatures = self._entries(named, np.arange(len(named)), workers)
        first: dict[str, int] = {}
        for row, name in enumerate(names):
            if name in there:
                known = files.view.segments.take(np.array([there[name]]))
                check_same(entries, row, known, 0, named[row])
            else:
                check_same(entries, row, entries, first.setdefault(name, row), named[row])
        fresh = np.array(list(first.values()), dtype=np.int64)
        best = {name: self._best(number) for name, number in there.items()}
        if len(fresh):
            numbers = files.next + np.arange(len(fresh))
            entries = replace(entries if len(fresh) == len(named) else entries.take(fresh), numbers=numbers)
            keys = band_keys(signatures[fresh])
            view = files.view_with(entries, keys)
            pairs = verified_pairs(view, entries, keys, numbers, self._options, self._common, workers=workers)
            following = int(numbers[-1]) + 1
            with self._store.writing() as db:
                db.executemany(
                    "INSERT INTO entries VALUES (?, ?, ?)",
                    zip(numbers.tolist(), first, (kept_site(named[row].site) for row in first.values()), strict=True),
                )
                _insert_pairs(db, numbers.tolist(), pairs)
                block = b"".join(blocks([entries]))
                db.execute("INSERT INTO tail VALUES (?, ?, ?)", (files.next, block, zlib.crc32(block)))
                db.execute("UPDATE meta SET value = ? WHERE name = 'next'", (following,))
            files.added(view, following)
            best |= {name: best_copy(found) for name, found in zip(first, pairs, strict=True)}
        earlier = self._store.names_of(sorted({pair.earlier for pair in best.values() if pair is not None}))
        pairs_of = ((article, best[name]) for article, name in zip(named, names, strict=True))
        return [pair and match_of(pair, given_id(article), earlier[pair.earlier][0]) for article, pair in pairs_of]

    def _best(self, number: int) -> Verified | None:
        with self._store.reading() as db:
            rows = db.execute(
                "SELECT earlier, kind, shared, weight, lighter, heavier, spread FROM pairs WHERE number = ?", (number,)
            ).fetchall()
        return best_copy([Verified(*row) for row in rows])

    def _entries(self, articles: list[Article], numbers: Numbers, workers: int) -> tuple[Segment, Slots]:
        texts = [article.text for article in articles]
        if self._settings.cleaned and self._cleaner is None:
            raise OptionError(
                f"{self._store.folder}: this index was made with a cleaner; open it with the same one, cleaner=..., "
                "to add articles or to ask"
            )
        if self._cleaner is not None:
            texts = [result.text for result in self._cleaner.clean_many(articles, workers=workers)]
        days = [NO_DAY if article.date is None else article.date.toordinal() for article in articles]
        return Segment.of(numbers, texts, days, workers=workers)


def _insert_pairs(db: Any, numbers: Sequence[int], pairs: Sequence[Sequence[Verified]]) -> None:
    db.executemany(
        "INSERT INTO pairs VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        ((number, *pair) for number, found in zip(numbers, pairs, strict=True) for pair in found),
    )
