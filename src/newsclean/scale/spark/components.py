"""Which texts hang together through verified pairs, by way of others.

Each task joins what it has of the pairs, and hands on one pair a text: the text with the least one it hangs together
with. So a task that gets what eight others hand on has little more than its share, and after a few rounds one task has
all. A chain of a hundred thousand texts takes no more rounds than a star of ten; that one last task is what limits the
size: 16 bytes a text that has a copy, some times over.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from newsclean.neardup.verify import Counts
from newsclean.scale.spark.blocks import integers
from newsclean.scale.spark.session import Batches, functions, map_batches, together
from newsclean.scale.spark.stages import Stages

__all__ = ["components_of", "least_together"]

_PAIRS = 4_000_000  # in one task: 64 MB
_FEWER = 8


def components_of(stages: Stages, name: str, pairs: Any, partitions: int) -> Any:
    """Return a row a text of *pairs*: its ``place``, and its ``component``, the least place of the texts it hangs with.

    *name* is that of the stage; where pairs are many there are several, numbered.
    """
    F = functions()  # noqa: N806
    tasks = max(1, -(-pairs.count() // _PAIRS))
    edges = pairs.select("first", "second")
    number = 0
    while True:
        to = (F.col("first") % F.lit(tasks)).cast("int")
        here = edges.withColumn("to", to).repartitionById(tasks, "to").drop("to")
        last = tasks == 1
        labels = stages.make(
            name if last else f"{name}-{number}",
            partial(map_batches, here, _join, "place long, component long"),
        )
        if last:
            return labels
        edges = labels.select(F.col("component").alias("first"), F.col("place").alias("second"))
        number += 1
        tasks = max(1, tasks // _FEWER)


def _join(batches: Batches) -> Batches:
    import pyarrow as pa

    table = together(batches)
    if table is not None:
        places, least = least_together(integers(table.column("first")), integers(table.column("second")))
        yield pa.RecordBatch.from_arrays([pa.array(places), pa.array(least)], ["place", "component"])


def least_together(first: Counts, second: Counts) -> tuple[Counts, Counts]:
    """Return the places in the pairs ``first[i], second[i]``, sorted, and for each the least it hangs together with.

    >>> [part.tolist() for part in least_together(np.array([5, 9, 1]), np.array([9, 7, 2]))]
    [[1, 2, 5, 7, 9], [1, 1, 5, 5, 5]]
    """
    places, which = np.unique(np.concatenate((first, second)), return_inverse=True)
    one, other = which[: len(first)], which[len(first) :]
    least = np.arange(len(places))
    while True:
        a, b = least[one], least[other]
        apart = a != b
        if not apart.any():
            return places, places[least]
        one, other, a, b = one[apart], other[apart], a[apart], b[apart]
        np.minimum.at(least, np.maximum(a, b), np.minimum(a, b))  # each root under the least it meets,
        while not np.array_equal(up := least[least], least):  # and every text right under its root
            least = up
