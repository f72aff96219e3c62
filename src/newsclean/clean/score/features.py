"""What is measured of each line: shape, words, repetition, the article's own vocabulary.

Every feature is cheap and none knows a site: a histogram of character classes per line (one pass of numpy over the
whole text), a few look-ups of words (``cues.toml``), and what the rules saw. Scripts without spaces or capitals are
measured by the same shapes; a feature that means nothing for them is neutral. Where a line stands is measured in
:mod:`newsclean.clean.score.place`.

A text is looked at again when lines of it went. What a line is by itself is read once (:class:`Reading`); only what
the other lines say of it is asked anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from itertools import repeat
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from newsclean.clean.score import letters as of
from newsclean.clean.score.letters import class_of, count_letters
from newsclean.files import shipped_text
from newsclean.text.lines import Lines

__all__ = ["BASE", "GROUPS", "NAMED", "Flags", "Floats", "Groups", "Measured", "Reading", "WordWeights", "Words",
           "read_lines", "rounded", "split_words"]  # fmt: skip

Floats: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Groups: TypeAlias = npt.NDArray[np.int64]

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

_STEP = 1024.0
"""Features are multiples of 1/1024, and weights of 1/4096: their sums are exact, the same on every machine."""


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


_MARKS = '.,:;!?"()[]|“”„»«…'
_PLAIN_MARKS = str.maketrans(dict.fromkeys(filter(str.isascii, _MARKS), " "))
_ODD_MARKS = [mark for mark in _MARKS if not mark.isascii()]
_PLAIN_BYTES = bytes(32 if chr(byte) in _MARKS else byte for byte in range(128)) + bytes(range(128, 256))


WordWeights: TypeAlias = Mapping[str, int]
"""What a word says of a line it stands in, in hundredths of the score; ``^word`` of a line that begins with it."""
_MOST_SAID = 500


class Words:
    """What single words say: to which groups of cues they belong, and what a model makes of them."""

    __slots__ = ("_begins", "_cues", "_small", "weights")

    def __init__(self, weights: WordWeights) -> None:
        self.weights = weights
        cues = _cues()
        function = 1 << 8 * _FUNCTION
        self._small = frozenset(word for word, groups in cues.items() if groups == function)
        """The small words of sentences, half of all words, which are nothing else."""
        self._cues = {word: groups for word, groups in cues.items() if word not in self._small}
        self._begins = {word[1:]: weight for word, weight in weights.items() if word.startswith("^")}

    def of(self, split: Sequence[list[str]]) -> tuple[npt.NDArray[np.uint8], Floats, list[set[str]]]:
        """Return for each line how many words it has of each group, what its different words say, and the others."""
        small, cues, begins = self._small, self._cues, self._begins
        get_cues, get_weight = cues.get, self.weights.get
        counts: list[bytes] = []
        says: list[int] = []
        content: list[set[str]] = []
        for words in split:
            large = [word for word in words if word not in small]
            different = set(large)
            others = different.difference(cues)
            content.append(others)
            groups = len(words) - len(large) << 8 * _FUNCTION
            if len(others) < len(different):
                groups += sum(map(get_cues, large, repeat(0)))
            counts.append(groups.to_bytes(len(GROUPS), "little"))
            if begins:
                says.append(sum(map(get_weight, set(words), repeat(0))) + (begins.get(words[0], 0) if words else 0))
            else:
                says.append(0)
        packed = np.frombuffer(b"".join(counts), np.uint8).reshape(-1, len(GROUPS))
        return packed, np.minimum(np.maximum(np.array(says, float), -_MOST_SAID), _MOST_SAID) / 100, content


class Measured(NamedTuple):
    """The features of some lines of one text: ``base`` by themselves, and what place is computed from."""

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


def rounded(values: Floats) -> Floats:
    """Return *values* as multiples of 1/1024, in place."""
    values *= _STEP
    np.rint(values, out=values)
    values /= _STEP
    return values


class Reading:
    """What the lines of a text are by themselves, whatever stands around them."""

    __slots__ = ("_content", "_vocabulary", "_whole", "alone", "chars", "ends", "first_words", "log_words", "read",
                 "row", "scored", "split", "words", "words_of")  # fmt: skip

    def __init__(self, lines: Lines, indices: Sequence[int], words: Words) -> None:
        n = len(indices)
        self.read = [lines.texts[i] for i in indices]
        """The lines as they were read."""
        self.row = {i: k for k, i in enumerate(indices)}
        self.words_of = words
        texts = [text.strip() for text in self.read]
        lowered = "\n".join(texts).lower()
        self._whole = lowered.split("\n")
        self.split = split_words(lowered)
        self.first_words = [line[0] if line else "" for line in self.split]
        cues, says, self._content = words.of(self.split)
        sizes = np.fromiter(map(len, texts), np.int64, n)
        self.chars: Floats = sizes.astype(np.float64)
        raw = np.empty((n, _RAW))
        counts = count_letters(texts, sizes)
        raw[:, :_PAIRS] = counts.classes
        raw[:, _PAIRS:_CUES] = counts.pairs
        raw[:, _CUES : _CUES + len(GROUPS)] = cues
        self.words: Floats = _more_numbers(raw, self.chars)
        self.log_words: Floats = np.log1p(self.words)
        self.ends: Flags = np.zeros(n, bool)
        """Whether the line ends as a sentence does."""
        self.alone: Floats = self._features(raw, texts, says)
        """The columns of :data:`BASE` up to ``words_say_short``."""
        self._vocabulary: tuple[list[int], Floats, Flags] | None = None
        self.scored: dict[object, object] = {}
        """Room for what was made of some of the lines, by who asked."""

    def _features(self, raw: Floats, texts: list[str], says: Floats) -> Floats:
        words, n = self.words, len(texts)
        alone = np.empty((n, _PROSE))
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
        self.ends = ends[:, 0] + ends[:, 3] > 0
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
        return rounded(alone)

    def holds(self, lines: Lines, indices: Sequence[int]) -> bool:
        """Return whether the lines *indices* are still what was read."""
        row, read, texts = self.row, self.read, lines.texts
        return all(i in row and read[row[i]] == texts[i] for i in indices)

    def measured(self, rows: Groups, group: Groups, rules: Sequence[tuple[int, str]]) -> Measured:
        """Return the features of the lines *rows*, where rules that are sure found *group*; others saw *rules*."""
        alone, words, log_words, chars, ends = self.alone, self.words, self.log_words, self.chars, self.ends
        whole = len(rows) == len(alone)
        if not whole:
            alone, words, log_words, chars, ends = (
                alone.take(rows, axis=0), words[rows], log_words[rows], chars[rows], ends[rows],
            )  # fmt: skip
        named = group >= 0
        sure = bool(named.any())
        prose = (words >= 12) & ends
        if sure:
            prose &= ~named
        n = len(rows)
        base = np.zeros((n, len(BASE)))
        base[:, :_PROSE] = alone
        base[:, _PROSE] = prose
        share, known = self._in_vocabulary(rows, prose, whole)
        base[:, _PROSE + 1] = share
        base[:, _PROSE + 2] = ~known
        here = rows.tolist()
        lowered = self._whole if whole else [self._whole[k] for k in here]
        if len(set(lowered)) < n:
            repeats = Counter(lowered)
            times = np.fromiter(map(repeats.__getitem__, lowered), np.int64, n)
            base[:, _PROSE + 3] = times >= 2
            base[:, _PROSE + 4] = times >= 4
        for k, strength in rules:
            base[k, _PROSE + 5] = strength == "B"
            base[k, _PROSE + 6] = strength == "C"
        first_words = [self.first_words[k] for k in here]
        if sure:
            places = named.nonzero()[0]
            base[places] = 0
            words, log_words, chars = words.copy(), log_words.copy(), chars.copy()
            words[places], log_words[places], chars[places] = 2, _LOG_2, 0
            for k in places.tolist():
                first_words[k] = ""
        return Measured(base, prose, words, log_words, chars, first_words, group, named)

    def _in_vocabulary(self, rows: Groups, prose: Flags, whole: bool) -> tuple[Floats, Flags]:
        """Return which share of its words each line has in common with the article's prose, and whether that tells."""
        by = rows[prose].tolist()
        if self._vocabulary is None or self._vocabulary[0] != by:
            self._vocabulary = by, *self._shares(by)
        _, share, known = self._vocabulary
        return (share, known) if whole else (share[rows], known[rows])

    def _shares(self, prose: list[int]) -> tuple[Floats, Flags]:
        content = self._content
        n = len(content)
        own: set[str] = set()
        twice: set[str] = set()
        for k in prose:
            words = content[k]
            twice |= own & words
            own |= words
        if len(own) <= 20:
            return np.full(n, 0.5), np.zeros(n, bool)
        sizes = np.fromiter(map(len, content), np.int64, n)
        both = [len(words & own) for words in content]
        for k in prose:  # a prose line's own words do not count
            both[k] = len(content[k] & twice)
        known = sizes > 0
        share = np.array(both, float)
        share /= np.maximum(sizes, 1)
        share[~known] = 0.5
        return rounded(share), known


_LOG_2 = float(np.log1p(2.0))


def read_lines(lines: Lines, indices: Sequence[int], words: Words) -> Reading:
    """Return what the lines *indices* are; what was read before and is still so is not read again."""
    reading = lines.reading
    if not isinstance(reading, Reading) or reading.words_of is not words or not reading.holds(lines, indices):
        reading = lines.reading = Reading(lines, indices, words)
    return reading


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
    raw[:, _CUED] = cues[:, _FUNCTION]
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


def split_words(lowered: str) -> list[list[str]]:
    """Return the first words of each line of *lowered*, without punctuation."""
    if lowered.isascii():
        lowered = lowered.translate(_PLAIN_MARKS)
    else:
        lowered = lowered.encode("utf-8", "surrogatepass").translate(_PLAIN_BYTES).decode("utf-8", "surrogatepass")
        for mark in _ODD_MARKS:
            lowered = lowered.replace(mark, " ")
    return [line.split(None, _WORDS_READ)[:_WORDS_READ] for line in lowered.split("\n")]
