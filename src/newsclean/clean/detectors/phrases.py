"""The rule engine: what the rule files say, found in the lines of a text.

Nearly every line is prose, and nearly every question in vain; so the engine asks cheap questions that rule out much
before dear ones. What they rest on is read off the rules (:mod:`newsclean.rules.literals`), and none may ever change
an answer: :meth:`PhraseEngine.plainly` keeps the plain way, every rule on every line, and the tests compare the two.

* The first four characters of a line are looked up once. They tell which patterns may begin so, and how long the
  longest phrase is that does: a line of prose is longer, and its folded key is never made.
* Whole-line phrases are one look-up of the key, so their number costs nothing.
* Patterns that may begin with anything mostly need some word: all their words are looked for in all lines at once
  (:mod:`newsclean.rules.grams`).
* A rule for parts of lines needs a word, too, or the line's last character; one search of the whole text mostly
  tells that no line has to be looked at.

Patterns see the line with plain quotes, dashes and spaces, and are compiled when first tried. Lines longer than any
prompt (600 characters) are not offered to whole-line patterns at all; ends of lines are searched in their last 200
characters: both keep the time linear.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

import regex

from newsclean.clean.findings import Sighting
from newsclean.rules.bans import Banned, compiled
from newsclean.rules.grams import WordIndex, piece_of
from newsclean.rules.hostile import Limited
from newsclean.rules.known import needs_of
from newsclean.rules.literals import OPENING, SYMBOLS, closings, opening_of
from newsclean.rules.schema import Rule
from newsclean.text.lines import Lines, Seen, fold_key, plain, trim_key, word_count

__all__ = ["Part", "PhraseEngine"]

_LONGEST_LINE = 600
_SUFFIX_REACH = 200
_FEW = 12
_LONG = 5  # characters of words that are rare enough to be looked for in all lines, wherever the pattern begins
_MOST_BEGINNINGS = 20_000  # remembered: bounds the memory of a cleaner that reads every language
_REACH = 40  # symbols before a first word that are skipped at once
_NONE: frozenset[int] = frozenset()
_WINDOW = 4  # lines that one broken phrase may cover


class Part(NamedTuple):
    """A part of a line that a rule would strip: offsets in the line's working text."""

    start: int
    end: int
    rule: Rule


class _Beginning(NamedTuple):
    """What may begin with the same four characters."""

    idle: bool
    """Whether nothing may, but what needs a word."""

    free: tuple[int, ...]
    """Patterns that may begin so and of which no word is known."""
    bound: frozenset[int]
    """Patterns that may match a line that begins so if it has a word of theirs."""
    most: int
    """Words of the longest line that a free pattern may touch."""
    longest: int
    """Characters of the longest phrase; 0 if there is none."""
    broken: bool
    """Whether a phrase over several lines may begin here."""


class _PartRule(NamedTuple):
    """A rule for parts of lines, and what a line must have for it to match at all."""

    pattern: regex.Pattern[str] | Limited
    rule: Rule
    needs: frozenset[bytes]
    """Words of which one is in the tight low line; empty if unknown."""
    closings: frozenset[bytes]
    """Bytes of which one ends the low line; empty if unknown, or if it need not."""


