"""The public contract as a type checker sees it; checked by mypy, never run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, assert_type

import newsclean
from newsclean import Article, Cleaner, CleanResult, Finding, Metadata, Removal, Repair
from newsclean.model import TextCleaner

article = Article("text", id="a", title="t", site="s", date="2022-04-11", language="en", extra={"url": "x"})
result = newsclean.clean("text", title=None, site=None, language="en")
assert_type(result, CleanResult)
assert_type(result.text, str)
assert_type(result.removed, tuple[Removal, ...])
assert_type(result.flagged, tuple[Finding, ...])
assert_type(result.repairs, tuple[Repair, ...])
assert_type(result.metadata, Metadata)
assert_type(result.metadata.date, dt.date | None)
assert_type(result.warnings, tuple[str, ...])
assert_type(result.explain(), str)
assert_type(result.restore(), str)
assert_type(result.to_dict(), dict[str, Any])

cleaner = Cleaner(profile="safe", captions="collapse", keep=(), drop=["dateline"], protect=(), rules=(), languages=None)
assert_type(cleaner.detect(article), tuple[Finding, ...])
assert_type(cleaner.clean_many(["a", article], workers=2), Iterator[CleanResult])
as_protocol: TextCleaner = cleaner

found = newsclean.find_duplicates(["a", article], threshold=0.5, keep="longest", cleaner=cleaner, workers=1)
background = newsclean.Background.fit(["a", article], workers=1)
assert_type(background, newsclean.Background)
assert_type(background | background.merge(background), newsclean.Background)
weighted = newsclean.find_duplicates(["a"], background=background)
assert_type(found.keep, tuple[int | str, ...])
assert_type(found.drop, tuple[int | str, ...])
assert_type(found.to_dict(), dict[str, Any])

profile = newsclean.SiteProfile.fit(["a", article], site="s")
assert_type(profile | profile.aged(0.5).trimmed(), newsclean.SiteProfile)
assert_type(profile.recurring(), tuple[newsclean.SiteLine, ...])
many = newsclean.SiteProfiles.fit([article]) | newsclean.SiteProfiles([profile])
assert_type(many["s"], newsclean.SiteProfile)
knowing = [Cleaner(site_profile=profile), Cleaner(site_profile=many), Cleaner(site_profile=None)]


def with_an_index(path: str) -> None:
    """Check the types; never called, for it would leave an index behind."""
    index = newsclean.DuplicateIndex.open(
        "news.index", background=background, threshold=0.5, window_days=3, cleaner=cleaner
    )
    assert_type(index.add(article), newsclean.Match | None)
    assert_type(index.add_many(["a", article], workers=1), list[newsclean.Match | None])
    assert_type(index.query("a"), tuple[newsclean.Match, ...])
    assert_type(index.groups(keep="earliest"), tuple[newsclean.Group, ...])
