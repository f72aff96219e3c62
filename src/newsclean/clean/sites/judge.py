"""How sure it is that a line which recurs is no reporting.

Measured on public extractions: a line of four words or more that two otherwise different articles of a site share was
furniture in 98 % of its characters, three in four of the rest being copyright notices. Shorter lines are as often
sub-headings ("Background") or words that bad extraction split off. What recurs and is reporting: the paragraph that
tells what a running story is about, questions that a round of interviews shares, standing sub-headings. So a line that
asks or announces is never certain, prose must stand on a fifth of the articles, long prose on half of them; and what
stands alone inside an article goes only if half of the articles have it. What two articles alone share is a hint and no
more: they may be parts of one story that were not known for one.
"""

from __future__ import annotations

from newsclean.rules.schema import Strength, Zone
from newsclean.text.lines import is_prose, word_count

__all__ = ["can_matter", "weigh"]

_FEW_WORDS = 4
_LONG_PROSE = 25  # words
_HINT = 2
_LEAST, _LEAST_SHARE = 3, 0.2
_CERTAIN, _CERTAIN_SHARE = 5, 0.5
_MANY, _MANY_SHARE = 20, 0.02  # a section's furniture is a small share of a large site


def can_matter(count: int, articles: int) -> bool:
    """Return whether some line on *count* of *articles* articles could be furniture."""
    share = count / articles
    return count >= _HINT and (share >= _LEAST_SHARE or (count >= _MANY and share >= _MANY_SHARE))


def weigh(text: str, count: int, articles: int) -> tuple[Strength, Zone] | None:
    """Return strength and place of the line *text*, which *count* of *articles* articles have; None if it says nothing.

    >>> weigh("Sign up for the morning letter", 41, 57), weigh("Sign up for the morning letter", 3, 12)
    (('A', 'any'), ('B', 'any'))
    >>> weigh("Background", 41, 57), weigh("What do you fear most?", 41, 57), weigh("Sign up for more", 1, 57)
    (('B', 'edge'), ('B', 'any'), None)
    >>> weigh("Sign up for the morning letter", 2, 3)
    ('C', 'any')
    """
    share = count / articles
    half = share >= _CERTAIN_SHARE
    often = count >= _LEAST and share >= _LEAST_SHARE
    words = word_count(text)
    if words < _FEW_WORDS:
        return ("B", "edge") if often else None
    prose = is_prose(text)
    if prose and words > _LONG_PROSE:
        if not (half and often):
            return None
    elif not often and (prose or count < _MANY or share < _MANY_SHARE):
        return ("C", "any") if half and count >= _HINT else None
    certain = half and count >= _CERTAIN and not text.rstrip().endswith(("?", ":", "？", "："))
    return ("A" if certain else "B"), "any"
