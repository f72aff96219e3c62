"""What recurs on each of many sites."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from newsclean.clean.sites.counter import SiteCounter
from newsclean.clean.sites.profile import SiteProfile, site_key
from newsclean.clean.sites.reading import read
from newsclean.errors import ArticleError, FileError, OptionError
from newsclean.model import Article, each_article

__all__ = ["SiteProfiles"]

MOST_LINES = 2_000_000
"""Lines held while articles of all sites are counted: some 500 MB."""


class SiteProfiles(Mapping[str, SiteProfile]):
    """The profiles of many sites, by site; made with :meth:`fit`, :meth:`load` or from profiles.

    As ``Cleaner(site_profile=...)`` an article is cleaned with the profile of the site it names. One of a site without
    a profile is cleaned without, and so is one that names none, unless there is one profile alone. Sites are looked up
    without regard to case.

    Raises:
        OptionError: a profile is of no site, or two are of the same.

    >>> texts = [Article(f"Rain fell on day {n}.\\nShare this story now", site="alton.example") for n in range(3)]
    >>> profiles = SiteProfiles.fit([*texts, Article("Snow fell.", site="berg.example")])
    >>> sorted(profiles), profiles["Alton.example"]
    (['alton.example', 'berg.example'], <SiteProfile of alton.example: 3 articles, 1 recurring line>)
    """

    __slots__ = ("_profiles",)

    def __init__(self, profiles: Iterable[SiteProfile] = ()) -> None:
        self._profiles: dict[str, SiteProfile] = {}
        for profile in profiles:
            site = site_key(profile.site)
            if site is None:
                raise OptionError("a profile among many needs a site; give fit(site=...) one")
            if site in self._profiles:
                raise OptionError(f"two profiles are of {profile.site!r}; merge them first")
            self._profiles[site] = profile

    @classmethod
    def fit(cls, articles: Iterable[str | Article]) -> SiteProfiles:
        """Return what recurs on the site of each of *articles*, in bounded memory.

        What :meth:`SiteProfile.fit` returns for each site; where there are so many sites that ``MOST_LINES`` lines do
        not hold their articles, counts may be lower by one more (``missed`` says so), those of the sites with most
        lines first.

        Raises:
            ArticleTypeError: something in *articles* is neither a ``str`` nor an Article.
            ArticleError: an article names no site.
        """
        counters: dict[str, SiteCounter] = {}
        names: dict[str, str] = {}
        held = 0
        for position, article in enumerate(each_article(articles)):
            site = site_key(article.site)
            if article.site is None or site is None:
                raise ArticleError(
                    f"article {position} (counted from 0) names no site; give each its own, or use SiteProfile.fit for "
                    "articles of one site"
                )
            names[site] = min(names.get(site, article.site), article.site)
            counter = counters.setdefault(site, SiteCounter())
            held -= counter.held
            counter.add(read(article))
            held += counter.held
            if held > MOST_LINES:
                held = _make_room(counters)
        return cls(SiteProfile.counted(names[site], counter) for site, counter in counters.items())

    def merge(self, other: SiteProfiles) -> SiteProfiles:
        """Return the profiles of both; a site in both has its two merged."""
        merged = dict(self._profiles)
        for site, profile in other._profiles.items():
            merged[site] = merged[site].merge(profile) if site in merged else profile
        return SiteProfiles(merged.values())

    __or__ = merge

    def aged(self, share: float) -> SiteProfiles:
        """Return each profile as if only *share* of its articles had been seen: :meth:`SiteProfile.aged`."""
        return SiteProfiles(profile.aged(share) for profile in self._profiles.values())

    def trimmed(self) -> SiteProfiles:
        """Return each profile without what stands on one article alone: :meth:`SiteProfile.trimmed`."""
        return SiteProfiles(profile.trimmed() for profile in self._profiles.values())

    def recurring(self) -> int:
        """Return how many recurring lines there are, those of all sites together."""
        return sum(len(profile.recurring()) for profile in self._profiles.values())

    def explain(self) -> str:
        """Return a table to read for each site."""
        return "\n\n".join(profile.explain() for _, profile in sorted(self._profiles.items()))

    def for_site(self, site: str | None) -> SiteProfile | None:
        """Return the profile to use on articles of *site*, else None."""
        key = site_key(site)
        if key is None:
            return next(iter(self._profiles.values())) if len(self._profiles) == 1 else None
        return self._profiles.get(key)

    def unused(self, site: str | None) -> str | None:
        """Return None: that a site has no profile is nothing to warn of."""
        return None

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the profiles to *path* as one JSON file, whole or not at all; what was there is replaced.

        Raises:
            FileError: the file cannot be written.
        """
        from newsclean.clean.sites.file import save  # it knows the profiles

        save([profile for _, profile in sorted(self._profiles.items())], path)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> SiteProfiles:
        """Return the profiles that :meth:`save`, or that of a :class:`SiteProfile` of a site, wrote to *path*.

        Raises:
            FileError: the file cannot be read, holds something else, or was made by another version.
        """
        from newsclean.clean.sites.file import load

        try:
            return cls(load(path))
        except OptionError as error:
            raise FileError(f"{os.fspath(path)}: cannot be used as profiles of many sites: {error}") from error

    def __getitem__(self, site: str) -> SiteProfile:
        return self._profiles[site_key(site) or ""]

    def __iter__(self) -> Iterator[str]:
        return iter(self._profiles)

    def __len__(self) -> int:
        return len(self._profiles)

    def __repr__(self) -> str:
        return f"<SiteProfiles of {len(self)} {'site' if len(self) == 1 else 'sites'}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return SiteProfiles, (tuple(self._profiles.values()),)


def _make_room(counters: dict[str, SiteCounter]) -> int:
    """Forget what stands on one article alone, the largest sites first, down to half; return what is held then."""
    held = sum(counter.held for counter in counters.values())
    for counter in sorted(counters.values(), key=lambda counter: -counter.held):
        if held <= MOST_LINES // 2:
            break
        held -= counter.held
        counter.forget()
        held += counter.held
    return held
