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

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, TypeVar

import regex

from newsclean.clean.dates import DateGrammar
from newsclean.clean.decide import CAPTIONS, PROFILES, SCORE_REASON, SCORE_RULE, SITE_RULES, Decision, Policy
from newsclean.clean.detectors.blocks import blocks
from newsclean.clean.detectors.metadata_lines import MetadataLines
from newsclean.clean.detectors.parts import cut_parts
from newsclean.clean.detectors.phrases import PhraseEngine
from newsclean.clean.detectors.repeats import repeats
from newsclean.clean.detectors.titles import titles
from newsclean.clean.findings import Finding, Removal, Sighting
from newsclean.clean.metadata import read_metadata
from newsclean.clean.render import apply, edits
from newsclean.clean.result import CleanResult
from newsclean.clean.zones import Zones
from newsclean.errors import OptionError
from newsclean.model import Article, as_article, each_article
from newsclean.parallel import batches_by_size, check_workers, map_ordered
from newsclean.rules import KINDS, Rule, RuleSet, load_rule_file, shipped_rules
from newsclean.rules.hostile import Limited
from newsclean.rules.loader import rule_set_of
from newsclean.rules.schema import wrong_with
from newsclean.text.lines import Lines, is_prose

if TYPE_CHECKING:
    from newsclean.clean.sites import SiteProfile, SiteProfiles

__all__ = ["DETECTORS", "Cleaner", "clean"]

F = TypeVar("F", bound=Finding)

_BATCH_CHARACTERS = 1_000_000
_ROUNDS = 12  # one or two, but for texts whose score takes a line at a time
DETECTORS = {
    "caption_repeat.glued": "A caption glued to its own copy in one line.",
    "caption_repeat.copy": "Another copy of a caption that stands glued to its copy elsewhere.",
    "line_repeat.glued": "A passage printed twice in one line; the first copy stays.",
    "line_repeat.adjacent": "The same line as the one before it; the first copy stays.",
    "line_repeat.truncated": "A shortened copy of the line beside it; the whole one stays.",
    "line_repeat.credited": "A copy of the line beside it with a picture credit at its end; the plain one stays.",
    "line_repeat.near": "A line whose words all stand in the line beside it; the longer one stays.",
    "line_repeat.passage": "Lines of prose that stand once more right behind their first copy, which stays.",
    "timestamp.cue": "A date or time after a cue such as 'published', alone on its line.",
    "timestamp.date_clock": "A date with a time, alone on its line.",
    "timestamp.date": "A date alone on its line.",
    "timestamp.clock": "A time alone on its line.",
    "byline.grammar": "Names after a cue such as 'by', alone on their line.",
    "byline.stamped": "A name or a desk with the date and time of publication, alone on their line.",
    "dateline.place": "The place, and often the agency, that a report opens with; read, never removed unless asked.",
    "headline_repeat.title": "The headline, printed again in the text.",
    "headline_repeat.standfirst": "The line under the headline, printed again under its second copy.",
    **SITE_RULES,
    SCORE_RULE: SCORE_REASON,
}
"""What finds dirt and is no rule of a file, by id."""


