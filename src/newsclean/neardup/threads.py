"""Work in threads: numpy lets go of the interpreter while it computes, so that two threads keep two cores busy.

Unlike with processes nothing is copied from one to the other, neither texts nor shingles, and nothing has to start.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

__all__ = ["map_in_threads"]

T = TypeVar("T")
R = TypeVar("R")


def map_in_threads(work: Callable[[T], R], batches: Iterable[T], *, workers: int) -> Iterator[R]:
    """Yield ``work(batch)`` for each batch, in order, over *workers* threads (1: in this one).

    At most ``workers + 2`` batches are under way. An error is raised here, after the batches before it were yielded.

    >>> list(map_in_threads(sum, [[1, 2], [3]], workers=2))
    [3, 3]
    """
    if workers == 1:
        yield from map(work, batches)
        return
    from concurrent.futures import ThreadPoolExecutor  # here, not above: few ask for workers

    with ThreadPoolExecutor(workers) as pool:
        pending: deque[Future[R]] = deque()
        try:
            for batch in batches:
                pending.append(pool.submit(work, batch))
                if len(pending) >= workers + 2:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            for one in pending:
                one.cancel()
