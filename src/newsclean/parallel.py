"""One bounded, ordered process pool for whoever has ``workers=``.

Results come back in input order and are the same for any number of workers. Only a few batches are
under way at once, so memory does not grow with the input. Batches are cut by *size* (characters), not by
count: one 20 MB article among many short ones would otherwise starve the other workers.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from newsclean.errors import OptionError, WorkerError

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

__all__ = ["batches_by_size", "check_workers", "map_ordered"]

T = TypeVar("T")
R = TypeVar("R")

_DIED = (
    "a worker process died before its work was done (killed, or out of memory); "
    "try again with fewer workers, or workers=1 to see the cause"
)
_LOOK_SECONDS = 1.0  # between looks at the workers while nothing comes back
_work: Callable[[Any], Any] | None = None  # set once in each worker process, never in the parent


def check_workers(workers: int) -> int:
    """Return *workers*, a whole number of 1 or more; raise :class:`~newsclean.errors.OptionError` otherwise."""
    if not isinstance(workers, int) or isinstance(workers, bool) or workers < 1:
        raise OptionError(f"workers is a whole number of 1 or more, not {workers!r}")
    return workers


def batches_by_size(
    items: Iterable[T], size: Callable[[T], int], *, limit: int, most: int = 10_000, last: bool = False
) -> Iterator[list[T]]:
    """Yield *items* in lists whose sizes add up to about *limit*; no list is empty or longer than *most*.

    An error of *items* is raised; with *last* after the list that was begun has been yielded.

    >>> list(batches_by_size(["aa", "b", "cccc", "d"], len, limit=3))
    [['aa', 'b'], ['cccc'], ['d']]
    """
    batch: list[T] = []
    total = 0
    wrong: Exception | None = None
    try:
        for item in items:
            batch.append(item)
            total += size(item)
            if total >= limit or len(batch) >= most:
                yield batch
                batch, total = [], 0
    except Exception as error:
        if not last:
            raise
        wrong = error
    if batch:
        yield batch
    if wrong is not None:
        raise wrong


def map_ordered(make: Callable[[], Callable[[T], R]], batches: Iterable[T], *, workers: int) -> Iterator[R]:
    """Yield ``make()(batch)`` for each batch, in order, over *workers* processes (1: in this one).

    *make* is called once a process, so that what is dear to build (compiled rules) is built once; it must be
    picklable, a module-level function or a ``functools.partial`` of one. At most ``workers + 2`` batches are
    under way. An error raised by the work is raised here, after the batches before it were yielded.

    Raises:
        OptionError: *workers* is below 1.
        WorkerError: a worker process died or cannot be started, or memory ran out in one.
    """
    check_workers(workers)
    if workers == 1:
        work = make()
        for batch in batches:
            yield work(batch)
        return
    # Not at the top: `import newsclean` stays light, and most calls never need a pool.
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    pool = ProcessPoolExecutor(workers, initializer=_start, initargs=(make,))
    pending: deque[Future[R]] = deque()
    try:
        for batch in batches:
            pending.append(_submitted(pool, batch))
            if len(pending) >= workers + 2:
                yield _outcome(pool, pending.popleft())
        while pending:
            yield _outcome(pool, pending.popleft())
    except BrokenProcessPool as error:
        raise WorkerError(_DIED) from error
    except MemoryError as error:
        raise WorkerError(
            "memory ran out before the work was done; try again with fewer workers, or leave out the largest texts"
        ) from error
    finally:
        if _has_lost_one(pool):
            _give_up(pool)
        pool.shutdown(wait=True, cancel_futures=True)


def _submitted(pool: ProcessPoolExecutor, batch: Any) -> Future[Any]:
    try:
        return pool.submit(_call, batch)
    except BrokenPipeError as error:  # it died while it was being told what to do
        _give_up(pool)  # those that were started before it: nobody else would end them
        raise WorkerError(_DIED) from error
    except OSError as error:
        raise WorkerError(
            f"no worker process can be started: {error.strerror or error}; try again with fewer workers, or workers=1"
        ) from error


def _outcome(pool: ProcessPoolExecutor, future: Future[R]) -> R:
    """Return what *future* comes to, and see to it that it comes to something.

    The pool notices a worker that dies, but for one that is killed while it hands a result over: then it waits for the
    rest of that for ever (CPython 3.11 to 3.14). So the workers are looked at here, too.
    """
    lost = False
    while True:
        try:
            return future.result(timeout=_LOOK_SECONDS)
        except TimeoutError:
            if future.done():  # it was the work that raised it
                return future.result()
            if lost:  # for a second, and the pool has not noticed
                _give_up(pool)
            lost = _has_lost_one(pool)


def _has_lost_one(pool: ProcessPoolExecutor) -> bool:
    return any(process.exitcode is not None for process in _processes(pool))


def _processes(pool: ProcessPoolExecutor) -> list[Any]:
    return list((getattr(pool, "_processes", None) or {}).values())


def _give_up(pool: ProcessPoolExecutor) -> None:
    """End all workers, and what the pool reads their results from: it then says itself that it is broken."""
    for process in _processes(pool):
        process.kill()
    results = getattr(pool, "_result_queue", None)
    if results is not None:
        results._writer.close()


def _start(make: Callable[[], Callable[[Any], Any]]) -> None:
    from threading import Thread

    # A parent that is killed tells nobody, and its workers would wait for work for ever.
    Thread(target=_end_with_parent, daemon=True).start()
    global _work
    _work = make()


def _end_with_parent() -> None:
    import os
    from multiprocessing import parent_process
    from multiprocessing.connection import wait

    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _call(batch: Any) -> Any:
    assert _work is not None
    return _work(batch)
