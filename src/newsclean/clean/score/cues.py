"""What single words say of a line: to which groups of cues they belong (``cues.toml``), what a model makes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import chain, repeat
from typing import NamedTuple, TypeAlias

import numpy as np

from newsclean.clean.score.stack import Floats, Groups
from newsclean.files import shipped_text

__all__ = ["FUNCTION", "GROUPS", "Said", "WordWeights", "Words", "split_words"]

GROUPS = ("account", "share", "comment", "legal", "related", "media", "time", "ad", "site", "byline", "you", "we",
          "reporting", "function")  # fmt: skip
_WORDS_READ = 60  # of a line; longer lines are paragraphs whose further words say nothing new
_ROOM, _NO_GROUP = 16, 15
FUNCTION = GROUPS.index("function")


@cache
def _cues() -> dict[str, set[int]]:
    """Return each cue word with its groups."""
    import tomllib  # here, not above: `import newsclean` does without

    tables = tomllib.loads(shipped_text(__package__, "cues.toml"))
    words: dict[str, set[int]] = {}
    for n, group in enumerate(GROUPS):
        for line in tables[group].values():
            for word in line.split():
                words.setdefault(word, set()).add(n)
    return words


_MARKS = '.,:;!?"()[]|“”„»«…'
_PLAIN_MARKS = str.maketrans(dict.fromkeys(filter(str.isascii, _MARKS), " "))
_ODD_MARKS = [mark for mark in _MARKS if not mark.isascii()]
_PLAIN_BYTES = bytes(32 if chr(byte) in _MARKS else byte for byte in range(128)) + bytes(range(128, 256))


WordWeights: TypeAlias = Mapping[str, int]
"""What a word says of a line it stands in, in hundredths of the score; ``^word`` of a line that begins with it."""
_MOST_SAID = 500


class Said(NamedTuple):
    """The words of the lines of a text, as far as they are known."""

    codes: Groups
    """What each word is, line after line; 0 where nothing is known of it."""
    sizes: list[int]
    """How many of them each line has."""
    begins: list[int]
    """What each line's first word says of it as such."""
    content: list[set[str]]
    """The different words of each line that are neither small nor cues."""


class Words:
    """What single words say: to which groups of cues they belong, and what a model makes of them."""

    __slots__ = ("_begins", "_codes", "_groups", "_known", "_worth", "weights")

    def __init__(self, weights: WordWeights) -> None:
        self.weights = weights
        cues = _cues()
        self._known = frozenset(cues)
        self._begins = {word[1:]: weight for word, weight in weights.items() if word.startswith("^")}
        words = sorted({*cues, *(word for word in weights if not word.startswith("^"))})
        self._codes = {word: code for code, word in enumerate(words, 1)}
        self._worth = np.array([0, *(weights.get(word, 0) for word in words)], float)
        # A word is of one group or none, but for a few: a table for the first, and one for each further.
        self._groups = np.full((max(map(len, cues.values())), len(words) + 1), _NO_GROUP)
        for word, groups in cues.items():
            self._groups[: len(groups), self._codes[word]] = sorted(groups)

    def read(self, split: Sequence[list[str]]) -> Said:
        """Return what is known of the words of each line."""
        sizes = list(map(len, split))
        codes = np.fromiter(map(self._codes.get, chain.from_iterable(split), repeat(0)), np.int64, sum(sizes))
        known, begins = self._known, self._begins
        first = [begins.get(words[0], 0) if words else 0 for words in split]
        return Said(codes, sizes, first, [set(words) - known for words in split])

    def weigh(self, said: Sequence[Said]) -> tuple[Groups, Floats]:
        """Return for each line of each text how many words it has of each group, and what its different words say."""
        sizes = np.array([size for one in said for size in one.sizes], np.int64)
        n = len(sizes)
        codes = np.concatenate([one.codes for one in said])
        owner = np.arange(n).repeat(sizes)
        known = codes.nonzero()[0]
        codes, owner = codes[known], owner[known]
        counts = np.zeros(n * _ROOM, np.int64)
        for table in self._groups:
            group = table.take(codes)
            of_group = (group != _NO_GROUP).nonzero()[0]
            counts += np.bincount(owner[of_group] * _ROOM + group[of_group], minlength=n * _ROOM)
        keys = owner * len(self._worth) + codes
        keys.sort()
        lines, different = np.divmod(keys[np.diff(keys, prepend=-1) > 0], len(self._worth))
        says = np.bincount(lines, self._worth.take(different), n)
        says += [begin for one in said for begin in one.begins]
        return counts.reshape(n, _ROOM)[:, : len(GROUPS)], np.minimum(np.maximum(says, -_MOST_SAID), _MOST_SAID) / 100


def split_words(lowered: str) -> list[list[str]]:
    """Return the first words of each line of *lowered*, without punctuation."""
    if lowered.isascii():
        lowered = lowered.translate(_PLAIN_MARKS)
    else:
        lowered = lowered.encode("utf-8", "surrogatepass").translate(_PLAIN_BYTES).decode("utf-8", "surrogatepass")
        for mark in _ODD_MARKS:
            lowered = lowered.replace(mark, " ")
    return [line.split(None, _WORDS_READ)[:_WORDS_READ] for line in lowered.split("\n")]
