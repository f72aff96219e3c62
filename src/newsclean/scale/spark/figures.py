"""What a run on Spark did, in figures: those that a run in one process counts on the way."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from newsclean.neardup.kinds import KINDS
from newsclean.scale.spark.articles import quoted
from newsclean.scale.spark.session import Batches, functions, map_batches

__all__ = ["copies_of", "removals_of"]


def removals_of(cleaned: Any, report: str, site: str | None) -> dict[str, Counter[str]]:
    """Return how much of each kind was removed, by site, as the column *report* says; that of no site is ""."""
    F = functions()  # noqa: N806
    named = F.lit(None) if site is None else F.col(quoted(site))
    columns = cleaned.select(F.col(quoted(report)).alias("report"), named.cast("string").alias("site"))
    found = map_batches(columns, _removals, "site string, kind string, times long").groupBy("site", "kind")
    sites: dict[str, Counter[str]] = {}
    for name, kind, times in found.agg({"times": "sum"}).collect():
        sites.setdefault(name, Counter())[kind] = times
    return sites


def _removals(batches: Batches) -> Batches:
    import pyarrow as pa

    for batch in batches:
        found: Counter[tuple[str, str]] = Counter()
        for report, site in zip(*(batch.column(name).to_pylist() for name in ("report", "site")), strict=True):
            found.update((site or "", removal["kind"]) for removal in json.loads(report)["clean"]["removed"])
        sites, kinds = ([key[side] for key in found] for side in (0, 1))
        columns = [pa.array(sites, pa.string()), pa.array(kinds, pa.string()), pa.array(found.values(), pa.int64())]
        yield pa.RecordBatch.from_arrays(columns, ["site", "kind", "times"])


def copies_of(flagged: Any) -> dict[str, Any]:
    """Return how many articles are kept and dropped, and how many groups and pairs on one template there are."""
    F = functions()  # noqa: N806
    kept = F.sum(F.col("duplicate.keep").cast("int"))
    templates = F.sum(F.size("duplicate.templates"))
    articles, keep, pairs = flagged.agg(F.count(F.lit(1)), kept, templates).collect()[0]
    # A group is of the loosest kind of its pairs, and each of its articles but one has the kind of its own.
    kind = F.max(F.array_position(F.lit([*KINDS]), F.col("duplicate.kind"))).alias("kind")
    groups = flagged.where("duplicate.kept is not null").groupBy("duplicate.kept").agg(kind)
    by_kind = sorted(groups.groupBy("kind").count().collect())
    return {
        "kept": keep or 0,
        "dropped": articles - (keep or 0),
        "groups_by_kind": {KINDS[place - 1]: count for place, count in by_kind},
        "template_pairs": pairs or 0,
    }
