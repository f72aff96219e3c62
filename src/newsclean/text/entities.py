"""Character references (``&amp;``, ``&#8217;``) decoded to a fixed point in one linear pass.

ftfy and ``html.unescape`` decode one level a call, so ``&amp;amp;amp;...`` costs a pass for each level and
ftfy's loop is quadratic on it. Here the output is a stack: when a ``;`` arrives, the characters before it are
looked at once, at most as far as the longest name reaches, and what they spell is replaced. A reference can only
be completed by its ``;``, so one look at each is enough and nothing decodable is left behind.

Only references that end in ``;`` are decoded: ``AT&T``, ``?a=1&copy=2`` and ``R&D`` are left alone. A reference to a
line end or a tab becomes a space (a line stays a line); one to any other control character stays as it is.
"""

from __future__ import annotations

import re
import unicodedata
from html import unescape
from html.entities import html5

__all__ = ["REFERENCE", "decode_entities", "has_entity"]

_LONGEST = max(map(len, html5)) + 1
REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
"""What may be a reference."""
_WHITE = frozenset("\n\r\t\x0b\x0c\u2028\u2029")


def has_entity(text: str) -> bool:
    """Return whether :func:`decode_entities` would look at *text* at all."""
    return REFERENCE.search(text) is not None


def decode_entities(text: str) -> str:
    """Return *text* with its character references decoded until none is left.

    Time is linear in the length of *text*, also for nested references.

    >>> decode_entities("Fish &amp;amp; chips, AT&T, &lt;3 &#8217;")
    'Fish & chips, AT&T, <3 ’'
    """
    first = REFERENCE.search(text)
    if first is None:
        return text
    start = first.start()
    out: list[str] = list(text[:start])
    position = start
    while True:
        stop = text.find(";", position)
        if stop < 0:
            out.extend(text[position:])
            return "".join(out)
        out.extend(text[position : stop + 1])
        position = stop + 1
        while out and out[-1] == ";":
            reach = "".join(out[-_LONGEST:])
            reference = reach[reach.rfind("&") :]  # without an ampersand the ";" alone, which stands for nothing
            value = _decoded(reference)
            if value is None:
                break
            del out[-len(reference) :]
            out.extend(value)


def _decoded(reference: str) -> str | None:
    """Return what *reference* stands for, or None where it stands for nothing that may enter a text."""
    if not REFERENCE.fullmatch(reference):
        return None
    value = unescape(reference) if reference[1] == "#" else html5.get(reference[1:])
    if not value or value == "\ufffd":  # what a reference to nothing (zero, a surrogate) would become
        return None
    if value in _WHITE:
        return " "
    if any(unicodedata.category(c) == "Cc" for c in value):
        return None
    return value
