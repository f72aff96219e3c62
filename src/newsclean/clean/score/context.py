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
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import numpy as np

from newsclean.clean.score.features import BASE, NAMED, Measured, rounded
from newsclean.clean.score.place import windows
from newsclean.clean.score.stack import Flags, Floats, Groups, Stack

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

_DASH, _SIGN, _TWICE = (BASE.index(name) for name in ("starts_dash", "starts_sign", "twice"))
_INSIDE = [CONTEXT.index(name) for name in ("runs_inside", "same_start", "same_start_often", "turns_inside")]
_HEADING = CONTEXT.index(f"under_{next(iter(_HEADINGS))}")
_REACHES = (1, 3, 8)
_MOST_RUNS = 8  # measured: articles whose short lines and prose take turns that often are lists, interviews, reviews
_CUE_COLUMNS = [
    BASE.index(f"cue_{group}") for group in ("account", "share", "comment", "legal", "related", "media", "ad")
]
# Measured by cross-validation over sites: of the content that went by score a quarter was in the 4 % of the articles
# beyond this, which held 4 % of the boilerplate that went.
_MOST_LISTED = 0.3  # of an article's lines
_A_LIST = 4  # lines that begin with the same word
_LEAST_ARTICLE = 200.0  # characters; with less there is no article to tell the rest from
Along: TypeAlias = Callable[[np.ufunc, Floats], Floats]

_KNOWN = 3.0  # the score of a line that a rule is sure of, and of what lies beyond the text


class Around(NamedTuple):
    """The context of each line, and what of its article it was made of."""

    signs: Floats
    """One row a line, one column for each of :data:`CONTEXT`; not rounded yet."""
    article: Floats
    """For each text the characters that look like the article's."""
    runs: Groups
    """For each text how many runs of suspicious lines stand inside the article."""


def context(measured: Measured, score: Floats) -> Around:
    """Return what the first pass's *score* of all lines says about each."""
    n, stack = len(score), measured.stack
    sure, chars = measured.sure, measured.chars
    bounded = np.minimum(np.maximum(score, -6.0), 6.0)
    known = np.where(sure, _KNOWN, bounded)
    bounded[sure] = 6.0
    chance = 1 / (1 + np.exp(-bounded))
    article = np.maximum(1 - 1.6 * chance, 0)
    article *= chars
    article *= measured.words >= 8
    running = stack.down(np.add, article)
    size = running[stack.ends - 1]
    total = stack.spread(np.maximum(size, 1.0))
    apart = np.empty((2, n))
    np.subtract(running, article, out=apart[0])
    np.subtract(stack.spread(size), running, out=apart[1])
    above = apart[0]
    inside = apart.min(axis=0) > 0
    is_article = article > 0.5 * chars
    suspect = chance > 0.5
    changes = np.zeros(n, np.int64)
    np.not_equal(suspect[1:], suspect[:-1], out=changes[1:])
    changes[stack.starts] = 1
    begins = suspect & inside
    begins &= changes > 0
    runs = stack.sums(begins)
    run = changes.cumsum()
    length = np.bincount(run)[run]
    part = is_article.cumsum()
    if not stack.one:
        part += stack.owner  # no part goes on in the next text
    other = ~(is_article | sure)
    same = _parts_that_begin_alike(measured, part, other.nonzero()[0])
    turns = _parts_with(part, (other & inside).nonzero()[0], stack) / np.maximum(stack.sums(is_article), 1)

    out = np.empty((n, len(CONTEXT)))
    out[:, 0] = bounded
    out[:, 1] = suspect
    out[:, 2:6] = _KNOWN  # beyond the ends there is no article
    out[1:, 2] = known[:-1]
    out[:-1, 3] = known[1:]
    out[2:, 4] = known[:-2]
    out[:-2, 5] = known[2:]
    if not stack.one:
        out[stack.starts, 2] = out[stack.ends - 1, 3] = _KNOWN
        out[stack.order < 2, 4] = out[stack.left < 2, 5] = _KNOWN
    sums = np.zeros(n + 1)
    known.cumsum(out=sums[1:])
    reach = windows(stack, _REACHES)
    around = sums.take(reach.high)
    around -= sums.take(reach.low)
    around /= reach.size
    out[:, 6:9] = around
    near = around[:, 1]
    close = np.exp(apart / -150)
    out[:, 9:11] = close.T
    out[:, 11:13] = np.exp(apart / -1000).T
    np.divide(above, total, out=out[:, 13])
    out[:, 14] = out[:, 15] = stack.spread(np.log1p(runs))
    np.multiply(np.log1p(length), suspect, out=out[:, 16])
    np.multiply(np.bincount(run, known)[run] / length, suspect, out=out[:, 17])
    np.log1p(same, out=out[:, 18])
    out[:, 19] = same >= 3
    out[:, 20] = out[:, 21] = stack.spread(turns)
    for k in _INSIDE:
        out[:, k] *= inside
    out[:, 22] = stack.spread(size / np.maximum(stack.sums(chars), 1.0))
    out[:, 23] = np.log1p(total) / 10
    np.multiply(close.T, bounded[:, None], out=out[:, 24:26])
    np.multiply(bounded, inside, out=out[:, 26])
    np.multiply(close[::-1].T, near[:, None], out=out[:, 27:29])
    out[:, 29], out[:, 30] = _cuts(known, stack)
    np.divide(stack.shifted(stack.up(np.minimum, bounded), -1), 4, out=out[:, 31])
    np.divide(stack.shifted(stack.down(np.minimum, bounded), 1), 4, out=out[:, 32])
    out[stack.ends - 1, 31] = out[stack.starts, 32] = 1.5
    np.multiply(out[:, 29:31], measured.log_words[:, None], out=out[:, 33:35])
    _add_headings(out, measured, suspect, is_article)
    return Around(out, size, runs.astype(np.int64))