class Cleaner:
    """Cleans texts by one set of options; holds no state between calls, so one may serve many threads.

    Args:
        profile: ``safe`` removes only what is certain on its own, ``balanced`` also what a second sign supports,
            ``strict`` also mere hints.
        captions: what becomes of a caption proven by standing there twice: ``drop`` all copies (they are kept in
            ``metadata.captions``), ``collapse`` to the first copy, ``keep`` and only flag.
        keep: kinds or rule ids that are never removed; drop: that always are, when found.
        protect: patterns (of the ``regex`` package, case ignored) of text that nothing may remove.
        rules: paths of rule files, or ``Rule`` values, added to the shipped rules.
        site_profile: what recurs on one site (:class:`~newsclean.SiteProfile`), or on each of many
            (:class:`~newsclean.SiteProfiles`); used on articles of that site.
        languages: codes of the rule packs to use (``shipped_languages()`` of ``newsclean.rules`` names them); None for
            all, which takes the longest to start. The rules that hold in every language always apply.

    Raises:
        OptionError: an option has a value that does not exist.
        RuleFileError: a rule file has faults; all are listed.
        FileError: a rule file cannot be read.

    >>> Cleaner(keep={"ad_marker"}).clean("The river rose.\\nHide Ad").text
    'The river rose.\\nHide Ad'
    >>> Cleaner(protect=[r"hide \\w+"]).clean("The river rose.\\nHide Ad").flagged[0].evidence[-1]
    'kept because a protect pattern matches it'
    """

    def __init__(
        self,
        *,
        profile: str = "balanced",
        captions: str = "drop",
        keep: Iterable[str] = (),
        drop: Iterable[str] = (),
        protect: Iterable[str] = (),
        rules: Iterable[str | os.PathLike[str] | Rule] = (),
        site_profile: SiteProfile | SiteProfiles | None = None,
        languages: Iterable[str] | None = None,
    ) -> None:
        wanted = None if languages is None else tuple(sorted(set(_strings("languages", languages))))
        self.rules: RuleSet = _with_user_rules(shipped_rules(wanted), rules)
        """Every rule in use, shipped and added."""
        self.policy = Policy(
            profile=Policy.check("profile", profile, PROFILES),
            captions=Policy.check("captions", captions, CAPTIONS),
            keep=frozenset(self._names("keep", keep)),
            drop=frozenset(self._names("drop", drop)),
            protect=tuple(_pattern(p) for p in (*_strings("protect", protect), *self.rules.protect)),
        )
        if both := sorted(self.policy.keep & self.policy.drop):
            raise OptionError(f"keep and drop both name {', '.join(both)}; name each once")
        self.site_profile = site_profile
        if site_profile is not None:
            from newsclean.clean.sites import check_profile  # here, not above: few use one

            check_profile(site_profile)
        self._engine, self._dates, self._metadata = _compiled(self.rules)

    def _names(self, option: str, names: Iterable[str]) -> list[str]:
        known = {rule.id for rule in self.rules.rules} | KINDS | set(DETECTORS)
        given = _strings(option, names)
        for name in given:
            if name not in known:
                raise OptionError(
                    f"{option} names {name!r}, which is neither a kind nor a rule id; `newsclean rules list` shows all"
                )
        return given

    def __reduce__(self) -> tuple[Callable[..., Cleaner], tuple[object, ...]]:
        return _rebuilt, (self.policy.profile, self.policy.captions, self.policy.keep, self.policy.drop,
                          tuple(p.pattern for p in self.policy.protect), self.rules, self.site_profile)  # fmt: skip

    def clean(
        self, text: str | Article, *, title: str | None = None, site: str | None = None, language: str | None = None
    ) -> CleanResult:
        """Return *text* cleaned, with the report; an Article brings its own title, site and language.

        *language* tells how a date such as ``11/04/2022`` is read (``en`` alone leaves it open); *title* lets a
        repeated headline be seen; *site* is the site whose profile is used. Time is linear in the length of the text.

        Raises:
            ArticleTypeError: *text* is neither a ``str`` nor an Article.
        """
        article = as_article(text)
        title = article.title if title is None else title
        language = article.language if language is None else language
        profile, unused = self._profile_of(article.site if site is None else site)
        lines, decision = self._decide(article.text, title, self.policy, profile)
        if self.policy.captions == "drop" and _captions_were_all(lines, decision):
            lines, decision = self._decide(article.text, title, replace(self.policy, captions="collapse"), profile)
            decision.warnings.append("captions are all the prose of this text; the first copy of each stays")
        decision.warnings += [unused] if unused else []
        dropped = {i for s in decision.removed if s.action == "drop" for i in s.lines}
        cut = [
            span
            for s in decision.removed
            if s.action != "drop" and s.lines[0] not in lines.repaired
            for span in s.spans
        ]
        made = edits(lines, dropped, cut, lines.repaired)
        return CleanResult(
            text=apply(article.text, made),
            removed=tuple(_report(Removal, decision.removed)),
            flagged=tuple(_report(Finding, decision.left)),
            repairs=tuple(lines.repairs),
            metadata=read_metadata(decision.removed + decision.left, self._dates, day_first=_day_first(language)),
            warnings=tuple(decision.warnings),
            edits=made,
        )

    def detect(
        self, text: str | Article, *, title: str | None = None, site: str | None = None, language: str | None = None
    ) -> tuple[Finding, ...]:
        """Return everything seen in *text*, removed or not, in order of place; nothing is changed.

        >>> [f.kind for f in Cleaner().detect("The river rose.\\nHide Ad")]
        ['ad_marker']
        """
        result = self.clean(text, title=title, site=site, language=language)
        return tuple(sorted((*result.removed, *result.flagged), key=lambda finding: finding.spans))

    def clean_many(self, texts: Iterable[str | Article], *, workers: int = 1) -> Iterator[CleanResult]:
        """Yield one result a text, in input order, over *workers* processes; memory stays bounded.

        Raises:
            ArticleTypeError: something in *texts* is neither a ``str`` nor an Article, or *texts* is one text.
            OptionError: *workers* is below 1.
            WorkerError: a worker process died.
        """
        check_workers(workers)
        articles = each_article(texts)
        if workers == 1:
            return map(self.clean, articles)
        batches = batches_by_size(articles, lambda article: len(article.text), limit=_BATCH_CHARACTERS)
        results = map_ordered(partial(_batch_cleaner, self), batches, workers=workers)
        return (result for batch in results for result in batch)

    def with_rules(self, rules: RuleSet) -> Cleaner:
        """Return a cleaner of the same options that uses *rules* and no others."""
        p = self.policy
        patterns = tuple(q.pattern for q in p.protect)
        return _rebuilt(p.profile, p.captions, p.keep, p.drop, patterns, rules, self.site_profile)

    def sightings(self, text: str, *, title: str | None = None) -> list[Sighting]:
        """Return what the detectors see in *text*, before anything is decided; for those who write rules."""
        return self._examine(Lines(text), title, self.policy)[0]

    def _profile_of(self, site: str | None) -> tuple[SiteProfile | None, str | None]:
        """Return the profile for articles of *site*, and what to say where the one there is was not used."""
        if self.site_profile is None:
            return None, None
        return self.site_profile.for_site(site), self.site_profile.unused(site)

    def _decide(
        self, text: str, title: str | None, policy: Policy, profile: SiteProfile | None
    ) -> tuple[Lines, Decision]:
        # Here, not above: the model takes a fifth of the import, and only cleaning needs it.
        from newsclean.clean.score.lines import give_reasons, score_and_decide
        from newsclean.clean.score.model import shipped_model

        certain = policy.profile == "safe"
        lines = Lines(text)
        removed: list[Sighting] = []
        taken: set[int] = set()
        gone: set[int] = set()
        for _ in range(_ROUNDS):
            left = lines.without(gone) if gone else lines
            sightings, indices, zones = self._examine(left, title, policy, profile)
            decision = score_and_decide(left, indices, sightings, zones, policy, shipped_model())
            new = list(_not_yet(decision.removed, removed, taken))
            removed += new
            # A second cleaning is to find nothing: look at what is left as it would. What a score took changes most;
            # the safe profile looks again whatever went.
            more = {i for s in new for i in s.lines if s.action == "drop" and (s.rule == SCORE_RULE or certain)}
            if not more:
                break
            gone.update(i for s in new for i in s.lines if s.action == "drop")
        decision.removed = removed
        give_reasons(removed + decision.left)
        return lines, decision

    def _examine(
        self, lines: Lines, title: str | None, policy: Policy, profile: SiteProfile | None = None
    ) -> tuple[list[Sighting], list[int], Zones]:
        indices = lines.written()
        parts = cut_parts(self._engine, lines, indices, policy)
        opening = indices[0] if indices else 0
        for _ in range(_ROUNDS):
            indices = [i for i in indices if not lines.is_blank(i)]
            found = [*self._engine.lines(lines, indices), *self._metadata.find(lines, indices)]
            certain = {i for s in found if s.strength == "A" and s.action == "drop" for i in s.lines}
            rest = [i for i in indices if i not in certain]
            found += repeats(lines, rest, captions=policy.captions)
            certain.update(i for s in found if s.strength == "A" and s.action == "drop" for i in s.lines)
            # What opens the article once the certain dirt above it is gone may begin with a prefix of its own.
            first = next((i for i in rest if i not in certain), opening)
            more = cut_parts(self._engine, lines, [first], policy) if first > opening else []
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
        found += blocks(self._engine, lines, indices, found)
        covered = {i for s in found if s.strength in "AB" and s.action == "drop" for i in s.lines}
        zones = Zones.of(lines, indices, covered)
        if profile is not None:
            found += site_blocks(profile, lines, indices, found, zones)
        for sighting in found:
            if not sighting.spans:
                sighting.spans = tuple((lines.starts[i], lines.ends[i]) for i in sighting.lines)
        return found, indices, zones


