"""The first steps on a DataFrame of articles: which column holds what, each article sketched, the texts numbered."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from newsclean.errors import ArticleError, OptionError
from newsclean.model import Article
from newsclean.neardup.order import day_of
from newsclean.neardup.shingles import WORDS_A_SHINGLE
from newsclean.neardup.signatures import SLOTS
from newsclean.parallel import batches_by_size
from newsclean.scale.corpus import sketch_batch
from newsclean.scale.spark.session import Batches, functions, map_batches
from newsclean.scale.spark.stages import Stages

__all__ = [
    "Columns",
    "articles_of",
    "check_columns",
    "check_partitions",
    "distinct_texts",
    "fingerprint",
    "quoted",
    "repeated_ids",
    "sketches_of",
]

_BATCH = 1_000_000  # characters sketched at a time


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column of a DataFrame holds what; None: none does."""

    text: str
    id: str
    order: str
    site: str | None
    date: str | None


def check_columns(df: Any, wanted: dict[str, str | None], usual: dict[str, str]) -> dict[str, str | None]:
    """Return the column of each part: the one *wanted*, or where that is None the *usual* one, if there is one.

    Raises:
        OptionError: a column is missing, or of a type that cannot hold the part.
    """
    from pyspark.sql import types as T  # noqa: N812

    kinds: dict[str, tuple[Any, str]] = {
        "text": ((T.StringType,), "strings"),
        "id": ((T.StringType, T.IntegerType, T.LongType, T.ShortType, T.ByteType), "strings or whole numbers"),
        "date": ((T.StringType, T.DateType, T.TimestampType, T.TimestampNTZType), "dates, times or ISO 8601 strings"),
        "order": ((T.AtomicType,), "numbers, strings, dates or times"),
    }
    found: dict[str, str | None] = {}
    for part, column in wanted.items():
        name = column or usual.get(part)
        there = [field for field in df.schema.fields if field.name == name]
        if name is None or (not there and column is None and part not in ("text", "id")):
            found[part] = None
            continue
        if len(there) != 1:
            problem = "there is no column" if not there else f"there are {len(there)} columns"
            raise OptionError(
                f"{problem} {name!r} among {', '.join(map(repr, df.columns))}; "
                f"name the one that holds the {part} with {part}_field"
            )
        types, said = kinds.get(part, ((T.StringType,), "strings"))
        type = there[0].dataType
        if not isinstance(type, (*types, T.NullType) if part not in ("text", "id") else types):
            raise OptionError(
                f"column {name!r} holds {type.simpleString()}, and {said} are wanted; "
                f"cast it, or name another with {part}_field"
            )
        found[part] = name
    return found


def check_partitions(df: Any, partitions: int | None) -> int:
    """Return *partitions*; where that is None, what the session of *df* says.

    Raises:
        OptionError: it is no number of tasks.
    """
    if partitions is None:
        return int(df.sparkSession.conf.get("spark.sql.shuffle.partitions"))
    if not isinstance(partitions, int) or isinstance(partitions, bool) or partitions < 1:
        raise OptionError(f"partitions is a whole number of 1 or more, not {partitions!r}")
    return partitions


def articles_of(df: Any, columns: Columns) -> Any:
    """Return the columns that comparing needs, under names of their own: text, id, ord, site, date."""
    F = functions()  # noqa: N806
    site = F.lit(None) if columns.site is None else F.col(quoted(columns.site))
    date = F.lit(None) if columns.date is None else F.col(quoted(columns.date))
    return df.select(
        F.col(quoted(columns.text)).alias("text"),
        F.col(quoted(columns.id)).alias("id"),
        F.col(quoted(columns.order)).alias("ord"),
        site.cast("string").alias("site"),
        date.cast("string").alias("date"),
    )


def quoted(name: str) -> str:
    """Return *name* as Spark takes the name of a column, whatever it holds."""
    return "`" + name.replace("`", "``") + "`"


def fingerprint(articles: Any) -> list[Any]:
    """Return what tells whether *articles* are those of another time, whatever their order: aggregates of Spark."""
    F = functions()  # noqa: N806
    hashes = F.xxhash64("text", "id", "ord", "site", "date")
    return [F.count(F.lit(1)).alias("rows"), F.coalesce(F.bit_xor(hashes), F.lit(0)).alias("hash")]


def sketches_of(articles: Any) -> Any:
    """Return a row an article: what is known of its text, and the number ``row``.

    The digest and key are those by which :func:`~newsclean.neardup.evidence.join_twins` knows the same text; ``slots``
    is the signature, ``shingles`` are in reading order.
    """
    F = functions()  # noqa: N806
    id, order = (articles.schema[name].dataType.simpleString() for name in ("id", "ord"))
    schema = (
        f"id {id}, ord {order}, site string, date date, day long, digest binary, key long, words long, sizes long, "
        "slots binary, shingles binary"
    )
    sketched = map_batches(articles, _sketch, schema)
    return sketched.withColumn("row", F.monotonically_increasing_id())