def _parts_with(part: Groups, lines: Groups, stack: Stack) -> Floats:
    """Return in how many different parts of each text there are some of *lines*."""
    parts = part[lines]
    new = np.ones(len(parts), np.bool_)
    np.not_equal(parts[1:], parts[:-1], out=new[1:])
    return np.bincount(stack.owner[lines[new]], minlength=len(stack.sizes)).astype(float)


def _parts_that_begin_alike(measured: Measured, part: Groups, short: Groups) -> Floats:
    """Return for each of the *short* lines in how many parts of its article a line begins with its first word."""
    same = np.zeros(len(part))
    if len(short):
        first_words = measured.first_words
        words = [first_words[i] for i in short.tolist()]
        begun = list(zip(measured.stack.owner[short].tolist(), words, strict=True))
        parts: dict[tuple[int, str], set[int]] = {}
        for begin, here in zip(begun, part[short].tolist(), strict=True):
            parts.setdefault(begin, set()).add(here)
        same[short] = [len(parts[begin]) for begin in begun]
    return same


def _cuts(score: Floats, stack: Stack) -> tuple[Floats, Floats]:
    """Return the log odds, -2 to 2 in fours, that all from some line at or above on is no article; and that all down to
    some line at or below is none.
    """
    bounded = np.minimum(np.maximum(score, -4.0), 4.0)
    return _odds(bounded, stack.up, stack.down, stack.ends - 1, -1, stack), _odds(
        bounded, stack.down, stack.up, stack.starts, 1, stack
    )


def _odds(score: Floats, along: Along, against: Along, last: Groups, by: int, stack: Stack) -> Floats:
    total = along(np.add, score)  # of a cut at each line
    later = stack.shifted(along(np.logaddexp, total), by)
    later[last] = -50.0
    here = against(np.logaddexp, total)
    here -= np.logaddexp(later, 0.0)
    np.minimum(np.maximum(here, -8.0), 8.0, out=here)
    here /= 4
    return here


