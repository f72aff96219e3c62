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

__all__ = ["BASE", "GROUPS", "NAMED", "PLACE", "Flags", "Floats", "Groups", "Measured", "WordWeights", "measure",
           "place", "rounded", "split_words", "words_say"]  # fmt: skip

Floats: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Groups: TypeAlias = npt.NDArray[np.int64]

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
_WORDS_READ = 60  # of a line; longer lines are paragraphs whose further words say nothing new
_FUNCTION = GROUPS.index("function")

NAMED = {
    "related": "read_more related_block most_read teaser_caps headline_repeat",
    "account": "newsletter subscribe_paywall app_channel donation",
    "share": "share_widget social_follow",
    "comment": "comment_prompt counter",
    "media": "photo_credit caption_single caption_repeat gallery_player video_promo tts_audio",
    "legal": "copyright consent affiliate",
    "meta": "byline timestamp read_time author_bio tags_category source_line",
    "ad": "ad_marker ad_continue",
    "nav": "nav_ui form_state widget_data template_residue embed_residue",
    "other": "",
}
"""What a rule that is sure of a line found there, in ten groups of kinds."""
BASE = (
    "characters", "words_1_3", "words_3_12", "words_12_25", "words_25_60", "one_word",
    "ends_stop", "ends_question", "ends_exclamation", "ends_ellipsis", "ends_colon", "ends_digit",
    "starts_lower", "starts_quote", "starts_digit", "starts_sign", "starts_dash",
    "capitals", "all_caps", "titled_words", "titled_all", "digits", "has_digit", "sentences_1", "sentences_2",
    "commas", "bar", "sign", "bracket", "dash", "quote", "colon", "glued", "long_words", "caseless", "cjk",
    "prose", *(f"cue_{g}" for g in GROUPS[:-1]), "cues_share", "function_words", "in_vocabulary", "no_vocabulary",
    "twice", "often", "rule_b", "rule_c", "media_short", "cta", "you_not_quoted", "words_say", "words_say_short",
)  # fmt: skip
"""The features of a line by itself (its repetition and vocabulary need the text around it)."""
PLACE = (
    "head", "tail", "no_prose", "first", "last", "from_start", "from_end", "share_above", "share_below", "to_prose_up",
    "to_prose_down", "block_2", "block_4", "block_10", "prose_around", "prose_share", "lines", "prose_chars",
    "alike_neighbours", "short_body", "questions", "named_below", "named_above", "named_share_below",
    "named_share_above",
)  # fmt: skip
"""The features of a line's place in the article."""
_STEP = 1024.0
"""Features are multiples of 1/1024, and weights of 1/4096: their sums are exact, the same on every machine."""


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


WordWeights: TypeAlias = Mapping[str, int]
"""What a word says of a line it stands in, in hundredths of the score; ``^word`` of a line that begins with it."""


class Measured:
    """The features of the written lines of one text: ``base`` by themselves, and what place is computed from."""

    __slots__ = ("base", "chars", "first_words", "group", "prose", "sure", "words")

    def __init__(
        self, base: Floats, prose: Flags, words: Floats, chars: Floats, first_words: list[str], group: Groups
    ) -> None:
        self.base = base
        """One row a line, one column for each of :data:`BASE`; all 0 where a rule is sure of the line."""
        self.prose = prose
        self.words = words
        self.chars = chars
        self.first_words = first_words
        self.group = group
        """The place in :data:`NAMED` of what a rule that is sure found; -1 for other lines."""
        self.sure: Flags = group >= 0

    def only(self, rows: Groups) -> Measured:
        """Return the features of the lines *rows* as if no other were there, but for repetition and vocabulary."""
        return Measured(
            self.base[rows], self.prose[rows], self.words[rows], self.chars[rows],
            [self.first_words[k] for k in rows.tolist()], self.group[rows],
        )  # fmt: skip


def rounded(values: Floats) -> Floats:
    """Return *values* as multiples of 1/1024, in place."""
    values *= _STEP
    np.rint(values, out=values)
    values /= _STEP
    return values


