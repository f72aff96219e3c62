"""Text as lines: offsets into the input, repaired text, folded keys, word counts.

A :class:`Lines` holds parallel lists, not objects: an article is read far more often than something is found
in it. What can be asked of a whole text at once is not asked line by line: its plain form (typography levelled) and
its low form (bytes, in which looking for a word is a memory search) are made in one piece and then split. Folded
keys are dear and made only for the lines that somebody wants one of; :mod:`newsclean.text.alphabet` tells for
which texts the beginning of a line says how its key begins.

Line ends are ``\\n``, ``\\r\\n``, ``\\r``, vertical tab, form feed and the Unicode line and paragraph
separators. U+0085 is not one: in text from the web it is a Windows-1252 ellipsis, and repair makes it so.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Collection
from itertools import accumulate
from typing import NamedTuple

import regex

from newsclean.text.alphabet import ODD, TRIMMED, alphabet, is_tame, spelt_out
from newsclean.text.repair import Repair, repair_line, suspects

__all__ = ["Lines", "Seen", "ends_sentence", "fold_key", "is_prose", "plain", "trim_key", "word_count"]

_LINE_END = re.compile("\r\n|[\n\r\x0b\x0c\u2028\u2029]")
_ODD_LINE_ENDS = frozenset("\r\x0b\x0c\u2028\u2029")

_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_SENTENCE_END = re.compile(r"[.!?…。！？؟।॥։።][\"'”’»«›)\]」』〉》]*\s*\Z")
_PROSE_WORDS = 12
_SHORT = 1000  # characters: so many marks in one run are put in order in a millisecond
_STORM = regex.compile(r"(\p{M}{31,}+)")  # Unicode's stream-safe text format (UAX 15, section 13) allows 30


def plain(line: str) -> str:
    """Return *line* with quotes, dashes and spaces made plain, one character for one.

    >>> plain("It’s “late” – very")
    'It\\'s "late" - very'
    """
    if line.isascii() and "\t" not in line and "`" not in line:
        return line
    for odd in alphabet(line) & ODD.keys():  # str.translate looks each character up; this goes at memchr speed
        line = line.replace(odd, ODD[odd])
    return line


def fold_key(line: str) -> str:
    """Return the key by which two lines count as the same: case, quotes, dashes, widths and spaces folded.

    >>> fold_key("  It’s  ＬＡＴＥ ") == fold_key("it's late")
    True
    """
    if line.isascii():
        return " ".join(line.replace("`", "'").casefold().split())
    return " ".join(plain(_normalized(plain(line))).casefold().split())


def _normalized(line: str) -> str:
    """Return *line* in form NFKC; in long lines, runs of marks longer than any script has stay as they are.

    Putting the marks of a run in order takes the square of its length: 10,000 of them took more than a second.
    """
    if len(line) <= _SHORT:
        return unicodedata.normalize("NFKC", line)
    pieces = _STORM.split(line)
    pieces[::2] = [unicodedata.normalize("NFKC", piece) for piece in pieces[::2]]
    return "".join(pieces)


def trim_key(key: str) -> str:
    """Return *key* without the symbols and punctuation at its ends, as phrases are compared.

    A question or exclamation mark stays: ``What do you think?`` is not ``what do you think``.

    >>> trim_key("» read more: "), trim_key("visit shots! now")
    ('read more', 'visit shots! now')
    """
    return key.strip(TRIMMED)


def word_count(line: str) -> int:
    """Return the words of *line*; scripts without spaces count two characters for a word.

    >>> word_count("The river rose."), word_count("川の水位が上がった")
    (3, 5)
    """
    count = len(line.split())
    if line.isascii():
        return count
    return count + len(_UNSPACED.findall(line)) // 2


def ends_sentence(line: str) -> bool:
    """Return whether *line* ends with a sentence's end mark, closing quotes and brackets left aside."""
    return not line[-1:].isalnum() and _SENTENCE_END.search(line, max(0, len(line) - 12)) is not None


def is_prose(line: str) -> bool:
    """Return whether *line* reads like a line of an article: twelve words or more and a sentence's end.

    Measured: lines of article text that fail this are common (headings, short answers), so it says where the
    article surely is, never where it is not.
    """
    if not ends_sentence(line):
        return False
    # Words need be counted to the end only where they are not parted by spaces.
    return len(line.split(None, _PROSE_WORDS)) >= _PROSE_WORDS or word_count(line) >= _PROSE_WORDS


