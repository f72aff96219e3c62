"""Realistic dirty articles of any number, made from a seed: the samples that the cleaning benchmarks run on."""

from __future__ import annotations

import random

_SUBJECTS = [
    "The council",
    "Engineers",
    "The mayor",
    "Ministers",
    "The harbour office",
    "Police",
    "Residents",
    "The company",
    "A judge",
    "Doctors",
]
_VERBS = ["said", "found", "denied", "promised", "warned", "agreed", "decided", "reported", "argued", "hoped"]
_THINGS = [
    "that the old bridge would stay closed",
    "that the repairs would take two years",
    "that nobody had been told of the cracks",
    "that the ferry would run every quarter of an hour",
    "that the flood had reached the upper town",
    "that the school would reopen",
    "that the report had been read too late",
    "that costs had doubled since the spring",
    "that a second opinion was needed",
]
_WHEN = [
    "on Monday",
    "last week",
    "after a long meeting",
    "in a letter",
    "at the town hall",
    "before the vote",
    "late in the evening",
    "in the spring",
]
_DIRT = [
    "Hide Ad\nHide Ad",
    "Advertisement",
    "READ MORE: The bridge that nobody wanted",
    "Related Articles",
    "Share this article",
    "12 comments",
    "Sign up to our daily newsletter",
    "Photo: Anna Berg/Coast Agency",
    "Getty Images",
    "Watch more of our videos on Shots!\xa0\nand live on Freeview channel 276\nVisit Shots! now",
    "Anzeige",
    "Lire aussi : Le pont",
]


def sentence(rng: random.Random) -> str:
    return f"{rng.choice(_SUBJECTS)} {rng.choice(_VERBS)} {rng.choice(_WHEN)} {rng.choice(_THINGS)}, ‘as things stand’."


def article(rng: random.Random, *, paragraphs: int = 12) -> str:
    """Return one article of about 250 characters a paragraph, a fifth of it dirt."""
    lines = [f"By {rng.choice(['Anna Berg', 'Tom Hale'])}", "Published 18 November 2019, 19:11", ""]
    for _ in range(paragraphs):
        lines += [" ".join(sentence(rng) for _ in range(rng.randint(1, 3))), ""]
        roll = rng.random()
        if roll < 0.15:
            caption = sentence(rng)
            lines += [caption + caption, caption, ""]
        elif roll < 0.4:
            lines += [rng.choice(_DIRT), ""]
    if rng.random() < 0.05:
        lines.append("Itâ€™s late &amp; dark.")
    return "\n".join(lines)


def articles(count: int, *, seed: int = 7, paragraphs: int = 12) -> list[str]:
    rng = random.Random(seed)
    return [article(rng, paragraphs=paragraphs) for _ in range(count)]
