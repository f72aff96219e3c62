"""The rule engine: what the rule files say, found in the lines of a text.

Whole-line phrases are one dictionary look-up of the line's folded key, so their number costs nothing. Patterns
see the line with plain quotes, dashes and spaces; each is looked up by what it must begin with, or else tried only
where a word it must hold is in the line, and compiled when it is first tried. Lines longer than any prompt
(600 characters) are not offered to whole-line patterns at all; ends of lines are searched in their last 200
characters: both keep the time linear.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import regex

from newsclean.clean.findings import Sighting
from newsclean.rules.literals import opening_of, openings, required_literals
from newsclean.rules.schema import Rule
from newsclean.text.lines import Lines, fold_key, plain, trim_key, word_count

__all__ = ["Part", "PhraseEngine"]

_LONGEST_LINE = 600
_SUFFIX_REACH = 200
_WINDOW = 4  # lines that one broken phrase may cover


class Part(NamedTuple):
    """A part of a line that a rule would strip: offsets in the line's working text."""

    start: int
    end: int
    rule: Rule


class PhraseEngine:
    """Rules compiled for matching; immutable, shared by all calls of a cleaner."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._exact: dict[str, list[Rule]] = {}
        self._blocks: dict[str, list[Rule]] = {}
        self._broken: dict[str, list[tuple[str, Rule]]] = {}  # by first word
        self._patterns: list[Rule] = []
        self._compiled: dict[int, regex.Pattern[str]] = {}
        self._by_opening: dict[str, list[int]] = {}
        self._anywhere: list[tuple[int, int, frozenset[str]]] = []
        self._parts: dict[str, list[tuple[regex.Pattern[str], Rule]]] = {"prefix": [], "suffix": [], "inline": []}
        for rule in rules:
            if rule.match in ("line", "block") and rule.phrases:
                table = self._exact if rule.match == "line" else self._blocks
                for phrase in rule.phrases:
                    table.setdefault(trim_key(fold_key(phrase)), []).append(rule)
            elif rule.match == "line":
                self._add_pattern(rule)
            elif rule.match == "lines":
                for phrase in rule.phrases:
                    key = trim_key(fold_key(phrase))
                    self._broken.setdefault(key.split()[0], []).append((key, rule))
            else:
                self._parts[rule.match].append((_part_pattern(rule), rule))

    def _add_pattern(self, rule: Rule) -> None:
        number = len(self._patterns)
        self._patterns.append(rule)
        begin = openings(rule.regex)
        if begin is None:
            # A text without a literal to look for has an empty one, which is in every line.
            self._anywhere.append((number, rule.max_words, required_literals(rule.regex) or frozenset([""])))
        for prefix in begin or ():
            self._by_opening.setdefault(prefix, []).append(number)

    def _pattern(self, number: int) -> regex.Pattern[str]:
        pattern = self._compiled.get(number)
        if pattern is None:
            pattern = self._compiled[number] = regex.compile(self._patterns[number].regex, regex.IGNORECASE)
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
        for pattern, rule in self._parts["inline"]:
            for match in pattern.finditer(line, left, right):
                if match.end() > match.start():
                    found.append(Part(match.start(), match.end(), rule))
        return _disjoint(found) + suffixes[::-1]

    def _at_start(self, line: str, left: int, *, first: bool) -> Part | None:
        begin = left
        while begin < len(line) and line[begin] == " ":
            begin += 1
        for pattern, rule in self._parts["prefix"]:
            if rule.zone == "first" and not first:
                continue
            match = pattern.match(line, begin)
            if match and match.end() > begin:
                return Part(left, match.end(), rule)
        return None

    def _at_end(self, line: str, left: int, right: int) -> Part | None:
        for pattern, rule in self._parts["suffix"]:
            match = pattern.search(line, max(left, right - _SUFFIX_REACH), right)
            if match and match.end() > match.start() > left:
                return Part(match.start(), match.end(), rule)
        return None

    # --- whole lines -----------------------------------------------------------------------------------------

    def lines(self, lines: Lines, indices: Sequence[int]) -> Iterator[Sighting]:
        """Yield what the whole-line rules see among the lines *indices* (those that are not blank)."""
        for place, i in enumerate(indices):
            text = lines.texts[i]
            if len(text) > _LONGEST_LINE:
                continue
            key = trim_key(lines.key(i))
            for rule in self._exact.get(key, ()):
                yield _whole((i,), rule, f"the whole line is the phrase '{key}'", text)
            yield from self._in_patterns(i, lines.plain(i).strip(), text)
            if self._broken and key:
                yield from self._over_lines(lines, indices, place, key)

    def _in_patterns(self, i: int, line: str, text: str) -> Iterator[Sighting]:
        low = line.lower()
        words = word_count(line)
        tried: list[int] = []
        for number, most, needs in self._anywhere:
            if words <= most:
                for need in needs:
                    if need in low:
                        tried.append(number)
                        break
        begin = opening_of(line)
        for length in range(1, len(begin) + 1):
            tried += self._by_opening.get(begin[:length], ())
        for number in sorted(set(tried)):
            rule = self._patterns[number]
            if words <= rule.max_words and self._pattern(number).fullmatch(line):
                yield _whole((i,), rule, f"the whole line has the shape of {rule.id}", text)

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
        for i in indices:
            if len(lines.texts[i]) <= _LONGEST_LINE:
                key = trim_key(lines.key(i))
                for rule in self._blocks.get(key, ()):
                    yield i, rule, key


def _whole(lines: tuple[int, ...], rule: Rule, evidence: str, text: str) -> Sighting:
    return Sighting(lines, rule.kind, rule.id, rule.strength, rule.why, (evidence,), zone=rule.zone, text=text)


def _part_pattern(rule: Rule) -> regex.Pattern[str]:
    source = rule.regex
    if rule.phrases:
        phrases = sorted(rule.phrases, key=len, reverse=True)
        source = "|".join(r"\s+".join(map(regex.escape, plain(phrase).split())) for phrase in phrases)
        word_before = r"(?<!\w)" if source[:1].isalnum() and rule.match != "prefix" else ""
        source = rf"\s*{word_before}(?:{source})" + (r"(?!\w)" if rule.match != "suffix" else "")
    if rule.match == "suffix":
        source = rf"(?:{source})\s*\Z"
    return regex.compile(source, regex.IGNORECASE)


def _disjoint(parts: list[Part]) -> list[Part]:
    kept: list[Part] = []
    for part in sorted(parts, key=lambda p: (p.start, -p.end)):
        if not kept or part.start >= kept[-1].end:
            kept.append(part)
    return kept
