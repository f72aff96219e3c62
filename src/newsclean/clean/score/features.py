"""What is measured of each line: shape, words, repetition, the article's own vocabulary, and place.

Every feature is cheap and none knows a site: a histogram of character classes per line (one pass of numpy over the
whole text), a few look-ups of words (``cues.toml``), what the rules saw, and where the line stands among the lines
that read like prose. Scripts without spaces or capitals are measured by the same shapes; a feature that means
nothing for them is neutral.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import repeat
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from newsclean.files import shipped_text
from newsclean.text.lines import Lines

__all__ = ["BASE", "GROUPS", "PLACE", "Flags", "Floats", "Measured", "measure", "place"]

Floats: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]

# Classes of characters. A newline parts lines, so it is a class of its own.
_NEWLINE, _SPACE, _UPPER, _LOWER, _CASELESS, _CJK, _DIGIT, _STOP = range(8)
_COMMA, _COLON, _QUOTE, _DASH, _BRACKET, _BAR, _SIGN, _OTHER = range(8, 16)
_K = 16
_MEMBERS = {
    _SPACE: " \t\u00a0\u2002\u2003\u2009\u202f\u3000",
    _STOP: ".!?…。！？؟।॥։",
    _COMMA: ",;、，؛，；",
    _COLON: ":：",
    _QUOTE: "\"'“”„‟‘’‚‛«»‹›「」『』",
    _DASH: "-‐‑‒–—―",
    _BRACKET: "()[]{}（）［］【】",
    _BAR: "|>•·►▶→←↓↑▼▲■●◆★☆✓×＞｜",
    _SIGN: "@#&%$€£¥/_=+*~^©®™°\\<",
}
# What two neighbouring characters make.
_NOTHING, _START_UPPER, _START_OTHER, _SENTENCE, _GLUE = range(5)
_P = 8

GROUPS = ("account", "share", "comment", "legal", "related", "media", "time", "ad", "site", "byline", "you", "we",
          "reporting", "function")  # fmt: skip
_WORDS_READ = 120  # of a line; longer lines are paragraphs whose further words say nothing new
_FUNCTION = GROUPS.index("function")

BASE = (
    "characters", "words_1_3", "words_3_12", "words_12_25", "words_25_60", "one_word",
    "ends_stop", "ends_question", "ends_exclamation", "ends_ellipsis", "ends_colon", "ends_digit",
    "starts_lower", "starts_quote", "starts_digit", "starts_sign", "starts_dash",
    "capitals", "all_caps", "titled_words", "titled_all", "digits", "has_digit", "sentences_1", "sentences_2",
    "commas", "bar", "sign", "bracket", "dash", "quote", "colon", "glued", "long_words", "caseless", "cjk",
    "prose", *(f"cue_{g}" for g in GROUPS[:-1]), "cues_share", "function_words", "in_vocabulary", "no_vocabulary",
    "twice", "often", "rule_b", "rule_c", "media_short", "cta", "you_not_quoted",
)  # fmt: skip
"""The features of a line by itself (its repetition and vocabulary need the text around it)."""
PLACE = (
    "head", "tail", "no_prose", "first", "last", "from_start", "from_end", "share_above", "share_below", "to_prose_up",
    "to_prose_down", "block_2", "block_4", "block_10", "prose_around", "prose_share", "lines", "prose_chars",
    "alike_neighbours", "short_body", "questions",
)  # fmt: skip
"""The features of a line's place in the article."""


@cache
def _class_table() -> npt.NDArray[np.uint8]:
    table = np.full(0x10000, _OTHER, np.uint8)
    for code in range(0x10000):
        character = chr(code)
        if character.isalpha():
            kind = _UPPER if character.isupper() else _LOWER if character.islower() else _CASELESS
            if 0x3040 <= code <= 0x30FF or 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF:
                kind = _CJK
            table[code] = kind
        elif character.isdigit():
            table[code] = _DIGIT
        elif character.isspace():
            table[code] = _SPACE
    for kind, members in _MEMBERS.items():
        for character in members:
            table[ord(character)] = kind
    table[10] = _NEWLINE
    return table


@cache
def _pair_table() -> npt.NDArray[np.uint8]:
    table = np.zeros((_K, _K), np.uint8)
    letters = (_UPPER, _LOWER, _CASELESS, _CJK)
    for before in range(_K):
        if before not in (*letters, _DIGIT, _QUOTE):
            table[before, _UPPER] = _START_UPPER
            table[before, [_LOWER, _CASELESS, _CJK, _DIGIT]] = _START_OTHER
    table[_QUOTE, _UPPER] = _START_UPPER
    table[_STOP, [_SPACE, _NEWLINE, _QUOTE]] = _SENTENCE
    table[_LOWER, _UPPER] = _GLUE
    table[_STOP, _UPPER] = _GLUE
    return table.reshape(-1)


