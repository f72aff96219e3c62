"""Sightings by score: lines that no rule is sure of and that many weak signs together give away.

The signs are added up by :mod:`newsclean.clean.score.model`; a profile is a point on its one curve. What was seen by a
rule as the report's own mark (a dateline, an agency's credit, an editor's note) is never taken by score, nor a caption
that the caller wants kept.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple, TypeAlias, TypeVar

import numpy as np

from newsclean.clean.decide import METADATA_ONLY, SCORE_REASON, SCORE_RULE, SITE_KIND, Decision, Policy, decide
from newsclean.clean.findings import Sighting
from newsclean.clean.score.cues import Words
from newsclean.clean.score.features import NAMED, Asked, Measured, Reading, measure, read_texts
from newsclean.clean.score.model import FIRST, SECOND, Model, Scores, design_first
from newsclean.clean.score.stack import Floats, Groups
from newsclean.clean.score.words import WORDS
from newsclean.clean.zones import Zones
from newsclean.parallel import batches_by_size
from newsclean.rules.schema import Strength
from newsclean.text.lines import Lines

__all__ = ["KIND", "Look", "Scored", "Scoring", "give_reasons", "score_and_decide", "score_lines", "score_looks"]

KIND = "boilerplate"
_ROUNDS = 4  # measured: the third finds something in 1 of 100 texts
_FEWEST_LINES = 2
_MOST_TOGETHER = 1000  # lines whose features are in memory at once, 2 kB each; more where the last text has more
_MOST_LINES = 5000  # a text of more written lines is no article, and nothing in it goes by score
_NEIGHBOURS = "what the neighbouring lines look like"
_SIGNS_SHOWN = 4
_LEAST = 0.05
_SCORED = "scored"
_FIRST_SCORE = SECOND.index("score")
_GROUP_OF = {kind: place for place, kinds in enumerate(NAMED.values()) for kind in kinds.split()}
_OTHER = list(NAMED).index("other")


class Look(NamedTuple):
    """Some lines of a text, and what the rules say of them: all that their scores depend on."""

    lines: Lines
    indices: list[int]
    sure: dict[int, int]
    """The lines that rules are sure of, and the place in :data:`NAMED` of what they found; it counts as found, not as
    text."""
    rules: dict[int, str]
    """What rules saw in the others without being sure: the best strength."""

    @staticmethod
    def at(lines: Lines, indices: Sequence[int], sightings: Sequence[Sighting], zones: Zones) -> Look:
        """Return a look at *indices*; what a rule saw where it may not find anything, outside its zone, is no sign."""
        return Look(lines, list(indices), *_seen(s for s in sightings if zones.allows(s.lines[0], s.zone)))

    def without(self, gone: Collection[int]) -> Look:
        """Return a look at what is left where the lines *gone* are taken away."""
        return self._replace(indices=[i for i in self.indices if i not in gone])

    def measured(self, words: Words) -> Measured:
        """Return the features of the lines, as if no other were there."""
        return measure([self._asked(*read_texts([(self.lines, self.indices)], words))])

    def _asked(self, reading: Reading) -> Asked:
        return Asked(reading, self.indices, self.sure, self.rules)

    def _key(self) -> object:
        """Return all that the scores depend on, of a text that stays what it is."""
        return tuple(self.indices), *(tuple(map(said.get, self.indices)) for said in (self.sure, self.rules))


class Scored(NamedTuple):
    """The scores of the lines of one look that may go."""

    scores: Scores
    """Of this look, and of those that were measured with it."""
    places: range
    """Which of them are this look's."""
    first: int
    """The place of its first line among all that were measured."""


T = TypeVar("T")
Scoring: TypeAlias = Generator[Look, Scored | None, T]
"""Work on one text that asks for scores: it yields a look and is sent what :func:`score_looks` makes of it. So the
looks of many texts can be scored together."""


def score_looks(looks: Sequence[Look], model: Model) -> list[Scored | None]:
    """Return what *model* makes of each of *looks*, of different texts; None where no line may go.

    It is what each look alone would give. What was asked before is remembered.
    """
    readings = read_texts([(look.lines, look.indices) for look in looks], model.words)
    asked = [(reading.scored, look._key(), look._asked(reading)) for reading, look in zip(readings, looks, strict=True)]
    waiting = [(known, key, look) for known, key, look in asked if key not in known]
    for some in batches_by_size(waiting, lambda one: len(one[2].indices), limit=_MOST_TOGETHER):
        scores = model.score(measure([look for _, _, look in some]))
        begin = 0
        for n, (known, key, _) in enumerate(some):
            known[key] = None
            if scores is not None:
                stack = scores.measured.stack
                end = int(np.searchsorted(scores.rows, stack.ends[n]))
                if end > begin:
                    known[key] = Scored(scores, range(begin, end), int(stack.starts[n]))
                begin = end
    found = [known[key] for known, key, _ in asked]
    return [one if isinstance(one, Scored) else None for one in found]


