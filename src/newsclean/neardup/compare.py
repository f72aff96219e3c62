"""Two texts side by side: scores, kind and passages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from newsclean.errors import ArticleTypeError
from newsclean.model import ArticleId, Span
from newsclean.neardup.background import Background, check_background, describe
from newsclean.neardup.evidence import text_digest
from newsclean.neardup.kinds import KINDS, NONE, Kind, classify
from newsclean.neardup.options import CONTAINMENT, THRESHOLD, check_share
from newsclean.neardup.passages import Passage, find_passages
from newsclean.neardup.shingles import WORDS_A_SHINGLE, shingle_sequence, shingle_sets
from newsclean.neardup.templates import are_brief_forms, is_form, is_shorter, lost_figures
from newsclean.neardup.verify import count_overlaps

__all__ = ["Comparison", "compare"]

_EXCERPT = 100  # characters of a passage that str() shows


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two texts share and where they differ; ``str()`` of it is for reading."""

    kind: Kind | None
    """What the texts are to each other, dates aside; None: no duplicates."""
    jaccard: float
    """Shared over all distinct shingles, 0 to 1."""
    containment: float
    """Shared over the distinct shingles of the smaller text, 0 to 1."""
    shared: tuple[Passage, ...]
    """Stretches of words in both, in the order of the first text."""
    only_a: tuple[Span, ...]
    """Stretches of the first text that are in no shared passage."""
    only_b: tuple[Span, ...]
    text_a: str = field(repr=False)
    """The texts that the spans refer to: the cleaned ones where a cleaner was given."""
    text_b: str = field(repr=False)
    a: ArticleId | None = None
    """The first article's id, if it has one."""
    b: ArticleId | None = None
    background: Background | None = field(default=None, repr=False)
    """Which shingles weighed a tenth; None: all weighed the same."""

    def text(self) -> str:
        """Return the comparison for reading: scores, then the passages with their spans, long ones shortened."""
        name_a, name_b = (other if id is None else repr(id) for id, other in ((self.a, "a"), (self.b, "b")))
        lines = [
            f"{name_a} and {name_b}: {self.kind or 'no duplicates'},"
            f" jaccard {self.jaccard:.3f}, containment {self.containment:.3f}"
        ]
        if self.background is not None:
            lines[0] += f", common shingles of {self.background.articles} articles weigh a tenth"
        lines += [
            f"  both  {_place(passage.a)} {_place(passage.b)} {passage.words} words{_common(passage)}:"
            f" {_excerpt(self.text_a, passage.a)}"
            for passage in self.shared
        ]
        lines += [f"  only {name_a}  {_place(span)}: {_excerpt(self.text_a, span)}" for span in self.only_a]
        lines += [f"  only {name_b}  {_place(span)}: {_excerpt(self.text_b, span)}" for span in self.only_b]
        return "\n".join(lines)

    __str__ = text

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison, without the texts, as JSON takes it; spans are lists of start and end."""
        return {
            "format": "newsclean.comparison",
            "version": 1,
            "a": self.a,
            "b": self.b,
            "kind": self.kind,
            "jaccard": self.jaccard,
            "containment": self.containment,
            "background": describe(self.background),
            "shared": [{"a": list(p.a), "b": list(p.b), "words": p.words, "common": p.common} for p in self.shared],
            "only_a": [list(span) for span in self.only_a],
            "only_b": [list(span) for span in self.only_b],
        }


def compare(
    text_a: str,
    text_b: str,
    *,
    threshold: float = THRESHOLD,
    containment: float = CONTAINMENT,
    background: Background | None = None,
) -> Comparison:
    """Return the scores and passages of two texts, as :func:`~newsclean.neardup.find_duplicates` would have them.

    Nothing is cleaned. The scores are exact; a text without words shares nothing with any other, its like included.

    Raises:
        ArticleTypeError: one of the texts is not a ``str``.
        OptionError: a threshold lies outside 0 to 1, or *background* is none.

    >>> both = compare("Rain fell on the old town.", "Snow fell on the old town.")
    >>> both.jaccard, both.kind  # in a text as brief, one word may be what it is about
    (0.6, None)
    >>> both.text_a[slice(*both.shared[0].a)]
    'fell on the old town'
    >>> print(both)
    a and b: no duplicates, jaccard 0.600, containment 0.750
      both  [5:25] [5:25] 5 words: fell on the old town
      only a  [0:4]: Rain
      only b  [0:4]: Snow
    """
    return compare_texts(
        _text(text_a),
        _text(text_b),
        check_share("threshold", threshold),
        check_share("containment", containment),
        background=check_background(background),
    )


def compare_texts(
    text_a: str,
    text_b: str,
    threshold: float,
    containment: float,
    a: ArticleId | None = None,
    b: ArticleId | None = None,
    background: Background | None = None,
) -> Comparison:
    """Return the comparison of two texts whose arguments are known to be right."""
    common = None if background is None else background.common
    passages = find_passages(text_a, text_b, common)
    sets = shingle_sets([text_a, text_b])
    if not len(sets.row(0)) or not len(sets.row(1)):
        return Comparison(
            None, 0.0, 0.0, passages.shared, passages.only_a, passages.only_b, text_a, text_b, a, b, background
        )
    overlaps = count_overlaps(sets, np.array([0]), np.array([1]), common)
    sequences = [shingle_sequence(text) for text in (text_a, text_b)]
    lengths = [len(sequence) + WORDS_A_SHINGLE - 1 for sequence in sequences]
    short = int(not is_shorter(np.array(lengths), sets, np.array([0]), np.array([1]))[0])
    identical = text_digest(text_a) == text_digest(text_b)
    shorter = np.array([min(lengths)])
    form = bool(are_brief_forms(overlaps, shorter)[0]) or (
        bool(lost_figures(overlaps)[0]) and is_form(sequences[short], sets.row(1 - short))
    )
    kind = int(classify(overlaps, shorter, np.array([identical]), np.array([form]), threshold, containment)[0])
    return Comparison(
        None if kind == NONE else KINDS[kind],
        float(overlaps.jaccard[0]),
        float(overlaps.containment[0]),
        passages.shared,
        passages.only_a,
        passages.only_b,
        text_a,
        text_b,
        a,
        b,
        background,
    )


def _text(value: str) -> str:
    if not isinstance(value, str):
        raise ArticleTypeError(f"compare takes two texts, each a str, not {type(value).__name__}")
    return value


def _common(passage: Passage) -> str:
    return f", {passage.common:.0%} common" if passage.common else ""


def _place(span: Span) -> str:
    return f"[{span[0]}:{span[1]}]"


def _excerpt(text: str, span: Span) -> str:
    passage = " ".join(text[span[0] : span[1]].split())
    if len(passage) <= _EXCERPT:
        return passage
    return f"{passage[: _EXCERPT // 2].rstrip()} ... {passage[-_EXCERPT // 2 :].lstrip()}"
