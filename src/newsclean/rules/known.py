"""What the shipped patterns cannot match without, read in advance: reading them took half of a first ``clean()``.

``known.json`` holds by digest of a pattern what :mod:`newsclean.rules.literals` reads off it; a pattern that is not in
it, such as a user's, is read when it is met, so a file that is out of date costs time and nothing else. After a change
of rules or of the reader, write it anew: ``python -c "from newsclean.rules import known; known.write()"``. A test tells
when that is due.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from newsclean.files import shipped_text
from newsclean.rules.literals import openings, required_literals

__all__ = ["FILE", "Needs", "needs_of", "table_of", "write"]

FILE = "known.json"
_VERSION = 1


class Needs(NamedTuple):
    """What every match of a pattern has; None where that is not known."""

    openings: frozenset[str] | None
    """It begins with one of these: see :func:`~newsclean.rules.literals.openings`."""
    words: frozenset[str] | None
    """It holds one of these: see :func:`~newsclean.rules.literals.required_literals`."""


def needs_of(pattern: str) -> Needs:
    """Return what every match of *pattern* has.

    >>> sorted(needs_of(r"(?:read|see) more").words)
    ['readmore', 'seemore']
    """
    known = _table().get(_digest(pattern))
    if known is None:
        return _read(pattern)
    return Needs(*(None if some is None else frozenset(some.split("\n")) for some in known))


def table_of(patterns: Iterable[str]) -> dict[str, list[str | None]]:
    """Return what is written for *patterns*: by digest the openings and the words, a line each."""
    return {
        _digest(pattern): [None if some is None else "\n".join(sorted(some)) for some in _read(pattern)]
        for pattern in sorted(set(patterns))
    }


def _read(pattern: str) -> Needs:
    return Needs(openings(pattern), required_literals(pattern))


def _digest(pattern: str) -> str:
    return hashlib.sha256(pattern.encode()).hexdigest()[:16]


@cache
def _table() -> dict[str, list[str | None]]:
    data = json.loads(shipped_text(__package__, FILE))
    patterns: dict[str, list[str | None]] = data["patterns"]
    return patterns if data["version"] == _VERSION else {}


def write() -> None:
    """Write the file of the shipped patterns, in place."""
    from importlib import resources
    from pathlib import Path

    from newsclean.rules import shipped_rules

    table = table_of(rule.regex for rule in shipped_rules().rules if rule.regex)
    rows = ",\n".join(f"  {json.dumps(key)}: {json.dumps(table[key], ensure_ascii=False)}" for key in sorted(table))
    text = f'{{\n "version": {_VERSION},\n "patterns": {{\n{rows}\n }}\n}}\n'
    Path(str(resources.files(__package__).joinpath(FILE))).write_text(text, encoding="utf-8")
