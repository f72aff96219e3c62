"""Text that the commands say: counted words, and what a terminal may be sent."""

from __future__ import annotations

import re
import sys

__all__ = ["one_line", "plural", "say", "visible"]

# Control characters but tab and line feed, the marks that turn the direction of text, and Unicode's own line ends: on a
# terminal they could hide or fake what is shown.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str) -> str:
    r"""Return *text* with control characters and turning marks as escapes such as ``\x1b``.

    >>> visible("Hide\x07 Ad")
    'Hide\\x07 Ad'
    """
    return _UNSEEN.sub(lambda found: f"\\x{ord(found[0]):02x}" if found[0] < "\x80" else ascii(found[0])[1:-1], text)


def one_line(text: str) -> str:
    r"""Return *text* as :func:`visible` does, and on one line: a name that goes on in the next could fake a message.

    >>> one_line("a\nnewsclean: done")
    'a\\nnewsclean: done'
    """
    return visible(text).replace("\n", "\\n")


def say(line: str) -> None:
    """Print *line* to standard error."""
    print(one_line(line), file=sys.stderr)


def plural(count: int, what: str, many: str = "") -> str:
    """Return *count* with *what* it counts, in the singular or plural.

    >>> plural(1, "copy", "copies"), plural(2, "copy", "copies"), plural(0, "rule")
    ('1 copy', '2 copies', '0 rules')
    """
    return f"{count} {what}" if count == 1 else f"{count} {many or f'{what}s'}"
