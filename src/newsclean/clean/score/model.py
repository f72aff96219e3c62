"""The score of a line: a sum of weighted signs, in two passes.

The first pass weighs each line by itself, its place, and its four neighbours. The second knows what the first thought
of all other lines, so it sees where the article really begins and ends (a teaser written in whole sentences is no
prose to it), how long a run of suspicious lines is, and whether short lines and prose take turns. Both are logistic
regressions: a score is the sum of ``weight * (value - usual value in articles)`` and a constant, so every line's score
can be taken apart again. The weights are data (``weights.json``), fitted by ``benchmarks/fit_score.py``.

When it fails: an article made of many short pieces looks like a page of teasers. Such shapes are vetoed as a whole:
see :func:`vetoed`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from newsclean.clean.score.features import BASE, PLACE, Flags, Floats, Measured, place
from newsclean.errors import RuleFileError
from newsclean.files import shipped_text

__all__ = ["CONTEXT", "FIRST", "FORMAT", "SECOND", "VERSION", "Model", "Weights", "context", "design_first",
           "design_second", "length_discount", "shipped_model", "vetoed"]  # fmt: skip

FORMAT = "newsclean.score"
VERSION = 1

NEIGHBOUR = (
    "characters", "words_1_3", "words_3_12", "words_12_25", "one_word", "ends_stop", "titled_words", "has_digit",
    "prose", "cues_share", "function_words", "in_vocabulary", "rule_b", "starts_quote", "you_not_quoted", "ends_colon",
    "ends_question", "cta", "twice", "media_short", "cue_share", "cue_related", "cue_account", "cue_comment",
    "starts_dash", "starts_sign", "starts_digit", "cue_media", "glued",
)  # fmt: skip
"""What of a line its neighbours are told."""
CONTEXT = (
    "score", "suspect", "score_1_up", "score_1_down", "score_2_up", "score_2_down", "score_around_1", "score_around_3",
    "score_around_8", "above_all", "below_all", "high", "low", "prose_above", "runs", "runs_inside", "run_length",
    "run_score", "same_start", "same_start_often", "turns", "turns_inside", "article_share", "article_size",
    "score_above_all", "score_below_all", "score_inside", "around_below_all", "around_above_all",
)  # fmt: skip
"""What the second pass knows of a line and its article."""
_SHIFTS = (("up", 1), ("down", -1), ("up2", 2), ("down2", -2))
_NEIGHBOURS = tuple(f"{name}@{where}" for where, _ in _SHIFTS for name in NEIGHBOUR)
FIRST = (*BASE, *PLACE, *_NEIGHBOURS, *(f"{n}*head" for n in BASE), *(f"{n}*tail" for n in BASE))
SECOND = (
    *BASE, *PLACE, *_NEIGHBOURS, *CONTEXT, *(f"{n}*above_all" for n in BASE), *(f"{n}*below_all" for n in BASE)
)  # fmt: skip

_NEIGHBOUR_COLUMNS = [BASE.index(name) for name in NEIGHBOUR]
_MOST_RUNS = 8  # measured: articles whose short lines and prose take turns that often are lists, interviews, reviews
_CUE_COLUMNS = [
    BASE.index(f"cue_{group}") for group in ("account", "share", "comment", "legal", "related", "media", "ad")
]
# Measured by cross-validation over sites: of the content that went by score a quarter was in the 4 % of the articles
# beyond this, which held 4 % of the boilerplate that went.
_MOST_LISTED = 0.3  # of an article's lines
_A_LIST = 4  # lines that begin with the same word
_LEAST_ARTICLE = 200.0  # characters; with less there is no article to tell the rest from


def design_first(measured: Measured) -> Floats:
    """Return the signs of the first pass, a row a line, a column for each of :data:`FIRST`."""
    base = measured.base
    n = len(base)
    where = place(measured)
    padded = np.zeros((n + 4, len(NEIGHBOUR)))
    padded[2 : n + 2] = base[:, _NEIGHBOUR_COLUMNS]
    around = [padded[2 - shift : n + 2 - shift] for _, shift in _SHIFTS]
    return np.hstack([base, where, *around, where[:, :1] * base, where[:, 1:2] * base])


def context(measured: Measured, score: Floats) -> Floats:
    """Return what the first pass's *score* of all lines says about each, a column for each of :data:`CONTEXT`."""
    n = len(score)
    score = np.clip(score, -6.0, 6.0)
    chance = 1 / (1 + np.exp(-score))
    chars = measured.chars
    article = chars * np.clip(1 - 1.6 * chance, 0, 1) * (measured.words >= 8)
    running = np.cumsum(article)
    total = max(float(running[-1]), 1.0)
    above, below = running - article, running[-1] - running
    padded = np.full(n + 4, 3.0)  # beyond the ends there is no article
    padded[2 : n + 2] = score
    order = np.arange(n)
    sums = np.concatenate(([0.0], np.cumsum(score)))

    def around(reach: int) -> Floats:
        low, high = np.maximum(order - reach, 0), np.minimum(order + reach + 1, n)
        mean: Floats = (sums[high] - sums[low]) / (high - low)
        return mean

    near = around(3)
    is_article = article > 0.5 * chars
    suspect = chance > 0.5
    inside = (above > 0) & (below > 0)
    runs = float((suspect & ~np.concatenate(([False], suspect[:-1])) & inside).sum())
    run = np.cumsum(np.concatenate(([True], suspect[1:] != suspect[:-1]))) - 1
    length = np.bincount(run)[run]
    run_score = np.bincount(run, score)[run] / length
    part = np.cumsum(is_article)
    same = np.zeros(n)
    short = np.flatnonzero(~is_article).tolist()
    parts: dict[str, set[int]] = {}
    for i in short:
        parts.setdefault(measured.first_words[i], set()).add(int(part[i]))
    for i in short:
        same[i] = len(parts[measured.first_words[i]])
    turns = len(set(part[~is_article & inside].tolist())) / max(int(is_article.sum()), 1)
    above_all, below_all = np.exp(-above / 150), np.exp(-below / 150)
    out = np.empty((n, len(CONTEXT)))
    columns: tuple[Any, ...] = (
        score, suspect, padded[1 : n + 1], padded[3 : n + 3], padded[:n], padded[4:], around(1), near, around(8),
        above_all, below_all, np.exp(-above / 1000), np.exp(-below / 1000), above / total, np.log1p(runs),
        np.log1p(runs) * inside, np.log1p(length) * suspect, run_score * suspect, np.log1p(same) * inside,
        (same >= 3) & inside, turns, turns * inside, total / max(float(chars.sum()), 1.0), np.log1p(total) / 10,
        score * above_all, score * below_all, score * inside, near * below_all, near * above_all,
    )  # fmt: skip
    for k, column in enumerate(columns):
        out[:, k] = column
    return out


