"""From verified pairs to what is said of each article: a component at a time, by the functions that do it in memory.

Groups, what is kept of each, templates and crowds lie inside one component each, and what there is in other components
makes no difference to them; so a task decides on all the components it gets as if they were the whole collection. Texts
are numbered by their first articles in input order, as there.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import numpy as np

from newsclean.model import Article
from newsclean.neardup.background import Background
from newsclean.neardup.crowds import find_crowds, frame_of, join_frames
from newsclean.neardup.decide import Decision, decide
from newsclean.neardup.evidence import Collection
from newsclean.neardup.kinds import KINDS, TEMPLATE
from newsclean.neardup.options import Options
from newsclean.neardup.verify import Counts
from newsclean.scale.pairs import CheckedPairs
from newsclean.scale.spark.blocks import integers
from newsclean.scale.spark.compare import ragged
from newsclean.scale.spark.session import Batches, functions, map_batches, together
from newsclean.scale.spark.stages import Stages

_FEW = 100_000  # rows of samples that every task may be given: some MB

__all__ = ["VERDICT", "crowds_of", "verdicts_of"]

VERDICT = (
    "keep boolean, kept {id}, kind string, members int, representative {id}, jaccard double, containment double, "
    "templates array<{id}>"
)
"""What is said of an article, as ``newsclean run`` says it in its report."""


def _by_component(pairs: Any, components: Any, articles: Any, partitions: int) -> Any:
    """Return *pairs* and *articles* (rows with a ``place``) where their component is."""
    F = functions()  # noqa: N806
    to = F.pmod(F.xxhash64("component"), F.lit(partitions)).cast("int")
    edges = pairs.join(components.withColumnRenamed("place", "first"), "first").withColumn("to", to)
    alone = F.coalesce("component", "place").alias("component")
    members = articles.join(components, "place", "left").select(*articles.columns, alone).withColumn("to", to)
    both = edges.unionByName(members, allowMissingColumns=True)
    return both.repartitionById(partitions, "to")


def verdicts_of(
    stages: Stages,
    pairs: Any,
    components: Any,
    texts: Any,
    sketches: Any,
    options: Options,
    partitions: int,
) -> Any:
    """Return what is said of each article that is in a group or a template pair: its ``id`` and a verdict."""
    F = functions()  # noqa: N806
    id = sketches.schema["id"].dataType.simpleString()

    def build() -> Any:
        same = ["digest", "key", *(["day"] if options.window_days is not None else [])]
        paired = components.select("place", F.lit(True).alias("paired"))
        wanted = texts.join(paired, "place", "left").where("paired or articles > 1").select(*same, "place")
        members = sketches.where("words > 0").join(wanted, same)
        articles = members.select("place", "id", "ord", "site", "date", "words")
        here = _by_component(pairs, components, articles, partitions)
        return map_batches(here, partial(_decide, options=options), f"id {id}, " + VERDICT.format(id=id))

    return stages.make("verdicts", build)


class _Here(NamedTuple):
    """What one task got."""

    ids: list[Any]
    """Of the articles, in input order."""
    sites: list[Any]
    dates: list[Any]
    places: list[int]
    """Of the texts: their places, as they are numbered here."""
    text_of: list[int]
    """The text of each article."""
    length: Counts
    pairs: CheckedPairs


def _received(table: Any) -> _Here:
    """Number what came by the first articles in input order, and pairs by place, as in memory."""
    members = table.filter(table.column("place").is_valid()).sort_by([("ord", "ascending"), ("id", "ascending")])
    number: dict[int, int] = {}
    words: list[int] = []
    text_of = []
    for place, length in zip(members.column("place").to_pylist(), members.column("words").to_pylist(), strict=True):
        text = number.setdefault(place, len(number))
        if text == len(words):
            words.append(length)
        text_of.append(text)
    edges = table.filter(table.column("first").is_valid()).sort_by([("first", "ascending"), ("second", "ascending")])
    places = np.array([*number], dtype=np.int64)
    order = np.argsort(places)

    def numbered(column: str) -> Counts:
        return order[np.searchsorted(places[order], integers(edges.column(column)))]

    pairs = CheckedPairs(
        numbered("first"),
        numbered("second"),
        edges.column("jaccard").to_numpy(),
        edges.column("containment").to_numpy(),
        edges.column("kind").to_numpy().astype(np.int8),
        integers(edges.column("spread")).view(np.uint64),
    )
    ids, sites, dates = (members.column(name).to_pylist() for name in ("id", "site", "date"))
    return _Here(ids, sites, dates, [*number], text_of, np.array(words, dtype=np.int64), pairs)


def _decide(batches: Batches, *, options: Options) -> Batches:
    import pyarrow as pa

    table = together(batches)
    if table is None:
        return
    here = _received(table)
    articles = [
        Article("", id, site=site, date=date) for id, site, date in zip(here.ids, here.sites, here.dates, strict=True)
    ]
    members: list[list[int]] = [[] for _ in here.places]
    for place, text in enumerate(here.text_of):
        members[text].append(place)
    collection = Collection(articles, len(articles), here.text_of, members)
    rows = _verdicts(decide(collection, here.length, here.pairs, options))
    if rows:
        id = table.schema.field("id").type
        types = {"members": pa.int32(), "kept": id, "representative": id, "templates": pa.list_(id), "id": id}
        columns = {name: pa.array([row[name] for row in rows], types.get(name)) for name in rows[0]}
        columns["kind"] = columns["kind"].cast(pa.string())
        for name in ("jaccard", "containment"):
            columns[name] = columns[name].cast(pa.float64())
        yield pa.RecordBatch.from_arrays([*columns.values()], [*columns])


def _verdicts(decision: Decision) -> list[dict[str, Any]]:
    """Return a row for each article of which there is something to say."""
    rows: dict[Any, dict[str, Any]] = {}

    def row(id: Any) -> dict[str, Any]:
        alone = {"keep": True, "kept": None, "kind": None, "members": 1, "representative": None}
        return rows.setdefault(id, {"id": id, **alone, "jaccard": None, "containment": None, "templates": []})

    for group in decision.groups:
        for id in group.members:
            row(id).update(keep=id == group.kept, kept=group.kept, kind=group.kind, members=len(group.members))
    for pair in decision.pairs:
        if pair.kind == KINDS[TEMPLATE]:
            row(pair.id)["templates"].append(pair.representative)
        else:
            scores = {"jaccard": pair.jaccard, "containment": pair.containment}
            row(pair.id).update(kind=pair.kind, representative=pair.representative, **scores)
    return list(rows.values())


def crowds_of(
    stages: Stages, pairs: Any, components: Any, texts: Any, sketches: Any, options: Options, partitions: int
) -> Background | None:
    """Return the frames of the forms that crowds of texts fill in, as a background; None if there are none."""
    F = functions()  # noqa: N806
    id, order = (sketches.schema[name].dataType.simpleString() for name in ("id", "ord"))

    def found() -> Any:
        heads = texts.join(components.select("place"), "place").select("place", "id", "ord", "words")
        bare = heads.withColumn("site", F.lit(None).cast("string")).withColumn("date", F.lit(None).cast("date"))
        here = _by_component(pairs, components, bare, partitions)
        schema = f"leader long, leader_ord {order}, leader_id {id}, size long, number int, place long"
        return map_batches(here, partial(_crowds, options=options), schema)

    samples = stages.make("crowds", found)
    count = stages.read("crowds")["rows"]
    if not count:
        return None

    def frames() -> Any:
        wanted = samples.join(texts.select("place", "row"), "place")
        if count <= _FEW:  # then the shingles of all texts need not be moved
            wanted = F.broadcast(wanted)
        data = sketches.select("row", "shingles").join(wanted, "row")
        to = F.pmod(F.xxhash64("leader"), F.lit(partitions)).cast("int")
        schema = f"leader_ord {order}, leader_id {id}, size long, frame binary"
        return map_batches(data.withColumn("to", to).repartitionById(partitions, "to"), _frames, schema)

    made = stages.make("frames", frames).orderBy("leader_ord", "leader_id").select("frame", "size").collect()
    return join_frames((np.frombuffer(frame, dtype="<u8").astype(np.uint64), size) for frame, size in made)


def _crowds(batches: Batches, *, options: Options) -> Batches:
    import pyarrow as pa

    table = together(batches)
    if table is None:
        return
    here = _received(table)
    orders = dict(zip(table.column("place").to_pylist(), table.column("ord").to_pylist(), strict=True))
    for crowd in find_crowds(here.pairs, here.length, options):
        count = len(crowd.sample)
        leader = here.places[crowd.leader]
        columns = {
            "leader": pa.array([leader] * count, pa.int64()),
            "leader_ord": pa.array([orders[leader]] * count, table.schema.field("ord").type),
            "leader_id": pa.array([here.ids[crowd.leader]] * count, table.schema.field("id").type),
            "size": pa.array([crowd.size] * count, pa.int64()),
            "number": pa.array(range(count), pa.int32()),
            "place": pa.array([here.places[text] for text in crowd.sample.tolist()], pa.int64()),
        }
        yield pa.RecordBatch.from_arrays([*columns.values()], [*columns])


def _frames(batches: Batches) -> Batches:
    import pyarrow as pa

    table = together(batches)
    if table is None:
        return
    table = table.sort_by([("leader", "ascending"), ("number", "ascending")])
    leaders = integers(table.column("leader"))
    for leader in np.unique(leaders).tolist():
        begin, end = np.searchsorted(leaders, [leader, leader + 1]).tolist()
        rows = table.slice(begin, end - begin)
        frame = frame_of(ragged(rows.column("shingles").to_pylist()))
        if frame is not None:
            size = rows.column("size")[0].as_py()
            columns = [rows.column("leader_ord").slice(0, 1), rows.column("leader_id").slice(0, 1)]
            yield pa.RecordBatch.from_arrays(
                [
                    *(column.combine_chunks() for column in columns),
                    pa.array([size], pa.int64()),
                    pa.array([frame.tobytes()], pa.binary()),
                ],
                ["leader_ord", "leader_id", "size", "frame"],
            )