@cache
def _cues() -> dict[str, int]:
    """Return each cue word with its groups as one number, eight bits a group, so that a sum counts them all."""
    import tomllib  # here, not above: `import newsclean` does without

    tables = tomllib.loads(shipped_text(__package__, "cues.toml"))
    words: dict[str, set[int]] = {}
    for n, group in enumerate(GROUPS):
        for line in tables[group].values():
            for word in line.split():
                words.setdefault(word, set()).add(n)
    return {word: sum(1 << (8 * n) for n in groups) for word, groups in words.items()}


_PACKED = len(GROUPS) + 1  # bytes that hold the counts of one line
_MARKS = '.,:;!?"()[]|“”„»«…'


class Measured:
    """The features of the lines *indices* of one text: ``base`` by themselves, and what place is computed from."""

    __slots__ = ("base", "chars", "first_words", "prose", "words")

    def __init__(self, base: Floats, prose: Flags, words: Floats, chars: Floats, first_words: list[str]) -> None:
        self.base = base
        """One row a line, one column for each of :data:`BASE`."""
        self.prose = prose
        self.words = words
        self.chars = chars
        self.first_words = first_words


def measure(lines: Lines, indices: Sequence[int], rules: Mapping[int, str]) -> Measured:
    """Return the features of the lines *indices*; *rules* holds the strength of what the rules saw in a line."""
    n = len(indices)
    texts = [lines.texts[i].strip() for i in indices]
    joined = "\n".join(texts)
    codes = np.frombuffer(("\n" + joined + "\n").encode("utf-32-le", "surrogatepass"), np.uint32)
    classes = _class_table()[np.minimum(codes, 0xFFFF)]
    sizes = np.fromiter(map(len, texts), np.int64, n)
    ends = np.cumsum(sizes + 1) + 1  # one behind the newline after each line
    starts = ends - sizes - 1
    owner = np.repeat(np.arange(n, dtype=np.int64), sizes + 1)
    inner = classes[1:]
    hist = np.bincount(owner * _K + inner, minlength=n * _K).reshape(n, _K).astype(np.float64)
    pairs = _pair_table()[classes[:-1].astype(np.uint16) * _K + inner]
    pair = np.bincount(owner * _P + pairs, minlength=n * _P).reshape(n, _P).astype(np.float64)

    chars = sizes.astype(np.float64)
    safe = np.maximum(chars, 1)
    letters = hist[:, _UPPER] + hist[:, _LOWER] + hist[:, _CASELESS] + hist[:, _CJK]
    cased = np.maximum(hist[:, _UPPER] + hist[:, _LOWER], 1)
    starts_of_words = np.maximum(pair[:, _START_UPPER] + pair[:, _START_OTHER], 1)
    words = hist[:, _SPACE] + 1 + hist[:, _CJK] / 2
    last = classes[ends - 2]
    last_code = codes[ends - 2]
    closing = (last == _QUOTE) | (last == _BRACKET)
    mark = np.where(closing & (sizes > 1), classes[ends - 3], last)
    mark_code = np.where(closing & (sizes > 1), codes[ends - 3], last_code)
    ellipsis = (mark_code == 0x2026) | ((mark_code == 0x2E) & (sizes > 2) & (codes[ends - 3] == 0x2E))
    stop = (mark == _STOP) & ~ellipsis
    question = stop & ((mark_code == 0x3F) | (mark_code == 0xFF1F))
    exclamation = stop & ((mark_code == 0x21) | (mark_code == 0xFF01))
    first = classes[starts]
    sentences = pair[:, _SENTENCE]
    prose = (words >= 12) & (stop | ellipsis)

    cues, function, vocabulary, known, first_words = _words(joined, prose)
    rate = np.maximum(words, 3)
    count = cues.sum(1) - cues[:, 12]
    spaced = letters - hist[:, _CJK] > hist[:, _CJK]
    keys = [lines.key(i) for i in indices]
    repeats = Counter(keys)
    times = np.fromiter(map(repeats.__getitem__, keys), np.float64, n)
    seen = [rules.get(i, "") for i in indices]

    short = words <= 25
    base = np.empty((n, len(BASE)), np.float64)
    columns = [
        np.log1p(chars) / 4, np.minimum(words, 3) / 3, np.clip((words - 3) / 9, 0, 1), np.clip((words - 12) / 13, 0, 1),
        np.clip((words - 25) / 35, 0, 1), words < 2,
        stop, question, exclamation, ellipsis, mark == _COLON, last == _DIGIT,
        first == _LOWER, first == _QUOTE, first == _DIGIT, (first == _SIGN) | (first == _BAR), first == _DASH,
        hist[:, _UPPER] / cased, (hist[:, _UPPER] > 0.8 * cased) & (cased > 4), pair[:, _START_UPPER] / starts_of_words,
        (pair[:, _START_UPPER] >= starts_of_words * 0.8) & (words >= 2),
        hist[:, _DIGIT] / safe, hist[:, _DIGIT] > 0, np.minimum(sentences, 1), np.clip(sentences - 1, 0, 2) / 2,
        hist[:, _COMMA] / rate, np.minimum(hist[:, _BAR], 2) / 2, np.minimum(hist[:, _SIGN], 3) / 3,
        hist[:, _BRACKET] > 0, np.minimum(hist[:, _DASH], 2) / 2, np.minimum(hist[:, _QUOTE], 2) / 2,
        hist[:, _COLON] > 0, np.minimum(pair[:, _GLUE], 2) / 2, np.clip(letters / starts_of_words - 4, 0, 6) / 6,
        hist[:, _CASELESS] / np.maximum(letters, 1), hist[:, _CJK] / np.maximum(letters, 1),
        prose,
        *(np.minimum(cues[:, g], 2) / 2 for g in range(len(GROUPS) - 1)),
        np.minimum(count / rate, 1), np.where(spaced, np.minimum(function / rate, 0.6), 0.35),
        np.where(known, vocabulary, 0.5), ~known,
        times >= 2, times >= 4, [s == "B" for s in seen], [s == "C" for s in seen],
        (cues[:, 5] > 0) & short, np.minimum(cues[:, 0] + cues[:, 8] + cues[:, 1], 4) / 4 * short,
        (cues[:, 10] > 0) & (hist[:, _QUOTE] == 0),
    ]  # fmt: skip
    for k, column in enumerate(columns):
        base[:, k] = column
    return Measured(base, prose, words, chars, first_words)


