"""From sightings to what goes and what stays: the only place that weighs.

* Strength ``A`` goes on its own. ``B`` needs one corroborating sign: it stands before the first or after the last
  prose line, next to a line that goes, or more than once. ``C`` stays, but in the strict profile.
* Vetoes: a ``protect`` pattern, a ``keep`` name, an open quotation, a list or transcript around the line; what is
  quoted (``detectors.quoted``) and what stands around a line (``spared``) hold for ``A``, too. And whatever its
  strength, a line that goes on with the sentence of the line above stays: in wrapped text ``share.`` is no button.
* The document guard: where what is not certain would take more than two fifths of the prose, or the last prose
  line, only what is certain goes, nothing by score or site profile, and a warning says so. One wrongly emptied
  article costs more than fifty adverts left (measured: the same rules without the guard lowered F1 on four of eleven
  extractors).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import regex

from newsclean.clean.findings import Sighting
from newsclean.clean.spared import Around
from newsclean.clean.zones import Zones
from newsclean.errors import OptionError
from newsclean.model import Span
from newsclean.rules.hostile import Limited
from newsclean.text.lines import Lines, ends_sentence, is_prose, word_count

__all__ = [
    "CAPTIONS", "PROFILES", "SCORE_REASON", "SCORE_RULE", "SITE_BLOCK", "SITE_KIND", "SITE_LINE", "SITE_RULES",
    "Decision", "Policy", "decide",
]  # fmt: skip

PROFILES = ("safe", "balanced", "strict")
CAPTIONS = ("drop", "collapse", "keep")

METADATA_ONLY = frozenset({"dateline", "agency_credit", "editor_note", "helpline", "separator"})
"""Kinds read as metadata and left in place unless ``drop`` names them: they are the report's own marks, many users
want them, and published gold texts disagree on them."""

SCORE_RULE = "boilerplate.score"
"""The id of lines that go by score: ``A`` from the safe point of its curve on, ``B`` balanced, ``C`` strict."""
SCORE_REASON = "Many weak signs together: the line looks like the page around the article, not like the article."

SITE_KIND, SITE_LINE, SITE_BLOCK = "site_recurring", "site_recurring.line", "site_recurring.block"
SITE_RULES = {
    SITE_LINE: "The same line stands on many articles of the site.",
    SITE_BLOCK: "Lines under a heading that stands over lists on many articles of the site.",
}
"""What goes because a site profile knows it, by id."""

_LEARNT = frozenset({SCORE_RULE, *SITE_RULES})
"""What speaks from other articles than this one: never certain, whatever its strength."""
_SCORED = {"safe": "A", "balanced": "AB", "strict": "ABC"}
_GUARD_SHARE = 0.4
_LONG_WORDS = 40
_OPEN_WORDS = 4
_COPIES = ("caption_repeat", "line_repeat")
_REPEATED = 2
_TITLE_WORDS = 4  # a headline has them, a control has not
_LIKE_HEADINGS = frozenset({"share_widget", "nav_ui", "gallery_player", "video_promo", "byline"})
"""Kinds whose lines a reporter may write over a paragraph: a network's name, "Video"."""
_QUOTE = regex.compile(r"\s*[\"“„«‘'](?=\p{L})")
_MARKER = regex.compile(r"\s*(?:[-*•–·▪]\s|\d{1,3}[.)]\s|(?P<speaker>\p{Lu}[\p{L}.' ]{0,30}:)\s)")


@dataclass(frozen=True, slots=True)
class Policy:
    """What the caller asked for."""

    profile: str = "balanced"
    captions: str = "drop"
    keep: frozenset[str] = frozenset()
    drop: frozenset[str] = frozenset()
    protect: tuple[Limited, ...] = ()

    def protected(self, text: str) -> list[Span]:
        """Return where the protect patterns match, in order; matches that overlap are one span."""
        found = sorted(match.span() for pattern in self.protect for match in pattern.finditer(text))
        spans: list[Span] = []
        for start, end in found:
            if spans and start < spans[-1][1]:
                spans[-1] = spans[-1][0], max(end, spans[-1][1])
            else:
                spans.append((start, end))
        return spans

    @staticmethod
    def check(name: str, value: str, allowed: Sequence[str]) -> str:
        """Return *value*; raise OptionError where it is not one of *allowed*."""
        if value not in allowed:
            raise OptionError(f"{name} is one of {', '.join(map(repr, allowed))}, not {value!r}")
        return value


