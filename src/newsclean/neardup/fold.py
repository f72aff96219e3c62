"""Text as a stream of folded words, one character at a time.

Two copies of a story differ in case, accents, quotes, widths and invisible characters long before they differ in
words. Folding takes those differences away, each *character* by itself:

1. compatibility decomposition (NFKD: full-width letters, ligatures, superscripts), case folding, NFKD again;
2. accents dropped: marks of canonical combining class 10 and above (Latin, Greek and Cyrillic accents, Arabic and
   Hebrew points). ``é`` equals ``e``, composed or not. Marks of a lower class are kept: they are what tells words
   apart in Indic scripts and kana;
3. canonical composition (NFC), which puts Hangul and voiced kana together again;
4. what is then no letter, digit or mark is a separator; format characters and variation selectors (soft hyphen,
   joiners, direction marks) vanish. ZERO WIDTH SPACE separates, as its name says.

A fold may be longer than one character (``ß`` is ``ss``) or empty. An ideograph or kana is a word of its own, as
those scripts write no spaces. Thai, Lao, Khmer and Burmese write none either and have no such letters: there a
word is a whole phrase, and a changed letter costs more than elsewhere.

Because every character is folded by itself, a table does the work and no context can change it. The price: marks
of a low class typed apart from their letter (decomposed Hangul or kana) are not put together.
"""

from __future__ import annotations

import functools
import itertools
import unicodedata
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["SEPARATOR", "Folded", "fold", "fold_bytes", "fold_character"]

Codes: TypeAlias = npt.NDArray[np.uint32]

SEPARATOR = "\0"
"""What stands for every character that is part of no word."""

_ACCENT_CLASS = 10  # 1 to 9: overlays, nukta, kana voicing marks, virama
_LONGER = 0x4000_0000  # added to the number of a fold that is longer than one character, or empty
_OWN = 0x8000_0000  # added to a code point that is a word of its own

_ASCII = bytes(range(128))
_FEW = 16  # characters beyond ASCII in a text, up to which replacing each is faster than the table is

# Letters that are words of their own. The ideographic planes count whole, so that their 130,000 code points need
# no look at each.
_IDEOGRAPHS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x3FFFF))
_OWN_WORD = (
    (0x3005, 0x3007),  # ideographic iteration mark, closing mark, number zero
    (0x3041, 0x3096),  # Hiragana
    (0x309D, 0x309F),
    (0x30A1, 0x30FA),  # Katakana, without its middle dot
    (0x30FC, 0x30FF),
    (0x31F0, 0x31FF),  # Katakana phonetic extensions
    (0x1B000, 0x1B16F),  # kana supplement and extensions
    *_IDEOGRAPHS,
)
_HANGUL = (0xAC00, 0xD7A3)

# Every other assigned code point lies here, and the ideographs that fold to another one.
_LOOK_AT = (
    range(0x3400),
    range(0x4DC0, 0x4E00),
    range(0xA000, 0xAC00),
    range(0xD7B0, 0xD800),
    range(0xF900, 0x20000),
    range(0x2F800, 0x2FA20),
    range(0xE0000, 0xE0200),
)


@functools.lru_cache(maxsize=10_000)
def fold_character(character: str) -> str:
    """Return the fold of one character: letters, digits and marks, and NUL for whatever separates words.

    The definition itself, in plain Python; the tables are built from it.

    >>> [fold_character(c) for c in "É½ß字-"]
    ['e', '1\\x002', 'ss', '\\x00字\\x00', '\\x00']
    """
    if character == "\u200b":
        return SEPARATOR
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    kept = "".join(c for c in decomposed if unicodedata.combining(c) < _ACCENT_CLASS)
    return "".join(map(_word_part, unicodedata.normalize("NFC", kept)))


def _word_part(character: str) -> str:
    code = ord(character)
    if any(first <= code <= last for first, last in _OWN_WORD):
        return SEPARATOR + character + SEPARATOR
    if 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF:  # variation selectors are marks by category
        return ""
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    return character if category[0] in "LNM" else SEPARATOR


def fold(text: str) -> str:
    """Return *text* with every character folded; the words are what NUL characters separate.

    >>> fold("Zürich’s 2nd ﬂood").split(SEPARATOR)
    ['zurich', 's', '2nd', 'flood']
    """
    return fold_bytes(text).decode("utf-8")


class Folded(NamedTuple):
    """Folded UTF-8, and for each of its characters the position in the text it comes from."""

    data: bytes
    origin: npt.NDArray[np.int64]


