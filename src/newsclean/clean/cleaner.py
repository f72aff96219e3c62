"""What a user cleans with: options, one text or many, and the result. The steps are in :mod:`newsclean.clean.steps`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, TypeVar

import regex

from newsclean.clean.decide import CAPTIONS, PROFILES, SCORE_REASON, SCORE_RULE, SITE_RULES, Decision, Policy
from newsclean.clean.findings import Finding, Removal, Sighting
from newsclean.clean.metadata import read_metadata
from newsclean.clean.render import apply, edits
from newsclean.clean.result import CleanResult
from newsclean.clean.steps import Task, deciding, detectors_of, examine
from newsclean.clean.together import finish
from newsclean.errors import OptionError
from newsclean.model import Article, as_article, each_article
from newsclean.parallel import batches_by_size, check_workers, map_ordered
from newsclean.rules import KINDS, Rule, RuleSet, load_rule_file, shipped_rules
from newsclean.rules.hostile import Limited
from newsclean.rules.loader import rule_set_of
from newsclean.rules.schema import wrong_with
from newsclean.text.lines import Lines

if TYPE_CHECKING:
    from newsclean.clean.sites import SiteProfile, SiteProfiles

__all__ = ["DETECTORS", "Cleaner", "clean"]

F = TypeVar("F", bound=Finding)

_BATCH_CHARACTERS = 1_000_000
_TOGETHER, _TOGETHER_CHARACTERS = 32, 500_000  # texts of one process whose scores are added up together
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
        self._detectors = detectors_of(self.rules)

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
        [result] = self._together([self._task(as_article(text), title, site, language)])
        return result

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

        Some texts are read ahead, because cleaning several together takes less time than one after the other: up to 32
        in one process, about a million characters a process in more. :meth:`clean` is for who has one.

        Raises:
            ArticleTypeError: something in *texts* is neither a ``str`` nor an Article, or *texts* is one text.
            OptionError: *workers* is below 1.
            WorkerError: a worker process died.
        """
        check_workers(workers)
        articles = each_article(texts)
        if workers == 1:
            return self._clean_in_turn(articles)
        batches = batches_by_size(articles, _size, limit=_BATCH_CHARACTERS)
        results = map_ordered(partial(_batch_cleaner, self), batches, workers=workers)
        return (result for batch in results for result in batch)

    def with_rules(self, rules: RuleSet) -> Cleaner:
        """Return a cleaner of the same options that uses *rules* and no others."""
        p = self.policy
        patterns = tuple(q.pattern for q in p.protect)
        return _rebuilt(p.profile, p.captions, p.keep, p.drop, patterns, rules, self.site_profile)

    def sightings(self, text: str, *, title: str | None = None) -> list[Sighting]:
        """Return what the detectors see in *text*, before anything is decided; for those who write rules."""
        return examine(self._detectors, Lines(text), title, self.policy)[0]

    def _profile_of(self, site: str | None) -> tuple[SiteProfile | None, str | None]:
        """Return the profile for articles of *site*, and what to say where the one there is was not used."""
        if self.site_profile is None:
            return None, None
        return self.site_profile.for_site(site), self.site_profile.unused(site)

    def _clean_in_turn(self, articles: Iterator[Article]) -> Iterator[CleanResult]:
        together = batches_by_size(articles, _size, limit=_TOGETHER_CHARACTERS, most=_TOGETHER, last=True)
        for batch in together:
            yield from self._together([self._task(article) for article in batch])

    def _task(
        self, article: Article, title: str | None = None, site: str | None = None, language: str | None = None
    ) -> Task:
        profile, unused = self._profile_of(article.site if site is None else site)
        return Task(
            article.text,
            article.title if title is None else title,
            article.language if language is None else language,
            profile,
            () if unused is None else (unused,),
        )

    def _together(self, tasks: Sequence[Task]) -> Iterator[CleanResult]:
        """Yield what becomes of each text; an error is raised in its turn."""
        # Here, not above: the model takes a fifth of the import, and only cleaning needs it.
        from newsclean.clean.score.lines import give_reasons, score_looks
        from newsclean.clean.score.model import shipped_model

        model = shipped_model()
        decided = finish(
            [deciding(self._detectors, task, self.policy) for task in tasks], lambda looks: score_looks(looks, model)
        )
        reasons = [s for one in decided if one.value for s in (*one.value[1].removed, *one.value[1].left)]
        give_reasons(reasons, model)
        for task, answer in zip(tasks, decided, strict=True):
            yield self._result(task, *answer.get())

    def _result(self, task: Task, lines: Lines, decision: Decision) -> CleanResult:
        dropped = {i for s in decision.removed if s.action == "drop" for i in s.lines}
        cut = [
            span
            for s in decision.removed
            if s.action != "drop" and s.lines[0] not in lines.repaired
            for span in s.spans
        ]
        made = edits(lines, dropped, cut, lines.repaired)
        seen, day_first = decision.removed + decision.left, _day_first(task.language)
        return CleanResult(
            text=apply(task.text, made),
            removed=tuple(_report(Removal, decision.removed)),
            flagged=tuple(_report(Finding, decision.left)),
            repairs=tuple(lines.repairs),
            metadata=read_metadata(seen, self._detectors.dates, day_first=day_first),
            warnings=tuple(decision.warnings),
            edits=made,
        )


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
    cleaner._detectors = detectors_of(rules)
    return cleaner


def _size(article: Article) -> int:
    return len(article.text)


def _batch_cleaner(cleaner: Cleaner) -> Callable[[list[Article]], list[CleanResult]]:
    return lambda batch: list(cleaner.clean_many(batch))


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


def _day_first(language: str | None) -> bool | None:
    """English papers write both 11/04 and 04/11; elsewhere the packs' languages put the day first."""
    return None if language is None or language.lower().startswith("en") else True


def _report(kind: type[F], sightings: Sequence[Sighting]) -> Iterator[F]:
    for s in sorted(sightings, key=lambda s: s.spans):
        yield kind(s.spans, s.kind, s.rule, s.action, s.strength, s.reason, s.evidence, s.kept)
