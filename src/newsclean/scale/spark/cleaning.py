"""Cleaning on Spark: every article by itself, so nothing is shuffled; and what recurs on each site, learnt before."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from newsclean.clean import Cleaner
from newsclean.clean.sites import SiteProfiles
from newsclean.clean.sites.counter import SiteCounter
from newsclean.clean.sites.profile import SiteProfile, site_key
from newsclean.clean.sites.reading import read
from newsclean.errors import OptionError
from newsclean.io.batches import clean_batch
from newsclean.io.records import REPORT_FIELD
from newsclean.model import Article
from newsclean.scale.spark.articles import check_columns, quoted
from newsclean.scale.spark.session import Batches, functions, map_batches, plain_errors

__all__ = ["clean", "learn_site_profiles", "profiles_to_clean_with"]

_USUAL = {"title": "title", "site": "site", "language": "language"}


def clean(
    df: Any,
    cleaner: Cleaner | None = None,
    *,
    text_field: str = "text",
    title_field: str | None = None,
    site_field: str | None = None,
    language_field: str | None = None,
    report_field: str = REPORT_FIELD,
) -> Any:
    """Return *df* with its texts cleaned, and a column added that says what was removed and why.

    It is :func:`newsclean.io.clean_batch` on every batch, lazily: nothing is done before the DataFrame returned is
    written or counted, and then no row leaves its partition. All other columns, and the order of the rows, are left
    alone.

    Args:
        df: a DataFrame of articles.
        cleaner: None: ``Cleaner()``. It goes to the executors with its rules and site profiles.
        text_field: the column of the texts; strings, none of them null.
        title_field: the column of the headlines; None: ``title``, if there is one.
        site_field: likewise, ``site``.
        language_field: likewise, ``language``.
        report_field: the name of the column added: strings, the JSON that ``newsclean clean`` writes.

    Raises:
        OptionError: a column is missing, holds something else, or is there already.
        MissingExtraError: PySpark is not installed.

    What is wrong with an article, such as a text that is null, is found when the rows are made, and then Spark's own
    error names it.
    """
    functions()
    wanted = {"text": text_field, "title": title_field, "site": site_field, "language": language_field}
    check_columns(df, wanted, _USUAL)
    if report_field in df.columns:
        raise OptionError(
            f"column {report_field!r} is there already, and would be lost; name another with report_field"
        )
    from pyspark.sql.types import StringType, StructField, StructType

    columns = {
        "text_field": text_field,
        "title_field": title_field,
        "site_field": site_field,
        "language_field": language_field,
        "report_field": report_field,
    }
    schema = StructType([*df.schema.fields, StructField(report_field, StringType())])
    return map_batches(df, partial(_clean, cleaner=cleaner or Cleaner(), columns=columns), schema)


def _clean(batches: Batches, *, cleaner: Cleaner, columns: dict[str, Any]) -> Batches:
    for batch in batches:
        yield clean_batch(batch, cleaner, **columns)


def learn_site_profiles(
    df: Any,
    *,
    text_field: str = "text",
    title_field: str | None = None,
    site_field: str = "site",
    order_field: str | None = None,
    partitions: int | None = None,
) -> SiteProfiles:
    """Return what recurs on each site of the articles in *df*, for ``Cleaner(site_profile=...)``.

    It is what ``SiteProfiles.fit(articles).trimmed()`` returns for those that name a site, in the order of
    *order_field*; the others teach nothing. The articles of a site are counted one after the other, in bounded memory,
    different sites at the same time.

    Args:
        df: a DataFrame of articles.
        text_field: the column of the texts; strings, none of them null.
        title_field: the column of the headlines; None: ``title``, if there is one.
        site_field: the column of the sites.
        order_field: the column by which articles are in order, which makes a small difference on sites of more than 200
            articles; None: ``id``, if there is one, else the text.
        partitions: tasks; ``spark.sql.shuffle.partitions`` by default.

    Raises:
        OptionError: a column is missing or holds something else, or no article names a site.
        ArticleTypeError: a text is null.
        MissingExtraError: PySpark is not installed.
    """
    found = _learnt(df, text_field, title_field, site_field, order_field, partitions)
    return SiteProfiles(_profile(site, articles, counts, missed) for site, articles, counts, _, missed in found)


def profiles_to_clean_with(
    df: Any, *, text_field: str = "text", title_field: str | None = None, site_field: str = "site", order_field: str
) -> SiteProfiles:
    """Return what ``SiteProfiles.fit(articles)`` returns, as far as cleaning goes: not to be merged with others.

    Arguments and errors are those of :func:`learn_site_profiles`.
    """
    found = _learnt(df, text_field, title_field, site_field, order_field, None)
    return SiteProfiles(_profile(site, articles, counts, missed) for site, articles, counts, missed, _ in found)


def _learnt(
    df: Any, text_field: str, title_field: str | None, site_field: str, order_field: str | None, partitions: int | None
) -> list[Any]:
    """Return of each site its name, articles and counts, and what these missed: alone, and for merging."""
    F = functions()  # noqa: N806
    wanted = {"text": text_field, "title": title_field, "site": site_field, "order": order_field}
    found = check_columns(df, wanted, _USUAL | {"order": "id"})
    named = {part: F.col(quoted(column)) for part, column in found.items() if column is not None}
    title = named.get("title", F.lit(None)).cast("string")
    articles = df.select(
        named["text"].alias("text"), title.alias("title"), named["site"].alias("site"),
        named.get("order", named["text"]).alias("ord"),
    )  # fmt: skip
    order = articles.schema["ord"].dataType.simpleString()
    schema = f"text string, title string, site string, ord {order}, key string"
    with plain_errors():
        keyed = map_batches(articles.where("site is not null"), _keyed, schema).where("key is not null")
        tasks = [] if partitions is None else [partitions]
        sites = keyed.repartition(*tasks, "key").sortWithinPartitions("key", "ord", "text")
        made = map_batches(sites, _profiles, "profile string").collect()
    if not made:
        raise OptionError(f"no article names its site in the column {site_field!r}; name the column with site_field")
    return [json.loads(profile) for (profile,) in made]


def _profile(site: str, articles: int, counts: dict[str, list[int]], missed: int) -> SiteProfile:
    return SiteProfile(site, articles, {key: (a, b, c) for key, (a, b, c) in counts.items()}, missed)


def _keyed(batches: Batches) -> Batches:
    import pyarrow as pa

    for batch in batches:
        keys = [site_key(site) for site in batch.column("site").to_pylist()]
        yield pa.RecordBatch.from_arrays([*batch.columns, pa.array(keys, pa.string())], [*batch.schema.names, "key"])


def _profiles(batches: Batches) -> Batches:
    """Count site after site, as their articles come sorted."""
    import pyarrow as pa

    def done(name: str, counter: SiteCounter) -> Any:
        whole = SiteProfile.counted(name, counter)
        profile = whole.trimmed()
        made = json.dumps([profile.site, profile.articles, profile.counts(), whole.missed, profile.missed])
        return pa.RecordBatch.from_arrays([pa.array([made], pa.string())], ["profile"])

    at, name, counter = None, "", SiteCounter()
    for batch in batches:
        for row in batch.to_pylist():
            if row["key"] != at:
                if at is not None:
                    yield done(name, counter)
                at, name, counter = row["key"], row["site"], SiteCounter()
            name = min(name, row["site"])
            counter.add(read(Article(row["text"], title=row["title"])))
    if at is not None:
        yield done(name, counter)
