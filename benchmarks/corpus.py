"""Made-up news articles of any number, with known copies among them, for the benchmarks.

    python benchmarks/corpus.py 20000 > articles.jsonl

Words are drawn from an invented vocabulary of 60,000 with Zipf-like frequencies; about every tenth phrase is a stock
phrase, so that common shingles occur; a third of the articles carry their site's furniture. Lengths are log-normal, 480
words in the middle. One article in eight is a copy of an earlier one: word for word, trimmed, with 5 % of its words
changed, or in another site's furniture. The same arguments give the same articles on every machine.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import numpy as np

ONSETS = [
    "b",
    "br",
    "c",
    "ch",
    "d",
    "dr",
    "f",
    "fl",
    "g",
    "gr",
    "h",
    "j",
    "k",
    "l",
    "m",
    "n",
    "p",
    "pl",
    "qu",
    "r",
    "s",
    "sh",
    "st",
    "t",
    "th",
    "tr",
    "v",
    "w",
    "y",
    "z",
]
VOWELS = ["a", "e", "i", "o", "u", "ai", "ea", "ee", "ie", "ou"]
CODAS = ["", "", "l", "m", "n", "nd", "r", "rt", "s", "st", "t", "x", "ck"]
SITES = 300


def vocabulary(rng: np.random.Generator, size: int = 60_000) -> np.ndarray:
    words: dict[str, None] = {}
    while len(words) < size:
        parts = [rng.choice(part, size) for part in (ONSETS, VOWELS, CODAS, ONSETS, VOWELS, CODAS)]
        short = rng.random(size) < 0.4
        for one in zip(*parts, short, strict=True):
            words["".join(one[:3] if one[6] else one[:6])] = None
            if len(words) == size:
                break
    made = sorted(words, key=len)
    made[200::300] = [word.replace("e", "é") for word in made[200::300]]
    return np.array(made, dtype=object)


class Newsroom:
    """Draws articles; the state is the random stream and the articles that may be copied."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.words = vocabulary(self.rng)
        self.weights = np.cumsum(1 / np.arange(3, len(self.words) + 3))
        self.weights /= self.weights[-1]
        self.phrases = [self.draw(int(n)) for n in self.rng.integers(3, 6, 2_000)]
        self.furniture = [self.text(self.draw(int(n))) for n in self.rng.integers(20, 120, SITES)]
        self.known: list[list[str]] = []
        self.stories = 0

    def draw(self, count: int) -> list[str]:
        return self.words[np.searchsorted(self.weights, self.rng.random(count))].tolist()

    def story(self) -> list[str]:
        wanted = int(np.clip(480 * np.exp(0.7 * self.rng.standard_normal()), 50, 8_000))
        words = self.draw(wanted)
        for place in self.rng.integers(0, wanted, wanted // 40).tolist():
            phrase = self.phrases[int(self.rng.integers(len(self.phrases)))]
            words[place : place + len(phrase)] = phrase
        for place in self.rng.integers(0, len(words), len(words) // 50).tolist():
            words[place] = str(self.rng.integers(2, 2_030))
        return words

    def copy(self) -> tuple[list[str], int]:
        story = int(len(self.known) * self.rng.random() ** 1.5)
        words = list(self.known[story])
        kind = self.rng.integers(4)
        if kind == 1:
            words = words[: int(len(words) * self.rng.uniform(0.5, 0.85))]
        elif kind == 2:
            places = np.flatnonzero(self.rng.random(len(words)) < 0.05).tolist()
            for place, word in zip(places, self.draw(len(places)), strict=True):
                words[place] = word
        return words, story

    def text(self, words: list[str]) -> str:
        lines, start = [], 0
        for length in self.rng.integers(6, 32, len(words) // 6 + 1).tolist():
            sentence = " ".join(words[start : start + length])
            if not sentence:
                break
            lines.append(sentence[:1].upper() + sentence[1:])
            start += length
        ends = self.rng.choice([". ", ". ", ".\n\n", ", he said. ", ".” ", " – "], len(lines)).tolist()
        return "".join(line + end for line, end in zip(lines, ends, strict=True)).strip()

    def article(self) -> tuple[str, int]:
        """Return a text and the number of its story."""
        if len(self.known) > 200 and self.rng.random() < 0.125:
            words, story = self.copy()
        else:
            words, story = self.story(), self.stories
            self.stories += 1
            if len(self.known) < 4_000:
                self.known.append(words)
        text = self.text(words)
        if self.rng.random() < 0.35:
            text += "\n\n" + self.furniture[int(SITES * self.rng.random() ** 2)]
        return text, story


def stories(count: int, seed: int = 1) -> Iterator[tuple[str, int]]:
    """Yield *count* texts, each with the number of its story: copies of one have the same."""
    newsroom = Newsroom(seed)
    return (newsroom.article() for _ in range(count))


def articles(count: int, seed: int = 1) -> Iterator[str]:
    """Yield *count* texts."""
    return (text for text, _ in stories(count, seed))


if __name__ == "__main__":
    for number, (text, story) in enumerate(stories(int(sys.argv[1]))):
        print(json.dumps({"id": number, "story": story, "text": text}, ensure_ascii=False))