class PhraseEngine:
    """Rules compiled for matching; immutable, shared by all calls of a cleaner."""

    def __init__(self, rules: Sequence[Rule], *, limited: Collection[str] = ()) -> None:
        self._limited = frozenset(limited)  # ids of rules whose patterns run against the clock
        self._exact: dict[str, list[Rule]] = {}
        self._blocks: dict[str, list[Rule]] = {}
        self._broken: dict[str, list[tuple[str, Rule]]] = {}  # by first word
        self._patterns: list[Rule] = []
        self._compiled: dict[int, regex.Pattern[str] | Banned | Limited] = {}
        self._by_opening: dict[str, list[int]] = {}
        self._words: dict[int, frozenset[bytes]] = {}  # that patterns need, looked for in all lines at once
        self._needs: dict[int, frozenset[bytes]] = {}  # of others: words of which one is in the low line
        self._anywhere: set[int] = set()  # patterns that may begin with anything
        self._parts: dict[str, list[_PartRule]] = {"prefix": [], "suffix": [], "inline": []}
        self.headings = frozenset(rule.id for rule in rules if rule.match == "block" and rule.regex)
        """Block rules by pattern: :meth:`lines` sees their headings, as whole lines."""
        for rule in rules:
            if rule.match in ("line", "block") and rule.phrases:
                table = self._exact if rule.match == "line" else self._blocks
                for phrase in rule.phrases:
                    table.setdefault(trim_key(fold_key(phrase)), []).append(rule)
            elif rule.match in ("line", "block"):
                self._add_pattern(rule)
            elif rule.match == "lines":
                for phrase in rule.phrases:
                    key = trim_key(fold_key(phrase))
                    self._broken.setdefault(key.split()[0], []).append((key, rule))
            else:
                self._parts[rule.match].append(_part_rule(rule, rule.id in self._limited))
        self._every_part = [part for some in self._parts.values() for part in some]
        # Parts need words, too; they are numbered downwards from -1.
        needed = {-n: part.needs for n, part in enumerate(self._every_part, 1) if part.needs}
        self._index = WordIndex({**self._words, **needed})
        self._sort_parts()
        self._all_beginnings()

    def _sort_parts(self) -> None:
        """Note which parts a line may hold by its last character, by a word, or whatever stands in it."""
        inside: set[int] = set()
        by_end: dict[bytes, set[int]] = {}
        self._parts_unknown = False
        for n, part in enumerate(self._every_part, 1):
            if part.rule.match == "prefix" and part.rule.zone == "first":
                continue
            for end in part.closings:
                by_end.setdefault(end, set()).add(-n if part.needs else 0)
            if not part.closings:
                inside.add(-n)
                self._parts_unknown |= not part.needs
        self._parts_inside = frozenset(inside)
        self._parts_by_end = {end: frozenset(numbers) for end, numbers in by_end.items()}
        self._parts_at_ends = frozenset().union(*by_end.values())

    def _add_pattern(self, rule: Rule) -> None:
        number = len(self._patterns)
        self._patterns.append(rule)
        begin, words = needs_of(rule.regex)
        pieces = _pieces(words)
        if begin is None:
            self._anywhere.add(number)
            if pieces:
                self._words[number] = pieces
        elif pieces and min(map(len, pieces)) >= _LONG:
            self._words[number] = pieces
        elif len(pieces) <= _FEW:  # with more of them, trying the pattern is as fast
            self._needs[number] = pieces
        for prefix in begin or ():
            self._by_opening.setdefault(prefix, []).append(number)

    def _all_beginnings(self) -> None:
        """Note by beginning how long phrases are; what may begin with any character is noted for all."""
        self._longest: dict[str, int] = {}
        for key in (*self._exact, *self._blocks):
            begin = opening_of(key)
            self._longest[begin] = max(self._longest.get(begin, 0), len(key))
        self._longest_of_all = max(self._longest.values(), default=0)
        self._beginnings: dict[str, _Beginning] = {}
        self._raw_beginnings: dict[str, _Beginning] = {}

    def _pattern(self, number: int) -> regex.Pattern[str] | Banned | Limited:
        pattern = self._compiled.get(number)
        if pattern is None:
            rule = self._patterns[number]
            if rule.id in self._limited:
                pattern = Limited(regex.compile(rule.regex, regex.IGNORECASE), rule.id)
            else:
                pattern = compiled(rule.regex)
            self._compiled[number] = pattern
        return pattern

    # --- parts of lines ------------------------------------------------------------------------------------

    def parts(self, line: str, *, first: bool) -> list[Part]:
        """Return the parts of one plain line that rules would strip, from left to right, not overlapping.

        *first*: the line is the first of the article that is not blank.
        """
        found: list[Part] = []
        left, right = 0, len(line)
        while part := self._at_start(line, left, first=first):
            found.append(part)
            left = part.end
        suffixes: list[Part] = []
        while part := self._at_end(line, left, right):
            suffixes.append(part)
            right = part.start
        for pattern, rule, *_ in self._parts["inline"]:
            for match in pattern.finditer(line, left, right):
                if match.end() > match.start():
                    found.append(Part(match.start(), match.end(), rule))
        return _disjoint(found) + suffixes[::-1]

    def _at_start(self, line: str, left: int, *, first: bool) -> Part | None:
        begin = left
        while begin < len(line) and line[begin] == " ":
            begin += 1
        for pattern, rule, *_ in self._parts["prefix"]:
            if rule.zone == "first" and not first:
                continue
            match = pattern.match(line, begin)
            if match and match.end() > begin:
                return Part(left, match.end(), rule)
        return None

    def _at_end(self, line: str, left: int, right: int) -> Part | None:
        for pattern, rule, *_ in self._parts["suffix"]:
            match = pattern.search(line, max(left, right - _SUFFIX_REACH), right)
            if match and match.end() > match.start() > left:
                return Part(match.start(), match.end(), rule)
        return None

    def lines_with_parts(self, lines: Lines, indices: Sequence[int]) -> Collection[int]:
        """Return those of *indices* in which :meth:`parts` may find something when they are not the first line."""
        if self._parts_unknown:
            return indices
        words, inside, by_end = self._seen(lines).words, self._parts_inside, self._parts_by_end
        found = {i for i, numbers in words.items() if not inside.isdisjoint(numbers)}
        if by_end:
            every = self._parts_at_ends
            for i, low in enumerate(lines.lows()):
                end = low[-1:]
                if end <= b" ":
                    end = low.rstrip()[-1:]
                # Behind a letter of another script, or an odd space, nothing is known.
                numbers = by_end.get(end, _NONE) if b"!" <= end < b"\x80" else every
                if numbers and (0 in numbers or not words.get(i, _NONE).isdisjoint(numbers)):
                    found.add(i)
        return found.intersection(indices)

    def may_open(self, lines: Lines, i: int) -> bool:
        """Return whether a rule for the beginning of the article's first line may find something in line *i*."""
        numbers = self._seen(lines).words.get(i, _NONE)
        return any(
            part.rule.match == "prefix" and part.rule.zone == "first" and (not part.needs or -n in numbers)
            for n, part in enumerate(self._every_part, 1)
        )

    def _seen(self, lines: Lines) -> Seen:
        """Return for each line the patterns and parts of which it has a word, and room for what was matched."""
        seen = lines.seen
        if seen is None or seen.asked is not self._index:
            seen = lines.seen = Seen(self._index, self._index.find(lines.tight()), {}, set(), set())
        return seen

    # --- whole lines -----------------------------------------------------------------------------------------

    def lines(self, lines: Lines, indices: Sequence[int]) -> Iterator[Sighting]:
        """Yield what the whole-line rules see among the lines *indices* (those that are not blank)."""
        texts, plains, tame = lines.texts, lines.plains(), lines.tame
        (_, words, matched, quiet, _), known = self._seen(lines), self._raw_beginnings
        for place, i in enumerate(indices):
            if i in quiet:
                continue
            line = plains[i]
            begin = known.get(line[:OPENING]) or self._beginning(line)
            text = texts[i]
            # Nothing is seen in nearly all prose; only a phrase over several lines depends on more than this one.
            if (begin.idle and tame and i not in words) or len(text) > _LONGEST_LINE:
                quiet.add(i)
                continue
            if not tame or (begin.longest and _may_be_phrase(line, begin.longest)):
                key = trim_key(lines.key(i))
                for rule in self._exact.get(key, ()):
                    yield _whole((i,), rule, f"the whole line is the phrase '{key}'", text)
            matching = matched.get(i)
            if matching is None:
                numbers = begin.free
                if numbers and len(line.split(None, begin.most)) > begin.most:
                    numbers = ()
                if i in words and (bound := words[i] & begin.bound):
                    numbers = tuple(sorted(bound.union(numbers)))
                matching = matched[i] = tuple(self._matching(line.strip(), numbers, lines.low(i))) if numbers else ()
                if not (matching or begin.longest or begin.broken) and tame:
                    quiet.add(i)
            for number in matching:
                yield self._shaped(i, number, text)
            if (begin.broken or not tame) and (key := trim_key(lines.key(i))):
                yield from self._over_lines(lines, indices, place, key)

    def plainly(self, lines: Lines, indices: Sequence[int]) -> Iterator[Sighting]:
        """Yield the same as :meth:`lines`, every rule tried on every line: for odd texts, and as the tests' oracle."""
        for place, i in enumerate(indices):
            text = lines.texts[i]
            if len(text) > _LONGEST_LINE:
                continue
            key = trim_key(lines.key(i))
            for rule in self._exact.get(key, ()):
                yield _whole((i,), rule, f"the whole line is the phrase '{key}'", text)
            for number in self._matching(lines.plain(i).strip(), range(len(self._patterns))):
                yield self._shaped(i, number, text)
            if self._broken and key:
                yield from self._over_lines(lines, indices, place, key)

    def _beginning(self, line: str) -> _Beginning:
        """Return what may begin as *line* does: a plain line, not stripped."""
        raw = line[:OPENING]
        if not raw[:1].isalnum():  # symbols before the first word are skipped
            symbols = SYMBOLS.match(line)
            first = symbols.end() if symbols else 0
            raw = line[first : first + OPENING] if first < _REACH else ""
        shows = len(raw) == OPENING
        if shows and (known := self._raw_beginnings.get(raw)) is not None:
            return known
        begin = opening_of(raw if shows else line.strip())
        known = self._beginnings.get(begin)
        if known is None:
            known = self._begun(begin)
            if len(self._beginnings) < _MOST_BEGINNINGS:
                self._beginnings[begin] = known
        if shows and len(self._raw_beginnings) < _MOST_BEGINNINGS:
            self._raw_beginnings[raw] = known
        return known

    def _begun(self, begin: str) -> _Beginning:
        patterns = {n for size in range(1, len(begin) + 1) for n in self._by_opening.get(begin[:size], ())}
        patterns |= self._anywhere
        free = tuple(sorted(patterns - self._words.keys()))
        # Only where the key surely begins like the line are phrases told apart by their beginning.
        surely = begin and begin.isascii() and "_" not in begin and "  " not in begin
        # A phrase shorter than a beginning may be followed by symbols, which trimming takes away.
        longest = max((self._longest.get(begin[:size], 0) for size in range(1, OPENING + 1)), default=0)
        broken = any(word.startswith(begin) or begin.startswith(word[:OPENING]) for word in self._broken)
        if not surely:
            longest, broken = self._longest_of_all, bool(self._broken)
        return _Beginning(
            not (free or longest or broken),
            free,
            frozenset(patterns & self._words.keys()),
            max((self._patterns[n].max_words for n in free), default=0),
            longest,
            broken,
        )

    def _matching(self, line: str, numbers: Iterable[int], low: bytes | None = None) -> Iterator[int]:
        """Yield which of the patterns *numbers* match the whole *line*; *low*, its low form, rules some out."""
        words = word_count(line)
        tight: bytes | None = None
        for number in numbers:
            if words > self._patterns[number].max_words:
                continue
            if low is not None and (needs := self._needs.get(number)):
                tight = tight or _tight(low)
                if not _holds(tight, needs):
                    continue
            if self._pattern(number).fullmatch(line):
                yield number

    def _shaped(self, i: int, number: int, text: str) -> Sighting:
        rule = self._patterns[number]
        return _whole((i,), rule, f"the whole line has the shape of {rule.id}", text)

    def _over_lines(self, lines: Lines, indices: Sequence[int], place: int, key: str) -> Iterator[Sighting]:
        for phrase, rule in self._broken.get(key.split()[0], ()):
            joined = ""
            for reach, i in enumerate(indices[place : place + _WINDOW]):
                if len(lines.texts[i]) > _LONGEST_LINE:
                    break
                joined = f"{joined} {lines.key(i)}" if joined else lines.key(i)
                trimmed = trim_key(joined)
                if trimmed == phrase:
                    covered = tuple(indices[place : place + reach + 1])
                    over = "line" if reach == 0 else f"{reach + 1} lines together"
                    yield _whole(covered, rule, f"the {over} are the phrase '{phrase}'", joined)
                    break
                if not phrase.startswith(trimmed):
                    break

    def block_heads(self, lines: Lines, indices: Sequence[int]) -> Iterator[tuple[int, Rule, str]]:
        """Yield (line, rule, phrase) for each line that is the heading of a block."""
        no_head = self._seen(lines).no_head
        for i in indices:
            if i in no_head:
                continue
            rules: list[Rule] = []
            if len(lines.texts[i]) <= _LONGEST_LINE:
                longest = self._beginning(lines.plain(i)).longest if lines.tame else self._longest_of_all
                if longest and (not lines.tame or _may_be_phrase(lines.plain(i), longest)):
                    key = trim_key(lines.key(i))
                    rules = self._blocks.get(key, [])
            if not rules:
                no_head.add(i)
            for rule in rules:
                yield i, rule, key


