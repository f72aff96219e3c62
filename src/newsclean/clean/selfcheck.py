"""Do rules keep their word? Every hit is caught by its own rule, every near miss by none, no pattern hangs.

The test suite asks this of the shipped rules, ``newsclean rules test`` of a user's file. Examples are set
between sentences of invented words, so that they stand where the rule says: before, inside or after prose.
"""

from __future__ import annotations

from newsclean.clean.cleaner import Cleaner
from newsclean.clean.findings import Sighting
from newsclean.rules import RuleSet
from newsclean.rules.hostile import hard_line

__all__ = ["examine", "seen_in"]

_PROSE = (
    "Obel varim tondu kelash mirrow pentil gavosh ledun harbit sonte quivel dranto fesk.",
    "Murant ilve godesh karrow blenti sovar dunlek itamo prushel vantek ormi jelsa tuvand.",
)


def examine(rules: RuleSet, *, beside: RuleSet | None = None) -> list[str]:
    """Return what is wrong with *rules*, a sentence a fault; *beside* are rules that are in force with them.

    Checked: each of a rule's ``hits`` is seen by that rule, none of the ``keeps`` of any rule is seen by any, no
    ``known_misses`` is caught, and every pattern ends in time on lines made to be hard for it.

    >>> from newsclean.rules import shipped_rules
    >>> examine(RuleSet(shipped_rules(("en",)).rules[:3]))
    []
    """
    together = rules if beside is None else beside.plus(rules, source="these rules")
    cleaner = Cleaner(languages=())
    cleaner = cleaner.with_rules(together)
    faults: list[str] = []
    for rule in rules.rules:
        for text in rule.hits:
            if not any(s.rule == rule.id for s in seen_in(cleaner, text, rule.zone)):
                faults.append(f"{rule.id}: its hit {text!r} is not caught by it")
        for text in rule.known_misses:
            if any(s.rule == rule.id for s in seen_in(cleaner, text, rule.zone)):
                faults.append(f"{rule.id}: its known miss {text!r} is caught; move it to the hits")
        if rule.regex and (line := hard_line(rule.regex, rule.match, rule.hits)):
            faults.append(f"{rule.id}: its pattern takes over 2 s on a line like {line[:40]!r}; nested repeats?")
    mine = {rule.id for rule in rules.rules}
    for rule in together.rules:
        zones = ("any", "head", "tail") if rule.zone in ("any", "edge") else ("any", rule.zone)
        for text in rule.keeps:
            culprits = sorted({s.rule for zone in zones for s in seen_in(cleaner, text, zone)})
            if culprits and (rule.id in mine or not mine.isdisjoint(culprits)):
                faults.append(f"{rule.id}: its near miss {text!r} is caught by {', '.join(culprits)}")
    return faults


def seen_in(cleaner: Cleaner, text: str, zone: str = "any") -> list[Sighting]:
    """Return what *cleaner* sees in *text* when it stands in *zone* of an article otherwise without dirt."""
    before = () if zone in ("first", "head") else (_PROSE[0],)
    after = () if zone in ("tail", "edge") else (_PROSE[1],)
    low = sum(len(line) + 1 for line in before)
    article = "\n".join((*before, text, *after))
    return [s for s in cleaner.sightings(article) if any(low <= start < low + len(text) for start, _ in s.spans)]
