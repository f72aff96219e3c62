"""What recurs on one site, as a value."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from newsclean.clean.sites.counter import Counts, SiteCounter
from newsclean.clean.sites.judge import can_matter
from newsclean.clean.sites.reading import read
from newsclean.errors import ArticleError, OptionError
from newsclean.model import Article, each_article

__all__ = ["SiteLine", "SiteProfile", "site_key"]

_BEGIN = 8  # characters of a key that tell most other lines apart


@dataclass(frozen=True, slots=True)
class SiteLine:
    """A line that stands on several articles of a site."""

    line: str
    """Folded: without case, typography and the symbols at its ends. One of over 60 characters is cut there, and ends in
    a digest of the whole."""
    articles: int
    """On how many articles it stands (a story counts once), or ``missed`` more."""
    opening: int
    """On how many of them it stands before the text or as its first prose."""
    leads: int
    """On how many of them it stands after the text, over a list."""


def site_key(site: str | None) -> str | None:
    """Return the form by which names of sites are compared; None for a blank one, too.

    >>> site_key(" Alton.example"), site_key(" ")
    ('alton.example', None)
    """
    return (site.strip().casefold() or None) if site is not None else None


class SiteProfile:
    """On how many articles of one site each line stands; make one with :meth:`fit` or :meth:`load`.

    Given to ``Cleaner(site_profile=...)``, the lines that recur become findings of the kind ``site_recurring``, like
    any other: a second sign must speak for those that are not certain, and vetoes, ``protect``, ``keep`` and the
    document guard hold. An article's headline is never taken, nor the beginning of its text where its siblings' pages
    have the same words as a teaser.

    It never changes, and applies to articles of its site alone: one that names another is cleaned without it, with a
    warning. It applies to articles that name no site, and one without a site applies to all.
    """

    __slots__ = ("_begins", "_counts", "_mattering", "articles", "missed", "site")

    site: str | None
    """The site's name, as articles give it; upper and lower case make no difference."""
    articles: int
    """How many articles were counted; copies, versions and extractions of one story count once."""
    missed: int
    """By how much a count may be too low: 0 up to 200 articles, one for each 200 more."""

    def __init__(
        self, site: str | None, articles: int, counts: Mapping[str, tuple[int, int, int]], missed: int
    ) -> None:
        self.site = site
        self.articles = articles
        self.missed = missed
        self._counts: Counts = dict(counts)
        self._mattering: Counts | None = None
        self._begins: frozenset[str] = frozenset()

    @classmethod
    def fit(cls, articles: Iterable[str | Article], *, site: str | None = None) -> SiteProfile:
        """Return what recurs on *articles*, all of one site; any number of them, in bounded memory.

        The articles are taken as they are, uncleaned. No label is needed, and some ten articles are enough for much;
        what fewer than three of them have is never removed but by the ``strict`` profile. Up to 200 articles their
        order makes no difference.

        Args:
            articles: texts or Articles; their titles, where given, are not learnt.
            site: the site's name; by default the one the articles name.

        Raises:
            ArticleTypeError: something in *articles* is neither a ``str`` nor an Article.
            ArticleError: an article names another site than *site* or than the articles before it.

        >>> texts = [f"The council met on day {n} of the month, and spoke of bridges for hours.\\n"
        ...          "Watch our new film" for n in range(6)]
        >>> profile = SiteProfile.fit(texts, site="alton.example")
        >>> profile
        <SiteProfile of alton.example: 6 articles, 1 recurring line>
        >>> profile.recurring()
        (SiteLine(line='watch our new film', articles=6, opening=0, leads=0),)
        """
        counter = SiteCounter()
        for position, article in enumerate(each_article(articles)):
            if site_key(article.site) is not None:
                site = article.site if site is None else site
                if site_key(article.site) != site_key(site):
                    raise ArticleError(
                        f"article {position} (counted from 0) is of {article.site!r}, not of {site!r}; fit a "
                        "profile for each site, or SiteProfiles for many"
                    )
            counter.add(read(article))
        return cls.counted(site, counter)

    @classmethod
    def counted(cls, site: str | None, counter: SiteCounter) -> SiteProfile:
        """Return the profile of what *counter* has counted."""
        counter.count()
        return cls(site, counter.articles, counter.counts, counter.missed)

    def merge(self, other: SiteProfile) -> SiteProfile:
        """Return the profile of the articles of both; neither order nor grouping of merges makes a difference.

        The same as one fitted on all of them, where that has forgotten nothing (``missed`` is 0) and no story stands in
        both: it would count twice.

        Raises:
            OptionError: they are of two sites.
        """
        if None not in (sites := {site_key(self.site), site_key(other.site)}) and len(sites) > 1:
            raise OptionError(
                f"profiles of two sites, {self.site!r} and {other.site!r}, are not merged into one; "
                "hold them in SiteProfiles"
            )
        counts = dict(self._counts)
        for key, mine in other._counts.items():
            stands, opening, leads = counts.get(key, (0, 0, 0))
            counts[key] = stands + mine[0], opening + mine[1], leads + mine[2]
        names = sorted(name for name in (self.site, other.site) if name is not None)
        site = names[0] if names else None
        return SiteProfile(site, self.articles + other.articles, counts, self.missed + other.missed)

    __or__ = merge

    def aged(self, share: float) -> SiteProfile:
        """Return the profile as if only *share* of its articles had been seen, 0 to 1; counts are rounded down.

        For a site that changes its looks: ``old.aged(0.5) | new`` lets what is gone fade, month by month, and what is
        new count more.

        Raises:
            OptionError: *share* is not between 0 and 1.
        """
        if not 0 <= share <= 1:
            raise OptionError(f"share is a number from 0 to 1, not {share!r}")
        counts = {
            key: (int(stands * share), int(opening * share), int(leads * share))
            for key, (stands, opening, leads) in self._counts.items()
            if int(stands * share)
        }
        missed = math.ceil(self.missed * share) + (share < 1)  # rounding down loses up to one
        return SiteProfile(self.site, int(self.articles * share), counts, missed)

    def trimmed(self) -> SiteProfile:
        """Return the profile without what stands on one article alone: all that a cleaner needs, and no article's text.

        Merged with others it is that much less exact: ``missed`` is one more.
        """
        counts = {key: value for key, value in self._counts.items() if value[0] > 1}
        return SiteProfile(self.site, self.articles, counts, self.missed + (len(counts) < len(self._counts)))

    def recurring(self) -> tuple[SiteLine, ...]:
        """Return the lines on two or more articles, the most frequent first."""
        lines = [SiteLine(key, *value) for key, value in self._counts.items() if value[0] > 1]
        return tuple(sorted(lines, key=lambda line: (-line.articles, line.line)))

    def explain(self) -> str:
        """Return a table to read: on how many articles each recurring line stands, and where.

        >>> print(SiteProfile.fit(["Rain fell.\\nShare this story now", "Snow fell.\\nShare this story now"]).explain())
        <SiteProfile of an unnamed site: 2 articles, 1 recurring line>
         articles  opening  over a list  line
                2        0            0  share this story now
        """
        head = " articles  opening  over a list  line"
        rows = [f"{x.articles:>9}  {x.opening:>7}  {x.leads:>11}  {x.line}" for x in self.recurring()]
        return "\n".join([repr(self), head, *rows] if rows else [repr(self)])

    def counts(self) -> Counts:
        """Return, by line, on how many articles it stands, on how many in the opening, on how many over a list."""
        return dict(self._counts)

    def count_of(self, key: str) -> tuple[int, int, int]:
        """Return the three counts of the line of this key; zeros for one that was not seen."""
        return self._counts.get(key, (0, 0, 0))

    def lookup(self) -> tuple[Counts, frozenset[str]]:
        """Return the counts of the lines that can matter, and how their keys begin, for detectors."""
        if self._mattering is None:
            mattering = {k: v for k, v in self._counts.items() if can_matter(v[0], self.articles)}
            self._begins = frozenset(key[:_BEGIN] for key in mattering)
            self._mattering = mattering
        return self._mattering, self._begins

    def for_site(self, site: str | None) -> SiteProfile | None:
        """Return this profile if it may be used on articles of *site*, else None."""
        return self if site_key(site) in (None, site_key(self.site)) or site_key(self.site) is None else None

    def unused(self, site: str | None) -> str | None:
        """Return the warning that goes with an article of *site* that is cleaned without this profile."""
        if self.for_site(site) is not None:
            return None
        return f"the site profile is of {self.site!r}, this article of {site!r}: cleaned without it"

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the profile to *path* as JSON, whole or not at all; what was there is replaced.

        Raises:
            FileError: the file cannot be written.
        """
        from newsclean.clean.sites.file import save  # it knows this class

        save([self], path)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> SiteProfile:
        """Return the profile that :meth:`save` wrote to *path*.

        Raises:
            FileError: the file cannot be read, holds something else, was made by another version, or holds the profiles
                of several sites.
        """
        from newsclean.clean.sites.file import load_one

        return load_one(path)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SiteProfile):
            return NotImplemented
        mine, theirs = ((site_key(p.site), p.articles, p.missed, p._counts) for p in (self, other))
        return mine == theirs

    __hash__ = None  # type: ignore[assignment]  # as of any value that holds a dictionary

    def __repr__(self) -> str:
        recur = sum(stands > 1 for stands, _, _ in self._counts.values())
        return (
            f"<SiteProfile of {self.site or 'an unnamed site'}: {self.articles} "
            f"{'article' if self.articles == 1 else 'articles'}, {recur} recurring {'line' if recur == 1 else 'lines'}>"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return SiteProfile, (self.site, self.articles, self._counts, self.missed)