def _may_be_phrase(line: str, longest: int) -> bool:
    """Return whether the trimmed key of a tame plain *line* may have *longest* characters or fewer.

    Folding one character by itself never makes it none, so only spaces in a row make a key shorter than its line.
    """
    if len(line) <= longest:
        return True
    line = trim_key(line)
    return len(line) <= longest or "  " in line


def _whole(lines: tuple[int, ...], rule: Rule, evidence: str, text: str) -> Sighting:
    return Sighting(lines, rule.kind, rule.id, rule.strength, rule.why, (evidence,), zone=rule.zone, text=text)


def _tight(low: bytes) -> bytes:
    """Return a low line without its spaces, as the words that patterns need are looked up."""
    return low.replace(b" ", b"")


def _holds(low: bytes, words: Iterable[bytes]) -> bool:
    for word in words:  # noqa: SIM110 - a generator would cost more than the searches
        if word in low:
            return True
    return False


def _pieces(words: frozenset[str] | None) -> frozenset[bytes]:
    """Return *words* as they are looked up in low lines; none where one of them cannot be."""
    pieces = frozenset(map(piece_of, words or ()))
    return frozenset() if b"" in pieces else pieces


def _part_rule(rule: Rule, limited: bool) -> _PartRule:
    if rule.phrases:
        # White space inside a phrase may be any: what stands between is looked up.
        words = frozenset(max(plain(phrase).split(), key=lambda word: len(piece_of(word))) for phrase in rule.phrases)
        ends: frozenset[str] | None = frozenset(plain(phrase).rstrip()[-1:].lower() for phrase in rule.phrases)
    else:
        words = needs_of(rule.regex).words or frozenset()
        ends = closings(rule.regex)
    if rule.match != "suffix" or ends is None or not all(end.isascii() and end.strip() for end in ends):
        ends = frozenset()
    pattern = _part_pattern(rule)
    return _PartRule(
        Limited(pattern, rule.id) if limited else pattern, rule, _pieces(words), frozenset(end.encode() for end in ends)
    )


def _part_pattern(rule: Rule) -> regex.Pattern[str]:
    source = rule.regex
    if rule.phrases:
        phrases = sorted(rule.phrases, key=len, reverse=True)
        source = "|".join(r"\s+".join(map(regex.escape, plain(phrase).split())) for phrase in phrases)
        source = rf"\s*(?<!\w(?=\w))(?:{source})(?!\w)"  # not inside a word; a symbol may follow one
    if rule.match == "suffix":
        source = rf"(?:{source})\s*\Z"
    elif rule.match == "inline" and rule.phrases:
        # Only from the first space of a run: from each of them to its end would take the square of its length.
        source = rf"(?:\G|(?<!\s)){source}"
    return regex.compile(source, regex.IGNORECASE)


def _disjoint(parts: list[Part]) -> list[Part]:
    kept: list[Part] = []
    for part in sorted(parts, key=lambda p: (p.start, -p.end)):
        if not kept or part.start >= kept[-1].end:
            kept.append(part)
    return kept
