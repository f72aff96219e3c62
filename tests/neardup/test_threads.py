"""Work in threads: in order, no more of it under way than is said, and none at all where one worker is asked for."""

import itertools
import threading

import pytest

from newsclean.neardup.threads import map_in_threads


def test_one_worker_is_the_thread_that_asks():
    threads = set(map_in_threads(lambda _: threading.get_ident(), range(9), workers=1))
    assert threads == {threading.get_ident()}


def test_more_are_others():
    threads = set(map_in_threads(lambda _: threading.get_ident(), range(9), workers=2))
    assert len(threads) <= 2
    assert threading.get_ident() not in threads


@pytest.mark.parametrize("workers", [2, 3, 5])
def test_no_worker_waits_and_no_more_than_two_batches_do(workers):
    drawn = []
    results = map_in_threads(lambda n: n * n, (drawn.append(n) or n for n in range(40)), workers=workers)
    for n, result in enumerate(results):
        assert result == n * n
        under_way = len(drawn) - n  # with the one that is shown
        assert under_way <= workers + 2
        assert under_way > workers or len(drawn) == 40


@pytest.mark.parametrize("workers", [1, 3])
def test_an_error_comes_behind_what_was_done_before_it(workers):
    results = map_in_threads(lambda n: 6 // n, [1, 2, 3, 0, 5], workers=workers)
    assert list(itertools.islice(results, 3)) == [6, 3, 2]
    with pytest.raises(ZeroDivisionError):
        next(results)
