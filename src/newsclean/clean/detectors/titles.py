"""The headline again: a later line that repeats the title given with the article.

The first such line is the article's own headline and stays; the line under it (the standfirst) is looked for under
each copy. Needs the title; without it nothing is looked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import regex

from newsclean.clean.findings import Sighting
from newsclean.text.lines import Lines, fold_key, trim_key, word_count

__all__ = ["titles"]

_SITE = regex.compile(r"\s+[-|·•:]\s+[^-|·•]{2,40}$")
_MIN_WORDS = 4
_WHY = "The article's headline a second time."
_WHY_UNDER = "The line under the headline a second time, under the headline's copy."


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
    if len(same) < 2:
        return []
    home, *copies = same
    found = [_again(lines, i, home, "headline_repeat.title", _WHY, "the line is the title") for i in copies]
    following = dict(pairwise(indices))
    standfirst = following.get(home)
    if standfirst is not None and standfirst not in same and word_count(lines.texts[standfirst]) >= _MIN_WORDS:
        found.extend(
            _again(lines, i, standfirst, "headline_repeat.standfirst", _WHY_UNDER, f"a copy of line {standfirst + 1}")
            for i in map(following.get, copies)
            if i is not None and i != standfirst and lines.key(i) == lines.key(standfirst)
        )
    return found


def _again(lines: Lines, i: int, home: int, rule: str, why: str, evidence: str) -> Sighting:
    kept = (lines.starts[home], lines.ends[home])
    return Sighting((i,), "headline_repeat", rule, "B", why, (evidence,), kept=kept, text=lines.texts[i])
