"""The score of a line, in two passes that add up what many signs say.

The first pass weighs each line by itself, its place, and its four neighbours: a logistic regression, one weight a sign.
The second looks again at the lines that the first suspects, and knows what the first thought of all others
(:mod:`newsclean.clean.score.context`). It is a sum of many small tables, each of which asks at most three questions
("is a comments heading above?", "is the line short?") and adds what lines with these answers were worth: weak signs
often mean something only together. (The sum is made by gradient boosting: Friedman 2001, "Greedy function
approximation".) Either way a score is a sum, so every line's score can be taken apart again into what each sign added.

The weights are data (``weights.json``), fitted by ``benchmarks/fit_score.py``; all are multiples of 1/4096 and all
features of 1/1024, so that sums are exact and no machine decides otherwise than another.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from newsclean.clean.score.context import CONTEXT, Around, context, length_discount, vetoed
from newsclean.clean.score.cues import Words
from newsclean.clean.score.features import BASE, NAMED, Measured, rounded
from newsclean.clean.score.place import PLACE, place
from newsclean.clean.score.stack import Flags, Floats, Groups
from newsclean.errors import RuleFileError
from newsclean.files import shipped_text

__all__ = ["FIRST", "FORMAT", "SECOND", "SUSPECT", "VERSION", "First", "Model", "Scores", "Trees", "design_first",
           "design_second", "shipped_model"]  # fmt: skip

FORMAT = "newsclean.score"
VERSION = 2

NEIGHBOUR = (
    "characters", "words_1_3", "words_3_12", "words_12_25", "one_word", "ends_stop", "titled_words", "has_digit",
    "prose", "cues_share", "function_words", "in_vocabulary", "rule_b", "starts_quote", "you_not_quoted", "ends_colon",
    "ends_question", "cta", "twice", "media_short", "cue_share", "cue_related", "cue_account", "cue_comment",
    "starts_dash", "starts_sign", "starts_digit", "cue_media", "glued", "words_say",
)  # fmt: skip
"""What of a line its neighbours are told; beside it, what a rule that is sure found there."""
_SHIFTS = (("up", 1), ("down", -1), ("up2", 2), ("down2", -2))
_TOLD = (*NEIGHBOUR, *(f"named_{group}" for group in NAMED), "named")
FIRST = (
    *BASE, *PLACE, *(f"{name}@{where}" for where, _ in _SHIFTS for name in _TOLD), *(f"{n}*head" for n in BASE),
    *(f"{n}*tail" for n in BASE),
)  # fmt: skip
SECOND = (*BASE, *PLACE, "words_say@up", "words_say@down", *CONTEXT)

_NEIGHBOUR_COLUMNS = [BASE.index(name) for name in NEIGHBOUR]
_SAY = BASE.index("words_say")
_WHERE, _BESIDE = len(BASE), len(BASE) + len(PLACE)
_HEAD, _TAIL = PLACE.index("head"), PLACE.index("tail")
SUSPECT = -2.0
"""The first score from which a line is looked at again. Measured: lines below it are 56 % of all lines, and 1 in
2,000 of the boilerplate that goes at the balanced limit."""
_DEPTH = 3


def _told(measured: Measured) -> Floats:
    """Return what each line tells its neighbours, and a last row of nothing."""
    n = len(measured.base)
    told = np.zeros((n + 1, len(_TOLD)))
    told[:n, : len(NEIGHBOUR)] = measured.base[:, _NEIGHBOUR_COLUMNS]
    named = np.flatnonzero(measured.sure)
    told[named, len(NEIGHBOUR) + measured.group[named]] = 1
    told[named, -1] = 1
    return told


def design_first(measured: Measured, where: Floats, rows: Groups) -> Floats:
    """Return the signs of the first pass of the lines *rows*, a column for each of :data:`FIRST`."""
    base, told, where = measured.base[rows], _told(measured), where[rows]
    around = [told[measured.stack.neighbours(rows, by)] for _, by in _SHIFTS]
    return np.hstack([base, where, *around, where[:, [_HEAD]] * base, where[:, [_TAIL]] * base])


def design_second(measured: Measured, where: Floats, around: Around, rows: Groups) -> Floats:
    """Return the signs of the second pass of the lines *rows*, a column for each of :data:`SECOND`."""
    says = np.zeros(len(measured.base) + 1)
    says[:-1] = measured.base[:, _SAY]
    signs = np.empty((len(rows), len(SECOND)))
    measured.base.take(rows, axis=0, out=signs[:, :_WHERE], mode="clip")
    where.take(rows, axis=0, out=signs[:, _WHERE:_BESIDE], mode="clip")
    signs[:, _BESIDE] = says[measured.stack.neighbours(rows, 1)]
    signs[:, _BESIDE + 1] = says[measured.stack.neighbours(rows, -1)]
    signs[:, _BESIDE + 2 :] = rounded(around.signs.take(rows, axis=0))
    return signs


@dataclass(frozen=True, slots=True)
class First:
    """The first pass: a weight and a usual value for each sign of :data:`FIRST`, and the constant."""

    weight: Floats
    usual: Floats
    constant: float
    _own: Floats
    """What each of :data:`BASE` adds to its own line, in the head, in the tail, and to the four neighbours."""
    _named: Floats
    """What a line of each group of :data:`NAMED` adds to the four neighbours."""
    _where: Floats
    _start: float

    @staticmethod
    def of(weight: Floats, usual: Floats, constant: float) -> First:
        """Return the pass of these weights, given in the order of :data:`FIRST`."""
        b, p, t = len(BASE), len(PLACE), len(_TOLD)
        head = b + p + 4 * t
        told = weight[b + p : head].reshape(4, t).T
        own = np.zeros((b, 7))
        own[:, :3] = np.column_stack((weight[:b], weight[head : head + b], weight[head + b :]))
        own[_NEIGHBOUR_COLUMNS, 3:] = told[: len(NEIGHBOUR)]
        named = told[len(NEIGHBOUR) : -1] + told[-1]
        return First(weight, usual, constant, own, named, weight[b : b + p], constant - float(usual @ weight))

    def score(self, measured: Measured, where: Floats) -> Floats:
        """Return the score of each line: the sum over all signs of ``weight * (value - usual value)``, and a constant.

        The signs of a line need not be set side by side for that: what neighbours add is the same product, shifted.
        """
        own = measured.base @ self._own
        if (sure := measured.sure).any():
            own[sure, 3:] = self._named[measured.group[sure]]
        score = where @ self._where
        score += own[:, 0]
        score += where[:, _HEAD] * own[:, 1]
        score += where[:, _TAIL] * own[:, 2]
        for k, (_, by) in enumerate(_SHIFTS, 3):
            score += measured.stack.shifted(own[:, k], by)
        score += self._start
        return rounded(score)

    def parts(self, signs: Floats) -> Floats:
        """Return what each sign adds to the score of each row of *signs*, compared with its usual value."""
        result: Floats = (signs - self.usual) * self.weight
        return result

    @staticmethod
    def from_table(table: Mapping[str, Any], place: str) -> First:
        """Return the pass that *table* describes; a sign it does not name weighs nothing."""
        _check_signs(table["signs"], FIRST, place)
        pairs = [table["signs"].get(name, (0.0, 0.0)) for name in FIRST]
        weight, usual = (np.array(column, float) for column in zip(*pairs, strict=True))
        return First.of(np.rint(weight * 4096) / 4096, np.rint(usual * 1024) / 1024, float(table["constant"]))


def _end_of(answers: int) -> int:
    """Return the end that a table's *answers* lead to, the first in the highest of eight bits."""
    at = 0
    while at < 7:
        at = 2 * at + 1 + (answers >> (7 - at) & 1)
    return at


