"""How common each shingle is, counted on a cluster: :meth:`newsclean.Background.fit`, block for block.

A background is fitted a block of articles at a time: within a block copies are found and count once, and what only one
article has is forgotten. Blocks know nothing of one another, so each is a task here. The blocks themselves have to be
those of one process, which fills each up in the order of the articles before it begins the next; so where they begin is
found first, from the lengths alone, in one task that reads some twenty bytes an article. Then the counts of all blocks
go to where their shingle is, and are added up there.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import partial
from typing import Any

import numpy as np

from newsclean.errors import ArticleTypeError, OptionError
from newsclean.model import Article
from newsclean.neardup import background
from newsclean.neardup.background import Background, add_counts, count_block, least_kept
from newsclean.parallel import batches_by_size
from newsclean.scale.spark.articles import check_columns, check_partitions, quoted
from newsclean.scale.spark.blocks import PIECE, binary, integers, lanes_of, pieces
from newsclean.scale.spark.session import Batches, functions, map_batches, plain_errors

__all__ = ["fit_background"]

_BLOCKS = 8  # of so many the counts are added up in one task: some million shingles
_ARTICLES = -1  # where the number of articles goes, beside counts
_ADDED = "to int, shingles binary, counts binary"
_Key = tuple[bool, Any, int]
"""The place of an article: its order, those that are no number last, then the hash of its text."""


def fit_background(
    df: Any, *, text_field: str = "text", order_field: str | None = None, partitions: int | None = None
) -> Background:
    """Return the background of the articles in *df*: what ``Background.fit`` returns for them, in order.

    Nothing is written. *df* is read three times: write what is dear to make, such as cleaned texts, to a table first.
    It takes a block of 40 million characters to a task, and a background has 20 million shingles at most. Where
    ``Background.fit`` holds more on the way it forgets the rarest each time, and its counts get too low; here they are
    forgotten once, at the end.

    Args:
        df: a DataFrame of articles.
        text_field: the column of the texts; strings, none of them null.
        order_field: the column by which articles are in order, best that of time, and different for each article; None:
            ``id``.
        partitions: tasks that add up at least; ``spark.sql.shuffle.partitions`` by default. Changes no result.

    Raises:
        OptionError: a column is missing or of another type, or *partitions* is below 1.
        ArticleTypeError: a text or its order is null.
        MissingExtraError: PySpark is not installed.
    """
    F = functions()  # noqa: N806
    found = check_columns(df, {"text": text_field, "order": order_field}, {"order": "id"})
    if found["order"] is None:
        raise OptionError("there is no column 'id' to tell the order of the articles; name another with order_field")
    tasks = check_partitions(df, partitions)
    text, order = (F.col(quoted(str(found[part]))) for part in ("text", "order"))
    articles = df.select(text.alias("text"), order.alias("ord"), F.xxhash64(text).alias("hash"))
    with plain_errors():
        ord = articles.schema["ord"].dataType.simpleString()
        begins = _block_begins(articles, f"ord {ord}, hash long")
        if not begins:
            return Background.fit([])
        placed = map_batches(articles, partial(_placed, begins=begins), f"block int, text string, ord {ord}, hash long")
        blocks = placed.repartitionById(len(begins), "block").sortWithinPartitions("ord", "hash")
        targets = max(tasks, -(-len(begins) // _BLOCKS))
        counted = map_batches(blocks.select("text"), partial(_counted, targets=targets), PIECE)
        sums = map_batches(counted.repartitionById(targets + 1, "to"), partial(_added, targets=targets), _ADDED)
        sums = sums.persist()
        try:
            return _together(sums)
        finally:
            sums.unpersist()


def _block_begins(articles: Any, schema: str) -> list[_Key]:
    """Return the place of the first article of each block."""
    F = functions()  # noqa: N806
    lengths = articles.select("ord", "hash", F.length("text").alias("length")).repartition(1)
    work = partial(_begins, limit=background.BLOCK)
    return _keys(map_batches(lengths.sortWithinPartitions("ord", "hash"), work, schema).toArrow())


def _keys(batch: Any) -> list[_Key]:
    """Return the places of articles, in the order that Spark sorts them in."""
    orders, hashes = batch.column("ord").to_pylist(), integers(batch.column("hash")).tolist()
    return [(order != order, 0 if order != order else order, hash) for order, hash in zip(orders, hashes, strict=True)]


def _begins(batches: Batches, *, limit: int) -> Batches:
    def articles() -> Any:
        for batch in batches:
            if batch.column("length").null_count or batch.column("ord").null_count:
                raise ArticleTypeError("an article's text, or its order, is null; leave such rows out")
            for place, length in enumerate(batch.column("length").to_pylist()):
                yield batch, place, length

    for block in batches_by_size(articles(), lambda article: int(article[2]), limit=limit):
        batch, place, _ = block[0]
        yield batch.slice(place, 1).select(["ord", "hash"])


def _placed(batches: Batches, *, begins: list[_Key]) -> Batches:
    import pyarrow as pa

    for batch in batches:
        block = pa.array([bisect_right(begins, key) - 1 for key in _keys(batch)], pa.int32())
        yield pa.RecordBatch.from_arrays(
            [block, *(batch.column(name) for name in ("text", "ord", "hash"))], ["block", "text", "ord", "hash"]
        )


def _counted(batches: Batches, *, targets: int) -> Batches:
    """Count the block that is here, and cut the counts by where they are added up."""
    import pyarrow as pa

    articles = [Article(text) for batch in batches for text in batch.column("text").to_pylist()]
    if not articles:
        return
    counted = count_block(articles, workers=1)
    shingles, counts = counted.counts
    to = (shingles % np.uint64(targets)).astype(np.int64)
    lane = np.repeat([0, 1], len(shingles))
    yield from pieces(np.concatenate((shingles, counts.astype(np.uint64))), lane, 2, np.tile(to, 2), targets)
    number = pa.array([counted.articles.to_bytes(8, "little")], pa.binary())
    yield pa.RecordBatch.from_arrays([pa.array([_ARTICLES], pa.int32()), number], ["to", "piece"])


def _added(batches: Batches, *, targets: int) -> Batches:
    """Add up the counts of the shingles that are here; of the number of articles, those that are."""
    import pyarrow as pa

    articles, received = 0, []
    for batch in batches:
        for to, piece in zip(integers(batch.column("to")).tolist(), binary(batch.column("piece")), strict=True):
            if to == _ARTICLES:
                articles += int.from_bytes(piece, "little")
            else:
                received.append(piece)
    shingles, counts = lanes_of(received, 2)
    shingles, added = add_counts(shingles, counts.astype(np.uint32))
    for to, *made in (
        (0, shingles.astype("<u8", copy=False).tobytes(), added.astype("<u4", copy=False).tobytes()),
        (_ARTICLES, b"", articles.to_bytes(8, "little")),
    ):
        arrays = [pa.array([to], pa.int32()), *(pa.array([one], pa.binary()) for one in made)]
        yield pa.RecordBatch.from_arrays(arrays, ["to", "shingles", "counts"])


def _histogram(batches: Batches) -> Batches:
    """Say of how many shingles there are so many."""
    import pyarrow as pa

    for batch in batches:
        for piece in binary(batch.column("counts")):
            counts, times = np.unique(np.frombuffer(piece, dtype="<u4"), return_counts=True)
            yield pa.RecordBatch.from_arrays([pa.array(counts.astype(np.int64)), pa.array(times)], ["count", "times"])


def _kept(batches: Batches, *, least: int) -> Batches:
    """Leave out the shingles with lower counts than *least*."""
    import pyarrow as pa

    for batch in batches:
        shingles, counts = [], []
        for some, these in zip(binary(batch.column("shingles")), binary(batch.column("counts")), strict=True):
            often = np.frombuffer(these, dtype="<u4")
            stay = often >= least
            shingles.append(np.frombuffer(some, dtype="<u8")[stay].tobytes())
            counts.append(often[stay].tobytes())
        columns = [batch.column("to"), pa.array(shingles, pa.binary()), pa.array(counts, pa.binary())]
        yield pa.RecordBatch.from_arrays(columns, ["to", "shingles", "counts"])


def _together(sums: Any) -> Background:
    F = functions()  # noqa: N806
    articles = sum(int.from_bytes(row["counts"], "little") for row in sums.where(F.col("to") == _ARTICLES).collect())
    counts = sums.where(F.col("to") != _ARTICLES)
    histogram = map_batches(counts.select("counts"), _histogram, "count long, times long").groupBy("count")
    rows = sorted(histogram.agg(F.sum("times").alias("times")).collect())
    least = least_kept(*(np.array([row[side] for row in rows], dtype=np.int64) for side in (0, 1)))
    kept = map_batches(counts, partial(_kept, least=least), _ADDED).collect()
    shingles = np.frombuffer(b"".join(row["shingles"] for row in kept), dtype="<u8").astype(np.uint64)
    often = np.frombuffer(b"".join(row["counts"] for row in kept), dtype="<u4").astype(np.uint32)
    order = np.argsort(shingles)
    return Background(shingles[order], often[order], articles)
