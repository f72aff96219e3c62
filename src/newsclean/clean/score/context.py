"""What the first scores of all lines say about each: where the article begins and ends, and what a line stands under.

The first pass weighs a line with its neighbours only. Added up over the text, first scores show which lines are the
article; a line is then measured by how much article stands above and below it, by the run of suspicious lines it is
part of, by the headings it stands under ("Comments", "More from"), and by where one cut would best part the article
from what follows it (the odds of a cut at or above the line, all places of the cut weighed).

When it fails: an article made of many short pieces looks like a page of teasers. Such shapes are vetoed as a whole:
see :func:`vetoed`.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

import numpy as np

from newsclean.clean.score.features import BASE, NAMED, Flags, Floats, Measured, rounded

__all__ = ["CONTEXT", "Around", "context", "length_discount", "vetoed"]

_HEADINGS = {"related": "cue_related", "comment": "cue_comment", "account": "cue_account", "share": "cue_share",
             "legal": "cue_legal", "media": "cue_media", "meta": ""}  # fmt: skip
_HEADING_GROUPS = np.array([list(NAMED).index(name) for name in _HEADINGS])
_HEADING_CUES = [BASE.index(cue) for cue in _HEADINGS.values() if cue]
_HEADING_WORDS = 8.0  # a suspicious line of so many words at most, with words of a group, is taken for its heading

CONTEXT = (
    "score", "suspect", "score_1_up", "score_1_down", "score_2_up", "score_2_down", "score_around_1", "score_around_3",
    "score_around_8", "above_all", "below_all", "high", "low", "prose_above", "runs", "runs_inside", "run_length",
    "run_score", "same_start", "same_start_often", "turns", "turns_inside", "article_share", "article_size",
    "score_above_all", "score_below_all", "score_inside", "around_below_all", "around_above_all",
    "after_cut", "before_cut", "least_below", "least_above", "after_cut_long", "before_cut_long",
    *(f"{what}_{name}" for what in ("under", "after", "after_low", "near_above", "near_below") for name in _HEADINGS),
)  # fmt: skip
"""What the second pass knows of a line and its article."""

_MOST_RUNS = 8  # measured: articles whose short lines and prose take turns that often are lists, interviews, reviews
_CUE_COLUMNS = [
    BASE.index(f"cue_{group}") for group in ("account", "share", "comment", "legal", "related", "media", "ad")
]
# Measured by cross-validation over sites: of the content that went by score a quarter was in the 4 % of the articles
# beyond this, which held 4 % of the boilerplate that went.
_MOST_LISTED = 0.3  # of an article's lines
_A_LIST = 4  # lines that begin with the same word
_LEAST_ARTICLE = 200.0  # characters; with less there is no article to tell the rest from
_KNOWN = 3.0  # the score of a line that a rule is sure of, and of what lies beyond the text


class Around(NamedTuple):
    """The context of each line, and what of the article it was made of."""

    signs: Floats
    """One row a line, one column for each of :data:`CONTEXT`."""
    article: float
    """The characters that look like the article's."""
    runs: int
    """How many runs of suspicious lines stand inside the article."""


def context(measured: Measured, score: Floats) -> Around:
    """Return what the first pass's *score* of all lines says about each."""
    n = len(score)
    sure, chars = measured.sure, measured.chars
    bounded = np.minimum(np.maximum(score, -6.0), 6.0)
    known = np.where(sure, _KNOWN, bounded)
    bounded = np.where(sure, 6.0, bounded)
    chance = 1 / (1 + np.exp(-bounded))
    article = chars * np.maximum(1 - 1.6 * chance, 0) * (measured.words >= 8)
    running = np.cumsum(article)
    size = float(running[-1])
    total = max(size, 1.0)
    above, below = running - article, running[-1] - running
    padded = np.full(n + 4, _KNOWN)  # beyond the ends there is no article
    padded[2 : n + 2] = known
    order = np.arange(n)
    sums = np.concatenate(([0.0], np.cumsum(known)))

    def around(reach: int) -> Floats:
        low, high = np.maximum(order - reach, 0), np.minimum(order + reach + 1, n)
        mean: Floats = (sums[high] - sums[low]) / (high - low)
        return mean

    near = around(3)
    is_article = (article > 0.5 * chars) & (chars > 0)
    suspect = chance > 0.5
    inside = (above > 0) & (below > 0)
    runs = int((suspect & ~np.concatenate(([False], suspect[:-1])) & inside).sum())
    run = np.cumsum(np.concatenate(([True], suspect[1:] != suspect[:-1]))) - 1
    length = np.bincount(run)[run]
    run_score = np.bincount(run, known)[run] / length
    part = np.cumsum(is_article)
    same = _parts_that_begin_alike(measured, part.tolist(), (~is_article & ~sure).nonzero()[0].tolist(), n)
    turns = len(set(part[~is_article & inside & ~sure].tolist())) / max(int(is_article.sum()), 1)
    above_all, below_all = np.exp(-above / 150), np.exp(-below / 150)
    least = np.concatenate(([6.0], np.minimum.accumulate(bounded)[:-1])) / 4
    least_below = np.concatenate((np.minimum.accumulate(bounded[::-1])[-2::-1], [6.0])) / 4
    after, before = _after_cut(known), _after_cut(known[::-1])[::-1]
    words = np.log1p(measured.words)
    under, seen, to_above, to_below = _headings(measured, suspect, is_article)
    columns: tuple[Any, ...] = (
        bounded, suspect, padded[1 : n + 1], padded[3 : n + 3], padded[:n], padded[4:], around(1), near, around(8),
        above_all, below_all, np.exp(-above / 1000), np.exp(-below / 1000), above / total, np.log1p(runs),
        np.log1p(runs) * inside, np.log1p(length) * suspect, run_score * suspect, np.log1p(same) * inside,
        (same >= 3) & inside, turns, turns * inside, size / max(float(chars.sum()), 1.0), np.log1p(total) / 10,
        bounded * above_all, bounded * below_all, bounded * inside, near * below_all, near * above_all,
        after, before, least_below, least, after * words, before * words,
    )  # fmt: skip
    out = np.empty((n, len(CONTEXT)))
    for k, column in enumerate(columns):
        out[:, k] = column
    out[:, len(columns) :] = np.hstack([under, seen, seen * (above / total)[:, None], to_above, to_below])
    return Around(rounded(out), size, runs)


