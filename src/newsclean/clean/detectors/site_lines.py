"""Lines that recur across the articles of a site, by a profile that the caller gave: furniture, whatever it says.

The trap is the sibling's teaser: what stands under "Most read" on forty pages is the headline and the lede of one
article, and there it must stay. So the beginning of an article is judged by what stands at the beginning of articles: a
line down to the first prose of its own, and prose among its first three, goes only if the site's articles often have it
*there*. The title is never taken, nor what is read as the report's own mark (a dateline, an agency's credit).

A line that mostly stands after the text and over a list ("Most read") owns the lines under it, where the first of them
and half of all were seen on other articles, too. Where they were not, they may be a table of results at the article's
end, and are flagged.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from newsclean.clean.decide import METADATA_ONLY, SITE_BLOCK, SITE_KIND, SITE_LINE
from newsclean.clean.findings import Sighting
from newsclean.clean.sites.judge import weigh
from newsclean.clean.sites.profile import SiteProfile
from newsclean.clean.sites.reading import line_key, title_keys
from newsclean.clean.zones import Zones
from newsclean.rules.schema import Strength
from newsclean.text.alphabet import TRIMMED
from newsclean.text.lines import Lines, is_prose, word_count

__all__ = ["site_blocks", "site_lines"]

_BEGIN = 8
_OWN_PROSE = 3
_LEADS_SHARE = 0.8
_LED_WORDS = 30
_MOST_LED = 40


def site_lines(
    profile: SiteProfile,
    lines: Lines,
    indices: Sequence[int],
    found: Sequence[Sighting],
    title: str | None,
) -> list[Sighting]:
    """Return a sighting for each of the lines *indices* that recurs by *profile*; *found* is what rules have seen."""
    known = _known(profile, lines, indices)
    if not known:
        return []
    own = title_keys(title)
    marks = {i for s in found if s.kind in METADATA_ONLY for i in s.lines}
    covered = {i for s in found if s.strength in "AB" and s.action == "drop" for i in s.lines}
    first, third = _beginning(profile, lines, indices, covered, known)
    sightings: list[Sighting] = []
    for i, (key, stands, opening) in known.items():
        if i in marks or key in own:
            continue
        text = lines.texts[i]
        begins = i <= first or (i <= third and is_prose(text))
        count = opening if begins else stands
        weighed = weigh(text, count, profile.articles)
        if weighed is None:
            continue
        strength, zone = weighed
        evidence = (
            f"on {'at least ' if profile.missed else ''}{count} of {profile.articles} articles of "
            f"{_of(profile)}{', at their beginning' if begins else ''}"
        )
        why = f"The same line stands {evidence}."
        sightings.append(Sighting((i,), SITE_KIND, SITE_LINE, strength, why, (evidence,), zone=zone, text=text))
    return sightings


def site_blocks(
    profile: SiteProfile, lines: Lines, indices: Sequence[int], found: Sequence[Sighting], zones: Zones
) -> list[Sighting]:
    """Return a sighting for the lines under each heading of a list that *profile* knows, after the last prose line."""
    sightings: list[Sighting] = []
    heads = [s.lines[0] for s in found if s.rule == SITE_LINE and zones.name(s.lines[0]) == "tail"]
    if not heads:
        return sightings
    marks = {i for s in found if s.kind in METADATA_ONLY for i in s.lines}
    place = {i: p for p, i in enumerate(indices)}
    for head in heads:
        stands, _, leads = profile.count_of(line_key(lines.key(head)))
        if leads < _LEADS_SHARE * stands:
            continue
        led: list[int] = []
        for i in indices[place[head] + 1 : place[head] + 1 + _MOST_LED]:
            if i in marks or is_prose(lines.texts[i]) or word_count(lines.texts[i]) > _LED_WORDS:
                break
            led.append(i)
        if not led:
            continue
        seen = [p for p, i in enumerate(led, 1) if profile.count_of(line_key(lines.key(i)))[0] > 1]
        sure = bool(seen) and seen[0] == 1 and 2 * len(seen) >= seen[-1]
        if sure:
            led = led[: seen[-1]]
        strength: Strength = "B" if sure else "C"
        heading = lines.texts[head].strip()
        why = f"Under '{heading}', over a list on {leads} of {profile.articles} articles of {_of(profile)}."
        evidence = (f"{len(seen)} of {len(led)} lines stand on other articles, too",)
        sightings.append(Sighting(tuple(led), SITE_KIND, SITE_BLOCK, strength, why, evidence, zone="tail"))
    return sightings


def _of(profile: SiteProfile) -> str:
    return profile.site or "the site"


def _known(profile: SiteProfile, lines: Lines, indices: Sequence[int]) -> dict[int, tuple[str, int, int]]:
    """Return the lines that *profile* has, with key and counts."""
    counts, begins = profile.lookup()
    known: dict[int, tuple[str, int, int]] = {}
    if not counts:
        return known
    for i in indices:
        begin = lines.key_begins(i, 2 * _BEGIN).strip(TRIMMED)
        if len(begin) >= _BEGIN and begin[:_BEGIN] not in begins:
            continue
        key = line_key(lines.key(i))
        if key in counts:
            stands, opening, _ = counts[key]
            known[i] = key, stands, opening
    return known


def _beginning(
    profile: SiteProfile,
    lines: Lines,
    indices: Sequence[int],
    covered: Collection[int],
    known: dict[int, tuple[str, int, int]],
) -> tuple[int, int]:
    """Return the places of the first and the third prose line of the article's own."""
    own: list[int] = []
    for i in indices:
        if i in covered or not is_prose(lines.texts[i]):
            continue
        weighed = weigh(lines.texts[i], known[i][2], profile.articles) if i in known else None
        if weighed is not None and weighed[0] != "C":
            continue  # a notice that stands over every article
        own.append(i)
        if len(own) == _OWN_PROSE:
            break
    if not own:  # a brief without prose: its first lines may be all there is
        return (indices[:_OWN_PROSE] or [-1])[-1], -1
    return own[0], own[-1]
