"""What a pattern cannot match without: the words it begins with, the words it must hold.

Hundreds of patterns against every line of every article is where the time of a rule engine goes, and nearly all of
it is in vain. Most patterns can only match a line that begins with one of a few words, so the engine looks the
line's first letters up; the others mostly need some literal, which is a plain substring search. Both are read off
the pattern here. Whatever this small reader does not know makes it give up, and the pattern is then tried on
every line: it may be too careful, it must never be wrong (a property test holds it to that).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

__all__ = ["OPENING", "SYMBOLS", "closings", "opening_of", "openings", "required_literals"]

OPENING = 4
"""Characters of a line's beginning that openings tell apart."""

_SHORTEST = 3
_COMMON = frozenset("abcdefghijklmnopqrstuvwxyz0123456789 .,-'")  # a shorter run of these is in every line
_MOST = 64
_CUT = 6  # characters of the beginnings and ends that are put together
_MOST_OPENINGS = 500

_TOKEN = re.compile(
    r"""
      (?P<look>   \(\?<?[=!] )
    | (?P<group>  \( (?: \?: | \?> | \?-?i: | \?P<\w+> | (?!\?) ) )
    | (?P<close>  \) )
    | (?P<bar>    \| )
    | (?P<class>  \[ \^? \]? (?: \\. | \[:\^?\w+:\] | [^\]\\] )* \] )
    | (?P<count>  (?: [*+?] | \{\d*,?\d*\} ) [?+]? )
    | (?P<zero>   \\[bBAZmM] | [.^$] (?<![.]) )
    | (?P<any>    \\[pP]\{[^}]*\} | \\[sSdDwW] | [.] )
    | (?P<escape> \\[^\w] )
    | (?P<char>   [^\\()\[\]{}|*+?.^$] )
    """,
    re.VERBOSE,
)
_COUNT = re.compile(r"\{(\d*)(,?)(\d*)\}")
_NO_WORDS = re.compile(r"\[[^\w^\\]*(?:\\[^\w][^\w^\\]*)*\]|\[(?:[^\w^\\\[\]]|\\s|\\[^\w])+\]|\\[sW]")
_FEW = re.compile(r"\[(?:[^\\\[\]^-]|\\[^\w])+\]")
_ODD_CASE = frozenset("ſKİıßŉǰΐΰς")


class _UnknownError(Exception):
    """The pattern holds something this reader does not know, or may begin with anything."""


@dataclass(frozen=True, slots=True)
class _Char:
    """One character: ``literal`` (lower case, a digit as 0), or one that is no word character, or any."""

    literal: str = ""
    word: bool = True
    among: str = ""
    """Where it is one of a few: all of them, lower case."""
    space: bool = False
    """Whether it is any white space; a literal space in :meth:`~newsclean.text.lines.Lines.low` lines."""


@dataclass(frozen=True, slots=True)
class _Repeat:
    node: _Node
    least: int
    once: bool


@dataclass(frozen=True, slots=True)
class _Alternatives:
    branches: tuple[tuple[_Node, ...], ...]


_Node: TypeAlias = "_Char | _Repeat | _Alternatives"


def opening_of(line: str) -> str:
    """Return the beginning of *line* as openings are compared: lower case, symbols skipped, digits as 0.

    >>> opening_of("» Read more: 12"), opening_of("12 comments")
    ('read', '00 c')
    """
    return "".join("0" if c.isdigit() else c for c in SYMBOLS.sub("", line[:80], count=1)[:OPENING].lower())


SYMBOLS = re.compile(r"^\W+")
"""What openings are told without."""


def openings(pattern: str) -> frozenset[str] | None:
    """Return strings of up to four characters of which one begins every text that *pattern* matches; None if unknown.

    >>> sorted(openings(r"\\W{0,3}(?:read more|see (?:also|more)|by\\s+.{1,9})"))
    ['by', 'read', 'see ']
    """
    try:
        closed, still_open = _begin(_parse(pattern), frozenset([""]))
    except _UnknownError:
        return None
    found = closed | still_open
    return None if "" in found or len(found) > _MOST_OPENINGS else frozenset(found)


def required_literals(pattern: str) -> frozenset[str] | None:
    """Return lower-case strings of which every match of *pattern* (case ignored) holds at least one; None if unknown.

    White space is left out of them, and must be left out of the line they are looked for in: so ``photo : `` and
    ``photo:`` are one.

    >>> sorted(required_literals(r".{0,60}\\b(?:we use cookies|use recaptcha)\\b.{0,9}"))
    ['userecaptcha', 'weusecookies']
    >>> required_literals(r"(?:cookies)?.*") is None
    True
    """
    try:
        known = _strings(_parse(pattern))
    except _UnknownError:
        return None
    need = _better(known.need, known.exact)
    return need and frozenset(word for word in need if not any(o != word and o in word for o in need))