def fold_bytes(text: str) -> bytes:
    """Return :func:`fold` of *text* as UTF-8, without an object a character."""
    data = text.encode("utf-8", "surrogatepass")
    if not text.isascii():
        # English and its like: the same few quotes, dashes and accents, each replaced in one go. No replacement
        # makes another one possible, as all are ASCII: their order makes no difference.
        foreign = set(data.translate(None, _ASCII).decode("utf-8", "surrogatepass"))
        if len(foreign) > _FEW or not all(map(_folds_to_ascii, foreign)):
            return _encode(_fold_codes(text)[0])
        for character in foreign:
            data = data.replace(character.encode("utf-8", "surrogatepass"), fold_character(character).encode("ascii"))
    return data.translate(_ascii_table())


def _folds_to_ascii(character: str) -> bool:
    return fold_character(character).isascii()


def fold_with_origin(text: str) -> Folded:
    """Return the folded *text* and where in *text* each folded character was."""
    if text.isascii():
        return Folded(fold_bytes(text), np.arange(len(text), dtype=np.int64))
    codes, lengths = _fold_codes(text)
    origin = np.arange(len(text), dtype=np.int64)
    return Folded(_encode(codes), origin if lengths is None else np.repeat(origin, lengths))


def _encode(codes: Codes) -> bytes:
    return codes.tobytes().decode("utf-32-le").encode("utf-8")


def _fold_codes(text: str) -> tuple[Codes, npt.NDArray[np.int64] | None]:
    """Return the folded code points, and the length of each character's fold unless all are 1."""
    tables = _tables()
    codes = tables.single[np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")]
    special = np.flatnonzero(codes >= _LONGER)
    if not len(special):
        return codes, None
    marked = codes[special]
    own = marked >= _OWN
    entries = np.where(own, 0, marked - _LONGER).astype(np.int64)
    width = np.where(own, 3, tables.length[entries])
    lengths = np.ones(len(codes), dtype=np.int64)
    lengths[special] = width
    codes = np.repeat(codes, lengths)
    begins = (np.cumsum(lengths) - lengths)[special]
    # A word of its own stands between separators.
    codes[begins[own]] = codes[begins[own] + 2] = 0
    codes[begins[own] + 1] = marked[own] - _OWN
    # The others: the first character of each fold, then the second of those that have one, ...
    for place in range(tables.longer.shape[1]):
        has = ~own & (width > place)
        if not has.any():
            break
        codes[begins[has] + place] = tables.longer[entries[has], place]
    return codes, lengths


class _Tables(NamedTuple):
    single: Codes  # by code point: its fold, or _LONGER + entry, or _OWN + code point
    longer: Codes  # by entry: the characters of the fold, in a row
    length: npt.NDArray[np.int64]  # by entry: how many


@functools.cache
def _ascii_table() -> bytes:
    return bytes(ord(fold_character(chr(code))) if code < 128 else code for code in range(256))


@functools.cache
def _tables() -> _Tables:
    # Built on first use, in about 0.1 s. What neither decomposes nor changes case skips the normal forms.
    single = np.zeros(0x110000, dtype=np.uint32)
    for first, last in _OWN_WORD:
        single[first : last + 1] = np.arange(first, last + 1) + _OWN
    single[_HANGUL[0] : _HANGUL[1] + 1] = np.arange(_HANGUL[0], _HANGUL[1] + 1)
    folds: list[str] = []
    numbers: dict[str, int] = {}
    category, decomposition, combining = unicodedata.category, unicodedata.decomposition, unicodedata.combining
    for code in itertools.chain(*_LOOK_AT):
        character = chr(code)
        kind = category(character)
        if kind == "Cn":
            continue
        unchanged = not decomposition(character) and not combining(character) and character.casefold() == character
        if unchanged and kind[0] in "LNPSZ":
            if kind[0] in "LN":
                single[code] = single[code] or code  # what is there already is a word of its own
            continue
        folded = fold_character(character)
        if len(folded) == 1:
            single[code] = ord(folded)
        elif len(folded) == 3 and folded[0] == folded[2] == SEPARATOR:
            single[code] = _OWN + ord(folded[1])
        else:
            if folded not in numbers:
                numbers[folded] = len(folds)
                folds.append(folded)
            single[code] = _LONGER + numbers[folded]
    length = np.array([len(f) for f in folds], dtype=np.int64)
    longer = np.zeros((len(folds), int(length.max())), dtype=np.uint32)
    for row, folded in zip(longer, folds, strict=True):
        row[: len(folded)] = [ord(c) for c in folded]
    return _Tables(single, longer, length)
