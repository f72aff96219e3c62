"""Text that stands there twice: captions glued to their own copy, and lines copied on the next line.

Signals, and what was measured on the output of real extractors:

* **Glued or doubled** (``X.X``, ``X X``): alt text and caption of one picture joined by the extractor. 56 of 56
  hits were boilerplate, no line of 6,568 lines of article text has the shape. The safest signal there is: a caption
  proven so is one wherever else it stands as a whole line.
* **Adjacent copy** of five or more words: 50 of 50 copies were wrong. Further away it is a coin toss (21-57 %
  wrong: refrains, interview questions, award lists), so distance counts: only the very next line, lines that
  will be dropped anyhow left out of the count.
* **Truncated copy** (``X…`` beside ``X``), **copy with a credit** (``X (Photo: PA)`` beside ``X``), **near copy**: all
  words of one line stand in its neighbour, in their order, with hardly another. The longer stays: no word is lost.
* **Passage again**: two or more lines of prose, and then the same lines in the same order right behind them: an
  article printed twice, or paragraphs interleaved with their copies (p1 p2 p1 p2).

When it fails: verse and chants repeat on purpose. So lines that stand in verse, in lists, tables and transcripts
are compared with nothing, and doubled words with a full stop between them ("Never again. Never again.") must be long.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence, Set

import regex

from newsclean.clean.findings import Sighting
from newsclean.text.lines import Lines, ends_sentence, fold_key, word_count

__all__ = ["doubled", "repeats"]

_MIN_GLUED_CHARS = 25
_MIN_GLUED_WORDS = 4
_MIN_DOUBLED_WORDS = 5
_MIN_DOUBLED_SENTENCE_WORDS = 8  # "X. X." with a space is how people chant, too
_MIN_COPY_WORDS = 5
_VERSE_WORDS = 12
_VERSE_LINES = 4
_NEAR_WORDS = 8
_NEAR_SHARE = 0.9  # of the longer line's words; a word that differs makes two captions of it
_PASSAGE_CHARS = 60  # of a line that counts as prose in a passage printed twice
_PASSAGE_LINES = 2
_PASSAGE_GAP = 3  # lines between a passage and its copy: a label, a caption
_MAX_CAPTION_WORDS = 80  # longer, or of three sentences: an article that the extractor doubled, not a caption

_SENTENCE = regex.compile(r"[.!?。！？]['\")\]”’»]*(?:\s|$)")
_STRUCTURE = regex.compile(r"\s*(?:[-*•–—·▪]\s|\d{1,3}[.)]\s|(?-i:\p{Lu})[\p{L}.' ]{0,30}:\s|Q\s*[:.]|A\s*[:.]|\|)")
_CREDIT = regex.compile(
    r"""[\s.,|–—-]*
    (?: [(\[] [^()\[\]]{2,80} [)\]]
      | (?:photo|picture|image|foto|bild|credit|crédit|pic|fotos?)s?\s*(?:by|von|credit|de)?\s*[:/©]\s*.{2,60}
      | (?:©|via)\s*.{2,60}
      | (?:\p{L}[\p{L}.'-]*\s){0,4} /? \s?
        (?:getty\s?images|reuters|afp|ap|pa|dpa|epa|shutterstock|alamy|istock)(?:\s?photo)?
    ) \s*\.?""",
    regex.IGNORECASE | regex.VERBOSE,
)
_WORDS = re.compile(r"\w+")
_END = 4
_NO_LETTERS = bytes(byte for byte in range(256) if not ord("a") <= byte <= ord("z"))
_FIRST_LETTERS = re.compile(rb"[^a-z]{0,20}([a-z]{1,6})")
_ALIKE = 12  # characters that copies begin with
_BEGIN = 7  # characters that every proven caption has: four words
_CREDIT_CHARS = 400  # more than any credit has
_MARK_CHARS = 6  # a truncated copy may be longer than the whole by its mark and a space
_ELLIPSIS = ("…", "...", "[...]", "[…]")

_WHY_GLUED = "A caption printed twice in one line: the picture's alternative text and its caption, joined."
_WHY_PASSAGE = "A passage printed twice in one line; the first copy stays."
_WHY_PROVEN = "Another copy of a caption that stands glued to its own copy elsewhere."
_WHY_COPY = "The same line as the one before it; the first copy stays."
_WHY_TRUNCATED = "A shortened copy of its neighbour; the whole one stays."
_WHY_NEAR = "All its words stand in its neighbour, in the same order; the longer one stays."
_WHY_AGAIN = "A passage that stands right above it, printed a second time; the first copy stays."
_WHY_CREDITED = "A copy of its neighbour with a picture credit at its end; the plain one stays."


def doubled(key: str) -> tuple[str, int] | None:
    """Return (unit, copies) where *key* is one text two or more times, glued or parted by a space; None otherwise.

    *key* is a folded key. The smallest unit is found as the first place where the key occurs in itself written
    twice, which is linear. What is too short to be sure of gives None.

    >>> doubled("the mayor opens the new bridge in alton.the mayor opens the new bridge in alton.")
    ('the mayor opens the new bridge in alton.', 2)
    >>> doubled("never again. never again.") is None
    True
    """
    for joint in ("", " "):
        whole = key + joint
        period = (whole + whole).find(whole, 1)
        if not 0 < period < len(whole):
            continue
        unit = whole[: period - len(joint)]
        words = word_count(unit)
        letters = sum(map(str.isalpha, unit))
        if letters * 2 < len(unit):
            continue
        if joint:
            enough = words >= (_MIN_DOUBLED_SENTENCE_WORDS if ends_sentence(unit) else _MIN_DOUBLED_WORDS)
        else:
            enough = words >= _MIN_GLUED_WORDS or (len(unit) >= _MIN_GLUED_CHARS and words >= 2)
        if enough:
            return unit, len(whole) // period
    return None


def repeats(lines: Lines, indices: Sequence[int], *, captions: str) -> list[Sighting]:
    """Return what stands there twice among the lines *indices* (not blank, and not found to be dirt by themselves).

    *captions* is ``drop``, ``collapse`` or ``keep``: what is to become of proven captions.
    """
    found: list[Sighting] = []
    proven = _Proven()
    keys: dict[int, str] = {}  # of lines of which a part goes: the key of what stays
    dropped: set[int] = set()
    texts, lows = lines.texts, lines.lows()
    tame = lines.tame
    quiet = lines.quiet(__name__)
    for i in indices:
        if i in quiet:
            continue
        doubtful = len(texts[i]) >= _MIN_GLUED_CHARS and not (tame and not _may_be_doubled(lows[i]))
        sighting = _in_line(lines, i, captions) if doubtful else None
        if sighting is None:
            quiet.add(i)
            continue
        unit = sighting.data["unit"]
        if sighting.kind == "caption_repeat":
            if unit in proven.homes:
                sighting = _copy(lines, i, proven.homes[unit], "caption_repeat", "caption_repeat.copy", _WHY_PROVEN)
            else:
                proven.add(unit, i)
        found.append(sighting)
        if sighting.action == "drop":
            dropped.add(i)
        else:  # what stays of the line is what its neighbours are compared with
            keys[i] = unit
    if proven.homes:
        begins = {unit[:_BEGIN] for unit in proven.homes}
        for i in indices:
            if i in dropped or (i not in keys and lines.key_begins(i, _BEGIN) not in begins):
                continue
            home = proven.home(keys.get(i) or lines.key(i))
            if home is not None and home != i:
                found.append(_copy(lines, i, home, "caption_repeat", "caption_repeat.copy", _WHY_PROVEN))
                dropped.add(i)
    left = [i for i in indices if i not in dropped]
    while True:  # what goes brings others together; each round takes lines away, and mostly there is one
        beside = _neighbours(lines, left, keys)
        gone = {s.lines[0] for s in beside if s.strength == "A"}
        again = _passages(lines, [i for i in left if i not in gone and i not in keys])
        gone.update(s.lines[0] for s in again)
        found.extend(again)
        if not again:
            return found + beside
        found.extend(s for s in beside if s.strength == "A")
        left = [i for i in left if i not in gone]


def _passages(lines: Lines, indices: Sequence[int]) -> list[Sighting]:
    """Return a sighting for each line of a passage that stands right behind its own copy."""
    lows = lines.lows()
    first: dict[bytes, int] = {}
    last: dict[bytes, int] = {}
    before: dict[int, int] = {}  # place: the place of the copy last before it
    for place, i in enumerate(indices):
        if len(lows[i]) >= _PASSAGE_CHARS:
            if lows[i] in first:
                before[place] = last[lows[i]]
            first.setdefault(lows[i], place)
            last[lows[i]] = place
    if len(before) < _PASSAGE_LINES:
        return []
    found: list[Sighting] = []
    done = -1
    in_vain: dict[int, int] = {}  # lines apart: where lines so far apart that are too few for it end
    for place in before:
        apart = place - before[place]
        if place <= done or place < in_vain.get(apart, 0):
            continue
        stop = place
        prose = 0
        while stop < len(indices) and stop - apart < place and lows[indices[stop]] == lows[indices[stop - apart]]:
            prose += stop in before
            stop += 1
        start = place
        while start - 1 >= max(stop - apart, apart) and lows[indices[start - 1]] == lows[indices[start - 1 - apart]]:
            start -= 1  # a headline, too short to be looked up
        if prose < _PASSAGE_LINES or apart > stop - start + _PASSAGE_GAP:
            if stop - apart < place:  # its end, not that of the first copy: from any other line of it the same is found
                in_vain[apart] = stop
            continue
        for p in range(start, stop):
            i, home = indices[p], indices[p - apart]
            found.append(_copy(lines, i, home, "line_repeat", "line_repeat.passage", _WHY_AGAIN))
        done = stop - 1
    return found


def _may_be_doubled(low: bytes) -> bool:
    """Return False only where the key of a tame low line is surely not one text two or more times.

    The letters that the first copy ends and begins with stand there again, for each copy has them.
    """
    begin = low[:_END]
    if begin.isalpha() and low.find(begin, _END) < 0:
        return False
    core = low.rstrip(_NO_LETTERS)
    end = core[-_END:]
    if end.isalpha() and low.find(end, 0, len(core) - len(end)) < 0:
        return False
    first = _FIRST_LETTERS.match(low)
    return first is None or low.find(first[1], first.end()) >= 0


def _in_line(lines: Lines, i: int, captions: str) -> Sighting | None:
    text = lines.texts[i]
    result = doubled(lines.key(i))
    if result is None or _STRUCTURE.match(text):
        return None
    unit, copies = result
    first, second = _first_copy(text, unit, copies)
    start, end = lines.starts[i], lines.ends[i]
    passage = len(_SENTENCE.findall(unit)) >= 3 or word_count(unit) > _MAX_CAPTION_WORDS
    evidence = (f"the line is one text {copies} times, {word_count(unit)} words each",)
    collapse = passage or captions == "collapse"
    if collapse and (first is None or i in lines.repaired):
        collapse = False
        if passage:
            return None  # where the first copy ends cannot be told: leave it all
    return Sighting(
        (i,),
        "line_repeat" if passage else "caption_repeat",
        "line_repeat.glued" if passage else "caption_repeat.glued",
        "A",
        _WHY_PASSAGE if passage else _WHY_GLUED,
        evidence,
        action="collapse" if collapse else "drop",
        spans=((start + second, end),) if collapse and first is not None else ((start, end),),
        kept=(start + first[0], start + first[1]) if collapse and first is not None else None,
        text=text[slice(*first)] if first is not None else unit,
        data={"unit": unit},
    )


def _first_copy(text: str, unit: str, copies: int) -> tuple[tuple[int, int] | None, int]:
    """Return where the first copy stands in *text*, and where what follows it begins."""
    begin = len(text) - len(text.lstrip())
    body = text.strip()
    for gap in (0, 1):
        size, odd = divmod(len(body) - gap * (copies - 1), copies)
        if not odd and fold_key(body[:size]) == unit:
            return (begin, begin + size), begin + size
    return None, 0


class _Proven:
    """The captions proven so far and the lines that prove them; finds the one a line copies without trying each."""

    def __init__(self) -> None:
        self.homes: dict[str, int] = {}
        self._sorted: list[str] | None = None

    def add(self, unit: str, home: int) -> None:
        self.homes.setdefault(unit, home)
        self._sorted = None

    def home(self, key: str) -> int | None:
        """Return the line that proves the caption of which *key* is a copy: whole, with a credit, or truncated."""
        if key in self.homes:
            return self.homes[key]
        if self._sorted is None:
            self._sorted = sorted(self.homes)
        # The greatest unit that sorts before the key is the only one that can be the key's beginning, but for units
        # that are beginnings of each other; those are told apart by the credit, which must be all the rest.
        before = bisect_right(self._sorted, key) - 1
        unit = self._sorted[before] if before >= 0 else ""
        if unit and key.startswith(unit) and _CREDIT.fullmatch(key, len(unit)):
            return self.homes[unit]
        stem = _stem(key)
        if stem is not None:
            after = bisect_left(self._sorted, stem)
            if after < len(self._sorted) and self._sorted[after].startswith(stem):
                return self.homes[self._sorted[after]]
        return None


def _copy(lines: Lines, i: int, home: int, kind: str, rule: str, why: str) -> Sighting:
    kept = (lines.starts[home], lines.ends[home])
    return Sighting(
        (i,), kind, rule, "A", why, (f"a copy of line {home + 1}",), kept=kept, text=lines.texts[i], data={"home": home}
    )


def _neighbours(lines: Lines, indices: Sequence[int], keys: Mapping[int, str]) -> list[Sighting]:
    found: list[Sighting] = []
    if len(indices) < 2:
        return found
    home = indices[0]
    lows, tame = lines.lows(), lines.tame
    begin = lows[home][:_ALIKE]
    shapes: dict[int, tuple[bool, bool]] = {}
    for here in indices[1:]:
        before, begin = begin, lows[here][:_ALIKE]
        if tame and before != begin and _differ(before, begin):  # copies begin alike
            home = here
            continue
        sighting = _pair(lines, home, here, keys, shapes)
        if sighting is None:
            home = here
            continue
        found.append(sighting)
        if sighting.lines[0] == home:
            home = here
        else:
            begin = before
    if not found:
        return found
    left = set(indices)
    for sighting in found:
        if word_count(sighting.text) <= _VERSE_WORDS and _in_verse(lines, sighting.lines[0], left):
            sighting.strength = "C"
            sighting.evidence += ("stands among short lines, as verse and lists do",)
    return found


def _differ(a: bytes, b: bytes) -> bool:
    """Return True only where the keys of two tame low lines begin otherwise: with other symbols or letters of ASCII."""
    for x, y in zip(a, b, strict=False):
        if x != y:
            return 32 < x < 127 and 32 < y < 127
    return False


def _pair(
    lines: Lines, home: int, here: int, keys: Mapping[int, str], shapes: dict[int, tuple[bool, bool]]
) -> Sighting | None:
    """Return which of two neighbours copies the other, or None; *shapes* remembers what was asked of each line.

    A long line may have a great many short neighbours in turn: beside that, only as much of the longer one is read as
    the shorter one is long, twice over.
    """
    if _begin(lines, home, keys) != _begin(lines, here, keys):  # every kind of copy begins alike
        return None
    a, b = (keys.get(i) or lines.key(i) for i in (home, here))
    (enough, letters), (enough_here, _) = _shape(home, a, shapes), _shape(here, b, shapes)
    if not (enough and enough_here and letters) or _STRUCTURE.match(lines.texts[here]):
        return None
    if a == b:
        return _copy(lines, here, home, "line_repeat", "line_repeat.adjacent", _WHY_COPY)
    for short, long, gone, stays in ((a, b, home, here), (b, a, here, home)):
        stem = _stem(short) if len(short) <= len(long) + _MARK_CHARS else None
        if stem is not None and long.startswith(stem):
            return _copy(lines, gone, stays, "line_repeat", "line_repeat.truncated", _WHY_TRUNCATED)
        more = len(long) - len(short)
        if 0 < more <= _CREDIT_CHARS and long.startswith(short) and _CREDIT.fullmatch(long, len(short)):
            return _copy(lines, stays, gone, "line_repeat", "line_repeat.credited", _WHY_CREDITED)
        if _is_near(short, long):
            return _copy(lines, gone, stays, "line_repeat", "line_repeat.near", _WHY_NEAR)
    return None


def _shape(i: int, key: str, shapes: dict[int, tuple[bool, bool]]) -> tuple[bool, bool]:
    """Return whether line *i*, whose key is *key*, has words enough for a copy, and whether it is mostly letters."""
    known = shapes.get(i)
    if known is None:
        enough = len(key) >= _MIN_GLUED_CHARS // 2 and word_count(key) >= _MIN_COPY_WORDS
        known = shapes[i] = enough, enough and sum(map(str.isalpha, key)) * 2 >= len(key)
    return known


def _is_near(short: str, long: str) -> bool:
    """Return whether the words of *short* are those of *long* in their order, one in ten left out at most."""
    if 2 * min(len(short), len(long)) < max(len(short), len(long)):
        return False
    part, whole = _WORDS.findall(short), _WORDS.findall(long)
    if not _NEAR_WORDS <= len(part) <= len(whole) or len(part) < _NEAR_SHARE * len(whole):
        return False
    rest = iter(whole)
    return all(word in rest for word in part)


def _begin(lines: Lines, i: int, keys: Mapping[int, str]) -> str:
    return keys[i][:_ALIKE] if i in keys else lines.key_begins(i, _ALIKE)


def _stem(key: str) -> str | None:
    """Return what stands before the ellipsis that ends *key*; None where there is none, or too little before it."""
    for mark in _ELLIPSIS:
        if key.endswith(mark):
            stem = key[: -len(mark)].rstrip()
            return stem if word_count(stem) >= _MIN_COPY_WORDS and len(stem) >= _MIN_GLUED_CHARS else None
    return None


def _in_verse(lines: Lines, i: int, left: Set[int]) -> bool:
    """Return whether line *i* stands in a run of four or more short lines without a blank one between.

    Lines that are neither blank nor *left* will be gone and count as if they were already.
    """
    run = 1
    for step in (-1, 1):
        at = i + step
        while run < _VERSE_LINES and 0 <= at < len(lines):
            if at in left:
                if not _is_short(lines, at):
                    break
                run += 1
            elif lines.is_blank(at):
                break
            at += step
    return run >= _VERSE_LINES


def _is_short(lines: Lines, i: int) -> bool:
    return len(lines.texts[i]) < 120 and word_count(lines.texts[i]) <= _VERSE_WORDS
