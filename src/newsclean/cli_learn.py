"""``newsclean learn``: what recurs on each site, for ``--site-profile``."""

from __future__ import annotations

from typing import Any

import click

from newsclean.clean.sites import SiteProfiles
from newsclean.cli_job import DONE_WITH_REJECTS, fields_of
from newsclean.cli_options import article_fields, format_option, inputs, max_chars, on_error, quiet, together
from newsclean.cli_rejects import Rejects
from newsclean.cli_text import plural, say
from newsclean.io import find_sources
from newsclean.io.sites import site_articles
from newsclean.io.sources import check_not_input

__all__ = ["learn"]


@click.command()
@together(inputs, format_option, article_fields, max_chars, on_error, quiet)
@click.option(
    "-o", "--output", metavar="FILE", required=True, help="The file to write (JSON); it appears whole or not at all."
)
@click.option("--site", metavar="NAME", help="The site of all the articles. Default: the one that each names.")
@click.option(
    "--merge", multiple=True, metavar="FILE", help="Add what was learnt before. May be repeated, and name --output."
)
@click.option(
    "--aged",
    type=click.FloatRange(0, 1),
    default=1.0,
    show_default=True,
    metavar="SHARE",
    help="How much of what --merge adds still counts, 0 to 1: so that what is gone from a site fades.",
)
def learn(**given: Any) -> int:
    """Learn which lines recur on a site's articles, without labels.

    INPUT are articles as they were extracted, not cleaned; each names its site, or --site does for all. The file
    written holds the profile of every site, a line for each line that two articles or more have. Give it to run, clean
    or explain as --site-profile.
    """
    sources, others = find_sources(given["inputs"], format=given["format"])
    check_not_input(given["output"], sources)
    older = [SiteProfiles.load(path) for path in given["merge"]]
    skip = given["on_error"] == "skip"
    rejects = Rejects(None, say, skip=skip)
    articles = site_articles(
        sources, fields_of(given), given["site"], reject=rejects if skip else None, max_chars=given["max_chars"]
    )
    new = SiteProfiles.fit(articles)
    found = new
    for profiles in older:
        found = found | profiles.aged(given["aged"])
    found.trimmed().save(given["output"])
    if not given["quiet"]:
        count = plural(sum(profile.articles for profile in new.values()), "article")
        told = f"{count} of {plural(len(new), 'site')}: {plural(found.recurring(), 'recurring line')}"
        for line in filter(None, (
            told,
            rejects.told,
            f"{plural(len(others), 'other file')} not read, such as {others[0]}" if others else "",
        )):  # fmt: skip
            say(line)
    return DONE_WITH_REJECTS if rejects else 0