def _sketch(batches: Batches) -> Batches:
    import pyarrow as pa

    for batch in batches:
        row = 0
        texts = batch.column("text").to_pylist()
        ids = batch.column("id").to_pylist()
        for some in batches_by_size(zip(texts, ids, strict=True), lambda pair: len(pair[0] or ""), limit=_BATCH):
            part = batch.slice(row, len(some))
            dates = list(_dates(some, part.column("date").to_pylist()))
            made = _sketched([text for text, _ in some], [day_of(Article("", date=date)) for date in dates])
            yield pa.RecordBatch.from_arrays(
                [part.column("id"), part.column("ord"), part.column("site"), pa.array(dates, pa.date32()), *made[1]],
                ["id", "ord", "site", "date", *made[0]],
            )
            row += len(some)


def _dates(rows: list[tuple[str | None, Any]], dates: list[str | None]) -> Iterator[dt.date | None]:
    """Yield the dates, and check the rows they go with."""
    for (text, id), date in zip(rows, dates, strict=True):
        if id is None:
            raise ArticleError("an article's id is null; give each its own, such as with monotonically_increasing_id()")
        if text is None:
            raise ArticleError(f"article {id!r}: its text is null; leave such rows out, or give them an empty text")
        try:
            yield Article("", date=date).date
        except ArticleError as error:
            raise ArticleError(f"article {id!r}: {error}") from None


def _sketched(texts: list[str | None], days: list[int]) -> tuple[list[str], list[Any]]:
    import pyarrow as pa

    made = sketch_batch([text or "" for text in texts])
    counts = np.diff(made.shingles.offsets)
    # One and two words are one shingle too; there two words more or less make no difference to anyone.
    words = np.where(counts > 0, counts + WORDS_A_SHINGLE - 1, 0)
    odd = np.arange(1, SLOTS, 2, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    key = made.slots.view(np.uint64) @ odd + words.astype(np.uint64)
    bounds = made.shingles.offsets.tolist()
    data = made.shingles.values.astype("<u8", copy=False).tobytes()
    arrays = {
        "day": pa.array(days, pa.int64()),
        "digest": pa.array([made.digests[16 * n : 16 * n + 16] for n in range(len(texts))], pa.binary()),
        "key": pa.array(key.view(np.int64)),
        "words": pa.array(words),
        "sizes": pa.array(made.distinct),
        "slots": pa.array([row.tobytes() for row in made.slots.astype("<u4", copy=False)], pa.binary()),
        "shingles": pa.array([data[8 * a : 8 * b] for a, b in itertools.pairwise(bounds)], pa.binary()),
    }
    return list(arrays), list(arrays.values())


def distinct_texts(stages: Stages, sketches: Any, *, by_date: bool) -> tuple[Any, int]:
    """Return the distinct texts with words, in visiting order, and how many they are.

    A row each: ``place`` in that order from 0, the ``row`` of the article that stands for it (the first in input
    order), that one's ``ord`` and ``id``, and how many ``articles`` have the text. Texts differ when more than white
    space does; with *by_date* the same text on two days is two.
    """
    F = functions()  # noqa: N806
    same = ["digest", "key", *(["day"] if by_date else [])]

    def build() -> Any:
        first = F.min(F.struct("ord", "id", "row", "words", "sizes", "day")).alias("first")
        heads = (
            sketches.where("words > 0")
            .groupBy(*same)
            .agg(first, F.count(F.lit(1)).alias("articles"))
            .select("digest", "key", "first.*", "articles")
        )
        order = [*(["day"] if by_date else []), F.desc("words"), "ord", "id"]
        return heads.orderBy(*order).withColumn("sorted", F.monotonically_increasing_id())

    texts = stages.make("texts", build)
    # That number has the partition above, the place in it below.
    sizes = sorted(texts.groupBy(F.shiftright("sorted", 33).alias("part")).count().collect())
    begins = np.cumsum([0, *(size for _, size in sizes)]).tolist()
    offsets = texts.sparkSession.createDataFrame(
        [(part, begin) for (part, _), begin in zip(sizes, begins, strict=False)], "part long, begin long"
    )
    placed = texts.withColumn("part", F.shiftright("sorted", 33)).join(F.broadcast(offsets), "part")
    place = F.col("begin") + F.col("sorted").bitwiseAND(F.lit((1 << 33) - 1))
    return placed.withColumn("place", place).drop("part", "begin", "sorted"), begins[-1]


def repeated_ids(sketches: Any) -> Any:
    """Raise :class:`~newsclean.errors.ArticleError` where two articles have one id."""
    F = functions()  # noqa: N806
    again = sketches.groupBy("id").count().where("count > 1").orderBy(F.desc("count"), "id").limit(3).collect()
    if again:
        raise ArticleError(
            f"several articles have the same id, such as {', '.join(f'{id!r} ({n} times)' for id, n in again)}; "
            "give each its own, or name another column with id_field"
        )
