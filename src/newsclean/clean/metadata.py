"""Metadata out of dirt: what stamps, bylines, credits and captions say, as fields."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import regex

from newsclean.clean.dates import DateGrammar, DateMention
from newsclean.clean.findings import Sighting

__all__ = ["Metadata", "read_metadata"]

_MINUTES = regex.compile(r"\d{1,3}")
_SECTION = regex.compile(
    r"(?i)(?:category|categories|section|filed under|posted in"
    r"|rubrik|ressort|rubrique|sección|categoria|categoría|rubriek)"
    r"\s*:\s*([^,|/;]{2,40})"
)
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
    """The section a category line names."""
    read_time: int | None = None
    """Estimated reading time in minutes."""

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
            "read_time": self.read_time,
        }


def read_metadata(sightings: Sequence[Sighting], grammar: DateGrammar, *, day_first: bool | None) -> Metadata:
    """Return the fields that *sightings* hold, in order of place; *day_first* says how ``11/04/2022`` is read."""
    dates: list[DateMention] = []
    authors: list[str] = []
    credit: list[str] = []
    captions: list[str] = []
    agency = place = section = read_time = None
    for sighting in sorted(sightings, key=lambda s: s.spans):
        text = sighting.text.strip()
        if sighting.kind in ("timestamp", "meta_prefix", "byline"):
            dates.extend(grammar.mentions(text, sighting.spans[0], day_first=day_first))
        if sighting.kind == "byline":
            authors.extend(sighting.data.get("authors", ()))
        elif sighting.kind == "photo_credit":
            credit.append(text)
        elif sighting.kind == "caption_repeat":
            captions.append(text)
        elif sighting.kind == "dateline":
            agency = agency or sighting.data.get("agency")
            place = place or sighting.data.get("place")
        elif sighting.kind == "tags_category" and section is None:
            found = _SECTION.search(text)
            section = found[1].strip() if found else None
        elif sighting.kind == "read_time" and read_time is None:
            minutes = _MINUTES.search(text)
            read_time = int(minutes[0]) if minutes else None
    known = sorted((m for m in dates if m.iso), key=lambda m: _ROLE_ORDER[m.role])
    return Metadata(
        date=known[0].iso if known else None,
        dates=tuple(dates),
        authors=tuple(dict.fromkeys(authors)),
        agency=agency,
        place=place,
        credits=tuple(dict.fromkeys(credit)),
        captions=tuple(dict.fromkeys(captions)),
        section=section,
        read_time=read_time,
    )
