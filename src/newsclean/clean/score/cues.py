"""What single words say of a line: to which groups of cues they belong (``cues.toml``), what a model makes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import repeat
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from newsclean.clean.score.stack import Floats
from newsclean.files import shipped_text

__all__ = ["FUNCTION", "GROUPS", "WordWeights", "Words", "split_words"]

GROUPS = ("account", "share", "comment", "legal", "related", "media", "time", "ad", "site", "byline", "you", "we",
          "reporting", "function")  # fmt: skip
_WORDS_READ = 60  # of a line; longer lines are paragraphs whose further words say nothing new
FUNCTION = GROUPS.index("function")


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

    __slots__ = ("_begins", "_cues", "_known", "_small", "_weighed", "weights")

    def __init__(self, weights: WordWeights) -> None:
        self.weights = weights
        cues = _cues()
        function = 1 << 8 * FUNCTION
        self._small = frozenset(word for word, groups in cues.items() if groups == function)
        """The small words of sentences, half of all words, which are nothing else."""
        self._cues = {word: groups for word, groups in cues.items() if word not in self._small}
        self._known, self._weighed = frozenset(self._cues), frozenset(weights)
        self._begins = {word[1:]: weight for word, weight in weights.items() if word.startswith("^")}

    def of(self, split: Sequence[list[str]]) -> tuple[npt.NDArray[np.uint8], Floats, list[set[str]]]:
        """Return for each line how many words it has of each group, what its different words say, and the others."""
        small, cues, begins, known, weighed = self._small, self._cues, self._begins, self._known, self._weighed
        weights, get_cues = self.weights, self._cues.get
        counts: list[bytes] = []
        says: list[int] = []
        content: list[set[str]] = []
        for words in split:
            large = [word for word in words if word not in small]
            different = set(large)
            groups = len(words) - len(large) << 8 * FUNCTION
            if hits := different & known:
                if len(different) == len(large):
                    groups += sum([cues[word] for word in hits])
                else:
                    groups += sum(map(get_cues, large, repeat(0)))
                different -= hits
            content.append(different)
            counts.append(groups.to_bytes(len(GROUPS), "little"))
            said = sum([weights[word] for word in weighed.intersection(words)])
            says.append(said + begins.get(words[0], 0) if words else 0)
        packed = np.frombuffer(b"".join(counts), np.uint8).reshape(-1, len(GROUPS))
        return packed, np.minimum(np.maximum(np.array(says, float), -_MOST_SAID), _MOST_SAID) / 100, content


def split_words(lowered: str) -> list[list[str]]:
    """Return the first words of each line of *lowered*, without punctuation."""
    if lowered.isascii():
        lowered = lowered.translate(_PLAIN_MARKS)
    else:
        lowered = lowered.encode("utf-8", "surrogatepass").translate(_PLAIN_BYTES).decode("utf-8", "surrogatepass")
        for mark in _ODD_MARKS:
            lowered = lowered.replace(mark, " ")
    return [line.split(None, _WORDS_READ)[:_WORDS_READ] for line in lowered.split("\n")]