def score_lines(
    look: Look, seen: Scored | None, sightings: Sequence[Sighting], policy: Policy, model: Model
) -> Iterator[Sighting]:
    """Yield a sighting for each of the lines that were *seen* to reach the score that *policy*'s profile asks for."""
    if seen is None:
        return
    scores, lines, begin = seen.scores, look.lines, seen.places.start
    values = scores.values[begin : seen.places.stop]
    taken = (values >= model.thresholds[policy.profile]).nonzero()[0]
    if not len(taken):
        return
    marks = _marks(lines, sightings, policy)
    if policy.profile == "safe":  # where a rule saw something and asks for a second sign, its doubt stands
        marks |= _seen(s for s in sightings if s.kind != SITE_KIND)[1].keys()
    rows = (scores.rows[taken + begin] - seen.first).tolist()
    for k, row, value in zip(taken.tolist(), rows, values[taken].tolist(), strict=True):
        i = look.indices[row]
        if i in marks:
            continue
        strength: Strength = (
            "A" if value >= model.thresholds["safe"] else "B" if value >= model.thresholds["balanced"] else "C"
        )
        yield Sighting(
            (i,), KIND, SCORE_RULE, strength, SCORE_REASON, (f"score {value:.1f}",), text=lines.texts[i],
            spans=((lines.starts[i], lines.ends[i]),), data={_SCORED: (scores, begin + k)},
        )  # fmt: skip


def score_and_decide(
    lines: Lines, indices: Sequence[int], sightings: list[Sighting], zones: Zones, policy: Policy, model: Model
) -> Scoring[Decision]:
    """Return what goes by rule, and by score of what the rules leave; that is repeated until nothing more goes.

    Where lines went, others come to stand at the edge; a second cleaning would see that, so the first one does.
    """
    scored: list[Sighting] = []
    look: Look | None = None
    if _FEWEST_LINES <= len(indices) <= _MOST_LINES and not policy.keep & {KIND, SCORE_RULE}:
        look = Look.at(lines, indices, sightings, zones)
        scored += score_lines(look, (yield look), sightings, policy, model)
    for _ in range(_ROUNDS):
        decision = decide(lines, indices, [*sightings, *scored], zones, policy)
        if look is None:
            break
        gone = {i for s in decision.removed if s.action == "drop" for i in s.lines}
        gone.update(i for s in scored for i in s.lines)
        left = look.without(gone)
        if not _FEWEST_LINES <= len(left.indices) < len(look.indices):
            break
        look = left
        more = list(score_lines(look, (yield look), sightings, policy, model))
        if not more:
            break
        scored += more
    return decision


def _seen(sightings: Iterable[Sighting]) -> tuple[dict[int, int], dict[int, str]]:
    """Return the lines that rules are sure of, with the group of what was found, and for others the best strength."""
    sure: dict[int, int] = {}
    rules: dict[int, str] = {}
    for sighting in sightings:
        if sighting.action != "drop":
            continue
        if sighting.strength == "A" and sighting.zone in ("any", "first"):
            for i in sighting.lines:
                sure.setdefault(i, _GROUP_OF.get(sighting.kind, _OTHER))
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


def give_reasons(sightings: Iterable[Sighting], model: Model) -> None:
    """Add to what was seen by score what its score is made of; asked last, for it takes longer than the score."""
    together: dict[int, list[Sighting]] = {}
    for sighting in sightings:
        if _SCORED in sighting.data:
            together.setdefault(id(sighting.data[_SCORED][0]), []).append(sighting)
    for some in together.values():
        scores: Scores = some[0].data[_SCORED][0]
        reasons = _reasons(scores, np.array([sighting.data[_SCORED][1] for sighting in some]), model)
        for sighting, signs in zip(some, reasons, strict=True):
            score, *said = sighting.evidence
            sighting.evidence = (score, *signs, *said)
            del sighting.data[_SCORED]


def _reasons(scores: Scores, places: Groups, model: Model) -> Iterator[list[str]]:
    """Yield the largest contributions to each of the scores at *places*, in words; signs of one idea are added up."""
    names, of_first, of_second = _ideas()
    rows = len(places)
    asked, added = model.second.parts(scores.ends[places])
    # What the first pass thought of the line is no idea of its own: it is taken apart in its turn, in its proportions.
    carried = (added * (asked == _FIRST_SCORE)).sum(axis=1)
    raised = model.first.parts(design_first(scores.measured, scores.where, scores.rows[places])) @ of_first
    np.maximum(raised, 0, out=raised)
    at = of_second[asked] + np.arange(rows)[:, None] * len(names)
    amounts = np.bincount(at.reshape(-1), added.reshape(-1), rows * len(names)).reshape(rows, -1)
    amounts += np.maximum(carried, 0)[:, None] * raised / np.maximum(raised.sum(axis=1), 1)[:, None]
    for row in amounts.tolist():
        best = sorted((-amount, name) for amount, name in zip(row, names, strict=True) if name and amount > _LEAST)
        yield [f"{name} (+{-amount:.1f})" for amount, name in best[:_SIGNS_SHOWN]]


@cache
def _ideas() -> tuple[list[str], Floats, Groups]:
    """Return the ideas, which of them each sign of the first pass is of (1 there, else 0), and each of the second."""

    def idea(name: str) -> str:
        return _NEIGHBOURS if "@" in name else WORDS.get(name.partition("*")[0], "")

    names = sorted({*WORDS.values(), _NEIGHBOURS, ""})
    places = {name: n for n, name in enumerate(names)}
    first = np.zeros((len(FIRST), len(names)))
    first[np.arange(len(FIRST)), [places[idea(name)] for name in FIRST]] = 1
    return names, first, np.array([places[idea(name)] for name in SECOND])
