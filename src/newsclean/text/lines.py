"""Text as lines: offsets into the input, repaired text, folded keys, word counts.

A :class:`Lines` holds parallel lists, not objects: an article is read far more often than something is found
in it. Line ends are ``\\n``, ``\\r\\n``, ``\\r``, vertical tab, form feed and the Unicode line and paragraph
separators. U+0085 is not one: in text from the web it is a Windows-1252 ellipsis, and repair makes it so.
"""

from __future__ import annotations

import re
import unicodedata

from newsclean.text.repair import Repair, needs_repair, repair_line

__all__ = ["Lines", "ends_sentence", "fold_key", "is_prose", "plain", "trim_key", "word_count"]

_LINE_END = re.compile("\r\n|[\n\r\x0b\x0c\u2028\u2029]")
_ODD_LINE_END = re.compile("[\r\x0b\x0c\u2028\u2029]")

# One character for one, so that offsets stay: what typography varies and meaning does not.
_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t"
_ODD_FOR = {" ": _SPACES, "'": "‘’‚‛ʼ′´`", '"': "“”„‟«»″〝〞", "-": "‐‑‒–—―−", ":": "：", "|": "｜"}
_PLAIN = tuple((odd, plain) for plain, odds in _ODD_FOR.items() for odd in odds)
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_SENTENCE_END = re.compile(r"[.!?…。！？؟।॥։።][\"'”’»«›)\]」』〉》]*\s*\Z")
_PROSE_WORDS = 12


def plain(line: str) -> str:
    """Return *line* with quotes, dashes and spaces made plain, one character for one.

    >>> plain("It’s “late” – very")
    'It\\'s "late" - very'
    """
    if line.isascii() and "\t" not in line and "`" not in line:
        return line
    for odd, to in _PLAIN:  # str.translate looks each character up; this looks for each odd one at memchr speed
        line = line.replace(odd, to)
    return line


def fold_key(line: str) -> str:
    """Return the key by which two lines count as the same: case, quotes, dashes, widths and spaces folded.

    >>> fold_key("  It’s  ＬＡＴＥ ") == fold_key("it's late")
    True
    """
    if line.isascii():
        return " ".join(line.replace("`", "'").casefold().split())
    return " ".join(plain(unicodedata.normalize("NFKC", plain(line))).casefold().split())


def trim_key(key: str) -> str:
    """Return *key* without the symbols and punctuation at its ends, as phrases are compared.

    A question or exclamation mark stays: ``What do you think?`` is not ``what do you think``.

    >>> trim_key("» read more: "), trim_key("visit shots! now")
    ('read more', 'visit shots! now')
    """
    return key.strip(" .:;,-*•·|>»«<›‹→▶►▼▲✕×#_=~[](){}\"'…+/\\■●◆★☆❯❮↓↑←")


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
    return _SENTENCE_END.search(line, max(0, len(line) - 12)) is not None


def is_prose(line: str) -> bool:
    """Return whether *line* reads like a line of an article: twelve words or more and a sentence's end.

    Measured: lines of article text that fail this are common (headings, short answers), so it says where the
    article surely is, never where it is not.
    """
    return word_count(line) >= _PROSE_WORDS and ends_sentence(line)


class Lines:
    """The lines of one text, as parallel lists; index ``i`` is the same line in each.

    ``starts[i]:ends[i]`` is the line in the input without its end, ``starts[i]:nexts[i]`` with it. ``texts[i]`` is the
    repaired line; where it differs from the input, ``repaired`` holds ``i`` and offsets inside the line mean nothing.
    """

    __slots__ = ("_keys", "_plain", "ends", "nexts", "repaired", "repairs", "source", "starts", "texts")

    def __init__(self, source: str, *, repair: bool = True) -> None:
        self.source = source
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.nexts: list[int] = []
        self.texts: list[str] = []
        self.repaired: set[int] = set()
        self.repairs: list[Repair] = []
        self._keys: dict[int, str] = {}
        self._plain: dict[int, str] = {}
        self._split()
        if repair and needs_repair(source):
            self._repair()

    def _split(self) -> None:
        source = self.source
        position = 0
        if _ODD_LINE_END.search(source) is None:
            self.texts = source.split("\n")
            for text in self.texts:
                self.starts.append(position)
                position += len(text)
                self.ends.append(position)
                position += 1
                self.nexts.append(position)
            self.nexts[-1] = len(source)
            return
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
        for i, text in enumerate(self.texts):
            if needs_repair(text):
                fixed, repairs = repair_line(text, self.starts[i])
                if repairs:
                    self.texts[i] = fixed
                    self.repaired.add(i)
                    self.repairs.extend(repairs)
        self.repairs.sort(key=lambda repair: repair.span)

    def __len__(self) -> int:
        return len(self.texts)

    def key(self, i: int) -> str:
        """Return the folded key of line *i*."""
        key = self._keys.get(i)
        if key is None:
            key = self._keys[i] = fold_key(self.texts[i])
        return key

    def plain(self, i: int) -> str:
        """Return line *i* with quotes, dashes and spaces made plain, as patterns see it."""
        line = self._plain.get(i)
        if line is None:
            line = self._plain[i] = plain(self.texts[i])
        return line

    def set_text(self, i: int, text: str) -> None:
        """Replace the working text of line *i*, after a part of it was found to be stripped."""
        self.texts[i] = text
        self._keys.pop(i, None)
        self._plain.pop(i, None)

    def is_blank(self, i: int) -> bool:
        """Return whether line *i* is empty or white space."""
        return not self.texts[i] or self.texts[i].isspace()
