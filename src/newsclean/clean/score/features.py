"""What is measured of each line: shape, words, repetition, the article's own vocabulary.

Every feature is cheap and none knows a site: a histogram of character classes per line (one pass of numpy over the
whole text), a few look-ups of words (``cues.toml``), and what the rules saw. Scripts without spaces or capitals are
measured by the same shapes; a feature that means nothing for them is neutral. Where a line stands is measured in
:mod:`newsclean.clean.score.place`.

A text is looked at again when lines of it went. What a line is by itself is read once (:class:`Reading`); only what
the other lines say of it is asked anew (:func:`measure`). Both take any number of texts at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from newsclean.clean.score import letters as of
from newsclean.clean.score.cues import FUNCTION, GROUPS, Said, Words, split_words
from newsclean.clean.score.letters import class_of, count_letters
from newsclean.clean.score.stack import Flags, Floats, Groups, Stack
from newsclean.text.lines import Lines

__all__ = ["BASE", "NAMED", "Asked", "Measured", "Reading", "measure", "read_texts", "rounded"]

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

# Columns of the numbers that features are made of: character classes, neighbours, cues, and these.
_PAIRS, _CUES = 16, 24
_CHARS, _LOG, _WORDS, _LETTERS, _CASED, _STARTS, _RATE, _COUNT, _CTA, _CUED = range(38, 48)
_RAW = 48
_INF = float("inf")
# Name: (number, divided by, start, length, most): (number / divided by - start) / length, from 0 to most.
_RAMPS = {
    "characters": (_LOG, None, 0, 4, _INF),
    "words_1_3": (_WORDS, None, 0, 3, 1), "words_3_12": (_WORDS, None, 3, 9, 1),
    "words_12_25": (_WORDS, None, 12, 13, 1), "words_25_60": (_WORDS, None, 25, 35, 1),
    "has_digit": (of.DIGIT, None, 0, 1, 1),
    "sentences_1": (_PAIRS + of.SENTENCE, None, 0, 1, 1), "sentences_2": (_PAIRS + of.SENTENCE, None, 1, 2, 1),
    "bar": (of.BAR, None, 0, 2, 1), "sign": (of.SIGN, None, 0, 3, 1), "bracket": (of.BRACKET, None, 0, 1, 1),
    "dash": (of.DASH, None, 0, 2, 1), "quote": (of.QUOTE, None, 0, 2, 1), "colon": (of.COLON, None, 0, 1, 1),
    "glued": (_PAIRS + of.GLUE, None, 0, 2, 1),
    **{f"cue_{group}": (_CUES + n, None, 0, 2, 1) for n, group in enumerate(GROUPS[:-1])},
    "cta": (_CTA, None, 0, 4, 1),
    "capitals": (of.UPPER, _CASED, 0, 1, _INF), "titled_words": (_PAIRS + of.START_UPPER, _STARTS, 0, 1, _INF),
    "digits": (of.DIGIT, _CHARS, 0, 1, _INF), "commas": (of.COMMA, _RATE, 0, 1, _INF),
    "long_words": (_LETTERS, _STARTS, 4, 6, 1), "caseless": (of.CASELESS, _LETTERS, 0, 1, _INF),
    "cjk": (of.CJK, _LETTERS, 0, 1, _INF), "cues_share": (_COUNT, _RATE, 0, 1, 1),
    "function_words": (_CUED, _RATE, 0, 1, 0.6),
}  # fmt: skip
_RAMPED = np.array([ramp[0] for ramp in _RAMPS.values()])
_RATIOS = np.array([k for k, ramp in enumerate(_RAMPS.values()) if ramp[1] is not None])
_FIRST_RATIO = int(_RATIOS[0])  # from there on all are ratios
_DIVIDED = np.array([ramp[1] for ramp in _RAMPS.values() if ramp[1] is not None])
_START, _LENGTH, _MOST = (np.array([ramp[k] for ramp in _RAMPS.values()], float) for k in (2, 3, 4))

_ENDS = ("ends_stop", "ends_question", "ends_exclamation", "ends_ellipsis", "ends_colon", "ends_digit")
_BEGINS = {"starts_lower": (of.LOWER,), "starts_quote": (of.QUOTE,), "starts_digit": (of.DIGIT,),
           "starts_sign": (of.SIGN, of.BAR), "starts_dash": (of.DASH,)}  # fmt: skip
_FLAGS = ("one_word", "all_caps", "titled_all", "media_short", "you_not_quoted", "words_say", "words_say_short")
_AROUND = ("prose", "in_vocabulary", "no_vocabulary", "twice", "often", "rule_b", "rule_c")
BASE = (*_RAMPS, *_ENDS, *_BEGINS, *_FLAGS, *_AROUND)
"""The features of a line by itself (its repetition and vocabulary need the text around it)."""
_AT = {name: k for k, name in enumerate(BASE)}
_FUNCTION_WORDS, _QUESTION = _AT["function_words"], _AT["ends_question"]
_END_COLUMNS = slice(_AT["ends_stop"], _AT["ends_digit"] + 1)
_BEGIN_COLUMNS = slice(_AT["starts_lower"], _AT["starts_dash"] + 1)
_FLAG = _AT["one_word"]
_PROSE = _AT["prose"]

_LOG_2 = float(np.log1p(2.0))
_FEW_WORDS = 20  # of an article, which tell nothing about the other lines
_STEP = 1024.0
"""Features are multiples of 1/1024, and weights of 1/4096: their sums are exact, the same on every machine."""


class Measured(NamedTuple):
    """The features of some lines, of one text or several: ``base`` by themselves, and what place is computed from."""

    base: Floats
    """One row a line, one column for each of :data:`BASE`; all 0 where a rule is sure of the line."""
    prose: Flags
    words: Floats
    log_words: Floats
    """``log1p(words)``."""
    chars: Floats
    first_words: list[str]
    group: Groups
    """The place in :data:`NAMED` of what a rule that is sure found; -1 for other lines."""
    sure: Flags
    """Whether a rule is sure of the line."""
    stack: Stack
    """Which lines are of which text."""


def rounded(values: Floats) -> Floats:
    """Return *values* as multiples of 1/1024, in place."""
    values *= _STEP
    np.rint(values, out=values)
    values /= _STEP
    return values


class Reading:
    """What the lines of a text are by themselves, whatever stands around them."""

    __slots__ = ("alone", "chars", "content", "ends", "first_words", "log_words", "lowered", "read", "row", "scored",
                 "vocabulary", "words", "words_of")  # fmt: skip

    read: list[str]
    """The lines as they were read."""
    row: dict[int, int]
    """The place here of each line of the text."""
    words_of: Words
    lowered: list[str]
    first_words: list[str]
    content: list[set[str]]
    """The different words of each line that are neither small nor cues."""
    chars: Floats
    words: Floats
    log_words: Floats
    ends: Flags
    """Whether the line ends as a sentence does."""
    alone: Floats
    """The columns of :data:`BASE` up to ``words_say_short``."""
    vocabulary: tuple[list[int], list[int] | None] | None
    """The lines of prose that were asked about last, and what :meth:`in_common` says of them."""
    scored: dict[object, object]
    """Room for what was made of some of the lines, by who asked."""

    def holds(self, lines: Lines, indices: Sequence[int]) -> bool:
        """Return whether the lines *indices* are still what was read."""
        row, read, texts = self.row, self.read, lines.texts
        return all(i in row and read[row[i]] == texts[i] for i in indices)

    def in_common(self, prose: list[int]) -> list[int] | None:
        """Return how many words each line shares with the lines *prose*; None where these have too few to tell."""
        if self.vocabulary is None or self.vocabulary[0] != prose:
            self.vocabulary = prose, self._in_common(prose)
        return self.vocabulary[1]

    def _in_common(self, prose: list[int]) -> list[int] | None:
        content = self.content
        own: set[str] = set()
        twice: set[str] = set()
        for k in prose:
            words = content[k]
            twice |= own & words
            own |= words
        if len(own) <= _FEW_WORDS:
            return None
        both = [len(words & own) for words in content]
        for k in prose:  # a prose line's own words do not count
            both[k] = len(content[k] & twice)
        return both


def read_texts(wanted: Sequence[tuple[Lines, Sequence[int]]], words: Words) -> list[Reading]:
    """Return what the lines of each text are, those at the indices given with it.

    What was read before and is still so is not read again; the others are read together.
    """
    new = [
        (lines, indices)
        for lines, indices in wanted
        if not isinstance(lines.reading, Reading)
        or lines.reading.words_of is not words
        or not lines.reading.holds(lines, indices)
    ]
    for (lines, _), reading in zip(new, _read(new, words) if new else (), strict=True):
        lines.reading = reading
    return [lines.reading for lines, _ in wanted if isinstance(lines.reading, Reading)]


def _read(wanted: Sequence[tuple[Lines, Sequence[int]]], words: Words) -> Iterator[Reading]:
    readings: list[Reading] = []
    texts: list[str] = []
    said: list[Said] = []
    for lines, indices in wanted:  # words text by text: those of many texts at once do not fit into the cache
        reading = Reading()
        reading.words_of = words
        reading.read = [lines.texts[i] for i in indices]
        reading.row = {i: k for k, i in enumerate(indices)}
        stripped = [text.strip() for text in reading.read]
        texts += stripped
        low = "\n".join(stripped).lower()
        reading.lowered = low.split("\n")
        split = split_words(low)
        reading.first_words = [line[0] if line else "" for line in split]
        said.append(words.read(split))
        reading.content = said[-1].content
        reading.vocabulary, reading.scored = None, {}
        readings.append(reading)
    n = len(texts)
    sizes = np.fromiter(map(len, texts), np.int64, n)
    chars: Floats = sizes.astype(np.float64)
    raw = np.empty((n, _RAW))
    counts = count_letters(texts, sizes)
    counted, says = words.weigh(said)
    raw[:, :_PAIRS] = counts.classes
    raw[:, _PAIRS:_CUES] = counts.pairs
    raw[:, _CUES : _CUES + len(GROUPS)] = counted
    many: Floats = _more_numbers(raw, chars)
    logs = np.log1p(many)
    alone, ends = _features(raw, texts, many, says)
    start = 0
    for reading in readings:
        here = slice(start, start := start + len(reading.read))
        reading.chars, reading.words, reading.log_words = chars[here], many[here], logs[here]
        reading.alone, reading.ends = alone[here], ends[here]
        yield reading


def _features(raw: Floats, texts: list[str], words: Floats, says: Floats) -> tuple[Floats, Flags]:
    """Return the columns of :data:`BASE` up to ``words_say_short``, and which lines end as sentences do."""
    alone = np.empty((len(texts), _PROSE))
    ramps = raw.take(_RAMPED, axis=1)
    ramps[:, _FIRST_RATIO:] /= raw.take(_DIVIDED, axis=1)
    ramps -= _START
    ramps /= _LENGTH
    np.maximum(ramps, 0, out=ramps)
    np.minimum(ramps, _MOST, out=alone[:, : len(_RAMPS)])
    spelt = raw[:, of.UPPER] + raw[:, of.LOWER] + raw[:, of.CASELESS]
    alone[spelt <= raw[:, of.CJK], _FUNCTION_WORDS] = 0.35  # small words do not show without spaces
    ends = _END_TABLE.take([_ending(text[-3:]) for text in texts], axis=0)
    alone[:, _END_COLUMNS] = ends
    alone[:, _BEGIN_COLUMNS] = _BEGIN_TABLE.take([_kind_of(text[:1]) for text in texts], axis=0)
    cased, upper, starts = raw[:, _CASED], raw[:, of.UPPER], raw[:, _STARTS]
    alone[:, _FLAG] = words < 2
    alone[:, _FLAG + 1] = (upper > 0.8 * cased) & (cased > 4)
    alone[:, _FLAG + 2] = (raw[:, _PAIRS + of.START_UPPER] >= starts * 0.8) & (words >= 2)
    short = words <= 25
    alone[:, _FLAG + 3] = (raw[:, _CUES + 5] > 0) & short
    alone[:, _FLAG + 4] = (raw[:, _CUES + 10] > 0) & (raw[:, of.QUOTE] == 0)
    alone[:, _FLAG + 5] = says
    alone[:, _FLAG + 6] = says * (words <= 12)
    alone[:, _AT["cta"]] *= short
    return rounded(alone), ends[:, 0] + ends[:, 3] > 0


class Asked(NamedTuple):
    """Some lines of a text that were read, and what rules found in them."""

    reading: Reading
    indices: Sequence[int]
    sure: Mapping[int, int]
    """The lines that rules are sure of, and the place in :data:`NAMED` of what they found there."""
    rules: Mapping[int, str]
    """What rules saw in other lines without being sure: the best strength."""


def measure(asked: Sequence[Asked]) -> Measured:
    """Return the features of the lines *asked* for, text below text; each as if there were no lines but those of its
    text that were asked for.
    """
    stack = Stack([len(one.indices) for one in asked])
    rows = [[one.reading.row[i] for i in one.indices] for one in asked]
    base = np.zeros((stack.n, len(BASE)))
    base[:, :_PROSE] = _taken(asked, rows, "alone")
    words, log_words, chars, ends = (_taken(asked, rows, name) for name in ("words", "log_words", "chars", "ends"))
    group = np.full(stack.n, -1)
    for start, one in zip(stack.starts.tolist(), asked, strict=True):
        if one.sure or one.rules:
            for k, i in enumerate(one.indices, start):
                if i in one.sure:
                    group[k] = one.sure[i]
                if (strength := one.rules.get(i)) is not None:
                    base[k, _PROSE + 5] = strength == "B"
                    base[k, _PROSE + 6] = strength == "C"
    named: Flags = group >= 0
    prose: Flags = (words >= 12) & (ends > 0) & ~named
    base[:, _PROSE] = prose
    base[:, _PROSE + 1], base[:, _PROSE + 2] = _in_vocabulary(asked, rows, stack, prose)
    first_words: list[str] = []
    for start, one, here in zip(stack.starts.tolist(), asked, rows, strict=True):
        lowered = [one.reading.lowered[k] for k in here]
        if len(set(lowered)) < len(here):
            repeats = Counter(lowered)
            times = np.fromiter(map(repeats.__getitem__, lowered), np.int64, len(here))
            base[start : start + len(here), _PROSE + 3] = times >= 2
            base[start : start + len(here), _PROSE + 4] = times >= 4
        first_words += [one.reading.first_words[k] for k in here]
    if (places := named.nonzero()[0]).size:
        base[places] = 0
        words[places], log_words[places], chars[places] = 2, _LOG_2, 0
        for k in places.tolist():
            first_words[k] = ""
    return Measured(base, prose, words, log_words, chars, first_words, group, named, stack)


def _taken(asked: Sequence[Asked], rows: Sequence[list[int]], name: str) -> Floats:
    """Return what is called *name* of the lines asked for, in an array of its own."""
    parts: list[Floats] = []
    for one, here in zip(asked, rows, strict=True):
        part = getattr(one.reading, name)
        parts.append(part if len(here) == len(part) else part.take(here, axis=0))
    return np.concatenate(parts)


def _in_vocabulary(
    asked: Sequence[Asked], rows: Sequence[list[int]], stack: Stack, prose: Flags
) -> tuple[Floats, Flags]:
    """Return which share of its words each line shares with its article's prose, and where that does not tell."""
    of_prose = prose.tolist()
    both: list[int] = []
    sizes: list[int] = []
    for start, one, here in zip(stack.starts.tolist(), asked, rows, strict=True):
        content = one.reading.content
        is_prose = of_prose[start : start + len(here)]
        common = one.reading.in_common([k for k, so in zip(here, is_prose, strict=True) if so])
        both += [0] * len(here) if common is None else [common[k] for k in here]
        sizes += [0] * len(here) if common is None else [len(content[k]) for k in here]
    size = np.array(sizes, float)
    unknown: Flags = size == 0
    share = np.array(both, float)
    share /= np.maximum(size, 1)
    share[unknown] = 0.5
    return rounded(share), unknown