def _parts_that_begin_alike(measured: Measured, part: list[int], short: list[int], n: int) -> Floats:
    """Return for each of the *short* lines in how many parts of the article a line begins with its first word."""
    parts: dict[str, set[int]] = {}
    for i in short:
        parts.setdefault(measured.first_words[i], set()).add(part[i])
    same = np.zeros(n)
    for i in short:
        same[i] = len(parts[measured.first_words[i]])
    return same


def _after_cut(score: Floats) -> Floats:
    """Return the log odds, -2 to 2 in fours, that all from some line at or above on is no article."""
    total = np.cumsum(np.minimum(np.maximum(score, -4.0), 4.0)[::-1])[::-1]
    here = np.logaddexp.accumulate(total)
    later = np.concatenate((np.logaddexp.accumulate(total[::-1])[-2::-1], [-50.0]))
    result: Floats = np.minimum(np.maximum(here - np.logaddexp(later, 0.0), -8.0), 8.0) / 4
    return result


def _headings(measured: Measured, suspect: Flags, is_article: Flags) -> tuple[Flags, Flags, Floats, Floats]:
    """Return for each line and kind of heading: whether the line stands under one with no article between, whether one
    stands anywhere above, and how near the nearest above and below are (1 beside it, falling to 0).
    """
    n = len(suspect)
    order = np.arange(n)
    marks = measured.group[:, None] == _HEADING_GROUPS
    short = suspect & (measured.words <= _HEADING_WORDS)
    marks[:, : len(_HEADING_CUES)] |= (measured.base[:, _HEADING_CUES] > 0) & short[:, None]
    last = np.full((n, marks.shape[1]), -1)
    next_ = np.full((n, marks.shape[1]), n)
    column = order[:, None]
    last[1:] = np.maximum.accumulate(np.where(marks, column, -1), axis=0)[:-1]
    next_[:-1] = np.minimum.accumulate(np.where(marks, column, n)[::-1], axis=0)[::-1][1:]
    article = np.concatenate(([-1], np.maximum.accumulate(np.where(is_article, order, -1))[:-1]))
    seen = last >= 0
    under = seen & (last > article[:, None])
    to_above = np.where(seen, np.exp((last - column) / 3), 0)
    to_below = np.where(next_ < n, np.exp((column - next_) / 3), 0)
    return under, seen, to_above, to_below


def vetoed(measured: Measured, around: Around) -> Flags:
    """Return which lines no score may remove, because of the shape of the article or the list they stand in.

    The whole article, where suspicious lines and prose take turns eight times or more inside it (an interview with the
    same questions, a review of many things, a live blog), where a third of the lines begin like others (a ranking, a
    table set as lines: "Hosted by", "From"), and where there is hardly an article at all. A line with a list mark
    beside another such line: what a page lists and what an article lists look alike. A line without the words that
    sites print which returns: a refrain, a question put to everybody, a result.
    """
    n = len(measured.base)
    if around.runs >= _MOST_RUNS or around.article < _LEAST_ARTICLE or listed(measured) >= _MOST_LISTED:
        return np.ones(n, bool)
    base = measured.base
    mark = (base[:, BASE.index("starts_dash")] + base[:, BASE.index("starts_sign")]) > 0
    beside = np.zeros(n, bool)
    beside[1:] |= mark[:-1]
    beside[:-1] |= mark[1:]
    returns = (base[:, BASE.index("twice")] > 0) & (base[:, _CUE_COLUMNS].sum(axis=1) == 0)
    result: Flags = (mark & beside) | returns
    return result


def listed(measured: Measured) -> float:
    """Return the share of the lines, 0 to 1, that are no prose and begin with the same word as three others do."""
    short = Counter(
        word for word, prose in zip(measured.first_words, measured.prose.tolist(), strict=True) if not prose and word
    )
    return sum(count for count in short.values() if count >= _A_LIST) / max(len(measured.prose), 1)


def length_discount(measured: Measured, around: Around) -> Floats:
    """Return what is taken off each score for the share of the article that its loss would be."""
    share = np.maximum(measured.chars, 1) / max(around.article, _LEAST_ARTICLE)
    result: Floats = 0.25 * np.minimum(np.maximum(np.log(share / 0.003), 0), 3)
    return rounded(result)