def closings(pattern: str) -> frozenset[str] | None:
    """Return lower-case characters of which one ends every text that *pattern* matches; None if unknown.

    >>> sorted(closings(r"\\((?:photo|image) by .{3,9}[)\\]]\\.?"))
    [')', '.', ']']
    """
    try:
        found, empty = _end(_parse(pattern))
    except _UnknownError:
        return None
    return None if empty else found


@lru_cache(maxsize=1)  # all questions are asked of one pattern after the other
def _parse(pattern: str) -> tuple[_Node, ...]:
    tokens: list[tuple[str, str]] = []
    place = 0
    while place < len(pattern):
        found = _TOKEN.match(pattern, place)
        if found is None or found.lastgroup is None:
            raise _UnknownError
        tokens.append((found.lastgroup, found[0]))
        place = found.end()
    node, end = _alternatives(tokens, 0)
    if end != len(tokens):
        raise _UnknownError
    return (node,)


def _alternatives(tokens: list[tuple[str, str]], place: int) -> tuple[_Alternatives, int]:
    branches: list[tuple[_Node, ...]] = []
    while True:
        branch, place = _sequence(tokens, place)
        branches.append(branch)
        if place >= len(tokens) or tokens[place][0] != "bar":
            return _Alternatives(tuple(branches)), place
        place += 1


def _sequence(tokens: list[tuple[str, str]], place: int) -> tuple[tuple[_Node, ...], int]:
    nodes: list[_Node] = []
    while place < len(tokens) and tokens[place][0] not in ("bar", "close"):
        kind, text = tokens[place]
        place += 1
        node: _Node | None = None
        if kind in ("group", "look"):
            node, place = _alternatives(tokens, place)
            place += 1  # the closing bracket
        elif kind != "zero":
            node = _char(kind, text)
        if place < len(tokens) and tokens[place][0] == "count":
            least, once = _times(tokens[place][1])
            place += 1
            node = node and _Repeat(node, least, once)
        if node is not None and kind != "look":  # what is only looked at takes no room
            nodes.append(node)
    return tuple(nodes), place


@lru_cache(maxsize=4096)
def _char(kind: str, text: str) -> _Char:
    if kind in ("char", "escape"):
        lower = text[-1].lower()
        if len(lower) != 1 or text[-1] in _ODD_CASE:
            return _Char()
        return _Char("0" if lower.isdigit() else lower, lower.isalnum() or lower == "_")
    if text == r"\d":
        return _Char("0")
    if text == r"\s":  # in a plain line white space is a space
        return _Char(" ", word=False, space=True)
    if _FEW.fullmatch(text):
        among = "".join(sorted({c.lower() for c in text[1:-1].replace("\\", "")}))
        if not _ODD_CASE.intersection(text) and len(among) == 1:  # [Ff] is the letter in either case
            return _char("char", among)
        return _Char(word=_NO_WORDS.fullmatch(text) is None, among=among)
    return _Char(word=_NO_WORDS.fullmatch(text) is None)


def _times(count: str) -> tuple[int, bool]:
    """Return the least number of times, and whether it is once at most."""
    found = _COUNT.match(count)
    if found is None:
        return int(count[0] == "+"), count[0] == "?"
    least = int(found[1] or 0)
    most = least if not found[2] else int(found[3] or 99)
    return least, most <= 1


