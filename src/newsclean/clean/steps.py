"""From a dirty text to clean text and report; the order of the steps is written here and nowhere else.

1. lines, repaired (``text``)
2. parts of lines: prefixes, suffixes, residue inside (rules); what is certain is cut before anything else looks
3. whole lines: phrases and shapes (rules), stamps and bylines (grammars), then repeated lines among the rest
4. what recurs on the site, where a profile is given (``sites``)
5. zones, by where the prose begins and ends among what is left; blocks, which need them
6. the lines no rule is sure of, by score: many weak signs together (``score``)
7. decide, render, read the metadata
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from newsclean.clean.dates import DateGrammar
from newsclean.clean.decide import SCORE_RULE, Decision, Policy
from newsclean.clean.detectors.blocks import blocks
from newsclean.clean.detectors.metadata_lines import MetadataLines
from newsclean.clean.detectors.parts import cut_parts
from newsclean.clean.detectors.phrases import PhraseEngine
from newsclean.clean.detectors.quoted import Quoted
from newsclean.clean.detectors.repeats import repeats
from newsclean.clean.detectors.titles import titles
from newsclean.clean.findings import Sighting
from newsclean.clean.zones import Zones
from newsclean.rules import RuleSet
from newsclean.text.lines import Lines, is_prose

if TYPE_CHECKING:
    from newsclean.clean.score.lines import Scoring
    from newsclean.clean.sites import SiteProfile

__all__ = ["Detectors", "Task", "deciding", "detectors_of", "examine"]

_ROUNDS = 12  # one or two, but for texts whose score takes a line at a time


class Task(NamedTuple):
    """A text to clean, and what is known of it."""

    text: str
    title: str | None
    language: str | None
    profile: SiteProfile | None
    warnings: tuple[str, ...]


class Detectors(NamedTuple):
    """What a set of rules is compiled to."""

    engine: PhraseEngine
    dates: DateGrammar
    metadata: MetadataLines
    quoted: Quoted


@cache
def detectors_of(rules: RuleSet) -> Detectors:
    """Return the detectors of *rules*, compiled once."""
    dates = DateGrammar(rules.vocabularies)
    return Detectors(
        PhraseEngine(rules.rules, limited=rules.added),
        dates,
        MetadataLines(rules.vocabularies, dates),
        Quoted(rules.vocabularies),
    )


def deciding(detectors: Detectors, task: Task, policy: Policy) -> Scoring[tuple[Lines, Decision]]:
    """Return the lines of a text and what is to become of them; the scores it needs are asked for on the way."""
    lines, decision = yield from _decide(detectors, task, policy)
    if policy.captions == "drop" and _captions_were_all(lines, decision):
        lines, decision = yield from _decide(detectors, task, replace(policy, captions="collapse"))
        decision.warnings.append("captions are all the prose of this text; the first copy of each stays")
    decision.warnings += task.warnings
    return lines, decision


def _decide(detectors: Detectors, task: Task, policy: Policy) -> Scoring[tuple[Lines, Decision]]:
    from newsclean.clean.score.lines import score_and_decide
    from newsclean.clean.score.model import shipped_model

    model = shipped_model()
    certain = policy.profile == "safe"
    lines = Lines(task.text)
    removed: list[Sighting] = []
    taken: set[int] = set()
    gone: set[int] = set()
    for _ in range(_ROUNDS):
        left = lines.without(gone) if gone else lines
        sightings, indices, zones = examine(detectors, left, task.title, policy, task.profile)
        decision = yield from score_and_decide(left, indices, sightings, zones, policy, model)
        new = list(_not_yet(decision.removed, removed, taken))
        removed += new
        # A second cleaning is to find nothing: look at what is left as it would. What a score took changes most;
        # the safe profile looks again whatever went.
        more = {i for s in new for i in s.lines if s.action == "drop" and (s.rule == SCORE_RULE or certain)}
        if not more:
            break
        gone.update(i for s in new for i in s.lines if s.action == "drop")
    decision.removed = removed
    return lines, decision


def examine(
    detectors: Detectors, lines: Lines, title: str | None, policy: Policy, profile: SiteProfile | None = None
) -> tuple[list[Sighting], list[int], Zones]:
    """Return what the detectors see in *lines*, the lines that are not blank, and the zones."""
    engine = detectors.engine
    indices = lines.written()
    parts = cut_parts(engine, lines, indices, policy)
    opening = indices[0] if indices else 0
    for _ in range(_ROUNDS):
        indices = [i for i in indices if not lines.is_blank(i)]
        found = [*detectors.quoted.spare(lines, engine.lines(lines, indices)), *detectors.metadata.find(lines, indices)]
        certain = {i for s in found if s.strength == "A" and s.action == "drop" for i in s.lines}
        rest = [i for i in indices if i not in certain]
        found += repeats(lines, rest, captions=policy.captions)
        certain.update(i for s in found if s.strength == "A" and s.action == "drop" for i in s.lines)
        # What opens the article once the certain dirt above it is gone may begin with a prefix of its own.
        first = next((i for i in rest if i not in certain), opening)
        more = cut_parts(engine, lines, [first], policy) if first > opening else []
        more = [s for s in more if not any(s.rule == p.rule and s.spans == p.spans for p in parts)]
        parts += more
        opening = first
        if not more:
            break
    found += parts
    found += titles(lines, indices, title)
    if profile is not None:
        from newsclean.clean.detectors.site_lines import site_blocks, site_lines  # here, not above: few use one

        found += site_lines(profile, lines, indices, found, title)
    found += blocks(engine, lines, indices, found)
    covered = {i for s in found if s.strength in "AB" and s.action == "drop" for i in s.lines}
    zones = Zones.of(lines, indices, covered)
    if profile is not None:
        found += site_blocks(profile, lines, indices, found, zones)
    for sighting in found:
        if not sighting.spans:
            sighting.spans = tuple((lines.starts[i], lines.ends[i]) for i in sighting.lines)
    return found, indices, zones


def _not_yet(found: Iterable[Sighting], removed: Sequence[Sighting], taken: set[int]) -> Iterator[Sighting]:
    """Yield what of *found* is not in *removed* yet, each line once; the lines are added to *taken*."""
    cut = {(s.rule, s.spans) for s in removed if s.action != "drop"}
    for sighting in found:
        if sighting.action != "drop":
            if (sighting.rule, sighting.spans) not in cut and taken.isdisjoint(sighting.lines):
                yield sighting
            continue
        by_line = dict(zip(sighting.lines, sighting.spans, strict=True))
        free = tuple(i for i in sighting.lines if i not in taken)
        if free:
            taken.update(free)
            sighting.lines, sighting.spans = free, tuple(by_line[i] for i in free)
            yield sighting


def _captions_were_all(lines: Lines, decision: Decision) -> bool:
    """Return whether dropping the captions leaves no prose: then they may be the article, printed twice."""
    gone = {i for s in decision.removed if s.action == "drop" for i in s.lines}
    return any(s.kind == "caption_repeat" for s in decision.removed) and not any(
        is_prose(text) for i, text in enumerate(lines.texts) if i not in gone
    )