def _more_numbers(raw: Floats, chars: Floats) -> Floats:
    """Fill in the other columns of *raw*, of lines of so many *chars*, and return how many words each line has."""
    cues = raw[:, _CUES : _CUES + len(GROUPS)]
    words: Floats = raw[:, of.SPACE] + 1 + raw[:, of.CJK] / 2
    raw[:, _CHARS] = np.maximum(chars, 1)
    raw[:, _LOG] = np.log1p(chars)
    raw[:, _WORDS] = words
    cased = raw[:, of.UPPER] + raw[:, of.LOWER]
    raw[:, _LETTERS] = np.maximum(cased + raw[:, of.CASELESS] + raw[:, of.CJK], 1)
    raw[:, _CASED] = np.maximum(cased, 1)
    raw[:, _STARTS] = np.maximum(raw[:, _PAIRS + of.START_UPPER] + raw[:, _PAIRS + of.START_OTHER], 1)
    raw[:, _RATE] = np.maximum(words, 3)
    raw[:, _COUNT] = cues.sum(1) - cues[:, 12]
    raw[:, _CTA] = cues[:, 0] + cues[:, 8] + cues[:, 1]
    raw[:, _CUED] = cues[:, FUNCTION]
    return words


@lru_cache(maxsize=20_000)
def _ending(end: str) -> int:
    """Return how a line that ends with *end*, its last three characters, ends: a bit for each of :data:`_ENDS`."""
    if not end:
        return 0
    mark = end[-1]
    kind = last = class_of(mark)
    if last in (of.QUOTE, of.BRACKET) and len(end) > 1:
        mark = end[-2]
        kind = class_of(mark)
    ellipsis = mark == "…" or (mark == "." and len(end) > 2 and end[-2] == ".")
    stop = kind == of.STOP and not ellipsis
    answers = (stop, stop and mark in "?？", stop and mark in "!！", ellipsis, kind == of.COLON, last == of.DIGIT)
    return sum(answer << k for k, answer in enumerate(answers))


_END_TABLE = np.array([[code >> k & 1 for k in range(len(_ENDS))] for code in range(1 << len(_ENDS))], float)
_BEGIN_TABLE = np.array([[kind in kinds for kinds in _BEGINS.values()] for kind in range(16)], float)
_kind_of = lru_cache(maxsize=20_000)(class_of)