@dataclass(slots=True)
class Decision:
    """What goes, what stays although it was seen, and what the reader should know."""

    removed: list[Sighting] = field(default_factory=list)
    left: list[Sighting] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def decide(
    lines: Lines, indices: Sequence[int], sightings: Sequence[Sighting], zones: Zones, policy: Policy
) -> Decision:
    """Return what is to become of *sightings*; *indices* are the lines that are not blank."""
    seen = [s for s in sightings if all(zones.allows(i, s.zone) for i in s.lines[:1])]
    protected = policy.protected(lines.source) if policy.protect else []
    decision = _weigh(lines, indices, seen, zones, policy, protected)
    alarm = _alarm(lines, indices, decision.removed)
    # No score is certain, however high, nor a profile; what drop names goes all the same.
    learnt = [s for s in decision.removed if s.rule in _LEARNT and not policy.drop & {s.kind, s.rule}]
    if alarm and (learnt or any(s.strength != "A" for s in decision.removed)):
        cautious = replace(policy, profile="safe")
        held = {id(s) for s in learnt}
        decision = _weigh(lines, indices, [s for s in seen if id(s) not in held], zones, cautious, protected)
        decision.warnings.append(f"{alarm}; only what is certain was removed")
        for sighting in decision.left:
            sighting.evidence += ("left in place by the document guard",) if sighting.strength == "B" else ()
        for sighting in learnt:
            _leave(decision, sighting, "left in place by the document guard")
    removed = {i for s in decision.removed if s.action == "drop" for i in s.lines}
    if indices and removed.issuperset(indices):
        decision.warnings.append("nothing but boilerplate was found: the cleaned text is empty")
    return decision


def _weigh(
    lines: Lines,
    indices: Sequence[int],
    seen: Sequence[Sighting],
    zones: Zones,
    policy: Policy,
    protected: list[Span],
) -> Decision:
    decision = Decision()
    running = _running(lines, indices, seen)
    pending: list[Sighting] = []
    untouchable: set[int] = set()
    sure: list[Sighting] = []
    scored: list[Sighting] = []
    around = Around(lines, indices, [s for s in seen if s.rule != SCORE_RULE])
    for sighting in sorted(seen, key=lambda s: -len(s.lines)):  # the widest reading of a line explains it best
        veto = _kept_by_caller(sighting, policy, protected)
        if veto is not None:
            _leave(decision, sighting, veto)
            untouchable.update(sighting.lines)
            continue
        if sighting.lines[0] in running and _may_run(sighting) and not policy.drop & {sighting.kind, sighting.rule}:
            _leave(decision, sighting, "kept: it goes on with the sentence of the line above")
        elif sighting.rule == SCORE_RULE:
            if sighting.strength in _SCORED[policy.profile] or policy.drop & {sighting.kind, sighting.rule}:
                scored.append(sighting)
        elif policy.drop & {sighting.kind, sighting.rule}:
            _say(sighting, "asked for by drop")
            sure.append(sighting)
        elif sighting.kind in METADATA_ONLY:
            _leave(decision, sighting, "read as metadata, left in place")
        elif policy.profile != "strict" and (why := around.spares(sighting)):
            _leave(decision, sighting, f"kept: {why}")
        elif sighting.strength == "A" and not (policy.profile == "safe" and sighting.zone not in ("any", "first")):
            sure.append(sighting)
        elif policy.profile == "safe":
            _leave(decision, sighting, "not certain on its own, and the profile is safe")
        elif policy.profile == "strict":
            _say(sighting, "the profile is strict")
            sure.append(sighting)
        elif sighting.strength == "C":
            _leave(decision, sighting, "a hint only")
        else:
            pending.append(sighting)
    taken: dict[int, Sighting] = {}
    for sighting in sure:
        _take(decision, sighting, taken, untouchable)
    _corroborate(lines, indices, pending, zones, decision, taken, untouchable, around)
    for sighting in scored:  # last: where a rule speaks too, the rule explains it better
        if sighting.lines[0] in around.kept:
            _leave(decision, sighting, f"kept: {around.kept[sighting.lines[0]]}")
        elif not taken.keys() & sighting.lines:
            _take(decision, sighting, taken, untouchable)
    decision.left = [s for s in decision.left if s.action != "drop" or not all(i in taken for i in s.lines)]
    return decision