def measure(
    lines: Lines, indices: Sequence[int], rules: Mapping[int, str], sure: Mapping[int, int], weights: WordWeights
) -> Measured:
    """Return the features of the lines *indices*.

    *rules* holds the strength of what the rules saw in a line without being sure, *sure* the place in :data:`NAMED` of
    what they are sure of.
    """
    n = len(indices)
    texts = [lines.texts[i].strip() for i in indices]
    joined = "\n".join(texts)
    codes = np.frombuffer(("\n" + joined + "\n").encode("utf-32-le", "surrogatepass"), np.uint32)
    classes = _class_table()[np.minimum(codes, 0xFFFF)]
    sizes = np.fromiter(map(len, texts), np.int64, n)
    ends = np.cumsum(sizes + 1) + 1  # one behind the newline after each line
    starts = ends - sizes - 1
    owner = np.repeat(np.arange(n, dtype=np.int32), sizes + 1)
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
    closing = ((last == _QUOTE) | (last == _BRACKET)) & (sizes > 1)
    before_last = codes[ends - 3]
    mark = np.where(closing, classes[ends - 3], last)
    mark_code = np.where(closing, before_last, last_code)
    ellipsis = (mark_code == 0x2026) | ((mark_code == 0x2E) & (sizes > 2) & (before_last == 0x2E))
    stop = (mark == _STOP) & ~ellipsis
    first = classes[starts]
    sentences = pair[:, _SENTENCE]
    group = np.full(n, -1)
    if sure:
        group[:] = [sure.get(i, -1) for i in indices]
    named = group >= 0
    prose = (words >= 12) & (stop | ellipsis) & ~named

    lowered = joined.lower()
    split = split_words(lowered)
    cues, vocabulary, known = _words(split, prose)
    rate = np.maximum(words, 3)
    count = cues.sum(1) - cues[:, 12]
    function = cues[:, _FUNCTION]
    spaced = letters - hist[:, _CJK] > hist[:, _CJK]
    whole = lowered.split("\n")
    repeats = Counter(whole)
    times = np.fromiter(map(repeats.__getitem__, whole), np.float64, n) if len(repeats) < n else np.ones(n)
    says = np.array([words_say(line, weights) for line in split])

    short = words <= 25
    base = np.empty((n, len(BASE)), np.float64)
    half = np.minimum(cues[:, :_FUNCTION], 2) / 2
    seen_b, seen_c = np.zeros(n), np.zeros(n)
    for k, i in enumerate(indices) if rules else ():
        strength = rules.get(i)
        seen_b[k], seen_c[k] = strength == "B", strength == "C"
    columns = [
        np.log1p(chars) / 4, np.minimum(words, 3) / 3, _ramp(words, 3, 9), _ramp(words, 12, 13), _ramp(words, 25, 35),
        words < 2, stop, stop & ((mark_code == 0x3F) | (mark_code == 0xFF1F)),
        stop & ((mark_code == 0x21) | (mark_code == 0xFF01)), ellipsis, mark == _COLON, last == _DIGIT,
        first == _LOWER, first == _QUOTE, first == _DIGIT, (first == _SIGN) | (first == _BAR), first == _DASH,
        hist[:, _UPPER] / cased, (hist[:, _UPPER] > 0.8 * cased) & (cased > 4), pair[:, _START_UPPER] / starts_of_words,
        (pair[:, _START_UPPER] >= starts_of_words * 0.8) & (words >= 2),
        hist[:, _DIGIT] / safe, hist[:, _DIGIT] > 0, np.minimum(sentences, 1), _ramp(sentences, 1, 2),
        hist[:, _COMMA] / rate, np.minimum(hist[:, _BAR], 2) / 2, np.minimum(hist[:, _SIGN], 3) / 3,
        hist[:, _BRACKET] > 0, np.minimum(hist[:, _DASH], 2) / 2, np.minimum(hist[:, _QUOTE], 2) / 2,
        hist[:, _COLON] > 0, np.minimum(pair[:, _GLUE], 2) / 2, _ramp(letters / starts_of_words, 4, 6),
        hist[:, _CASELESS] / np.maximum(letters, 1), hist[:, _CJK] / np.maximum(letters, 1),
        prose, *half.T,
        np.minimum(count / rate, 1), np.where(spaced, np.minimum(function / rate, 0.6), 0.35),
        np.where(known, vocabulary, 0.5), ~known,
        times >= 2, times >= 4, seen_b, seen_c,
        (cues[:, 5] > 0) & short, np.minimum(cues[:, 0] + cues[:, 8] + cues[:, 1], 4) / 4 * short,
        (cues[:, 10] > 0) & (hist[:, _QUOTE] == 0), says, says * (words <= 12),
    ]  # fmt: skip
    for k, column in enumerate(columns):
        base[:, k] = column
    rounded(base)
    first_words = [words[0] if words and not here else "" for words, here in zip(split, named.tolist(), strict=True)]
    if sure:
        base[named] = 0
        words[named], chars[named] = 2, 0
    return Measured(base, prose, words, chars, first_words, group)