_ENDS = np.array([_end_of(answers) for answers in range(256)])


class Trees(NamedTuple):
    """The second pass: for each table its questions and what the answers add; T tables of seven questions each.

    Question 0 comes first, 1 or 2 next, then one of 3 to 6: from question *q*, *no* leads to ``2q + 1`` and *yes* to
    ``2q + 2``.
    """

    signs: Groups
    """(7, T): places in :data:`SECOND`."""
    limits: Floats
    """(7, T): the answer is yes where the sign is above it."""
    means: Floats
    """(15, T): what lines that come to each question, or end, are worth in the mean."""
    constant: float
    asked: tuple[Groups, Floats]
    """``signs`` and ``limits`` table by table in rows of eight, the last never answered with yes."""

    def score(self, signs: Floats) -> tuple[Floats, Groups]:
        """Return the score of each row of *signs*, and the ends (T a row) it came to."""
        count = self.means.shape[1]
        answers = signs.take(self.asked[0], axis=1) > self.asked[1]
        ends = _ENDS.take(np.packbits(answers, axis=1))  # eight answers are one number
        return self.means.take(ends * count + np.arange(count)).sum(axis=1) + self.constant, ends

    def parts(self, ends: Groups) -> tuple[Groups, Floats]:
        """Return for each row of *ends* the places in :data:`SECOND` of the questions on the way to them, and what each
        answer added: the mean of what it led to, less the mean of where it was asked.
        """
        tables = np.arange(ends.shape[1])
        third, second = (ends - 1) // 2, (ends - 3) // 4
        path = (np.zeros_like(ends), second, third, ends)
        worth = [self.means[at, tables] for at in path]
        signs = np.concatenate([self.signs[at, tables] for at in path[:3]], axis=1)
        return signs, np.concatenate([b - a for a, b in pairwise(worth)], axis=1)

    @staticmethod
    def from_table(table: Mapping[str, Any], place: str) -> Trees:
        """Return the pass that *table* describes: ``[sign, limit, mean, no, yes]``, nested, or a number at an end."""
        named: set[str] = set()
        count = len(table["tables"])
        signs = np.zeros((7, count), np.int64)
        limits, means = np.full((7, count), np.inf), np.zeros((15, count))
        known = {name: k for k, name in enumerate(SECOND)}

        def put(tree: Any, at: int, column: int) -> None:
            if isinstance(tree, list):
                name, limit, means[at, column], no, yes = tree
                named.add(name)
                if at >= 7:
                    raise RuleFileError(place, (f"table {column} asks more than {_DEPTH} questions in turn",))
                signs[at, column], limits[at, column] = known.get(name, 0), limit
                put(no, 2 * at + 1, column)
                put(yes, 2 * at + 2, column)
                return
            means[at, column] = tree
            if at < 7:  # no question here: the answer is no, and nothing changes
                put(tree, 2 * at + 1, column)

        for column, tree in enumerate(table["tables"]):
            put(tree, 0, column)
        _check_signs(named, SECOND, place)
        asked = np.zeros((count, 8), np.int64), np.full((count, 8), np.inf)
        for mine, given in zip(asked, (signs, limits), strict=True):
            mine[:, :7] = given.T
        flat = asked[0].reshape(-1), asked[1].reshape(-1)
        return Trees(signs, limits, means, float(table["constant"]), flat)


