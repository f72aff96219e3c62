"""What comparing needs of each article, kept on disk: written once in input order, read back by row and by column.

========== ===================================================================================================
articles   a row each: digest of the text, day, site, words, distinct shingles, where the shingles and the id end
shingles   in reading order, 8 bytes each
slots      the signatures, slot by slot within each commit, so that one slot of all articles is read in long runs
ids, sites as JSON
========== ===================================================================================================

Files are read, not mapped: what is mapped counts as the process's own memory, and a budget would not be kept.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import BinaryIO, NamedTuple, overload

import numpy as np
import numpy.typing as npt

from newsclean.io.store import Store, read_at
from newsclean.model import Article, ArticleId
from newsclean.neardup.evidence import Collection, text_digest
from newsclean.neardup.order import NO_DATE, day_of
from newsclean.neardup.shingles import WORDS_A_SHINGLE, Ragged, distinct, shingle_texts
from newsclean.neardup.signatures import Slots, sketch_oneperm
from newsclean.neardup.verify import Counts

__all__ = ["Corpus", "Sketched", "Texts", "sketch_batch"]

_ROW = np.dtype(
    [
        ("digest", "<u8", 2),
        ("shingles", "<u8"),
        ("ids", "<u8"),
        ("day", "<i8"),
        ("words", "<i4"),
        ("distinct", "<i4"),
        ("site", "<i4"),
    ],
    align=True,
)
_ROWS = 16_384  # articles whose signatures wait for a commit: 8 MB
_NO_SITE = -1


class Sketched(NamedTuple):
    """What is kept of some texts, a row each."""

    digests: bytes
    shingles: Ragged
    """In reading order."""
    distinct: Counts
    slots: Slots


def sketch_batch(texts: Sequence[str]) -> Sketched:
    """Return what is to be kept of *texts*."""
    chunks = list(shingle_texts(texts))
    slots = sketch_oneperm(chunks)
    offsets = np.cumsum(np.concatenate([[0], *(np.diff(chunk.offsets) for chunk in chunks)]), dtype=np.int64)
    values = np.concatenate([np.empty(0, dtype=np.uint64), *(chunk.values for chunk in chunks)])
    sizes = np.diff(distinct(Ragged(values.copy(), offsets)).offsets)
    return Sketched(b"".join(map(text_digest, texts)), Ragged(values, offsets), sizes, slots)


class Corpus:
    """The articles of a :class:`~newsclean.io.store.Store`; those committed before are there already."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.count = store.articles
        self._waiting: list[Slots] = []
        self._rows = 0
        self._site_codes: dict[str, int] = {}
        for data in store.part_bytes("sites"):
            for line in data.splitlines():
                self._site_codes[json.loads(line)] = len(self._site_codes)
        ends = store.parts[-1].ends if store.parts else {}
        self._shingles = ends.get("shingles", 0) // 8
        self._ids = ends.get("ids", 0)

    def add(self, articles: Sequence[Article], sketched: Sketched) -> None:
        """Keep *articles*, whose texts (cleaned, if they are) were *sketched*."""
        rows = np.zeros(len(articles), dtype=_ROW)
        rows["digest"] = np.frombuffer(sketched.digests, dtype="<u8").reshape(-1, 2)
        rows["shingles"] = self._shingles + sketched.shingles.offsets[1:]
        sizes = np.diff(sketched.shingles.offsets)
        # One and two words are one shingle too; there two words more or less make no difference to anyone.
        rows["words"] = np.where(sizes > 0, sizes + WORDS_A_SHINGLE - 1, 0)
        rows["distinct"] = sketched.distinct
        rows["day"] = [day_of(article) for article in articles]
        rows["site"] = [_NO_SITE if article.site is None else self._site(article.site) for article in articles]
        ids = [json.dumps(article.id).encode() for article in articles]
        rows["ids"] = self._ids + np.cumsum([len(id) for id in ids])
        self.store.append("articles", rows.tobytes())
        self.store.append("ids", b"".join(ids))
        self.store.append("shingles", sketched.shingles.values.astype("<u8", copy=False).tobytes())
        self._shingles += len(sketched.shingles.values)
        self._ids = int(rows["ids"][-1]) if len(rows) else self._ids
        self._waiting.append(sketched.slots)
        self._rows += len(articles)
        self.count += len(articles)

    def _site(self, name: str) -> int:
        if name not in self._site_codes:
            self._site_codes[name] = len(self._site_codes)
            self.store.append("sites", json.dumps(name).encode() + b"\n")
        return self._site_codes[name]

    @property
    def due(self) -> bool:
        """Whether it is time to commit."""
        return self._rows >= _ROWS or self.store.due

    def commit(self) -> None:
        """Make all that was added good."""
        if self._waiting:
            block = np.ascontiguousarray(np.concatenate(self._waiting).T.astype("<u4", copy=False))
            self.store.append("slots", block.tobytes())
            self._waiting, self._rows = [], 0
        if self.count > self.store.articles:
            self.store.commit(self.count)

    def texts(self, *, by_date: bool) -> Texts:
        """Return the distinct texts of the articles committed; with *by_date* the same text on two days is two."""
        return Texts(self.store, list(self._site_codes), by_date=by_date)