def _running(lines: Lines, indices: Sequence[int], seen: Sequence[Sighting]) -> set[int]:
    """Return the first lines of what was *seen* that go on with the sentence of a line above in which nothing was seen.

    The text is wrapped then. Such a line begins small and ends the sentence. Where two lines or more of the text begin
    small behind an open one, it need only begin small, or be the few words that end the sentence.
    """
    texts, found, wrapped = lines.texts, set(), None
    sighted = {i for s in seen if _may_run(s) for i in s.lines}
    for i in {s.lines[0] for s in seen if _may_run(s)}:
        small, ends = texts[i].lstrip()[:1].islower(), ends_sentence(texts[i])
        ends &= small or len(texts[i].split(None, _OPEN_WORDS)) < _OPEN_WORDS
        place = bisect_left(indices, i)
        above = indices[place - 1] if place else None
        if not (small or ends) or above is None or above in sighted or not _is_open(texts[above]):
            continue
        if not (small and ends):
            if wrapped is None:
                pairs = pairwise(indices)
                wrapped = sum(texts[k].lstrip()[:1].islower() and _is_open(texts[j]) for j, k in pairs) > 1
            if not wrapped:
                continue
        found.add(i)
    return found


def _may_run(sighting: Sighting) -> bool:
    return sighting.action == "drop" and sighting.kind not in _COPIES


def _is_open(line: str) -> bool:
    """Return whether *line* breaks off in the middle of a sentence: five words or more, and no mark behind them."""
    line = line.rstrip()
    return (line[-1:].isalnum() or line[-1:] in (",", "-")) and len(line.split(None, _OPEN_WORDS)) > _OPEN_WORDS


def _kept_by_caller(sighting: Sighting, policy: Policy, protected: list[Span]) -> str | None:
    if policy.keep & {sighting.kind, sighting.rule}:
        return "kept because keep names it"
    if sighting.kind == "caption_repeat" and policy.captions == "keep":
        return "kept because captions='keep'"
    if protected:
        for start, end in sighting.spans:
            before = bisect_left(protected, (end, -1))  # the last that begins before the end reaches furthest
            if before and protected[before - 1][1] > start:
                return "kept because a protect pattern matches it"
    return None


def _take(decision: Decision, sighting: Sighting, taken: dict[int, Sighting], untouchable: set[int]) -> None:
    """Remove what *sighting* covers, each line for one reason only."""
    if sighting.action != "drop":
        if not untouchable.isdisjoint(sighting.lines):
            _leave(decision, sighting, "its line is kept for another reason")
            return
        decision.removed.append(sighting)
        return
    mine = tuple(i for i in sighting.lines if i not in untouchable)
    if not mine:
        _leave(decision, sighting, "its line is kept for another reason")
        return
    free = tuple(i for i in mine if i not in taken)
    if not free:
        _say(taken[mine[0]], f"also {sighting.rule}")
        return
    if free != sighting.lines:
        by_line = dict(zip(sighting.lines, sighting.spans, strict=True))
        sighting.lines, sighting.spans = free, tuple(by_line[i] for i in free)
    taken.update(dict.fromkeys(free, sighting))
    decision.removed.append(sighting)


def _corroborate(
    lines: Lines,
    indices: Sequence[int],
    pending: list[Sighting],
    zones: Zones,
    decision: Decision,
    taken: dict[int, Sighting],
    untouchable: set[int],
    around: Around,
) -> None:
    """Remove each pending sighting that finds its second sign; each removal may be the next one's sign."""
    if not pending:
        return
    place = {i: p for p, i in enumerate(indices)}
    counts = Counter(lines.key(i) for i in {s.lines[0] for s in pending})
    pending = sorted(pending, key=lambda s: s.lines)
    # A line that goes speaks for its neighbours. One pass down and one pass up carry that along every run of lines,
    # which asking round after round would do one line at a time.
    for direction in (1, -1):
        waiting: list[Sighting] = []
        for sighting in pending[::direction]:
            sign = _second_sign(lines, indices, sighting, zones, taken, place, counts, around)
            veto = _veto(lines, indices, sighting, zones, place, around) if sign else None
            if sign and veto is None:
                _say(sighting, sign)
                _take(decision, sighting, taken, untouchable)
            elif veto is not None:
                _leave(decision, sighting, veto)
            else:
                waiting.append(sighting)
        pending = waiting
    for sighting in pending:
        _leave(decision, sighting, "no second sign spoke for it")