def _add_headings(out: Floats, measured: Measured, suspect: Flags, is_article: Flags) -> None:
    """Write for each line and kind of heading: whether the line stands under one with no article between, whether one
    stands anywhere above, and how near the nearest above and below are (1 beside it, falling to 0).
    """
    n = len(suspect)
    marks = measured.group[:, None] == _HEADING_GROUPS
    short = suspect & (measured.words <= _HEADING_WORDS)
    marks[:, : len(_HEADING_CUES)] |= (measured.base.take(_HEADING_CUES, axis=1) > 0) & short[:, None]
    if not marks.any():
        out[:, _HEADING:] = 0
        return
    stack = measured.stack
    order = stack.place
    column = order[:, None]
    last = np.full((n, marks.shape[1]), -1)
    next_ = np.full((n, marks.shape[1]), n)
    last[1:] = np.maximum.accumulate(np.where(marks, column, -1), axis=0)[:-1]
    next_[:-1] = np.minimum.accumulate(np.where(marks, column, n)[::-1], axis=0)[-2::-1]
    article = np.full(n, -1)
    article[1:] = np.maximum.accumulate(np.where(is_article, order, -1))[:-1]
    first, behind = stack.spread(stack.starts)[:, None], stack.spread(stack.ends)[:, None]
    seen = last >= first
    blocks = out[:, _HEADING:].reshape(n, 5, -1)
    np.logical_and(seen, last > article[:, None], out=blocks[:, 0], casting="unsafe")
    blocks[:, 1] = seen
    np.multiply(seen, out[:, 13, None], out=blocks[:, 2])
    np.multiply(np.exp((last - column) / 3), seen, out=blocks[:, 3])
    np.multiply(np.exp((column - next_) / 3), next_ < behind, out=blocks[:, 4])


def vetoed(measured: Measured, around: Around) -> Flags:
    """Return which lines no score may remove, because of the shape of the article or the list they stand in.

    The whole article, where suspicious lines and prose take turns eight times or more inside it (an interview with the
    same questions, a review of many things, a live blog), where a third of the lines begin like others (a ranking, a
    table set as lines: "Hosted by", "From"), and where there is hardly an article at all. A line with a list mark
    beside another such line: what a page lists and what an article lists look alike. A line without the words that
    sites print which returns: a refrain, a question put to everybody, a result.
    """
    stack = measured.stack
    whole = (around.runs >= _MOST_RUNS) | (around.article < _LEAST_ARTICLE) | (listed(measured) >= _MOST_LISTED)
    base = measured.base
    mark = (base[:, _DASH] + base[:, _SIGN]) > 0
    beside = stack.shifted(mark, 1) | stack.shifted(mark, -1)
    result: Flags = (mark & beside) | stack.spread(whole)
    returns = base[:, _TWICE] > 0
    if returns.any():
        returns &= base.take(_CUE_COLUMNS, axis=1).sum(axis=1) == 0
        result |= returns
    return result


def listed(measured: Measured) -> Floats:
    """Return for each text the share of its lines, 0 to 1, that are no prose and begin with the same word as three
    others do.
    """
    stack = measured.stack
    short = (~measured.prose).nonzero()[0]
    first_words = measured.first_words
    words = [first_words[i] for i in short.tolist()]
    begun = Counter((text, word) for text, word in zip(stack.owner[short].tolist(), words, strict=True) if word)
    count = np.zeros(len(stack.sizes))
    for (text, _), times in begun.items():
        if times >= _A_LIST:
            count[text] += times
    return count / stack.sizes


def length_discount(measured: Measured, around: Around) -> Floats:
    """Return what is taken off each score for the share of the article that its loss would be."""
    article = measured.stack.spread(np.maximum(around.article, _LEAST_ARTICLE))
    share = np.maximum(measured.chars, 1) / article
    result: Floats = 0.25 * np.minimum(np.maximum(np.log(share / 0.003), 0), 3)
    return rounded(result)
