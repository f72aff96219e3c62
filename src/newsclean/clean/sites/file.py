"""Profiles as JSON that a person can read, correct and ``diff``: a line of the file for each line of the site.

One file holds the profile of one site or those of many; :class:`~newsclean.SiteProfiles` reads both.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from typing import Any

from newsclean.clean.sites.profile import SiteProfile
from newsclean.clean.sites.reading import FOLDING
from newsclean.errors import FileError
from newsclean.files import whole_file

__all__ = ["FORMAT", "VERSION", "load", "load_one", "save"]

FORMAT = "newsclean.site_profiles"
VERSION = 1
_COLUMNS = ["line", "articles", "opening", "leads"]


def save(profiles: Iterable[SiteProfile], path: str | os.PathLike[str]) -> None:
    """Write *profiles* to *path*, whole or not at all."""
    with whole_file(path) as stream:
        for piece in _written(profiles):
            stream.write(piece.encode())


def _written(profiles: Iterable[SiteProfile]) -> Iterator[str]:
    head = {"format": FORMAT, "version": VERSION, "folding": FOLDING, "columns": _COLUMNS}
    yield json.dumps(head)[:-1] + ', "sites": ['
    between = "\n"
    for profile in profiles:
        yield f'{between}{{"site": {_dumps(profile.site)}, "articles": {profile.articles}, "missed": {profile.missed}, '
        yield '"lines": ['
        rows = sorted(profile.counts().items(), key=lambda row: (-row[1][0], row[0]))
        yield ",".join(f"\n  {_dumps([key, *counts])}" for key, counts in rows)
        yield "\n]}" if rows else "]}"
        between = ",\n"
    yield "\n]}\n"


def _dumps(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    # What is no text of its own (half of a pair of surrogates) cannot be written as UTF-8, but as an escape.
    return text if text.isascii() or not any("\ud800" <= c <= "\udfff" for c in text) else json.dumps(value)


def load(path: str | os.PathLike[str]) -> list[SiteProfile]:
    """Return the profiles in *path*.

    Raises:
        FileError: the file cannot be read, holds something else, or was made by another version.
    """
    name = os.fspath(path)
    try:
        with open(path, encoding="utf-8") as file:
            table: Any = json.load(file)
    except (OSError, ValueError, RecursionError) as error:
        problem = error.strerror if isinstance(error, OSError) and error.strerror else f"it is no JSON ({error})"
        raise FileError(f"{name}: cannot read site profiles: {problem}; `newsclean learn` makes the file") from error
    if not isinstance(table, dict) or table.get("format") != FORMAT:
        raise FileError(f"{name}: holds no site profiles; `newsclean learn` makes the file")
    for field, ours in {"version": VERSION, "folding": FOLDING, "columns": _COLUMNS}.items():
        if table.get(field) != ours:
            raise FileError(
                f"{name}: {field} is {table.get(field)!r}, this version of newsclean needs {ours!r}; "
                "learn the profiles again with `newsclean learn`"
            )
    sites = table.get("sites")
    if not isinstance(sites, list):
        raise FileError(f"{name}: damaged: 'sites' is no list; learn the profiles again")
    return [_profile(name, place, entry) for place, entry in enumerate(sites, 1)]


def load_one(path: str | os.PathLike[str]) -> SiteProfile:
    """Return the one profile in *path*.

    Raises:
        FileError: as :func:`load`, or there are several, or none.
    """
    profiles = load(path)
    if len(profiles) != 1:
        raise FileError(f"{os.fspath(path)}: holds the profiles of {len(profiles)} sites; use SiteProfiles.load")
    return profiles[0]


def _profile(name: str, place: int, entry: Any) -> SiteProfile:
    def damaged(problem: str) -> FileError:
        return FileError(f"{name}: site {place}: {problem}; mend the file, or learn the profiles again")

    if not isinstance(entry, dict):
        raise damaged("is no object")
    site: Any = entry.get("site")
    articles: Any = entry.get("articles")
    missed: Any = entry.get("missed")
    if site is not None and not isinstance(site, str):
        raise damaged("'site' is no string")
    for field, value in {"articles": articles, "missed": missed}.items():
        if not _is_count(value):
            raise damaged(f"{field!r} is no whole number from 0")
    if not isinstance(entry.get("lines"), list):
        raise damaged("'lines' is no list")
    counts: dict[str, tuple[int, int, int]] = {}
    for row in entry["lines"]:
        match row:
            case [str(key), stands, opening, leads] if _is_count(stands) and _is_count(opening) and _is_count(leads):
                if key in counts or not max(1, opening, leads) <= stands <= articles:
                    raise damaged(f"the line {row!r} is there twice, or counts more articles than there are")
                counts[key] = stands, opening, leads
            case _:
                raise damaged(f"{row!r} is no line with its three counts")
    return SiteProfile(site, articles, counts, missed)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