def _check_signs(named: Any, known: Sequence[str], place: str) -> None:
    if unknown := sorted(set(named) - set(known)):
        raise RuleFileError(place, (f"unknown signs {', '.join(unknown[:5])}",))


class Scores(NamedTuple):
    """The lines that the second pass looked at: their places, scores and ends; which are vetoed is settled already."""

    measured: Measured
    where: Floats
    rows: Groups
    values: Floats
    ends: Groups
    around: Around


@dataclass(frozen=True, slots=True)
class Model:
    """What words say, both passes, and the score from which each profile removes."""

    words: Words
    first: First
    second: Trees
    thresholds: Mapping[str, float]

    def score(self, measured: Measured) -> Scores | None:
        """Return the scores of the lines that may go; None where there are none."""
        where = place(measured)
        first = self.first.score(measured, where)
        suspect = (first >= SUSPECT) & ~measured.sure
        if not suspect.any():
            return None
        around = context(measured, first)
        free: Flags = suspect & ~vetoed(measured, around)
        rows: npt.NDArray[np.int64] = free.nonzero()[0]
        if not len(rows):
            return None
        values, ends = self.second.score(design_second(measured, where, around, rows))
        return Scores(measured, where, rows, values - length_discount(measured, around)[rows], ends, around)

    @staticmethod
    def from_table(table: Mapping[str, Any], place: str) -> Model:
        """Return the model that *table* describes.

        Raises:
            RuleFileError: it is not of this format and version, or names signs that do not exist.
        """
        if (table.get("format"), table.get("version")) != (FORMAT, VERSION):
            raise RuleFileError(place, (f"expected format {FORMAT!r}, version {VERSION}",))
        return Model(
            Words({word: int(value) for value, words in table["words"].items() for word in words.split()}),
            First.from_table(table["first"], place),
            Trees.from_table(table["second"], place),
            {name: float(value) for name, value in table["thresholds"].items()},
        )


@cache
def shipped_model() -> Model:
    """Return the model that comes with the package."""
    return Model.from_table(json.loads(shipped_text(__package__, "weights.json")), "weights.json")