class Texts:
    """The distinct texts, white space aside, numbered as they first come, and their articles.

    Memory: about 100 bytes an article.
    """

    def __init__(self, store: Store, sites: list[str], *, by_date: bool) -> None:
        self._store = store
        self._shingles = store.open("shingles")
        self._slots = store.open("slots")
        self._id_file = store.open("ids")
        rows = np.empty(store.articles, dtype=_ROW)
        done = 0
        for data in store.part_bytes("articles"):
            part = np.frombuffer(data, dtype=_ROW)
            rows[done : done + len(part)] = part
            done += len(part)
        self._shingle_ends, self._id_ends = rows["shingles"].astype(np.int64), rows["ids"].astype(np.int64)
        days, codes = rows["day"].copy(), rows["site"].copy()
        digest, rest = (rows["digest"][:, half].copy() for half in (0, 1))
        words, sizes = rows["words"].astype(np.int64), rows["distinct"].astype(np.int64)
        del rows
        text_of, self.heads = _numbered([digest, rest, days] if by_date else [digest, rest])
        self.length: Counts = words[self.heads]
        """In words, by text."""
        self.sizes: Counts = sizes[self.heads]
        """Distinct shingles, by text."""
        self.days: Counts = days[self.heads]
        self._digests = np.stack((digest[self.heads], rest[self.heads]), axis=1)
        members = _Members(text_of, len(self.heads))
        articles = _Articles(days, codes, sites)
        self.collection = Collection(articles, len(articles), text_of.data, members)

    def __len__(self) -> int:
        return len(self.heads)

    def column(self, slot: int, texts: Counts) -> npt.NDArray[np.uint32]:
        """Return one slot of the signatures of *texts*."""
        whole = np.empty(self._store.articles, dtype=np.uint32)
        for part in self._store.parts:
            size = 4 * (part.last - part.first)
            data = read_at(self._slots, part.begins["slots"] + slot * size, size)
            whole[part.first : part.last] = np.frombuffer(data, dtype="<u4")
        return whole[self.heads[texts]]

    def sequences(self, texts: Counts) -> Ragged:
        """Return the shingles of *texts* in reading order, a row each."""
        places = self.heads[texts]
        ends = self._shingle_ends[places]
        begins = np.where(places > 0, self._shingle_ends[places - 1], 0)
        offsets = np.concatenate(([0], np.cumsum(ends - begins)))
        values = np.empty(offsets[-1], dtype="<u8")
        room = values.data.cast("B") if len(values) else memoryview(b"")
        for row in np.argsort(begins, kind="stable").tolist():  # as they lie in the file
            _read_into(self._shingles, 8 * int(begins[row]), room[8 * int(offsets[row]) : 8 * int(offsets[row + 1])])
        return Ragged(values.astype(np.uint64, copy=False), offsets)

    def same(self, text: int, other: int) -> bool:
        """Return whether two texts are the same, white space aside."""
        return bool((self._digests[text] == self._digests[other]).all())

    def id(self, place: int) -> ArticleId:
        """Return the id of an article."""
        begin = int(self._id_ends[place - 1]) if place else 0
        found: ArticleId = json.loads(read_at(self._id_file, begin, int(self._id_ends[place]) - begin))
        return found

    def close(self) -> None:
        """Close the files."""
        for file in (self._shingles, self._slots, self._id_file):
            file.close()


def _numbered(keys: list[npt.NDArray[np.generic]]) -> tuple[Counts, Counts]:
    """Return for each row of *keys* the number of its value, in order of first appearance, and where that was."""
    count = len(keys[0])
    order = np.lexsort(keys)  # stable: within one value as they came
    fresh = np.zeros(count, dtype=np.bool_)
    fresh[:1] = True
    for key in keys:
        sorted_key = key[order]
        fresh[1:] |= sorted_key[1:] != sorted_key[:-1]
    group = np.cumsum(fresh) - 1
    firsts = order[fresh]
    by_appearance = np.argsort(firsts, kind="stable")
    number = np.empty(len(firsts), dtype=np.int64)
    number[by_appearance] = np.arange(len(firsts))
    number_of = np.empty(count, dtype=np.int64)
    number_of[order] = number[group]
    return number_of, firsts[by_appearance]


def _read_into(file: BinaryIO, begin: int, room: memoryview) -> None:
    file.seek(begin)
    done = 0
    while done < len(room):
        size = file.readinto(room[done:])  # type: ignore[attr-defined]  # these files are unbuffered, and have it
        if not size:
            read_at(file, begin + done, len(room) - done)  # which says what is wrong
        done += size


class _Members(Sequence[Sequence[int]]):
    """By text: its articles, ascending."""

    def __init__(self, text_of: Counts, texts: int) -> None:
        self._places = np.argsort(text_of, kind="stable").data
        self._offsets = np.concatenate(([0], np.cumsum(np.bincount(text_of, minlength=texts)))).data

    def __len__(self) -> int:
        return len(self._offsets) - 1

    @overload
    def __getitem__(self, text: int) -> Sequence[int]: ...
    @overload
    def __getitem__(self, text: slice) -> Sequence[Sequence[int]]: ...
    def __getitem__(self, text: int | slice) -> Sequence[int] | Sequence[Sequence[int]]:
        if isinstance(text, slice):
            return [self[one] for one in range(*text.indices(len(self)))]
        return self._places[self._offsets[text] : self._offsets[text + 1]]


class _Articles(Sequence[Article]):
    """All that deciding needs of the articles: their places as ids, dates and sites."""

    def __init__(self, days: Counts, codes: npt.NDArray[np.int32], sites: list[str]) -> None:
        self._days = days
        self._codes = codes
        self._sites = sites

    def __len__(self) -> int:
        return len(self._days)

    @overload
    def __getitem__(self, place: int) -> Article: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Article]: ...
    def __getitem__(self, place: int | slice) -> Article | Sequence[Article]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        day, code = int(self._days[place]), int(self._codes[place])
        date = None if day == NO_DATE else dt.date.fromordinal(day)
        return Article("", place, site=None if code == _NO_SITE else self._sites[code], date=date)
