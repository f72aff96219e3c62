"""Lines that what stands around them makes reporting, however sure a rule is of their words.

A rule sees one line. A reporter may write a label over a paragraph that is about it, ask in an interview what every
comment section asks, or credit a film's pictures in a list of all who made it:

* **amid sentences**: a sentence that stays stands right before and right after. So stand sub-headings and questions,
  and hardly ever a menu, a consent button or a row of networks, which come several at a time (on 2,215 labelled
  extractions one line of boilerplate more stays).
* **a list of labels**: three or more lines of ``Label: words`` in a row, some of which no rule knows.

When it fails: a lone "Share" between two paragraphs stays.
"""

from __future__ import annotations

from collections.abc import Container, Sequence

import regex

from newsclean.clean.findings import Sighting
from newsclean.text.lines import Lines, ends_sentence, word_count

__all__ = ["Around"]

_SUBJECTS = {"nav_ui.footer_row": 3, "nav_ui.row": 3, "consent.": 1, "share_widget.": 1}
"""Rules (how their ids begin) whose labels may be what a paragraph is about, and the words of such: "Cookies"."""
_LABELLED = frozenset({"photo_credit", "video_promo", "byline"})
_LABEL = regex.compile(r"\s*\p{Lu}[\p{L} ]{1,30}:\s\S")
_LIST, _LONGEST_LIST = 3, 20  # lines


class Around:
    """The lines of a text by what stands around them; *seen* is what the rules saw."""

    def __init__(self, lines: Lines, indices: Sequence[int], seen: Sequence[Sighting]) -> None:
        self._lines = lines
        self._indices = indices
        self._place = {i: p for p, i in enumerate(indices)}
        self._known = {i for s in seen for i in s.lines}
        self.kept: dict[int, str] = {}
        """Lines that stay whatever a score says, and why."""
        self._certain = {i for s in seen if s.strength == "A" and s.action == "drop" for i in s.lines}

    def spares(self, sighting: Sighting) -> str | None:
        """Return what makes reporting of the single line of *sighting* whatever its strength, or None."""
        why = str(sighting.data["spared"]) if "spared" in sighting.data else self._spares(sighting)
        if why is not None:
            self.kept[sighting.lines[0]] = why
        return why

    def _spares(self, sighting: Sighting) -> str | None:
        if sighting.action != "drop" or len(sighting.lines) > 1 or sighting.strength == "C":
            return None
        kind, text = sighting.kind, self._lines.texts[sighting.lines[0]]
        if kind in _LABELLED and self._in_labels(sighting.lines[0]):
            return "stands in a list of labels, of which others say nothing of the page"
        most = next((words for begin, words in _SUBJECTS.items() if sighting.rule.startswith(begin)), 0)
        subject = sighting.strength == "A" and word_count(text) <= most
        asks = kind == "comment_prompt" and text.rstrip().endswith("?")
        amid = (subject or asks) and self.amid_sentences(sighting, self._certain)
        if amid and subject:
            return "stands between two sentences, as a sub-heading does"
        if amid:
            return "a question between two sentences, as in an interview"
        return None

    def amid_sentences(self, sighting: Sighting, gone: Container[int]) -> bool:
        """Return whether a sentence stands right before and right after *sighting*, none of them *gone*.

        Sentences too short for prose tell no zone: in an article that ends in such, a sub-heading seems to stand
        after it.
        """
        place = self._place.get(sighting.lines[0])
        if place is None or len(sighting.lines) > 1 or not 0 < place < len(self._indices) - 1:
            return False
        around = (self._indices[place - 1], self._indices[place + 1])
        return all(i not in gone and ends_sentence(self._lines.texts[i]) for i in around)

    def _in_labels(self, i: int) -> bool:
        """Return whether line *i* stands in a list of lines with a label each, some of which no rule knows."""
        if i not in self._place or not self._is_label(i):
            return False
        run = [i]
        for step in (-1, 1):
            place = self._place[i] + step
            while 0 <= place < len(self._indices) and len(run) < _LONGEST_LIST and self._is_label(self._indices[place]):
                run.append(self._indices[place])
                place += step
        if len(run) < _LIST or self._known.issuperset(run):
            return False
        self.kept.update(dict.fromkeys(run, "stands in a list of labels"))
        return True

    def _is_label(self, i: int) -> bool:
        return _LABEL.match(self._lines.plain(i)) is not None
