"""What lines are made of, counted for all lines of a text at once: classes of characters, and of neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["BAR", "BRACKET", "CASELESS", "CJK", "COLON", "COMMA", "DASH", "DIGIT", "GLUE", "LOWER", "QUOTE",
           "SENTENCE", "SIGN", "SPACE", "START_OTHER", "START_UPPER", "STOP", "UPPER", "Counts", "class_of",
           "count_letters"]  # fmt: skip

Whole: TypeAlias = npt.NDArray[np.int64]

# Classes of characters. A newline parts lines, so it is a class of its own.
NEWLINE, SPACE, UPPER, LOWER, CASELESS, CJK, DIGIT, STOP, COMMA, COLON, QUOTE, DASH, BRACKET, BAR, SIGN, OTHER = range(
    16
)
_K = 16
_MEMBERS = {
    SPACE: " \t\u00a0\u2002\u2003\u2009\u202f\u3000",
    STOP: ".!?…。！？؟।॥։",
    COMMA: ",;、，؛，；",
    COLON: ":：",
    QUOTE: "\"'“”„‟‘’‚‛«»‹›「」『』",
    DASH: "-‐‑‒–—―",
    BRACKET: "()[]{}（）［］【】",
    BAR: "|>•·►▶→←↓↑▼▲■●◆★☆✓×＞｜",
    SIGN: "@#&%$€£¥/_=+*~^©®™°\\<",
}
_LISTED = {character: kind for kind, members in _MEMBERS.items() for character in members}
# What two neighbouring characters make.
NOTHING, START_UPPER, START_OTHER, SENTENCE, GLUE = range(5)
_P = 8
_ALIKE = ((0x4E00, 0x9FA6, CJK), (0xAC00, 0xD7A4, CASELESS), (0xD800, 0xF900, OTHER))  # two thirds of all


def class_of(character: str) -> int:
    """Return the class of *character*, ``\\n`` for none; what lies beyond U+FFFF is not told apart."""
    code = ord(character or "\n")
    if code == 10 or code > 0xFFFF:
        return NEWLINE if code == 10 else OTHER
    if character in _LISTED:
        return _LISTED[character]
    if character.isalpha():
        if 0x3040 <= code <= 0x30FF or 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF:
            return CJK
        return UPPER if character.isupper() else LOWER if character.islower() else CASELESS
    return DIGIT if character.isdigit() else SPACE if character.isspace() else OTHER


@cache
def _class_table() -> npt.NDArray[np.uint8]:
    table = np.full(0x10000, OTHER, np.uint8)
    done = 0
    for start, end, kind in (*_ALIKE, (0x10000, 0x10000, OTHER)):
        table[done:start] = [class_of(chr(code)) for code in range(done, start)]
        table[start:end] = kind
        done = end
    return table


@cache
def _pair_table() -> npt.NDArray[np.uint8]:
    table = np.zeros((_K, _K), np.uint8)
    letters = (UPPER, LOWER, CASELESS, CJK)
    for before in range(_K):
        if before not in (*letters, DIGIT, QUOTE):
            table[before, UPPER] = START_UPPER
            table[before, [LOWER, CASELESS, CJK, DIGIT]] = START_OTHER
    table[QUOTE, UPPER] = START_UPPER
    table[STOP, [SPACE, NEWLINE, QUOTE]] = SENTENCE
    table[LOWER, UPPER] = GLUE
    table[STOP, UPPER] = GLUE
    return table.reshape(-1)


class Counts(NamedTuple):
    """What was counted, a row a line."""

    classes: Whole
    """(n, 16): characters of each class."""
    pairs: Whole
    """(n, 8): neighbours of each kind."""


def count_letters(texts: Sequence[str], sizes: Whole) -> Counts:
    """Return the counts of *texts*, lines without line ends, whose lengths are *sizes*."""
    n = len(texts)
    whole = "\n" + "\n".join(texts) + "\n"
    if whole.isascii():
        classes = _class_table().take(np.frombuffer(whole.encode(), np.uint8))
    else:
        codes = np.frombuffer(whole.encode("utf-32-le", "surrogatepass"), np.uint32)
        classes = _class_table().take(codes, mode="clip")
    owner = np.arange(n).repeat(sizes + 1)
    inner = classes[1:]
    hist = np.bincount((owner << 4) + inner, minlength=n * _K).reshape(n, _K)
    kinds = _pair_table().take((classes[:-1] << 4) + inner)
    owner <<= 3
    owner += kinds
    return Counts(hist, np.bincount(owner, minlength=n * _P).reshape(n, _P))
