"""Killed at any moment, the index has all that was acknowledged, nothing twice, and goes on as if nothing had been."""

import os
import random
import signal
import sys
import time

import pytest

from neardup.neardup_samples import article, edited
from newsclean import Article, Background, find_duplicates
from newsclean.index import DuplicateIndex, files

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="children are forked, which starts them at once")

FLUSH = 40


def feed(count):
    """Return articles, every third of which is a copy of an earlier one."""
    rng = random.Random(7)
    texts = []
    for n in range(count):
        copied = n > 10 and n % 3 == 0
        texts.append(edited(rng.choice(texts), n) if copied else article(n, sentences=3 + n % 5))
    return [Article(text, id=f"a{n}") for n, text in enumerate(texts)]


def write_until_killed(path, articles, seed, acknowledge):
    """Add what is not there yet, one by one and in batches, and now and then compact and remove; tell of each."""
    rng = random.Random(seed)
    with DuplicateIndex.open(path) as index:
        at = len(index)
        while at < len(articles):
            size = rng.choice([1, 1, 2, 13, 60])
            index.add_many(articles[at : at + size])
            at += len(articles[at : at + size])
            os.write(acknowledge, b"%d\n" % at)
            if rng.random() < 0.15:
                index.compact()
            if rng.random() < 0.1:
                index.add(Article(article(90_000 + seed), id="passing"))
                index.remove("passing")
    os.write(acknowledge, b"end\n")


def killed_child(path, articles, seed):
    """Return how many articles a child had acknowledged when it was killed, and whether it had come to its end."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.close(read)
            write_until_killed(path, articles, seed, write)
            time.sleep(60)
        except BaseException as error:
            os.write(2, f"{error!r}\n".encode())
        finally:
            os._exit(1)
    os.close(write)
    with open(read, "rb") as pipe:
        told = pipe.readline()  # it is at work
        time.sleep(random.Random(f"wait {seed}").random() ** 2 * 0.15)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        told += pipe.read()
    assert os.WIFSIGNALED(status), "the child ended by itself"
    lines = told.split(b"\n")[:-1]
    return max([int(line) for line in lines if line != b"end"], default=0), b"end" in lines


def run_kills(path, kills, count, monkeypatch):
    monkeypatch.setattr(files, "FLUSH", FLUSH)
    articles = feed(count)
    seed = rounds = 0
    known = 0
    while seed < kills:
        seed += 1
        acknowledged, ended = killed_child(path, articles, seed)
        with DuplicateIndex.open(path) as index:
            if "passing" in index:  # acknowledged by nobody, removed by nobody
                index.remove("passing")
            there = len(index)
            assert there >= max(acknowledged, known)
            assert all(one.id in index for one in articles[:there])
            index.check()
        known = there
        if ended or there == len(articles):
            verify(path, articles)
            rounds += 1
            path = path.with_name(f"index {rounds}")
            known = 0
    with DuplicateIndex.open(path) as index:
        index.add_many(articles)
    verify(path, articles)
    return rounds


def verify(path, articles):
    with DuplicateIndex.open(path) as index:
        assert len(index) == len(articles)
        again = index.add_many(articles)
        assert index.groups() == find_duplicates(articles, background=Background.fit([])).groups
    with DuplicateIndex.open(path.with_name("undisturbed")) as index:
        assert index.add_many(articles) == again


def test_twenty_kills(tmp_path, monkeypatch):
    run_kills(tmp_path / "index", 20, 400, monkeypatch)


@pytest.mark.slow
def test_two_hundred_kills(tmp_path, monkeypatch):
    rounds = run_kills(tmp_path / "index", 200, 1500, monkeypatch)
    print(f"{rounds} feeds came to their end", file=sys.stderr)


@pytest.mark.parametrize("left", ["writer.sqlite", "background.npz", ".index.sqlite.0q_tz8a9.tmp"])
def test_an_index_that_was_killed_while_made_is_made_again(tmp_path, left):
    (tmp_path / left).touch()
    with DuplicateIndex.open(tmp_path) as index:
        assert len(index) == 0
