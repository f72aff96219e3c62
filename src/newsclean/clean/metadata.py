"""Metadata out of dirt: what stamps, bylines, credits and captions say, as fields."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import regex

from newsclean.clean.dates import DateGrammar, DateMention
from newsclean.clean.findings import Sighting
from newsclean.model import Span

__all__ = ["Metadata", "read_metadata"]

_MONTH = regex.compile(r"\d{4}-\d{2}")
_MINUTES = regex.compile(r"\d{1,3}")
_LIST = regex.compile(r"(?P<cue>[^:：]{2,60})[:：]\s*(?P<items>.+)", regex.DOTALL)
_SECTION = regex.compile(
    r"(?:catégorie|categor[iy]|categoría|kategori|kategoria|kategorie|categorie|section|filed\s+under|file\s+under|posted\s+in"
    r"|rubri[kc]|rubrique|ressort|sección|secção|seção|sezione|editoria|archivado\s+en|arquivado\s+em|classé\s+dans"
    r"|рубрик|категори|категорі|раздел|розділ|カテゴリ|ジャンル|카테고리|분야).*",
    regex.IGNORECASE,
)
"""Cues of a list that tell where the article stands on its site; after all others come topics."""
_PARTED = regex.compile(r"\s*[,;|·•、，/]\s*")
_HASHTAG = regex.compile(r"[#＃]([\p{L}\p{M}\p{N}_-]+)")
_MOST_CHARS = 60  # in a topic; what is longer is a sentence or a teaser
_ROLE_ORDER = {"published": 0, "unknown": 1, "updated": 2}


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the dirt said about the article; empty where nothing was found."""

    date: dt.date | None = None
    """The best date: a publication date before one without a cue before an update."""
    dates: tuple[DateMention, ...] = ()
    """Every date found, in order of place."""
    authors: tuple[str, ...] = ()
    """Names in bylines, in order, each once."""
    agency: str | None = None
    """The agency a dateline names."""
    place: str | None = None
    """The place a dateline names, as it stood."""
    credits: tuple[str, ...] = ()
    """Picture credits, as they stood."""
    captions: tuple[str, ...] = ()
    """Proven captions, each once."""
    section: str | None = None
    """The section a category line names: the first that is named."""
    tags: tuple[str, ...] = ()
    """Topics in lists with a cue ("Tags: rivers, bridges"), and hashtags on a line of their own; each once."""
    read_time: int | None = None
    """Estimated reading time in minutes."""
    spans: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    """Where the fields were read: for each field with values, the finding of each value in the input, in the order of
    the values. Dates have theirs, too (:attr:`DateMention.span`); ``date`` has that of the one it was taken from."""

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain JSON types."""
        return {
            "date": None if self.date is None else self.date.isoformat(),
            "dates": [mention.to_dict() for mention in self.dates],
            "authors": list(self.authors),
            "agency": self.agency,
            "place": self.place,
            "credits": list(self.credits),
            "captions": list(self.captions),
            "section": self.section,
            "tags": list(self.tags),
            "read_time": self.read_time,
            "spans": {name: [list(span) for span in spans] for name, spans in self.spans.items()},
        }


class _Values:
    """The values of each field, each once, with where the first of its kind stood."""

    def __init__(self) -> None:
        self._found: dict[str, dict[Any, Span]] = {}

    def add(self, name: str, values: Iterable[Any], span: Span) -> None:
        for value in values:
            if value:
                self._found.setdefault(name, {}).setdefault(value, span)

    def all(self, name: str) -> tuple[Any, ...]:
        return tuple(self._found.get(name, ()))

    def first(self, name: str) -> Any:
        """Return the first value of a field that has one only, or None; its other values are forgotten."""
        for value, span in self._found.get(name, {}).items():
            self._found[name] = {value: span}
            return value
        return None

    def spans(self) -> dict[str, tuple[Span, ...]]:
        return {name: tuple(values.values()) for name, values in self._found.items()}


def read_metadata(sightings: Sequence[Sighting], grammar: DateGrammar, *, day_first: bool | None) -> Metadata:
    """Return the fields that *sightings* hold, in order of place; *day_first* says how ``11/04/2022`` is read."""
    dates: list[DateMention] = []
    headings: set[DateMention] = set()
    values = _Values()
    for sighting in sorted(sightings, key=lambda s: s.spans):
        text, span, kind = sighting.text.strip(), sighting.spans[0], sighting.kind
        if kind in ("timestamp", "meta_prefix", "byline"):
            mentions = list(grammar.mentions(text, span, day_first=day_first))
            month = _MONTH.search(text) if kind == "meta_prefix" and not mentions else None
            dates += [DateMention(month[0], None, "unknown", span)] if month else mentions
            # Over a part of the article a date says when something happened, not when it was published.
            if "heading" in sighting.data:
                headings.update(mentions)
        if kind == "byline":
            values.add("authors", sighting.data.get("authors", ()), span)
        elif kind == "photo_credit":
            values.add("credits", (text,), span)
        elif kind == "caption_repeat":
            values.add("captions", (text,), span)
        elif kind == "dateline":
            for name in ("agency", "place"):
                values.add(name, (sighting.data.get(name),), span)
        elif kind == "tags_category":
            section, tags = _topics(text)
            values.add("section", (section,), span)
            values.add("tags", tags, span)
        elif kind == "read_time":
            minutes = _MINUTES.search(text)
            values.add("read_time", (int(minutes[0]),) if minutes else (), span)
    known = sorted((m for m in dates if m.iso and m not in headings), key=lambda m: _ROLE_ORDER[m.role])
    for mention in known[:1]:
        values.add("date", (mention.iso,), mention.span)
    return Metadata(
        date=values.first("date"),
        dates=tuple(dates),
        authors=values.all("authors"),
        agency=values.first("agency"),
        place=values.first("place"),
        credits=values.all("credits"),
        captions=values.all("captions"),
        section=values.first("section"),
        tags=values.all("tags"),
        read_time=values.first("read_time"),
        spans=values.spans(),
    )


def _topics(text: str) -> tuple[str | None, list[str]]:
    """Return the section and the tags that a line of topics names.

    The first item after a cue for sections is the section, and any others are tags; after another cue all are.
    """
    found = _LIST.fullmatch(text)
    if found is None:
        return None, _HASHTAG.findall(text)
    items = [item.lstrip("#＃") for item in _PARTED.split(found["items"].strip(" .")) if item]
    items = [item for item in items if len(item) <= _MOST_CHARS]
    if items and _SECTION.fullmatch(found["cue"].strip()):
        return items[0], items[1:]
    return None, items
