"""How common each shingle is: the furniture, forms and stock phrases that say nothing about who copied whom.

Two stories of one site share its "sign up for our newsletter", and two stories of one court share half a form. Plain
counts take that for likeness; and two copies of one story look unlike when each stands between another site's
furniture. A :class:`Background` knows which shingles many *otherwise different* articles carry, and lets each weigh a
tenth when two articles are compared.

What counts is not how many articles carry a shingle, but how many distinct ones: a story that fifty papers print would
otherwise be its own background and vanish. So copies are found first, and each group counts once. Containment must be
nearly whole for that (``PART``), or articles that share nothing but a great deal of furniture would count as one.

Why it is not the rule for every collection: measured on the labelled sets, plain counts are as good or better (F1 .998
either way on made variants of real articles, .997 against .995 on newswire, 1.0 either way on three others). Weights
win where furniture is half of the text: there plain counts join strangers and miss copies.

Articles are counted a block at a time, and what only one article of a block has is forgotten at its end; beyond
``MOST`` shingles the rarest go, as in lossy counting (Manku and Motwani 2002, "Approximate frequency counts over data
streams"). So memory is bounded, and a count may be too low: by one for each block, more beyond ``MOST``. It is too
high where copies of one story lie in different blocks: articles in order of time count best.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from newsclean.errors import FileError, OptionError
from newsclean.files import whole_file
from newsclean.model import Article, each_article
from newsclean.neardup.evidence import collect_and_sketch, verify_candidates
from newsclean.neardup.groups import join_direct
from newsclean.neardup.kinds import NONE, TEMPLATE
from newsclean.neardup.options import check_options
from newsclean.neardup.shingles import Hashes, shingle_sets
from newsclean.parallel import batches_by_size, check_workers

__all__ = ["COMMON", "Background", "add_counts", "check_background", "count_block", "describe", "least_kept"]

COMMON = 10
"""A shingle that more distinct articles than this carry is common. Measured with 1,000 to 6,000 articles."""

SAME, PART = 0.45, 0.9  # Jaccard and containment of two articles that count as one
BLOCK = 40_000_000  # characters counted at a time, about 10,000 articles
MOST = 20_000_000  # shingles remembered: 240 MB
_MOST_BYTES = 8 * MOST + 4096  # of one array in a file

FORMAT = "newsclean.background"
VERSION = 1
_ALIKE: dict[str, Any] = {"family": "splitmix64", "seed": "9e3779b97f4a7c15", "shingle": "word-3"}

_Counts = npt.NDArray[np.uint32]


class Background:
    """How many otherwise different articles carry each shingle; make one with :meth:`fit` or :meth:`load`.

    It never changes: comparing articles adds nothing to it, and so with a given background no later article changes
    what was found about earlier ones. Memory: 12 bytes a shingle that two or more articles have.
    """

    __slots__ = ("_common", "_counts", "_shingles", "articles")

    articles: int
    """The distinct articles that were counted, a group of copies as one."""

    def __init__(self, shingles: Hashes, counts: _Counts, articles: int) -> None:
        self._shingles = shingles
        self._counts = counts
        self._common: Hashes = shingles[counts > COMMON]
        self.articles = articles

    @classmethod
    def fit(cls, articles: Iterable[str | Article], *, workers: int = 1) -> Background:
        """Return the background of *articles*; any number of them, in bounded memory.

        Nothing is cleaned: give the articles as they will be compared. Dates and sites make no difference; copies
        of one story count once. Some hundred articles at least are needed before anything is common.

        Args:
            articles: texts or Articles, best in order of time.
            workers: threads to sketch and to compare with.

        Raises:
            ArticleTypeError: something in *articles* is neither a ``str`` nor an Article.
            OptionError: *workers* is below 1.
            WorkerError: a worker process died.

        >>> notice = "Sign up for the morning letter of the Alton Herald"
        >>> reports = [" ".join(f"word{n * 20 + place}" for place in range(20)) for n in range(12)]
        >>> background = Background.fit(f"{report} {notice}" for report in reports)
        >>> background
        <Background of 12 articles: 8 common shingles>
        >>> background.common_share("Rain fell. " + notice)
        0.8
        """
        check_workers(workers)
        fitted = cls(np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.uint32), 0)
        for block in batches_by_size(each_article(articles), lambda article: len(article.text), limit=BLOCK):
            fitted = fitted.merge(count_block(block, workers=workers))
        return fitted

    def merge(self, other: Background) -> Background:
        """Return the background of both collections together; those of articles that neither shares with the other.

        Articles that were counted in both count twice.
        """
        both = np.concatenate((self._shingles, other._shingles))
        shingles, counts = add_counts(both, np.concatenate((self._counts, other._counts)))
        if len(shingles) > MOST:
            stay = counts >= least_kept(*np.unique(counts, return_counts=True))
            shingles, counts = shingles[stay], counts[stay]
        return Background(shingles, counts, self.articles + other.articles)

    __or__ = merge

    def __len__(self) -> int:
        """Return how many common shingles there are: those that weigh a tenth."""
        return len(self._common)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Background):
            return NotImplemented
        return (
            self.articles == other.articles
            and np.array_equal(self._shingles, other._shingles)
            and np.array_equal(self._counts, other._counts)
        )

    __hash__ = None  # type: ignore[assignment]  # as of any value that holds arrays

    def __repr__(self) -> str:
        return f"<Background of {self.articles} articles: {len(self)} common shingles>"

    @property
    def counts(self) -> tuple[Hashes, _Counts]:
        """The hashes of all shingles that are remembered, sorted, and how many articles carry each."""
        return self._shingles, self._counts

    @property
    def common(self) -> Hashes:
        """The common shingles' hashes, sorted."""
        return self._common

    def common_share(self, text: str) -> float:
        """Return the share of *text*'s distinct shingles that are common, 0 to 1; 0 for a text without words.

        >>> Background.fit([]).common_share("Rain fell on Alton.")
        0.0
        """
        shingles = shingle_sets([text]).values
        return float(np.isin(shingles, self._common).mean()) if len(shingles) else 0.0

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the background to *path*, whole or not at all; what was there is replaced.

        Raises:
            FileError: the file cannot be written.
        """
        header = {"format": FORMAT, "version": VERSION, **_ALIKE, "articles": self.articles}
        with whole_file(path) as file:
            np.savez_compressed(
                file,
                header=np.frombuffer(json.dumps(header).encode(), dtype=np.uint8),
                shingles=self._shingles.astype("<u8"),
                counts=self._counts.astype("<u4"),
            )

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Background:
        """Return the background that :meth:`save` wrote to *path*.

        Raises:
            FileError: the file cannot be read, holds something else, or was made with other hashes or shingles.
        """
        try:
            with open(path, "rb") as file, np.load(file, allow_pickle=False) as saved:
                if any(entry.file_size > _MOST_BYTES for entry in saved.zip.infolist()):
                    raise ValueError("it swells to more than any background has")
                header = json.loads(saved["header"].tobytes())
                shingles, counts = saved["shingles"].astype(np.uint64), saved["counts"].astype(np.uint32)
            articles = int(header["articles"])
        except Exception as error:  # of a damaged file numpy, zipfile and zlib raise a dozen kinds of errors
            problem = error.strerror if isinstance(error, OSError) and error.strerror else "it is no saved background"
            raise FileError(f"cannot read a background from {os.fspath(path)}: {problem}") from error
        for name, ours in {"format": FORMAT, "version": VERSION, **_ALIKE}.items():
            if header.get(name) != ours:
                raise FileError(
                    f"{os.fspath(path)}: {name} is {header.get(name)!r}, this version of newsclean needs {ours!r}; "
                    "fit the background again"
                )
        if shingles.ndim != 1 or shingles.shape != counts.shape or (shingles[1:] <= shingles[:-1]).any():
            raise FileError(f"cannot read a background from {os.fspath(path)}: it is damaged")
        return cls(shingles, counts, articles)

    def __reduce__(self) -> tuple[Any, ...]:
        return (Background, (self._shingles, self._counts, self.articles))


def count_block(block: Sequence[Article], *, workers: int) -> Background:
    """Return the background of a *block* of articles, which is counted in one piece."""
    texts = _distinct_texts(block, workers)
    values = shingle_sets(texts).values
    values.sort()
    begins = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1]))) if len(values) else np.arange(0)
    counts = np.diff(np.append(begins, len(values))).astype(np.uint32)
    often = counts > 1
    return Background(values[begins[often]], counts[often], len(texts))


def add_counts(shingles: Hashes, counts: _Counts) -> tuple[Hashes, _Counts]:
    """Return the distinct ones of *shingles*, sorted, with the sum of the *counts* of each."""
    found, which = np.unique(shingles, return_inverse=True)
    sums = np.zeros(len(found), dtype=np.uint32)
    np.add.at(sums, which, counts)
    return found, sums


def least_kept(counts: npt.NDArray[Any], times: npt.NDArray[Any]) -> int:
    """Return from which count on shingles are kept, so that no more than ``MOST`` are; 0: all are.

    There are *times* shingles of each of the *counts*, which ascend. All of one count go together, so that their order
    makes no difference.
    """
    if times.sum() <= MOST:
        return 0
    as_often = np.cumsum(times[::-1])[::-1]
    return int(counts[np.flatnonzero(as_often > MOST)[-1]]) + 1


def check_background(value: object) -> Background | None:
    """Return *value* if it is a Background or None.

    Raises:
        OptionError: it is something else.
    """
    if value is None or isinstance(value, Background):
        return value
    raise OptionError(
        f"background is a newsclean.Background, such as Background.fit(articles), not {type(value).__name__}"
    )


def describe(background: Background | None) -> dict[str, int] | None:
    """Return what a result's JSON says about the background it was found with."""
    if background is None:
        return None
    return {"articles": background.articles, "common_shingles": len(background), "common_above": COMMON}


def _distinct_texts(block: Sequence[Article], workers: int) -> list[str]:
    """Return the texts of *block* with words, one of each group of copies."""
    options = check_options(SAME, PART, "longest", None, "direct")
    collection, sketches = collect_and_sketch(block, [], by_date=False, workers=workers)
    texts = [block[members[0]].text for members in collection.members]
    evidence = verify_candidates(collection, sketches, options, workers=workers)
    kinds = evidence.kinds(options)
    alike = (kinds != NONE) & (kinds != TEMPLATE)
    fixed = np.zeros(len(texts), dtype=np.bool_)
    joins = join_direct(evidence.first[alike], evidence.second[alike], sketches.length, fixed, evidence.spread[alike])
    return [text for place, text in enumerate(texts) if joins.leader[place] == place and sketches.length[place]]
