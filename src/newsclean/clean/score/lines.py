"""Sightings by score: lines that no rule is sure of and that many weak signs together give away.

The signs are added up by :mod:`newsclean.clean.score.model`; a profile is a point on its one curve. What was seen by a
rule as the report's own mark (a dateline, an agency's credit, an editor's note) is never taken by score, nor a caption
that the caller wants kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from newsclean.clean.decide import METADATA_ONLY, SCORE_REASON, SCORE_RULE, Decision, Policy, decide
from newsclean.clean.findings import Sighting
from newsclean.clean.score.features import Flags, Floats, Measured, measure
from newsclean.clean.score.model import (
    FIRST,
    SECOND,
    Model,
    context,
    design_first,
    design_second,
    length_discount,
    vetoed,
)
from newsclean.clean.score.words import WORDS
from newsclean.clean.zones import Zones
from newsclean.rules.schema import Strength
from newsclean.text.lines import Lines

__all__ = ["KIND", "Scored", "score", "score_and_decide", "score_lines"]

KIND = "boilerplate"
_ROUNDS = 5  # measured: the third finds something in 1 of 100 texts
_NEAR = 1.5
"""How far below a profile's limit the best first score may stay for the second pass to be worth its time. Measured: of
the texts in which some line reaches the limit, none has its best first score that low, and nine in ten of the score's
time after measuring go into the second pass."""
_NEIGHBOURS = "what the neighbouring lines look like"
_NAMED = 4  # signs that the report names


class Scored:
    """The scores of the lines no rule is sure of, and what they were made of."""

    __slots__ = ("around", "first", "indices", "measured", "rows", "second")

    def __init__(self, lines: Lines, indices: Sequence[int], sightings: Sequence[Sighting]) -> None:
        """Measure the lines *indices* that *sightings* leave; scores come from :func:`score`."""
        sure, rules = _seen(sightings)
        self.indices = [i for i in indices if i not in sure]
        self.rows = len(self.indices)
        self.around: Floats = np.empty((0, 0))
        self.second: Floats = np.empty((0, 0))
        if not self.rows:
            return
        self.measured: Measured = measure(lines, self.indices, rules)
        self.first: Floats = design_first(self.measured)


def score(scored: Scored, model: Model, limit: float) -> tuple[Floats, Flags] | None:
    """Return the score of each line, and which lines the shape of the article forbids to take.

    None where the first pass shows that no line comes to *limit*: the second, which costs most, is not made then.
    """
    first = model.first.score(scored.first)
    if first.max() < limit - _NEAR:
        return None
    scored.around = context(scored.measured, first)
    scored.second = design_second(scored.first, scored.around)
    scores = model.second.score(scored.second) - length_discount(scored.measured, scored.around)
    return scores, vetoed(scored.measured, scored.around)


def score_lines(
    lines: Lines, indices: Sequence[int], sightings: Sequence[Sighting], policy: Policy, model: Model
) -> Iterator[Sighting]:
    """Yield a sighting for each of the lines *indices* whose score reaches what *policy*'s profile asks for."""
    if len(indices) < 2:
        return
    scored = Scored(lines, indices, sightings)
    if not scored.rows:
        return
    limit = model.thresholds[policy.profile]
    found = score(scored, model, limit)
    if found is None:
        return
    scores, veto = found
    taken = np.flatnonzero((scores >= limit) & ~veto).tolist()
    if not taken:
        return
    marks = _marks(lines, sightings, policy)
    for k in taken:
        i = scored.indices[k]
        if i in marks:
            continue
        value = float(scores[k])
        strength: Strength = (
            "A" if value >= model.thresholds["safe"] else "B" if value >= model.thresholds["balanced"] else "C"
        )
        yield Sighting(
            (i,), KIND, SCORE_RULE, strength, SCORE_REASON, _evidence(scored, model, k, value), text=lines.texts[i],
            spans=((lines.starts[i], lines.ends[i]),),
        )  # fmt: skip


def score_and_decide(
    lines: Lines, indices: Sequence[int], sightings: list[Sighting], zones: Zones, policy: Policy, model: Model
) -> Decision:
    """Return what goes by rule, and by score of what the rules leave; that is repeated until nothing more goes.

    Where lines went, others come to stand at the edge; a second cleaning would see that, so the first one does.
    """
    scored: list[Sighting] = []
    for _ in range(_ROUNDS):
        decision = decide(lines, indices, [*sightings, *scored], zones, policy)
        gone = {i for s in decision.removed if s.action == "drop" for i in s.lines}
        gone.update(i for s in scored for i in s.lines)
        left = [i for i in indices if i not in gone]
        more = list(score_lines(lines, left, sightings, policy, model))
        if not more:
            break
        scored += more
    return decision


def _seen(sightings: Sequence[Sighting]) -> tuple[set[int], dict[int, str]]:
    """Return the lines that rules are sure of, and for the others the best strength seen."""
    sure: set[int] = set()
    rules: dict[int, str] = {}
    for sighting in sightings:
        if sighting.action != "drop":
            continue
        if sighting.strength == "A" and sighting.zone in ("any", "first"):
            sure.update(sighting.lines)
        else:
            strength = "B" if sighting.strength == "A" else sighting.strength
            for i in sighting.lines:
                rules[i] = min(rules.get(i, "Z"), strength)
    return sure, rules


def _marks(lines: Lines, sightings: Sequence[Sighting], policy: Policy) -> set[int]:
    """Return the lines that the caller, or the report itself, wants where they are."""
    marks: set[int] = set()
    for sighting in sightings:
        if sighting.kind in METADATA_ONLY and not policy.drop & {sighting.kind, sighting.rule}:
            marks.update(sighting.lines)
        elif sighting.kind == "caption_repeat" and policy.captions != "drop":
            marks.update(sighting.lines)
            if sighting.kept is not None:
                marks.update(i for i in range(len(lines)) if lines.starts[i] == sighting.kept[0])
    return marks


def _evidence(scored: Scored, model: Model, k: int, value: float) -> tuple[str, ...]:
    """Return the score of row *k* and its largest contributions, in words; signs of one idea are added up."""
    first, second = model.first, model.second
    names, first_ideas, second_ideas = _ideas()
    # What the first pass thought of the line is no idea of its own: it is taken apart in its turn.
    carried = float(second.weight[SECOND.index("score")])
    of_second = np.bincount(second_ideas, (scored.second[k] - second.usual) * second.weight, len(names))
    of_first = np.bincount(first_ideas, (scored.first[k] - first.usual) * first.weight, len(names))
    amounts = of_second + carried * of_first
    best = sorted(zip(amounts.tolist(), names, strict=True), key=lambda item: (-item[0], item[1]))
    named = [f"{idea} (+{amount:.1f})" for amount, idea in best if idea and amount > 0.05]
    return (f"score {value:.1f}", *named[:_NAMED])


@cache
def _ideas() -> tuple[list[str], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the ideas, and for each sign of the first and of the second pass the place of its idea among them."""

    def idea(name: str) -> str:
        return _NEIGHBOURS if "@" in name else WORDS.get(name.partition("*")[0], "")

    names = sorted({*WORDS.values(), _NEIGHBOURS, ""})
    places = {name: n for n, name in enumerate(names)}
    first, second = (np.array([places[idea(name)] for name in signs]) for signs in (FIRST, SECOND))
    return names, first, second