class Seen(NamedTuple):
    """What an engine of rules remembers of lines, for as long as they stay what they are."""

    asked: object
    """The index of words that was asked."""
    words: dict[int, set[int]]
    """The numbers of the rules of which a line has a word."""
    matched: dict[int, tuple[int, ...]]
    """The numbers of the patterns that match a line, for each line tried."""

    quiet: set[int]
    """Lines in which no rule for whole lines sees anything, whatever stands around them."""
    no_head: set[int]
    """Lines that are no heading of a block."""

    def without(self, gone: Collection[int]) -> Seen:
        """Return what holds still where the lines *gone* are blank."""
        left = {i: numbers for i, numbers in self.words.items() if i not in gone}
        matched = {i: numbers for i, numbers in self.matched.items() if i not in gone}
        return Seen(self.asked, left, matched, self.quiet.difference(gone), self.no_head.difference(gone))


class Lines:
    """The lines of one text, as parallel lists; index ``i`` is the same line in each.

    ``starts[i]:ends[i]`` is the line in the input without its end, ``starts[i]:nexts[i]`` with it. ``texts[i]`` is the
    repaired line; where it differs from the input, ``repaired`` holds ``i`` and offsets inside the line mean nothing.
    """

    __slots__ = (
        "_keys", "_lows", "_plains", "_pristine", "_quiet", "_strange", "_tight", "ends", "nexts", "reading",
        "repaired", "repairs", "seen", "source", "starts", "tame", "texts",
    )  # fmt: skip

    def __init__(self, source: str, *, repair: bool = True) -> None:
        self.source = source
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.nexts: list[int] = []
        self.texts: list[str] = []
        self.repaired: set[int] = set()
        self.repairs: list[Repair] = []
        self.tame = True
        """Whether each character folds by itself: a key begins with the folded beginning of its line, and so on."""
        self._keys: dict[int, str] = {}
        self._plains: list[str] = []
        self._lows: list[bytes] = []
        self._tight: bytes | None = None
        self.seen: Seen | None = None
        """What an engine of rules remembers of the lines; forgotten when one of them changes."""
        self._quiet: dict[str, set[int]] = {}
        self.reading: object = None
        """What the score read of the lines; it tells itself which lines are still what they were."""
        self._pristine: tuple[list[str], list[str], list[bytes], Seen | None] | None = None
        self._strange = alphabet(source)
        self._split()
        if repair and (self._strange or "&" in source):
            self._repair()
        self._level()

    def _split(self) -> None:
        source = self.source
        if self._strange.isdisjoint(_ODD_LINE_ENDS):
            self.texts = source.split("\n")
            self.nexts = list(accumulate([len(text) + 1 for text in self.texts]))
            self.starts = [0, *self.nexts[:-1]]
            self.ends = [following - 1 for following in self.nexts]
            self.nexts[-1] = len(source)
            return
        position = 0
        for found in _LINE_END.finditer(source):
            start, end = found.span()
            self._add(position, start, end)
            if found[0] != "\n":
                self.repairs.append(Repair((start, end), "line_end", found[0], "\n"))
            position = end
        self._add(position, len(source), len(source))

    def _add(self, start: int, end: int, following: int) -> None:
        self.starts.append(start)
        self.ends.append(end)
        self.nexts.append(following)
        self.texts.append(self.source[start:end])

    def _repair(self) -> None:
        looked = -1
        for place in sorted(suspects(self.source)):
            i = bisect_right(self.starts, place) - 1
            if i != looked:
                looked = i
                self._repair_line(i, self.texts[i])
        self.repairs.sort(key=lambda repair: repair.span)

    def _repair_line(self, i: int, text: str) -> None:
        fixed, repairs = repair_line(text, self.starts[i])
        if repairs:
            self.texts[i] = fixed
            self.repaired.add(i)
            self.repairs.extend(repairs)

    def _level(self) -> None:
        """Make the plain and the low form of all lines at once."""
        whole = self.source
        if self.repairs:  # what was repaired, and the line ends, are no part of the lines
            whole = "\n".join(self.texts)
            self._strange = alphabet(whole)
        strange = self._strange
        self.tame = all(map(is_tame, strange))
        odds = strange & ODD.keys()
        for odd in odds:
            whole = whole.replace(odd, ODD[odd])
        self._plains = whole.split("\n") if odds or self.repairs else self.texts
        self._lows = _low(whole, strange).split(b"\n")
        if len(self._plains) != len(self.texts):  # only if repair made a line end
            self._plains = [plain(text) for text in self.texts]
            self._lows = [_low(text, alphabet(text)) for text in self._plains]

    def without(self, gone: Collection[int]) -> Lines:
        """Return the lines as they were before any :meth:`set_text`, those of *gone* blank."""
        other = Lines.__new__(Lines)
        for name in ("source", "starts", "ends", "nexts", "repaired", "repairs", "tame", "_strange", "reading"):
            setattr(other, name, getattr(self, name))
        other.texts, other._plains, other._lows, other.seen = self._pristine or self._now()
        other._keys = {i: key for i, key in self._keys.items() if self.texts[i] is other.texts[i]}
        other._tight = other._pristine = None
        changed = {i for i, text in enumerate(self.texts) if text is not other.texts[i]} if self._pristine else set()
        other._quiet = {name: quiet - changed for name, quiet in self._quiet.items()}
        seen = other.seen and other.seen.without(gone)
        for i in gone:
            other.set_text(i, " ")
        other.seen = seen  # the other lines are what they were
        return other

    def _now(self) -> tuple[list[str], list[str], list[bytes], Seen | None]:
        return self.texts, self._plains, self._lows, self.seen

    def __len__(self) -> int:
        return len(self.texts)

    def written(self) -> list[int]:
        """Return the lines that are not blank."""
        return [i for i, text in enumerate(self.texts) if text and not text.isspace()]

    def key(self, i: int) -> str:
        """Return the folded key of line *i*."""
        key = self._keys.get(i)
        if key is None:
            line = self._plains[i]
            key = " ".join(line.casefold().split()) if line.isascii() else fold_key(line)
            self._keys[i] = key
        return key

    def key_begins(self, i: int, length: int) -> str:
        """Return the first *length* characters of the key of line *i*, or the whole key."""
        line = self._plains[i]
        reach = length + 20
        if not self.tame or len(line) <= reach or i in self._keys:
            return self.key(i)[:length]
        begin = fold_key(line[:reach])
        return begin[:length] if len(begin) >= length else self.key(i)[:length]

    def plain(self, i: int) -> str:
        """Return line *i* with quotes, dashes and spaces made plain, as patterns see it."""
        return self._plains[i]

    def low(self, i: int) -> bytes:
        """Return plain line *i* as UTF-8 bytes, a to z in lower case and whatever folds to them spelt out.

        Made for looking words of those letters up: one that the folded line holds, this holds.
        """
        return self._lows[i]

    def lows(self) -> list[bytes]:
        """Return :meth:`low` of all lines."""
        return self._lows

    def plains(self) -> list[str]:
        """Return :meth:`plain` of all lines."""
        return self._plains

    def tight(self) -> bytes:
        """Return the low lines without their spaces, a line feed between them: words are looked up in it."""
        if self._tight is None:
            self._tight = b"\n".join(self._lows).translate(None, b" ")
        return self._tight

    def set_text(self, i: int, text: str) -> None:
        """Replace the working text of line *i*, after a part of it was found to be stripped."""
        if self._pristine is None:
            self._pristine = self._now()
            self.texts, self._plains, self._lows = self.texts.copy(), self._plains.copy(), self._lows.copy()
        self._tight = self.seen = None
        for quiet in self._quiet.values():
            quiet.discard(i)
        self.texts[i] = text
        self._keys.pop(i, None)
        self._plains[i] = plain(text)
        self._lows[i] = _low(self._plains[i], alphabet(self._plains[i]))

    def quiet(self, asker: str) -> set[int]:
        """Return the lines in which *asker* found nothing, to which it adds; they stay so until their text changes.

        Only what depends on the text of a line alone may be noted here.
        """
        return self._quiet.setdefault(asker, set())

    def forget(self) -> None:
        """Forget what detectors and the score remember of the lines; they find the same again, and slower."""
        self.seen = self.reading = None
        self._quiet = {}

    def is_blank(self, i: int) -> bool:
        """Return whether line *i* is empty or white space."""
        return not self.texts[i] or self.texts[i].isspace()


def _low(text: str, strange: set[str]) -> bytes:
    """Return the low form of the plain *text*; *strange* is its alphabet, or holds it."""
    for character in strange - ODD.keys():
        if letters := spelt_out(character):
            text = text.replace(character, letters)
    return text.encode("utf-8", "surrogatepass").lower()
