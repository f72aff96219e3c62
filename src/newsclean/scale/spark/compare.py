"""Candidate pairs checked where their later text is: the texts they need are sent there, each once."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from newsclean.neardup.evidence import promising_pairs, verify_pairs
from newsclean.neardup.options import Options
from newsclean.neardup.order import within
from newsclean.neardup.shingles import Hashes, Ragged, distinct
from newsclean.neardup.signatures import SLOTS
from newsclean.neardup.verify import Counts
from newsclean.scale.spark.blocks import binary, integers, matrix
from newsclean.scale.spark.session import Batches, functions, map_batches, together
from newsclean.scale.spark.stages import Stages

__all__ = ["pairs_to_check", "ragged", "verified_pairs"]

_LOW = np.uint64(0xFFFF_FFFF)
_HIGH = np.uint64(32)
_SHINGLES = 8_000_000  # of the texts that one task gets: 64 MB, four times that while they are compared
_AT_ONCE = 2_000_000  # shingles of pairs merged at a time

PAIR = "first long, second long"
_VERIFIED = f"{PAIR}, jaccard double, containment double, kind byte, spread long"


def pairs_to_check(
    stages: Stages, candidates: Any, texts: Any, sketches: Any, options: Options, targets: int, *, all_of_them: bool
) -> Any:
    """Return those *candidates* whose dates and signatures allow a match, a row a pair, of places.

    With *all_of_them* only dates are looked at. *targets* is the number of partitions that candidates are in.
    """
    F = functions()  # noqa: N806

    def build() -> Any:
        rows = candidates.select("to", "pairs")
        if all_of_them and options.window_days is None:
            return map_batches(rows, _plain, PAIR)
        needs = map_batches(rows, _needs, "to int, place long")
        known = texts.select("place", "row", "sizes", "day")
        if not all_of_them:
            known = known.join(sketches.select("row", "slots"), "row")
        data = needs.join(known.drop("row"), "place")
        if all_of_them:
            data = data.withColumn("slots", F.lit(None).cast("binary"))
        both = rows.unionByName(data, allowMissingColumns=True)
        work = partial(_promising, options=options, all_of_them=all_of_them)
        return map_batches(both.repartitionById(targets, "to"), work, PAIR)

    return stages.make("candidates" if all_of_them else "promising", build)


def _places(pairs: bytes) -> tuple[Counts, Counts]:
    values = np.frombuffer(pairs, dtype="<u8")
    return (values & _LOW).astype(np.int64), (values >> _HIGH).astype(np.int64)


def _plain(batches: Batches) -> Batches:
    for batch in batches:
        for pairs in binary(batch.column("pairs")):
            yield _columns(first=_places(pairs)[0], second=_places(pairs)[1])


def _needs(batches: Batches) -> Batches:
    for batch in batches:
        for to, pairs in zip(integers(batch.column("to")).tolist(), binary(batch.column("pairs")), strict=True):
            places = np.unique(np.concatenate(_places(pairs)))
            yield _columns(to=np.full(len(places), to, dtype=np.int32), place=places)


def _columns(**columns: Any) -> Any:
    import pyarrow as pa

    return pa.RecordBatch.from_arrays([pa.array(column) for column in columns.values()], [*columns])


def _promising(batches: Batches, *, options: Options, all_of_them: bool) -> Batches:
    table = together(batches)
    if table is None:
        return
    sent = [pairs for pairs in binary(table.column("pairs")) if pairs is not None]
    known = table.filter(table.column("place").is_valid()).sort_by("place")
    places = integers(known.column("place"))
    for first, second in map(_places, sent):
        one, other = np.searchsorted(places, first), np.searchsorted(places, second)
        if options.window_days is not None:
            near = within(integers(known.column("day")), one, other, options.window_days)
            first, second, one, other = first[near], second[near], one[near], other[near]
        if not all_of_them:
            slots = matrix(binary(known.column("slots")), "<u4", SLOTS)
            promising = promising_pairs(slots, integers(known.column("sizes")), one, other, options)
            first, second = first[promising], second[promising]
        yield _columns(first=first, second=second)


def verified_pairs(
    stages: Stages,
    name: str,
    pairs: Any,
    texts: Any,
    sketches: Any,
    options: Options,
    common: Hashes | None,
    partitions: int,
) -> Any:
    """Return those of *pairs* that are of some kind, as the stage *name*: a row each, with kind, scores and spread."""
    F = functions()  # noqa: N806

    def build() -> Any:
        # How much has to be sent, if each text went to one task: it goes to several, so the tasks are a little larger.
        involved = pairs.select(F.explode(F.array("first", "second")).alias("place")).distinct()
        shingles = involved.join(texts.select("place", "words"), "place").agg(F.sum("words")).collect()[0][0] or 0
        targets = max(partitions, -(-shingles // _SHINGLES))
        to = (F.col("second") % F.lit(targets)).cast("int").alias("to")
        sent = pairs.select(to, "first", "second")
        needs = sent.select("to", F.explode(F.array("first", "second")).alias("place")).distinct()
        heads = needs.join(texts.select("place", "row", "words", "digest"), "place")
        # The few numbers are held and the wide rows go past them, unsorted.
        data = sketches.select("row", "shingles").join(heads.hint("shuffle_hash"), "row").drop("row")
        both = sent.unionByName(data, allowMissingColumns=True)
        work = partial(_verified, options=options, common=common)
        return map_batches(both.repartitionById(targets, "to"), work, _VERIFIED)

    return stages.make(name, build)


def ragged(rows: list[bytes]) -> Ragged:
    """Return rows of shingles, as they are kept, as one."""
    values = np.frombuffer(b"".join(rows), dtype="<u8").astype(np.uint64, copy=False)
    return Ragged(values, np.cumsum([0, *(len(row) // 8 for row in rows)]))


def _verified(batches: Batches, *, options: Options, common: Hashes | None) -> Batches:
    table = together(batches)
    if table is None:
        return
    asked = table.filter(table.column("first").is_valid()).sort_by([("first", "ascending"), ("second", "ascending")])
    known = table.filter(table.column("place").is_valid()).sort_by("place")
    del table
    places, length = integers(known.column("place")), integers(known.column("words"))
    digests = binary(known.column("digest"))
    shingles = binary(known.column("shingles"))
    first = np.searchsorted(places, integers(asked.column("first")))
    second = np.searchsorted(places, integers(asked.column("second")))
    ends = np.cumsum(length[first] + length[second])
    begin = 0
    while begin < len(first):
        limit = (int(ends[begin - 1]) if begin else 0) + _AT_ONCE
        end = max(begin + 1, int(np.searchsorted(ends, limit)))
        yield _check(
            first[begin:end], second[begin:end], places, length, digests, shingles, options=options, common=common
        )
        begin = end


def _check(
    first: Counts,
    second: Counts,
    places: Counts,
    length: Counts,
    digests: list[bytes],
    shingles: list[bytes],
    *,
    options: Options,
    common: Hashes | None,
) -> Any:
    involved, rows = np.unique(np.concatenate((first, second)), return_inverse=True)

    def in_order(these: Counts) -> Ragged:
        return ragged([shingles[text] for text in involved[these].tolist()])

    whole = in_order(np.arange(len(involved)))
    evidence = verify_pairs(
        distinct(Ragged(whole.values.copy(), whole.offsets)),
        length[involved],
        rows[: len(first)],
        rows[len(first) :],
        options,
        same_text=lambda a, b: digests[involved[a]] == digests[involved[b]],
        in_order=in_order,
        common=common,
    )
    return _columns(
        first=places[involved[evidence.first]],
        second=places[involved[evidence.second]],
        jaccard=evidence.jaccard,
        containment=evidence.containment,
        kind=evidence.kinds(options),
        spread=evidence.spread.view(np.int64),
    )
