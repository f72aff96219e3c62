"""Parts of lines: a date glued before the first sentence, "Click To Tweet" after a quote, link residue inside.

Parts that are certain are cut out of the working text at once, so that what is left of the line meets the other
detectors as the reader would see it: ``date 2022-04-11 Advertisement`` is an advert's label. It is looked again
until nothing more is found, so that cleaning the result finds nothing either.
"""

from __future__ import annotations

from collections.abc import Sequence

from newsclean.clean.decide import METADATA_ONLY, Policy
from newsclean.clean.detectors.phrases import Part, PhraseEngine
from newsclean.clean.findings import Sighting
from newsclean.model import Span
from newsclean.text.lines import Lines

__all__ = ["cut_parts"]

_ROUNDS = 8  # each round finds only what the one before laid bare


def cut_parts(
    engine: PhraseEngine, lines: Lines, indices: Sequence[int], policy: Policy, *, opening: bool = True
) -> list[Sighting]:
    """Return the parts seen in the lines *indices*, those that *policy* removes already cut from the working text.

    The first of *indices* (and what follows it, while nothing is left of a line) counts as the article's first line
    where *opening* says so.
    """
    found: list[Sighting] = []
    protected = policy.protected(lines.source) if policy.protect else []
    first = opening
    suspect = engine.lines_with_parts(lines, indices) if len(indices) > 1 else indices
    for i in indices:
        if i not in suspect and not (first and engine.may_open(lines, i)):
            first = first and lines.is_blank(i)
            continue
        cuts: list[Span] = []  # in the line as repaired
        for _ in range(_ROUNDS):
            text = lines.texts[i]
            parts = engine.parts(lines.plain(i), first=first)
            going = []
            for part in parts:
                sighting = _sighting(lines, i, part, cuts, text)
                if _goes(sighting, policy, protected):
                    going.append(part)
                    found.append(sighting)
                elif not any(s.rule == sighting.rule and s.spans == sighting.spans for s in found):
                    found.append(sighting)
            if not going:
                break
            for part in reversed(going):
                _remember(cuts, part)
                text = text[: part.start] + text[part.end :]
            lines.set_text(i, text)
        if not lines.is_blank(i):
            first = False
    return found


def _goes(sighting: Sighting, policy: Policy, protected: list[Span]) -> bool:
    names = {sighting.kind, sighting.rule}
    if policy.keep & names:
        return False
    if any(a < end and b > start for start, end in sighting.spans for a, b in protected):
        return False
    return bool(policy.drop & names) or (sighting.strength == "A" and sighting.kind not in METADATA_ONLY)


def _sighting(lines: Lines, i: int, part: Part, cuts: list[Span], text: str) -> Sighting:
    rule = part.rule
    if i in lines.repaired:
        span = (lines.starts[i], lines.ends[i])
    else:
        start = lines.starts[i]
        span = (start + _original(part.start, cuts, opening=True), start + _original(part.end, cuts, opening=False))
    words = " ".join(text[part.start : part.end].split())
    verb = {"prefix": "begins with", "suffix": "ends with"}.get(rule.match, "holds")
    evidence = (f"the line {verb} '{words[:80]}'",)
    return Sighting(
        (i,), rule.kind, rule.id, rule.strength, rule.why, evidence, action="strip", spans=(span,), text=words
    )


def _original(offset: int, cuts: list[Span], *, opening: bool) -> int:
    """Return where the working text's *offset* stands in the line as repaired; *cuts* are sorted."""
    for start, end in cuts:
        if start < offset or (opening and start == offset):
            offset += end - start
        else:
            break
    return offset


def _remember(cuts: list[Span], part: Part) -> None:
    start = _original(part.start, cuts, opening=True)
    end = _original(part.end, cuts, opening=False)
    cuts[:] = sorted([cut for cut in cuts if not start <= cut[0] < end] + [(start, end)])
