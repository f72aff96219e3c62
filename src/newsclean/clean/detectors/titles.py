"""The headline again: a later line that repeats the title given with the article.

The first such line is the article's own headline and stays. Needs the title; without it nothing is looked for.
"""

from __future__ import annotations

from collections.abc import Sequence

import regex

from newsclean.clean.findings import Sighting
from newsclean.text.lines import Lines, fold_key, trim_key, word_count

__all__ = ["titles"]

_SITE = regex.compile(r"\s+[-|·•:]\s+[^-|·•]{2,40}$")
_MIN_WORDS = 4


def titles(lines: Lines, indices: Sequence[int], title: str | None) -> list[Sighting]:
    """Return the lines among *indices* that repeat *title* (or title and site name) after its first occurrence."""
    if not title:
        return []
    whole = trim_key(fold_key(title))
    keys = {key for key in (whole, trim_key(_SITE.sub("", whole))) if word_count(key) >= _MIN_WORDS}
    if not keys:
        return []
    longest = max(map(len, keys)) + 60
    same = [
        i
        for i in indices
        if len(lines.texts[i]) <= longest
        and ((key := trim_key(lines.key(i))) in keys or trim_key(_SITE.sub("", key)) in keys)
    ]
    why = "The article's headline a second time."
    return [
        Sighting(
            (i,), "headline_repeat", "headline_repeat.title", "B", why, ("the line is the title",),
            kept=(lines.starts[same[0]], lines.ends[same[0]]), text=lines.texts[i],
        )
        for i in same[1:]
    ]  # fmt: skip