def clean(
    text: str | Article, *, title: str | None = None, site: str | None = None, language: str | None = None
) -> CleanResult:
    """Return *text* cleaned by the defaults, with the report: ``Cleaner().clean(...)``.

    What is left alone: everything that could be reporting. See :class:`CleanResult` for what comes back.

    Raises:
        ArticleTypeError: *text* is neither a ``str`` nor an Article.

    >>> clean("date 2022-04-11 The river rose on Monday.").text
    'The river rose on Monday.'
    >>> clean("date 2022-04-11 The river rose on Monday.").metadata.date
    datetime.date(2022, 4, 11)
    """
    return _default().clean(text, title=title, site=site, language=language)


@cache
def _default() -> Cleaner:
    return Cleaner()


@cache
def _compiled(rules: RuleSet) -> tuple[PhraseEngine, DateGrammar, MetadataLines]:
    dates = DateGrammar(rules.vocabularies)
    return PhraseEngine(rules.rules, limited=rules.added), dates, MetadataLines(rules.vocabularies, dates)


def _rebuilt(
    profile: str,
    captions: str,
    keep: frozenset[str],
    drop: frozenset[str],
    protect: tuple[str, ...],
    rules: RuleSet,
    site_profile: SiteProfile | SiteProfiles | None,
) -> Cleaner:
    cleaner = Cleaner.__new__(Cleaner)
    cleaner.rules = rules
    cleaner.site_profile = site_profile
    cleaner.policy = Policy(profile, captions, keep, drop, tuple(_pattern(p) for p in protect))
    cleaner._engine, cleaner._dates, cleaner._metadata = _compiled(rules)
    return cleaner


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


