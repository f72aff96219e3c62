"""Headings that own the lines under them: "Related articles", "Most read", and the teasers that follow.

Only after the last prose line. Inside an article a heading of this kind may be the article's own ("More on this:"),
and what follows it prose; there the heading is no more than a cue of the phrase rules. The block ends where a line
reads like prose, or is too long for a teaser.
"""

from __future__ import annotations

from collections.abc import Sequence

from newsclean.clean.detectors.phrases import PhraseEngine
from newsclean.clean.findings import Sighting
from newsclean.clean.zones import Zones
from newsclean.text.lines import Lines, is_prose, word_count

__all__ = ["blocks"]

_TEASER_WORDS = 30
_MOST_LINES = 40


def blocks(engine: PhraseEngine, lines: Lines, indices: Sequence[int], zones: Zones) -> list[Sighting]:
    """Return a sighting for each heading with the lines it owns; *indices* are the lines that are not blank."""
    found: list[Sighting] = []
    able = [i for i in indices if any(zones.allows(i, zone) for zone in engine.block_zones)]
    if not able:
        return found
    place = {i: p for p, i in enumerate(indices)}
    for i, rule, phrase in engine.block_heads(lines, able):
        if not zones.allows(i, rule.zone):
            continue
        owned: list[int] = []
        for j in indices[place[i] + 1 : place[i] + 1 + _MOST_LINES]:
            if is_prose(lines.texts[j]) or word_count(lines.texts[j]) > _TEASER_WORDS:
                break
            owned.append(j)
        evidence = (f"the heading '{phrase}'", f"owns the {len(owned)} lines under it, up to the next prose")
        found.append(
            Sighting((i, *owned), rule.kind, rule.id, rule.strength, rule.why, evidence, zone=rule.zone, text=phrase)
        )
    return found