def design_second(first: Floats, around: Floats) -> Floats:
    """Return the signs of the second pass from those of the first and :func:`context`."""
    base = first[:, : len(BASE)]
    kept = first[:, : len(BASE) + len(PLACE) + len(_NEIGHBOURS)]
    above, below = CONTEXT.index("above_all"), CONTEXT.index("below_all")
    return np.hstack([kept, around, around[:, above : above + 1] * base, around[:, below : below + 1] * base])


def vetoed(measured: Measured, around: Floats) -> Flags:
    """Return which lines no score may remove, because of the shape of the article or the list they stand in.

    The whole article, where suspicious lines and prose take turns eight times or more inside it (an interview with the
    same questions, a review of many things, a live blog), where a third of the lines begin like others (a ranking, a
    table set as lines: "Hosted by", "From"), and where there is hardly an article at all. A line with a list mark
    beside another such line: what a page lists and what an article lists look alike. A line without the words that
    sites print which returns: a refrain, a question put to everybody, a result.
    """
    n = len(measured.base)
    everything = np.expm1(around[0, CONTEXT.index("runs")]) >= _MOST_RUNS - 0.5
    if (
        everything
        or listed(measured) >= _MOST_LISTED
        or np.expm1(10 * around[0, CONTEXT.index("article_size")]) < _LEAST_ARTICLE
    ):
        return np.ones(n, bool)
    mark = (measured.base[:, BASE.index("starts_dash")] + measured.base[:, BASE.index("starts_sign")]) > 0
    beside = np.zeros(n, bool)
    beside[1:] |= mark[:-1]
    beside[:-1] |= mark[1:]
    base = measured.base
    returns = (base[:, BASE.index("twice")] > 0) & (base[:, _CUE_COLUMNS].sum(axis=1) == 0)
    result: Flags = (mark & beside) | returns
    return result


def listed(measured: Measured) -> float:
    """Return the share of the lines, 0 to 1, that are no prose and begin with the same word as three others do."""
    short = Counter(
        word for word, prose in zip(measured.first_words, measured.prose.tolist(), strict=True) if not prose and word
    )
    return sum(count for count in short.values() if count >= _A_LIST) / max(len(measured.prose), 1)


def length_discount(measured: Measured, around: Floats) -> Floats:
    """Return what is taken off each score for the share of the article that its loss would be."""
    article = np.maximum(np.expm1(10 * around[:, CONTEXT.index("article_size")]), 200.0)
    result: Floats = 0.5 * np.clip(np.log(np.maximum(measured.chars, 1) / article / 0.003), 0, 3)
    return result


@dataclass(frozen=True, slots=True)
class Weights:
    """One pass: a weight and a usual value for each sign, and the constant."""

    names: tuple[str, ...]
    weight: Floats
    usual: Floats
    constant: float

    def score(self, signs: Floats) -> Floats:
        """Return the score of each row of *signs*."""
        result: Floats = ((signs - self.usual) * self.weight).sum(axis=1) + self.constant
        return result

    @staticmethod
    def from_table(names: Sequence[str], table: dict[str, Any], place: str) -> Weights:
        """Return the pass that *table* describes; a sign it does not name weighs nothing."""
        unknown = sorted(set(table["signs"]) - set(names))
        if unknown:
            raise RuleFileError(place, (f"unknown signs {', '.join(unknown[:5])}",))
        pairs = [table["signs"].get(name, (0.0, 0.0)) for name in names]
        weight, usual = (np.array(column, float) for column in zip(*pairs, strict=True))
        return Weights(tuple(names), weight, usual, float(table["constant"]))


@dataclass(frozen=True, slots=True)
class Model:
    """Both passes, and the score from which each profile removes."""

    first: Weights
    second: Weights
    thresholds: dict[str, float]

    @staticmethod
    def from_table(table: dict[str, Any], place: str) -> Model:
        """Return the model that *table* describes.

        Raises:
            RuleFileError: it is not of this format and version, or names signs that do not exist.
        """
        if (table.get("format"), table.get("version")) != (FORMAT, VERSION):
            raise RuleFileError(place, (f"expected format {FORMAT!r}, version {VERSION}",))
        return Model(
            Weights.from_table(FIRST, table["first"], place),
            Weights.from_table(SECOND, table["second"], place),
            {name: float(value) for name, value in table["thresholds"].items()},
        )


@cache
def shipped_model() -> Model:
    """Return the model that comes with the package."""
    return Model.from_table(json.loads(shipped_text(__package__, "weights.json")), "weights.json")