def _batch_cleaner(cleaner: Cleaner) -> Callable[[list[Article]], list[CleanResult]]:
    return lambda batch: [cleaner.clean(article) for article in batch]


def _with_user_rules(rules: RuleSet, added: Iterable[str | os.PathLike[str] | Rule]) -> RuleSet:
    if isinstance(added, str | os.PathLike | Rule):
        raise OptionError("rules is a list of paths or Rule values; put the one you have in a list")
    for entry in added:
        if isinstance(entry, Rule):
            rules = rules.plus(rule_set_of(entry), source="rules=")
        elif isinstance(entry, str | os.PathLike):
            rules = rules.plus(load_rule_file(entry), source=str(entry))
        else:
            raise OptionError(f"rules holds paths of rule files or Rule values, not {type(entry).__name__}")
    return rules


def _strings(option: str, values: Iterable[str]) -> list[str]:
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise OptionError(f"{option} is a list of strings; put the one you have in a list")
    found = list(values)
    for value in found:
        if not isinstance(value, str):
            raise OptionError(f"{option} holds strings, not {type(value).__name__}")
    return sorted(found) if isinstance(values, set | frozenset) else found


def _pattern(source: str) -> Limited:
    if wrong := wrong_with(source):
        raise OptionError(f"protect holds {source!r}: {wrong}")
    return Limited(regex.compile(source, regex.IGNORECASE), f"protect {source!r}")


def _captions_were_all(lines: Lines, decision: Decision) -> bool:
    """Return whether dropping the captions leaves no prose: then they may be the article, printed twice."""
    gone = {i for s in decision.removed if s.action == "drop" for i in s.lines}
    return any(s.kind == "caption_repeat" for s in decision.removed) and not any(
        is_prose(text) for i, text in enumerate(lines.texts) if i not in gone
    )


def _day_first(language: str | None) -> bool | None:
    """English papers write both 11/04 and 04/11; elsewhere the packs' languages put the day first."""
    return None if language is None or language.lower().startswith("en") else True


def _report(kind: type[F], sightings: Sequence[Sighting]) -> Iterator[F]:
    for s in sorted(sightings, key=lambda s: s.spans):
        yield kind(s.spans, s.kind, s.rule, s.action, s.strength, s.reason, s.evidence, s.kept)