def _second_sign(
    lines: Lines,
    indices: Sequence[int],
    sighting: Sighting,
    zones: Zones,
    taken: dict[int, Sighting],
    place: dict[int, int],
    counts: Counter[str],
    around: Around,
) -> str | None:
    if "sign" in sighting.data:  # the detector saw it
        return str(sighting.data["sign"])
    first, last = sighting.lines[0], sighting.lines[-1]
    zone = zones.name(first)
    if sighting.kind in _LIKE_HEADINGS and around.amid_sentences(sighting, taken):
        zone = "body"
        if sighting.kind == "share_widget":  # a network's name: nothing else than a heading or a button
            around.kept[first] = "stands between two sentences, as a sub-heading does"
    if zone == "head":
        return "stands before the first prose line"
    if zone == "tail":
        return "stands after the last prose line"
    before, after = place[first] - 1, place[last] + 1
    if before >= 0 and indices[before] in taken:
        return f"stands next to line {indices[before] + 1}, which goes"
    if after < len(indices) and indices[after] in taken:
        return f"stands next to line {indices[after] + 1}, which goes"
    if counts[lines.key(first)] >= _REPEATED:
        return f"stands there {counts[lines.key(first)]} times"
    return None


def _veto(
    lines: Lines, indices: Sequence[int], sighting: Sighting, zones: Zones, place: dict[int, int], around: Around
) -> str | None:
    first = sighting.lines[0]
    if place[first] == 0 and sighting.kind == "video_promo" and word_count(lines.texts[first]) >= _TITLE_WORDS:
        around.kept[first] = "it may be the headline"
        return "kept: it may be the headline"
    if zones.name(first) != "body":
        return None
    text = lines.texts[first]
    if _QUOTE.match(text):
        return "kept: it opens a quotation"
    if word_count(text) > _LONG_WORDS:
        return f"kept: over {_LONG_WORDS} words inside the article"
    here = _MARKER.match(text)
    if here is not None:
        beside = [indices[p] for p in (place[first] - 1, place[first] + 1) if 0 <= p < len(indices)]
        same = [m for m in (_MARKER.match(lines.texts[i]) for i in beside) if m is not None]
        if any((m["speaker"] is None) == (here["speaker"] is None) for m in same):
            return "kept: it stands in a list or a transcript"
    return None


def _alarm(lines: Lines, indices: Sequence[int], removed: Sequence[Sighting]) -> str | None:
    """Return what is wrong with removing this much, or None.

    Copies of what stays do not count, nor do readers' comments that are surely such: there may be more of them than
    there is article.
    """
    copies = {i for s in removed if s.kind in _COPIES or s.data.get("apart") for i in s.lines}
    gone = {i for s in removed if s.action == "drop" for i in s.lines} - copies
    lost = [i for i in gone.intersection(indices) if is_prose(lines.texts[i])]
    if not lost:  # mostly: the other lines need not be read then
        return None
    prose = [i for i in indices if i not in copies and is_prose(lines.texts[i])]
    if len(lost) == len(prose):
        return "all prose of this text would have been removed"
    share = sum(len(lines.texts[i]) for i in lost) / sum(len(lines.texts[i]) for i in prose)
    if share > _GUARD_SHARE:
        return f"{share:.0%} of the prose of this text would have been removed"
    return None


def _leave(decision: Decision, sighting: Sighting, because: str) -> None:
    _say(sighting, because)
    decision.left.append(sighting)


def _say(sighting: Sighting, sign: str) -> None:
    if sign not in sighting.evidence:
        sighting.evidence += (sign,)
