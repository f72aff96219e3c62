"""Which article of a group is kept.

The leader of a group is the one the others were checked against; which one to keep is another question, answered
here. A contained copy is never chosen while the longer article is in the group, except by an explicit choice (sites
in order, or a function): then the caller has said what matters more.

Input order decides ties, under every policy.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias

from newsclean.errors import OptionError
from newsclean.model import Article, ArticleId

__all__ = ["Candidate", "KeepPolicy", "check_keep", "choose"]

KeepPolicy: TypeAlias = (
    Literal["longest", "earliest", "latest", "first"] | Sequence[str] | Callable[[list[Article]], Article | ArticleId]
)
"""A name, the names of sites in order of preference, or a function from a group's articles to the one to keep."""

NAMES = ("longest", "earliest", "latest", "first")

Candidate: TypeAlias = tuple[Article, int, bool]
"""An article, its length in words, and whether it is a contained copy of another of the group."""


def check_keep(keep: object) -> KeepPolicy:
    """Return *keep* if it is a policy.

    Raises:
        OptionError: it is not.
    """
    if isinstance(keep, str):
        if keep in NAMES:
            return keep
        raise OptionError(f"keep is one of {', '.join(NAMES)}, a list of site names or a function, not {keep!r}")
    if callable(keep):
        return keep
    if isinstance(keep, Sequence) and not isinstance(keep, bytes | bytearray):
        if keep and all(isinstance(site, str) for site in keep):
            return tuple(keep)
        raise OptionError(
            f"keep as a list names one or more sites, the best first, such as ['a.example'], not {keep!r}"
        )
    raise OptionError(f"keep is one of {', '.join(NAMES)}, a list of site names or a function, not {keep!r}")


def choose(keep: KeepPolicy, members: Sequence[Candidate]) -> ArticleId:
    """Return the id of the article to keep of *members*, which are in input order."""
    if callable(keep):
        return _asked(keep, [article for article, _, _ in members])
    if not isinstance(keep, str):
        return _by_site(keep, members)
    whole = [member for member in members if not member[2]] or list(members)
    if keep == "first":
        best = whole[0]
    elif keep == "longest":
        best = max(whole, key=_length)  # the first of several
    else:
        dated = [member for member in whole if member[0].date is not None] or whole[:1]
        best = (min if keep == "earliest" else max)(dated, key=_date)
    return _id(best[0])


def _by_site(sites: Sequence[str], members: Sequence[Candidate]) -> ArticleId:
    preference = {site: place for place, site in reversed(list(enumerate(sites)))}
    best = min(members, key=lambda member: (preference.get(member[0].site or "", len(sites)), member[2], -member[1]))
    return _id(best[0])


def _asked(keep: Callable[[list[Article]], Article | ArticleId], articles: list[Article]) -> ArticleId:
    answer = keep(articles)
    chosen = answer.id if isinstance(answer, Article) else answer
    ids = [_id(article) for article in articles]
    if chosen not in ids:
        raise OptionError(
            f"the keep function returned {answer!r}; it must return one of the articles it was given, or one of {ids!r}"
        )
    return ids[ids.index(chosen)]


def _length(member: Candidate) -> int:
    return member[1]


def _date(member: Candidate) -> dt.date:
    return member[0].date or dt.date.min


def _id(article: Article) -> ArticleId:
    assert article.id is not None  # as_articles gave every article one
    return article.id
