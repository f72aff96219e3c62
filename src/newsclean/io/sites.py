"""What recurs on the sites of the articles in files, learnt in a pass of its own; memory stays bounded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from newsclean.clean.sites import SiteProfiles
from newsclean.clean.sites.profile import site_key
from newsclean.errors import OptionError, RecordError
from newsclean.io.read import Reject, read_records
from newsclean.io.records import Fields
from newsclean.io.sources import STDIN, Source
from newsclean.model import Article

__all__ = ["learn_sites", "site_articles"]


def learn_sites(sources: Sequence[Source], fields: Fields, *, max_chars: int, skip: bool) -> SiteProfiles:
    """Return what recurs on each site, by a first pass over files that are to be read again.

    With *skip* bad records are passed by: the pass that cleans reports them. Articles that name no site teach nothing.

    Raises:
        OptionError: a source cannot be read twice, or no article names a site.
        RecordError: a record is bad, and *skip* is not given.
        FileError: a file cannot be read.
    """
    for source in sources:
        if source.state is None:
            name = "standard input" if source.name == STDIN else source.name
            raise OptionError(
                f"--learn-sites reads its inputs twice, which {name} does not allow; save it to a file first, or learn "
                "from older articles with `newsclean learn` and give --site-profile"
            )

    def named() -> Iterator[Article]:
        for record in read_records(sources, fields, max_chars=max_chars, reject=_pass_by if skip else None):
            if site_key(record.article.site) is not None:
                yield record.article

    found = SiteProfiles.fit(named())
    if not found:
        raise OptionError(
            f"--learn-sites: no article names its site in the field {fields.site!r}; name the field with --site-field, "
            "or learn with `newsclean learn --site NAME` and give --site-profile"
        )
    return found


def _pass_by(reject: Reject) -> None:
    pass


def site_articles(
    sources: Sequence[Source],
    fields: Fields,
    site: str | None,
    *,
    reject: Callable[[Reject], None] | None,
    **options: Any,
) -> Iterator[Article]:
    """Yield the articles of *sources*, each with its site: *site*, or where that is None the one it names.

    *reject* is called for bad records, and for those that name no site or another than *site*; without it the first one
    is raised. *options* are those of :func:`read_records`.

    Raises:
        RecordError: a record is bad, names no site or the wrong one, and there is no *reject*.
        FileError: a file cannot be read.
    """
    for record in read_records(sources, fields, reject=reject, **options):
        article = record.article
        named, wanted = site_key(article.site), site_key(site)
        problem = ""
        if (named or wanted) is None:
            problem = "names no site"
            step = "name the field that has it with --site-field, or the site of all articles with --site"
        elif None not in (named, wanted) and named != wanted:
            problem = f"{article.site!r} is not {site!r}, the site given for all articles"
            step = "leave --site out to learn each site by itself"
        if problem:
            error = RecordError(record.source, record.line, fields.site, problem, step)
            if reject is None:
                raise error
            reject(Reject(error, (record.raw or "").encode("utf-8", "surrogatepass")))
            continue
        yield Article(article.text, article.id, article.title, article.site if named else site)
