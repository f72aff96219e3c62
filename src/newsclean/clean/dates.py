"""Dates and clock times by a closed grammar, per language; no guessing.

General date parsers find a date in "He may march on Sunday" and read ``11.04.2022`` as the fourth of November
(measured). Here only the forms that sites print in their stamps are read, with the month names of the loaded
vocabularies, and an ISO value is given only where day and month cannot be taken for each other.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import regex

from newsclean.model import Span
from newsclean.rules.schema import Vocabulary

__all__ = ["DateGrammar", "DateMention", "DateRole"]

DateRole: TypeAlias = Literal["published", "updated", "unknown"]

CLOCK = (
    r"(?:[01]?\d|2[0-4])\s?(?:[:.]|h|:h)\s?[0-5]\d(?:[:.][0-5]\d)?(?:\s?[ap]\.?\s?m\b\.?)?h?"
    r"|(?:1[0-2]|[1-9])\s?[ap]\.?m\b\.?|(?:[01]?\d|2[0-4])\s?uhr|\d{1,2}\s?[時시]\s?\d{1,2}\s?[分분]"
)
_UNSPACED = "\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3"
"""Kana, ideographs and Hangul: their words stand next to each other and to digits without a space."""
_ENDS_UNSPACED = re.compile(f"[{_UNSPACED}]$")
_DIGIT = re.compile(r"\d")
_BEGIN = 2
_RUN = re.compile(rf"[^\W\d_{_UNSPACED}]+")
_SHORT_RUN = 3
_ISO = (
    r"(?P<iso>(?P<iy>(?:19|20)\d\d)-(?P<im>\d\d)-(?P<id>\d\d)"
    r"(?:[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)?)"
)
_NUMERIC = r"(?P<num>(?P<n1>\d{1,2})(?P<sep>[./-])(?P<n2>\d{1,2})(?P=sep)(?P<n3>(?:19|20)\d\d|\d\d))(?!\d)"
_YMD = r"(?P<ymd>(?P<yy>(?:19|20)\d\d)\s?[/.年년]\s?(?P<ym>\d{1,2})\s?[/.月월]\s?(?P<yd>\d{1,2})[日일]?)"
_MONTH_DAY = r"(?P<md>\d{1,2}(?:月\d{1,2}日|월\s?\d{1,2}일))"  # without a year, so without a value


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date that stood in a metadata line or prefix."""

    raw: str
    """The words as they stood."""
    iso: dt.date | None
    """The date, where it can be read in one way only."""
    role: DateRole
    span: Span
    """The finding it was read from, in the input."""

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain JSON types."""
        return {
            "raw": self.raw,
            "iso": None if self.iso is None else self.iso.isoformat(),
            "role": self.role,
            "span": list(self.span),
        }


class DateGrammar:
    """The date forms of some languages, compiled."""

    def __init__(self, vocabularies: Sequence[Vocabulary]) -> None:
        self._months = {
            _month_key(spelling): number
            for vocabulary in vocabularies
            for number, spellings in enumerate(vocabulary.months, 1)
            for spelling in spellings
        }
        month = _any_of(m for v in vocabularies for spellings in v.months for m in spellings) or r"(?!)"
        ordinal = r"(?:st|nd|rd|th|er|º|°|ª|\.)?"
        day_first = (
            rf"(?P<d1>\d{{1,2}}){ordinal}\s*(?:-\s*)?(?:de\s+|of\s+|d')?(?P<m1>{month})\b\.?,?"
            rf"(?:\s*(?:-\s*)?(?:de\s+|del\s+)?(?P<y1>(?:19|20)\d\d)\b)?"
        )
        month_first = rf"\b(?P<m2>{month})\b\.?\s*(?P<d2>\d{{1,2}})(?!\d){ordinal}(?:,?\s*(?P<y2>(?:19|20)\d\d)\b)?"
        self.date = f"(?:{_ISO}|{_YMD}|{_MONTH_DAY}|{_NUMERIC}|{day_first}|{month_first})"
        self._date = regex.compile(rf"(?<![^\W{_UNSPACED}])(?<!\.){self.date}", regex.IGNORECASE)
        self._updated = regex.compile(_whole_words(w for v in vocabularies for w in v.updated), regex.IGNORECASE)
        self._published = regex.compile(_whole_words(w for v in vocabularies for w in v.published), regex.IGNORECASE)
        # Only in English does any country write the month first.
        english = {w for v in vocabularies if v.language == "en" for w in (*v.published, *v.updated)}
        self._day_first_cues = {w for v in vocabularies for w in (*v.published, *v.updated)} - english
        words = {w for v in vocabularies for w in (*v.weekdays, *v.published, *v.updated, *v.fillers)}
        piece = rf"{self.date}|(?:{CLOCK})|{_whole_words(words)}|[\s,|·•:;()\[\]/.+（）：｜・【】-]"
        months = [m for v in vocabularies for spellings in v.months for m in spellings]
        self._begins = frozenset(word[:_BEGIN] for word in (*words, *months))
        self._known = frozenset(run for word in (*words, *months) for run in _letter_runs(word))
        self._month_ends = tuple(sorted({runs[-1] for runs in map(_letter_runs, months) if runs}))
        # Possessive: a stamp is read once, left to right.
        self._stamp = regex.compile(rf"(?:{piece})++", regex.IGNORECASE)
        self._clock = regex.compile(rf"(?<!\d)(?:{CLOCK})", regex.IGNORECASE)

    def may_be_stamp(self, line: str) -> bool:
        """Return False only where :meth:`stamp` gives None: no digit, or a word that no stamp has."""
        if not self.may_begin(line[:_BEGIN]) or _DIGIT.search(line) is None:
            return False
        for run in _letter_runs(line):
            # An ordinal may stand glued before a month, and short runs are ordinals, zones and signs of hours.
            if len(run) > _SHORT_RUN and run not in self._known and not run.endswith(self._month_ends):
                return False
        return True

    def may_begin(self, begin: str) -> bool:
        """Return False only where no stamp begins with *begin*, two characters of a line."""
        begin = begin.lower()
        known = begin in self._begins or begin[:1] in self._begins  # a word of one letter may begin a stamp, too
        return known or not begin.isascii() or not begin[:1].isalpha()

    def stamp(self, line: str) -> tuple[bool, bool, bool] | None:
        """Return (cue, date with year, clock) where the whole *line* is a time stamp; None where it is not.

        >>> from newsclean.rules import shipped_rules
        >>> grammar = DateGrammar(shipped_rules(("en",)).vocabularies)
        >>> grammar.stamp("Published 18 November 2019, 19:11 GMT"), grammar.stamp("He may march on Sunday")
        ((True, True, True), None)
        """
        if not self._stamp.fullmatch(line):
            return None
        dates = list(self._date.finditer(line))
        rest = self._date.sub(" ", line)
        clock = self._clock.search(rest) is not None or any(f["iso"] and ":" in f["iso"] for f in dates)
        year = any(f["iso"] or f["ymd"] or f["num"] or f["y1"] or f["y2"] for f in dates)
        cue = bool(self._updated.search(line) or self._published.search(line))
        if not dates and not clock:
            return None
        return cue, year, clock

    def mentions(self, text: str, span: Span, *, day_first: bool | None) -> Iterator[DateMention]:
        """Yield the dates in *text*, which was found at *span*; *day_first* says how ``11/04/2022`` is read.

        Where it is None, the cues of the line may tell: ``Publié le 11/04/2022`` is no American's.
        """
        if day_first is None:
            cues = {m[0].lower() for pattern in (self._published, self._updated) for m in pattern.finditer(text)}
            day_first = True if cues and cues <= self._day_first_cues else None
        for found in self._date.finditer(text):
            before = text[: found.start()]
            updated = max((m.end() for m in self._updated.finditer(before)), default=-1)
            published = max((m.end() for m in self._published.finditer(before)), default=-1)
            role: DateRole = "updated" if updated > published else "published" if published >= 0 else "unknown"
            yield DateMention(found[0].strip(), self._value(found, day_first), role, span)

    def _value(self, found: regex.Match[str], day_first: bool | None) -> dt.date | None:
        if found["iso"]:
            return _date(found["iy"], found["im"], found["id"])
        if found["ymd"]:
            return _date(found["yy"], found["ym"], found["yd"])
        if found["num"]:
            first, second, year = int(found["n1"]), int(found["n2"]), int(found["n3"])
            if len(found["n3"]) == 2:
                return None
            if found["sep"] == ".":  # dotted dates are day first wherever they are used
                return _date(year, second, first)
            if first > 12 or first == second or day_first is True:
                return _date(year, second, first)
            if second > 12 or day_first is False:
                return _date(year, first, second)
            return None
        if found["m1"]:
            return _date(found["y1"], self._months[_month_key(found["m1"])], found["d1"])
        if found["m2"]:
            return _date(found["y2"], self._months[_month_key(found["m2"])], found["d2"])
        return None


def _letter_runs(text: str) -> list[str]:
    """Return the runs of letters of *text*, in one case, those of unspaced scripts left out.

    The i of Turkish is as patterns see it: one letter, dotted or not.
    """
    return _RUN.findall(text.casefold().replace("i\u0307", "i").replace("ı", "i"))


def _date(year: Any, month: Any, day: Any) -> dt.date | None:
    if year is None:
        return None
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def _month_key(month: str) -> str:
    """Return *month* as months are compared: case folded, the Turkish I with and without its dot as one."""
    return month.lower().replace("\u0307", "").replace("ı", "i")


def _whole_words(words: Iterable[str]) -> str:
    """Return a pattern for each of *words* as a whole word; for one that no space ends, wherever it stands."""
    every = set(words)
    unspaced = {word for word in every if _ENDS_UNSPACED.search(word)}
    spaced = rf"\b(?:{_any_of(every - unspaced) or '(?!)'})(?!\w)"
    return f"(?:{spaced}|{_any_of(unspaced)})" if unspaced else spaced


def _any_of(words: Any) -> str:
    """Return an alternation of *words*, longest first, so that a possessive reading takes the whole word."""
    return "|".join(regex.escape(word) for word in sorted(set(words), key=lambda w: (-len(w), w)))
