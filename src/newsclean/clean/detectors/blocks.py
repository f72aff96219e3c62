"""Headings that own the lines under them: "Related articles" and its teasers, "12 comments" and the readers' words.

The text is read from its end. What stands under a heading, down to the page's tail found so far, is its own while it
looks like what such a heading has under it; then the tail begins at the heading. So a teaser with its standfirst, or
a reader's comment, which is written in whole sentences, does not pass for the article's last prose.

* **Teasers**: lines that are no prose. Prose of a few words is a standfirst where a teaser's title stands right above
  it, and where that happens twice or more: once could be the article's last sub-heading and paragraph.
* **Comments**: whatever it is, where signs of a comment section (time stamps, "Reply", counts) stand among it again
  and again.
* **Author boxes**: the few lines that are left.

Inside the article, where prose returns, a heading owns only lines that cannot be prose: two or more of several words
without a sentence's end, and never the last before the prose if it is short enough for a sub-heading.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from newsclean.clean.detectors.phrases import PhraseEngine
from newsclean.clean.detectors.quoted import is_quotation
from newsclean.clean.findings import Sighting
from newsclean.text.lines import Lines, ends_sentence, is_prose, word_count

__all__ = ["blocks"]

_TEASER_WORDS = 24
_TEASER_CHARS = 170
_DECK_WORDS = 40  # of a teaser's standfirst
_MOST_LINES = 60
_FEWEST_DECKS = 2

_BODY_LINES = 10
_BODY_WORDS = 4  # fewer are a name, a section or a sub-heading
_HEADING_WORDS = 9  # a line that stands right before prose and is no longer may be its heading
_BODY_LEAST = 2

_WITH_TEASERS = frozenset({"related_block", "most_read"})
_NO_TITLE = (":", ",", ";")  # what a title never ends with
_QUOTE = re.compile(r"\s*[\"“„«‘']")

_PROSE_BEFORE = 1  # lines of prose that stand before a heading, for it to be the end of an article
_SIGNS = frozenset({"timestamp", "comment_prompt", "counter"})
_LEAST_SIGNS = 2
_MANY_SIGNS = 4
_GAP = 12  # lines of one comment
_LINES_A_SIGN = 15
_SURE_PROSE = 3
_BIO_LINES = 5


def blocks(engine: PhraseEngine, lines: Lines, indices: Sequence[int], found: Sequence[Sighting]) -> list[Sighting]:
    """Return a sighting for each heading with the lines it owns.

    *indices* are the lines that are not blank, *found* what was seen in them one by one.
    """
    heads = _heads(engine, lines, indices, found)
    if not heads:
        return []
    return _Reader(lines, indices, found).read(heads)


def _heads(
    engine: PhraseEngine, lines: Lines, indices: Sequence[int], found: Sequence[Sighting]
) -> dict[int, Sighting]:
    """Return the headings by line; where two rules see one, the one for the end of an article."""
    heads = {s.lines[0]: s for s in found if s.rule in engine.headings and "spared" not in s.data}
    for i, rule, phrase in engine.block_heads(lines, indices):
        if is_quotation(lines.texts[i]):
            continue
        evidence = (f"the heading '{phrase}'",)
        heads.setdefault(
            i, Sighting((i,), rule.kind, rule.id, rule.strength, rule.why, evidence, zone=rule.zone, text=phrase)
        )
    return heads


class _Reader:
    """The lines of one text by place, read from the end."""

    def __init__(self, lines: Lines, indices: Sequence[int], found: Sequence[Sighting]) -> None:
        self._lines = lines
        self._indices = indices
        self._place = {i: p for p, i in enumerate(indices)}
        self._seen = {i for s in found if s.strength in "AB" and s.action == "drop" for i in s.lines}
        self._signs = {i for s in found if s.kind in _SIGNS for i in s.lines}
        prose = [self._is_prose(p) for p in range(len(indices))]
        self._prose_before = [0]
        for is_one in prose:
            self._prose_before.append(self._prose_before[-1] + is_one)

    def read(self, heads: dict[int, Sighting]) -> list[Sighting]:
        found: list[Sighting] = []
        end = len(self._indices)
        for i in sorted(heads, reverse=True):
            head, place = heads[i], self._place[i]
            if place >= end:  # a heading inside another's block
                continue
            owned = self._to_the_end(head.kind, place, end) if self._prose_before[place] >= _PROSE_BEFORE else None
            if owned is not None:
                found.append(self._block(head, place, owned))
                found[-1].data["apart"] = head.kind == "comment_prompt" and self._surely_apart(place, owned)
                end = place
            elif (
                head.kind in _WITH_TEASERS
                and self._prose_before[place]
                and (owned := self._inside(place, end)) is not None
            ):
                sighting = self._block(head, place, owned)
                sighting.data["sign"] = f"{owned - place - 1} lines like teasers stand under it"
                found.append(sighting)
        return found

    def _block(self, head: Sighting, place: int, stop: int) -> Sighting:
        owned = tuple(self._indices[place:stop])
        evidence = (*head.evidence, f"owns the {len(owned) - 1} lines under it")
        return Sighting(
            owned, head.kind, head.rule, head.strength, head.reason, evidence, zone=head.zone, text=head.text
        )

    def _is_prose(self, place: int) -> bool:
        i = self._indices[place]
        return i not in self._seen and is_prose(self._lines.texts[i])

    def _to_the_end(self, kind: str, place: int, end: int) -> int | None:
        """Return where the lines end that the heading at *place* owns down to the tail, or None."""
        if kind == "comment_prompt":
            return self._comments(place, end)
        if kind == "author_bio":
            return end if end - place - 1 <= _BIO_LINES else None
        return self._teasers(place, end)

    def _teasers(self, place: int, end: int) -> int | None:
        if end - place > _MOST_LINES:
            return None
        decks = 0
        for p in range(place + 1, end):
            i = self._indices[p]
            if i in self._seen:
                continue
            text = self._lines.texts[i]
            if _is_deck(text):
                if p - 1 == place or not self._is_title(p - 1):
                    return None
                decks += 1
            elif not _is_short(text) or _is_sentence(text):
                return None
        return end if decks == 0 or decks >= _FEWEST_DECKS else None

    def _is_title(self, place: int) -> bool:
        i = self._indices[place]
        text = self._lines.texts[i]
        return i not in self._seen and word_count(text) >= _BODY_WORDS and _is_short(text) and not is_prose(text)

    def _comments(self, place: int, end: int) -> int | None:
        signs = [p for p in range(place + 1, end) if self._indices[p] in self._signs]
        if len(signs) < _LEAST_SIGNS or signs[0] - place > _GAP:
            return None
        if len(signs) < _MANY_SIGNS and max(b - a for a, b in pairwise((*signs, end))) > _GAP:
            return None
        return end if (end - place) <= len(signs) * _LINES_A_SIGN else None

    def _surely_apart(self, place: int, stop: int) -> bool:
        """Return whether the comments are so full of signs, and behind so much prose, that no guard need count them."""
        signs = sum(self._indices[p] in self._signs for p in range(place + 1, stop))
        return signs >= _MANY_SIGNS and self._prose_before[place] >= _SURE_PROSE

    def _inside(self, place: int, end: int) -> int | None:
        """Return where the teasers end that stand inside the article under the heading at *place*, or None."""
        if not self._prose_before[place]:  # the label above a headline looks the same
            return None
        stop = place + 1
        teasers = 0
        while stop < min(end, place + 1 + _BODY_LINES):
            i = self._indices[stop]
            text = self._lines.texts[i]
            if i not in self._seen:
                if text.rstrip().endswith(_NO_TITLE) or not (_is_short(text) and word_count(text) >= _BODY_WORDS):
                    break
                if ends_sentence(text) or _QUOTE.match(text):
                    break
                teasers += 1
            stop += 1
        if stop < end and stop - 1 > place:
            i = self._indices[stop - 1]
            if i not in self._seen and word_count(self._lines.texts[i]) <= _HEADING_WORDS:
                stop -= 1
                teasers -= 1
        return stop if teasers >= _BODY_LEAST else None


def _is_short(text: str) -> bool:
    """Return whether *text* is no longer than a teaser's title, and may be one."""
    return len(text) <= _TEASER_CHARS and word_count(text) <= _TEASER_WORDS and not text.rstrip().endswith(":")


def _is_sentence(text: str) -> bool:
    """Return whether *text* ends with a full stop behind a word: the article's last sentence, sooner than a title."""
    end = text.rstrip()[-2:]
    return word_count(text) >= _BODY_WORDS and (end.endswith("。") or (end.endswith(".") and end[0].islower()))


def _is_deck(text: str) -> bool:
    """Return whether *text* may be a teaser's standfirst: prose of a few words, which an ellipsis may cut short."""
    return is_prose(text) and word_count(text) <= _DECK_WORDS