def _words(joined: str, prose: Flags) -> tuple[Floats, Floats, Floats, Flags, list[str]]:
    """Return cue counts by group, function words, the share of a line's words that the article's prose also has,
    whether that share means anything, and each line's first word.
    """
    table = _cues()
    plain = joined.lower()
    for mark in _MARKS:
        plain = plain.replace(mark, " ")
    split = [line.split()[:_WORDS_READ] for line in plain.split("\n")]
    get = table.get
    packed = b"".join([sum(map(get, words, repeat(0))).to_bytes(_PACKED, "little") for words in split])
    counts = np.frombuffer(packed, np.uint8).reshape(-1, _PACKED)[:, : len(GROUPS)].astype(np.float64)
    content = [set(words).difference(table) for words in split]
    own: set[str] = set()
    once: set[str] = set()
    twice: set[str] = set()
    for words, is_prose in zip(content, prose.tolist(), strict=True):
        if is_prose:
            own |= words
            twice |= once & words
            once |= words
    known = np.fromiter(map(len, content), np.int64, len(split)) > 0
    if len(own) <= 20:
        known[:] = False
    shares = [
        len(words & (twice if is_prose else own)) / (len(words) or 1)  # a prose line's own words do not count
        for words, is_prose in zip(content, prose.tolist(), strict=True)
    ]
    return counts, counts[:, _FUNCTION], np.array(shares), known, [words[0] if words else "" for words in split]


def place(measured: Measured) -> Floats:
    """Return the place features, a row a line, a column for each of :data:`PLACE`."""
    n = len(measured.prose)
    prose = measured.prose
    where = np.flatnonzero(prose)
    order = np.arange(n)
    out = np.zeros((n, len(PLACE)), np.float64)
    chars = measured.chars
    total = max(float(chars.sum()), 1.0)
    above = np.cumsum(chars) - chars
    if len(where):
        first, last = where[0], where[-1]
        head, tail = order < first, order > last
        up = order - np.concatenate(([-20], where))[np.searchsorted(where, order)]
        down = np.concatenate((where, [n + 20]))[np.searchsorted(where, order, side="right")] - order
    else:
        head = tail = np.zeros(n, bool)
        up = down = np.full(n, 20)
    up, down = np.minimum(up, 20), np.minimum(down, 20)
    block = np.where(prose, 0, up + down - 1)
    running = np.concatenate(([0], np.cumsum(prose)))
    low, high = np.maximum(order - 5, 0), np.minimum(order + 6, n)
    around = (running[high] - running[low]) / (high - low)
    prose_chars = float(chars[prose].sum())
    words = np.log1p(measured.words)
    before = np.abs(words - np.concatenate((words[:1] + 3, words[:-1])))
    after = np.abs(words - np.concatenate((words[1:], words[-1:] + 3)))
    columns = [
        head, tail, not len(where), order == 0, order == n - 1, np.log1p(order) / 3, np.log1p(n - 1 - order) / 3,
        above / total, (total - above - chars) / total, up / 20, down / 20, block >= 2, block >= 4, block >= 10, around,
        prose.mean() if n else 0, np.log1p(n) / 5, np.minimum(prose_chars / 4000, 1),
        (np.minimum(before, after) < 0.3) & ~prose,
        (~prose).mean() if n else 0, measured.base[:, BASE.index("ends_question")].mean() if n else 0,
    ]  # fmt: skip
    for k, column in enumerate(columns):
        out[:, k] = column
    return out