def _ramp(values: Floats, start: float, length: float) -> Floats:
    """Return 0 up to *start*, 1 from *start* + *length* on, and what lies between."""
    result: Floats = np.minimum(np.maximum((values - start) / length, 0), 1)
    return result


def split_words(lowered: str) -> list[list[str]]:
    """Return the first words of each line of *lowered*, without punctuation."""
    for mark in _MARKS:
        lowered = lowered.replace(mark, " ")
    return [line.split()[:_WORDS_READ] for line in lowered.split("\n")]


def words_say(words: Sequence[str], weights: WordWeights) -> float:
    """Return the sum of what the different *words* of a line say, from -5 to 5."""
    if not words or not weights:
        return 0.0
    total = sum(map(weights.get, set(words), repeat(0))) + weights.get("^" + words[0], 0)
    return min(max(total, -500), 500) / 100


def _words(split: list[list[str]], prose: Flags) -> tuple[Floats, Floats, Flags]:
    """Return the cues of each line by group, the share of its words that the article's prose also has, and whether
    that share means anything.
    """
    table = _cues()
    get = table.get
    packed = b"".join([sum(map(get, words, repeat(0))).to_bytes(_PACKED, "little") for words in split])
    counts = np.frombuffer(packed, np.uint8).reshape(-1, _PACKED)[:, : len(GROUPS)].astype(np.float64)
    content = [set(words).difference(table) for words in split]
    own: set[str] = set()
    once: set[str] = set()
    twice: set[str] = set()
    is_prose = prose.tolist()
    for words, whole in zip(content, is_prose, strict=True):
        if whole:
            own |= words
            twice |= once & words
            once |= words
    known = np.fromiter(map(len, content), np.int64, len(split)) > 0
    if len(own) <= 20:
        known[:] = False
    shares = [
        len(words & (twice if whole else own)) / (len(words) or 1)  # a prose line's own words do not count
        for words, whole in zip(content, is_prose, strict=True)
    ]
    return counts, np.array(shares), known


def place(measured: Measured) -> Floats:
    """Return the place features, a row a line, a column for each of :data:`PLACE`."""
    n = len(measured.prose)
    prose = measured.prose
    where = np.flatnonzero(prose)
    order = np.arange(n)
    out = np.empty((n, len(PLACE)), np.float64)
    chars = measured.chars
    total = max(float(chars.sum()), 1.0)
    above = np.cumsum(chars) - chars
    if len(where):
        head, tail = order < where[0], order > where[-1]
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
    words = np.log1p(measured.words)
    before = np.abs(words - np.concatenate((words[:1] + 3, words[:-1])))
    after = np.abs(words - np.concatenate((words[1:], words[-1:] + 3)))
    sure = measured.sure
    named = int(sure.sum())
    named_above = np.cumsum(sure)
    named_below = named - named_above
    named_above = named_above - sure
    share = len(where) / n
    columns = (
        head, tail, not len(where), order == 0, order == n - 1, np.log1p(order) / 3, np.log1p(n - 1 - order) / 3,
        above / total, (total - above - chars) / total, up / 20, down / 20, block >= 2, block >= 4, block >= 10, around,
        share, np.log1p(n) / 5, min(float(chars[prose].sum()) / 4000, 1.0), (np.minimum(before, after) < 0.3) & ~prose,
        1 - share, float(measured.base[:, _QUESTION].sum()) / n,
        np.minimum(named_below, 5) / 5, np.minimum(named_above, 5) / 5, named_below / n, named_above / n,
    )  # fmt: skip
    for k, column in enumerate(columns):
        out[:, k] = column
    return rounded(out)


_QUESTION = BASE.index("ends_question")
