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
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["SEPARATOR", "Folded", "Joined", "fold", "fold_bytes", "fold_character", "fold_joined"]

Codes: TypeAlias = npt.NDArray[np.uint32]

SEPARATOR = "\0"
"""What stands for every character that is part of no word."""

_ACCENT_CLASS = 10  # 1 to 9: overlays, nukta, kana voicing marks, virama
_LONGER = 0x4000_0000  # added to the number of a fold that is longer than one character, or empty
_OWN = 0x8000_0000  # added to a code point that is a word of its own

# Bytes that UTF-8 never has: between texts, and in room that a shorter fold leaves.
_BETWEEN = b"\xfe"
_NOTHING = b"\xff"
_ROOM = 8  # bytes behind the last text
_GROWS = 0x0000_00FF  # as a packed fold: the fold needs more bytes than the character has

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
    """Return *text* with every character folded; the words are what NUL characters, one or more, separate.

    >>> fold("Zürich’s 2nd ﬂood").replace(SEPARATOR, " ").split()
    ['zurich', 's', '2nd', 'flood']
    """
    return fold_bytes(text).decode("utf-8")


class Folded(NamedTuple):
    """Folded UTF-8, and for each of its characters the position in the text it comes from."""

    data: bytes
    origin: npt.NDArray[np.int64]


def fold_bytes(text: str) -> bytes:
    """Return :func:`fold` of *text* as UTF-8, without an object a character."""
    return fold_joined([text]).data[1 : -_ROOM - 1]


class Joined(NamedTuple):
    """Folded texts as UTF-8, one after the other, with a separator around each."""

    data: bytes
    """Ends in room to read 8 bytes from any place of a text."""
    between: npt.NDArray[np.int64]
    """Where the separators around the texts stand, one more than texts: text ``i`` lies between ``i`` and ``i + 1``."""


def fold_joined(texts: Sequence[str]) -> Joined:
    """Return :func:`fold_bytes` of each of *texts*, far faster than one at a time."""
    try:
        encoded = [text.encode() for text in texts]
    except UnicodeEncodeError:  # a lone surrogate: asking for it beforehand halves the speed
        encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    data = _BETWEEN.join([b"", *encoded, bytes(_ROOM)])
    if not all(map(str.isascii, texts)):
        data = _fold_in_place(data, texts)
    between = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == _BETWEEN[0])
    return Joined(data.translate(_ascii_table()), between)


def _fold_in_place(data: bytes, texts: Sequence[str]) -> bytes:
    """Return *data*, the UTF-8 of *texts* with a separator around each, with all characters beyond ASCII folded.

    Most folds are no longer than the character: an accent goes, a quote becomes a separator. Those are written over
    their characters, all at once, and what remains of the room is taken out. A text in which a character grows by its
    fold is folded by itself.
    """
    buffer = np.frombuffer(data, dtype=np.uint8).copy()
    lead = np.flatnonzero(buffer >= 0xC0)
    lead = lead[buffer[lead] != _BETWEEN[0]]
    first = buffer[lead].astype(np.uint32)
    folds = _tables().narrow[_decoded(buffer, lead, first)]
    for place in range(4):
        if place > 1:  # the third byte, then the fourth, of those that have one
            wide = first >= (0xE0, 0xF0)[place - 2]
            lead, first, folds = lead[wide], first[wide], folds[wide]
        elif not place:
            grown = lead[folds == _GROWS]
        buffer[lead + place] = (folds >> np.uint32(8 * place)).astype(np.uint8)
    folded = buffer.tobytes().replace(_NOTHING, b"")
    if not len(grown):
        return folded
    between = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == _BETWEEN[0])
    pieces = folded.split(_BETWEEN)
    for piece in set(np.searchsorted(between, grown).tolist()):  # the piece in front of the first text is empty
        pieces[piece] = _encode(_fold_codes(texts[piece - 1])[0])
    return _BETWEEN.join(pieces)


def _decoded(buffer: npt.NDArray[np.uint8], lead: npt.NDArray[np.int64], first: Codes) -> Codes:
    """Return the code points of the UTF-8 characters at *lead*, whose *first* bytes are given."""
    codes = (first & np.uint32(0x1F)) << np.uint32(6) | _six_bits(buffer, lead + 1)
    for width, low in ((3, 0xE0), (4, 0xF0)):
        wide = np.flatnonzero(first >= low)
        if not len(wide):
            break
        codes[wide] = codes[wide] << np.uint32(6) | _six_bits(buffer, lead[wide] + width - 1)
        codes[wide] &= np.uint32((1 << 5 * width + 1) - 1)  # without what marks the first byte
    return codes


def _six_bits(buffer: npt.NDArray[np.uint8], places: npt.NDArray[np.int64]) -> Codes:
    return buffer[places].astype(np.uint32) & np.uint32(0x3F)


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
    narrow: Codes  # by code point: the UTF-8 of its fold, lowest byte first, filled up with 0xFF; or _GROWS
    single: Codes  # by code point: its fold, or _LONGER + entry, or _OWN + code point
    longer: Codes  # by entry: the characters of the fold, in a row
    length: npt.NDArray[np.int64]  # by entry: how many


@functools.cache
def _ascii_table() -> bytes:
    table = bytearray(ord(fold_character(chr(code))) if code < 128 else code for code in range(256))
    table[_BETWEEN[0]] = ord(SEPARATOR)
    return bytes(table)


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
    return _Tables(_narrow(single, folds), single, longer, length)


def _narrow(single: Codes, folds: list[str]) -> Codes:
    """Return the folds that fit the room of their characters in UTF-8."""
    room = _width(np.arange(len(single), dtype=np.uint32))
    narrow = np.full(len(single), _GROWS, dtype=np.uint32)
    narrow[single == 0] = 0
    one = (single > 0) & (single < _LONGER)
    narrow[one] = _packed(single[one])
    width = np.where(one, _width(single), 0)
    packed = np.array([int.from_bytes(f.encode()[:4].ljust(4, _NOTHING), "little") for f in folds], dtype=np.uint32)
    size = np.array([len(f.encode()) for f in folds])
    more = np.flatnonzero((single >= _LONGER) & (single < _OWN))
    entries = single[more] - _LONGER
    narrow[more], width[more] = packed[entries], size[entries]
    narrow[width > room] = _GROWS
    return narrow


def _width(codes: Codes) -> npt.NDArray[np.int64]:
    """Return how many bytes each code point has in UTF-8."""
    return 1 + (codes >= 0x80).astype(np.int64) + (codes >= 0x800) + (codes >= 0x10000)


def _packed(codes: Codes) -> Codes:
    """Return the UTF-8 of each code point as a number, lowest byte first, filled up with 0xFF."""
    six = [(codes >> np.uint32(6 * place)) & np.uint32(0x3F) | np.uint32(0x80) for place in range(3)]
    ones, width = np.uint32(0xFFFF_FFFF), _width(codes)
    two = (codes >> np.uint32(6)) | np.uint32(0xC0) | six[0] << np.uint32(8) | ones << np.uint32(16)
    three = (codes >> np.uint32(12)) | np.uint32(0xE0) | six[1] << np.uint32(8) | six[0] << np.uint32(16)
    three |= ones << np.uint32(24)
    four = (codes >> np.uint32(18)) | np.uint32(0xF0) | six[2] << np.uint32(8) | six[1] << np.uint32(16)
    four |= six[0] << np.uint32(24)
    return np.select([width == 1, width == 2, width == 3], [codes | ones << np.uint32(8), two, three], four)