def _begin(nodes: tuple[_Node, ...], before: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the beginnings that are settled and those that what follows may still lengthen."""
    closed: frozenset[str] = frozenset()
    for node in nodes:
        if not before:
            break
        if isinstance(node, _Alternatives):
            results = [_begin(branch, before) for branch in node.branches]
            closed = closed.union(*(c for c, _ in results))
            before = frozenset().union(*(o for _, o in results))
        elif isinstance(node, _Repeat):
            settled, after = _begin((node.node,), before)
            closed |= settled
            if not node.once:  # further rounds may lengthen what has begun: what there is begins them all
                closed |= {prefix for prefix in after if prefix}
                after = frozenset(prefix for prefix in after if not prefix)
            before = after | before if node.least == 0 else after
        else:
            closed, before = _lengthen(node, closed, before)
    return closed, before


def _lengthen(char: _Char, closed: frozenset[str], before: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    after: set[str] = set()
    settled: set[str] = set(closed)
    for prefix in before:
        if not char.word and not prefix:
            after.add("")  # symbols before the first word are skipped
        elif not char.literal or char.space:
            if not prefix:
                raise _UnknownError
            settled.add(prefix)
        elif len(prefix) + 1 >= OPENING:
            settled.add(prefix + char.literal)
        else:
            after.add(prefix + char.literal)
    return frozenset(settled), frozenset(after)


def _end(nodes: tuple[_Node, ...]) -> tuple[frozenset[str], bool]:
    """Return the characters that may come last, and whether all of *nodes* may match nothing."""
    found: frozenset[str] = frozenset()
    for node in reversed(nodes):
        empty = False
        if isinstance(node, _Alternatives):
            results = [_end(branch) for branch in node.branches]
            found = found.union(*(f for f, _ in results))
            empty = any(e for _, e in results)
        elif isinstance(node, _Repeat):
            last, empty = _end((node.node,))
            found |= last
            empty = empty or node.least == 0
        elif node.literal not in ("", "0"):
            found |= {node.literal}
        elif node.among:
            found |= set(node.among)
        else:
            raise _UnknownError
        if not empty:
            return found, False
    return found, True


@dataclass(frozen=True, slots=True)
class _Strings:
    """What is known of the texts that a piece of a pattern matches, white space left out."""

    exact: frozenset[str] | None
    """All of them, where they are few."""
    prefix: frozenset[str]
    """Each begins with one of these."""
    suffix: frozenset[str]
    """Each ends with one of these."""
    need: frozenset[str] | None = None
    """Each holds one of these."""


_NOTHING = frozenset([""])
_NO_LETTERS = frozenset(["", "0", " "])
_UNKNOWN = _Strings(None, _NOTHING, _NOTHING)


def _exactly(strings: frozenset[str]) -> _Strings:
    if len(strings) <= _MOST:
        return _Strings(strings, strings, strings)
    prefix, suffix = (frozenset(cut) for cut in zip(*((s[:_CUT], s[-_CUT:]) for s in strings), strict=True))
    need = _better(None, strings)
    return _Strings(
        None, prefix if len(prefix) <= _MOST else _NOTHING, suffix if len(suffix) <= _MOST else _NOTHING, need
    )


def _strings(nodes: tuple[_Node, ...]) -> _Strings:
    """Put what is known of *nodes* together: Cox (2012), "Regular Expression Matching with a Trigram Index"."""
    known, letters = _exactly(_NOTHING), ""
    for node in nodes:
        if isinstance(node, _Char) and node.literal not in _NO_LETTERS:  # letters in a row are put together at once
            letters += node.literal
            continue
        if letters:
            known, letters = _joined(known, _exactly(frozenset([letters]))), ""
        known = _joined(known, _strings_of(node))
    return _joined(known, _exactly(frozenset([letters]))) if letters else known


def _strings_of(node: _Node) -> _Strings:
    if isinstance(node, _Char):
        if node.space or node.literal == " ":
            return _exactly(_NOTHING)
        return _UNKNOWN if node.literal in ("", "0") else _exactly(frozenset([node.literal]))
    if isinstance(node, _Repeat):
        inner = _strings_of(node.node)
        if inner.exact == _NOTHING:
            return inner
        if node.least == 0:
            return _exactly(inner.exact | _NOTHING) if node.once and inner.exact is not None else _UNKNOWN
        if node.once:
            return inner
        return _Strings(None, inner.prefix, inner.suffix, _better(inner.need, inner.exact))
    branches = [_strings(branch) for branch in node.branches]
    exact = [branch.exact for branch in branches if branch.exact is not None]
    if len(exact) == len(branches):
        return _exactly(frozenset().union(*exact))
    needs = [_better(branch.need, branch.exact) for branch in branches]
    return _Strings(
        None,
        _few(branch.prefix for branch in branches),
        _few(branch.suffix for branch in branches),
        frozenset().union(*(need for need in needs if need)) if all(needs) else None,
    )


def _joined(a: _Strings, b: _Strings) -> _Strings:
    if a.exact is not None and b.exact is not None and len(a.exact) * len(b.exact) <= _MOST:
        return _exactly(frozenset(x + y for x in a.exact for y in b.exact))
    prefix, suffix = a.prefix, b.suffix
    if a.exact is not None and len(a.exact) * len(b.prefix) <= _MOST:
        prefix = frozenset((x + y)[: 2 * _CUT] for x in a.exact for y in b.prefix)
    if b.exact is not None and len(b.exact) * len(a.suffix) <= _MOST:
        suffix = frozenset((x + y)[-2 * _CUT :] for x in a.suffix for y in b.exact)
    need = _better(_better(a.need, a.exact), _better(b.need, b.exact))
    if len(a.suffix) * len(b.prefix) <= _MOST:
        need = _better(need, frozenset(x + y for x in a.suffix for y in b.prefix))
    return _Strings(None, prefix, suffix, need)


def _few(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    together = frozenset().union(*sets)
    return together if len(together) <= _MOST and "" not in together else _NOTHING


def _better(a: frozenset[str] | None, b: frozenset[str] | None) -> frozenset[str] | None:
    """Return the set that fewer lines fulfil, as far as can be told: the longer strings, then the fewer."""
    known = [s for s in (a, b) if s and all(map(_tells, s))]
    return max(known, key=lambda s: (min(map(len, s)), -len(s)), default=None)


def _tells(word: str) -> bool:
    return len(word) >= _SHORTEST or not _COMMON.issuperset(word)
