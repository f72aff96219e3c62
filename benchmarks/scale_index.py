"""How fast the duplicate index takes articles in while it grows, and how large it is.

    python benchmarks/scale_index.py --articles 100000 [--jsonl FILE] [--folder FOLDER]

Articles come from benchmarks/corpus.py, or from the field ``text`` of a JSONL file. Each line is the last 10,000 of
them: articles a second through ``add_many``, processor time an article, entries in each run of band keys. At the end
300 articles one by one through ``add``, each forced to disk.
"""

from __future__ import annotations

import argparse
import itertools
import json
import tempfile
import time
from collections.abc import Iterator

from corpus import articles

from newsclean import DuplicateIndex

STEP = 10_000
SINGLE = 300


def texts(count: int, jsonl: str | None) -> Iterator[str]:
    if jsonl is None:
        yield from articles(count)
        return
    with open(jsonl, encoding="utf-8") as file:
        for line in itertools.islice(file, count):
            yield json.loads(line)["text"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--jsonl")
    parser.add_argument("--folder")
    given = parser.parse_args()
    source = texts(given.articles, given.jsonl)
    folder = given.folder or tempfile.mkdtemp()
    with DuplicateIndex.open(f"{folder}/bench.index") as index:
        print(f"{'entries':>10}{'articles/s':>12}{'us of CPU':>11}")
        for _ in range(given.articles // STEP):
            batch = list(itertools.islice(source, STEP))
            began, cpu = time.perf_counter(), time.process_time()
            index.add_many(batch)
            seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
            print(f"{len(index):10}{STEP / seconds:12.0f}{cpu / STEP * 1e6:11.0f}", flush=True)
        stats = index.stats()
        print(f"{stats.bytes / stats.entries:.0f} bytes an entry, {stats.files} files, {stats.copies} copies")
        singles = list(articles(SINGLE, seed=2))
        began, cpu = time.perf_counter(), time.process_time()
        for text in singles:
            index.add(text)
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
        print(f"one by one: {len(singles) / seconds:.0f} articles/s, {cpu / len(singles) * 1e6:.0f} us of CPU each")


if __name__ == "__main__":
    main()
