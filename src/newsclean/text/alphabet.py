"""What a text is made of, asked once for the whole text, and what follows from it.

Most of an article is printable ASCII and tells nothing. Deleting that from its bytes is a memory operation; the few
characters left over, each once, are the text's alphabet. From it follows what need not be looked for at all: line
ends of a kind that is not there, quotes to make plain, letters that fold to others.

It also says whether the text is *tame*: every character folds by itself, whatever stands beside it, so that the
beginning of a line tells how its folded key begins. Combining marks, the jamo of Korean and controls are not tame;
a text that holds one is read the long way, and nothing is lost but time.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

__all__ = ["ODD", "TRIMMED", "alphabet", "is_tame", "spelt_out"]

# One character for one, so that offsets stay: what typography varies and meaning does not.
_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t"
_ODD_FOR = {" ": _SPACES, "'": "‘’‚‛ʼ′´`", '"': "“”„‟«»″〝〞", "-": "‐‑‒–—―−", ":": "：", "|": "｜"}
ODD = {odd: plain for plain, odds in _ODD_FOR.items() for odd in odds}
"""Characters that typography varies, and the plain one for each."""

TRIMMED = " .:;,-*•·|>»«<›‹→▶►▼▲✕×#_=~[](){}\"'…+/\\■●◆★☆❯❮↓↑←"
"""What phrases are compared without, at both ends of a line."""

_TELLS_NOTHING = bytes(code for code in range(32, 127) if chr(code) not in ODD) + b"\n"
_DOTLESS_I = "ı"


def alphabet(text: str) -> set[str]:
    """Return the characters of *text* that are not printable ASCII, nor a line feed; a grave accent counts as odd.

    >>> sorted(alphabet("It’s a naïve `plan’"))
    ['`', 'ï', '’']
    """
    left = text.encode("utf-8", "surrogatepass").translate(None, _TELLS_NOTHING)
    return set(left.decode("utf-8", "surrogatepass")) if left else set()


@lru_cache(maxsize=65536)
def is_tame(character: str) -> bool:
    """Return whether *character* folds by itself, to no space, and to trimmed symbols only if it is one.

    >>> is_tame("é"), is_tame("’"), is_tame("…"), is_tame("\\u0301"), is_tame("．")
    (True, True, True, False, False)
    """
    if character in ODD:
        return True
    made = unicodedata.normalize("NFKC", character)
    for part in character + made:
        category = unicodedata.category(part)
        if category[0] == "M" or category in ("Cc", "Cs") or part.isspace() or "\u1100" <= part <= "\u11ff":
            return False
    return character in TRIMMED or not any(part in TRIMMED or part in ODD for part in made)


@lru_cache(maxsize=65536)
def spelt_out(character: str) -> str:
    """Return the letters a to z or digits that *character* folds to or is matched by, or a space; "" if none.

    Characters that :data:`ODD` makes plain, and printable ASCII, are not asked about.

    >>> spelt_out("ß"), spelt_out("ﬁ"), spelt_out("é")
    ('ss', 'fi', '')
    """
    if character.isspace():
        return " "
    if character.isascii():
        return ""
    if character == _DOTLESS_I:  # patterns that ignore case take it for an i
        return "i"
    folded = unicodedata.normalize("NFKC", character).casefold()
    return folded if any(part.isascii() and part.isalnum() for part in folded) else ""
