"""The pool keeps order and bounds, passes errors on, and says so when a worker dies."""

import os
import signal
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsclean.errors import OptionError, WorkerError
from newsclean.parallel import batches_by_size, map_ordered


def doubler():
    return lambda batch: [2 * n for n in batch]


def failer(on):
    def work(batch):
        if on in batch:
            raise ValueError(f"{on} is not wanted")
        return batch

    return work


def killer():
    def work(batch):
        os.kill(os.getpid(), signal.SIGKILL)

    return work


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_results_come_in_order(workers):
    batches = [[n] for n in range(50)]
    assert list(map_ordered(doubler, batches, workers=workers)) == [[2 * n] for n in range(50)]


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_in_the_work_is_raised_after_what_came_before(workers):
    results = map_ordered(partial(failer, 3), [[n] for n in range(6)], workers=workers)
    assert [next(results) for _ in range(3)] == [[0], [1], [2]]
    with pytest.raises(ValueError, match="3 is not wanted"):
        next(results)


def test_a_worker_that_is_killed_is_an_error_never_a_gap():
    with pytest.raises(WorkerError, match="fewer workers"):
        list(map_ordered(killer, [[1], [2]], workers=2))


def test_only_a_few_batches_are_under_way():
    taken = []

    def batches():
        for n in range(100):
            taken.append(n)
            yield [n]

    results = map_ordered(doubler, batches(), workers=2)
    next(results)
    assert len(taken) <= 5
    results.close()


@pytest.mark.parametrize("workers", [0, -2, 1.0, None, True])
def test_workers_is_checked(workers):
    with pytest.raises(OptionError):
        list(map_ordered(doubler, [], workers=workers))


@pytest.mark.parametrize("last", [True, False])
def test_a_batch_that_was_begun_goes_out_before_an_error_where_that_is_asked_for(last):
    def items():
        yield from "abc"
        raise OSError("the line is down")

    batches = batches_by_size(items(), len, limit=2, last=last)
    assert [next(batches) for _ in range(1 + last)] == [["a", "b"], ["c"]][: 1 + last]
    with pytest.raises(OSError, match="the line is down"):
        next(batches)


@given(items=st.lists(st.text(max_size=5)), limit=st.integers(1, 12), most=st.integers(1, 4))
def test_batches_hold_everything_in_order(items, limit, most):
    batches = list(batches_by_size(items, len, limit=limit, most=most))
    assert [item for batch in batches for item in batch] == items
    assert all(batch and len(batch) <= most for batch in batches)
    assert all(sum(map(len, batch[:-1])) < limit for batch in batches)
