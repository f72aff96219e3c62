"""Near-duplicates, from raw text to flags: newsclean and its peers in one run, on one thread or more.

    pip install rensa gaoya FastSketchLSH near-dupes
    python benchmarks/vs_peers_neardup.py --articles 20000 --rounds 3 [--threads 2] [--file articles.jsonl]

All get the same texts and the same task: which articles have a near-copy, at a Jaccard similarity of .6 of three-word
shingles. Each takes its own best path, making shingles included: gaoya does it itself; for rensa, FastSketchLSH and
datasketch it is the fastest we know in Python, words found by one regex and joined by ``map``. All sketch 128 slots and
look in 32 bands of 4 (newsclean: its own default). Only newsclean checks what it flags; rensa and FastSketchLSH are
asked for flags alone, which is their fastest path, and know neither pairs nor groups. gaoya cuts words at white space,
punctuation included, so its likenesses are lower: it is given .5, or a third of the copies are missed.

Each runs in a process of its own, in turns, so that a busy machine is busy for all; the best of the rounds counts. On
one thread the processor's time is taken, on more the clock on the wall.
Recall and precision are of flagged articles, against an exact join of all pairs. ``rho`` is rensa's sampling sketch.
near-dupes verifies its pairs too, on
three-character shingles, whose likenesses are higher: it is given .75. semhash takes its vectors from a model that has
to be fetched first, and finds likeness of meaning; it is not run.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import itertools
import json
import os
import platform
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

THRESHOLD = 0.6
SLOTS, BANDS, ROWS = 128, 32, 4
WORD = re.compile(r"\w+")


def python_shingles(text: str) -> list[str]:
    words = WORD.findall(text.lower())
    return list(map(" ".join, zip(words, words[1:], words[2:], strict=False))) or [" ".join(words)]


def newsclean(texts: list[str], threads: int) -> set[int]:
    from newsclean import find_duplicates

    found = find_duplicates(texts, threshold=THRESHOLD, containment=1.0, workers=threads)
    # All verified pairs count: a result names for each article only the one by which it joined its group.
    pairs, members = found._evidence, found._collection.members
    alike = np.flatnonzero(pairs.overlaps.jaccard >= THRESHOLD)
    copies = np.union1d(pairs.first[alike], pairs.second[alike]).tolist()
    copies += [text for text, places in enumerate(members) if len(places) > 1]
    return {place for text in copies for place in members[text]}


def newsclean_defaults(texts: list[str], threads: int) -> set[int]:
    from newsclean import find_duplicates

    found = find_duplicates(texts, workers=threads)
    return {id for group in found.groups for id in group.members}


def gaoya(texts: list[str], threads: int) -> set[int]:
    from gaoya.minhash import MinHashStringIndex

    index = MinHashStringIndex(32, 0.5, BANDS, ROWS, SLOTS, "word", True, (3, 3))
    index.par_bulk_insert_docs(list(range(len(texts))), texts)
    return {number for number, similar in enumerate(index.par_bulk_query(texts)) if len(similar) > 1}


def rensa(texts: list[str], threads: int) -> set[int]:
    from rensa import RMinHash, RMinHashLSH

    matrix = RMinHash.digest_matrix_from_token_sets([python_shingles(text) for text in texts], SLOTS, 42)
    lsh = RMinHashLSH(THRESHOLD, SLOTS, BANDS)
    return set(np.flatnonzero(lsh.query_duplicate_flags_matrix_one_shot(matrix)).tolist())


def rensa_rho(texts: list[str], threads: int) -> set[int]:
    from rensa import RMinHash, RMinHashLSH

    matrix = RMinHash.digest_matrix_from_token_sets_rho([python_shingles(text) for text in texts], SLOTS, 42)
    lsh = RMinHashLSH(THRESHOLD, SLOTS, BANDS)
    return set(np.flatnonzero(lsh.query_duplicate_flags_matrix_one_shot(matrix)).tolist())


def fastsketchlsh(texts: list[str], threads: int) -> set[int]:
    from FastSketchLSH import LSH, FastSimilaritySketch

    sketches = FastSimilaritySketch(size=SLOTS).batch([python_shingles(text) for text in texts], num_threads=threads)
    flags = LSH(num_perm=SLOTS, num_bands=BANDS, num_threads=threads).insert_and_query_duplicates(sketches)
    return set(np.flatnonzero(flags).tolist())


def datasketch(texts: list[str], threads: int) -> set[int]:
    from datasketch import MinHash, MinHashLSH

    lsh = MinHashLSH(num_perm=SLOTS, params=(BANDS, ROWS))
    sketches = []
    for number, text in enumerate(texts):
        sketch = MinHash(SLOTS, scheme="affine32")
        sketch.update_batch([shingle.encode() for shingle in python_shingles(text)])
        lsh.insert(number, sketch, check_duplication=False)
        sketches.append(sketch)
    return {number for number, sketch in enumerate(sketches) if len(lsh.query(sketch)) > 1}


def near_dupes(texts: list[str], threads: int) -> set[int]:
    from near_dupes import find_duplicates

    return {number for group in find_duplicates(texts, kind="text", threshold=0.75).groups for number in group}


# The package that each needs, and whether it is a peer for the ratio (rho misses most copies).
CONTESTANTS: dict[str, tuple[Callable[[list[str], int], set[int]], str, bool]] = {
    "newsclean": (newsclean, "newsclean", False),
    "newsclean, defaults": (newsclean_defaults, "newsclean", False),
    "gaoya": (gaoya, "gaoya", True),
    "rensa": (rensa, "rensa", True),
    "FastSketchLSH": (fastsketchlsh, "FastSketchLSH", True),
    "rensa, rho": (rensa_rho, "rensa", False),
    "datasketch": (datasketch, "datasketch", True),
    "near-dupes": (near_dupes, "near-dupes", True),
}
MODULES = {"near-dupes": "near_dupes"}  # where it has another name than the package


def exact_pairs(texts: list[str], threshold: float = THRESHOLD) -> set[tuple[int, int]]:
    """Return all pairs at or above a Jaccard *threshold*, without a sketch: a join on the rarest shingles.

    Two sets that alike must share one of their rarest ``size - ceil(threshold * size) + 1`` shingles, if all are
    ordered alike (Chaudhuri, Ganti and Kaushik 2006, "A primitive operator for similarity joins").
    """
    from newsclean.neardup.shingles import shingle_sets

    values, offsets = shingle_sets(texts)
    sizes = np.diff(offsets)
    _, number, often = np.unique(values, return_inverse=True, return_counts=True)
    key = often[number] << 32 | number  # rarest first
    keys, holders = [], []
    for row, (begin, end) in enumerate(zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)):
        size = end - begin
        if size:
            prefix = np.sort(key[begin:end])[: size - int(np.ceil(threshold * size - 1e-9)) + 1]
            prefix = prefix[prefix >> 32 > 1]
            keys.append(prefix)
            holders.append(np.full(len(prefix), row))
    flat, holder = np.concatenate(keys), np.concatenate(holders)
    order = np.argsort(flat, kind="stable")
    flat, holder = flat[order], holder[order]
    bounds = np.append(np.flatnonzero(np.diff(flat, prepend=-1)), len(flat)).tolist()
    tried: set[tuple[int, int]] = set()
    for begin, end in itertools.pairwise(bounds):
        rows = holder[begin:end].tolist()
        for place, a in enumerate(rows):
            for b in rows[place + 1 :]:
                if threshold * max(sizes[a], sizes[b]) <= min(sizes[a], sizes[b]):
                    tried.add((a, b))
    found = set()
    for a, b in tried:
        one, other = values[offsets[a] : offsets[a + 1]], values[offsets[b] : offsets[b + 1]]
        shared = len(np.intersect1d(one, other, assume_unique=True))
        if shared >= threshold * (len(one) + len(other) - shared):
            found.add((a, b))
    return found


def read(path: str, most: int) -> list[str]:
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line)["text"] for _, line in zip(range(most), lines, strict=False)]


def run_one(name: str, path: str, most: int, threads: int) -> None:
    contestant = CONTESTANTS[name][0]
    texts = read(path, most)
    contestant(["a first – small – run builds what is built once", "another one"] * 2, 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    clock = time.process_time if threads == 1 else time.perf_counter
    began = clock()
    flagged = contestant(texts, threads)
    seconds = clock() - began
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    json.dump({"seconds": seconds, "kb": (after - before) / len(texts), "flagged": sorted(flagged)}, sys.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--file", help="JSON lines with a text field, instead of benchmarks/corpus.py's articles")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="*", help="some of: " + ", ".join(CONTESTANTS))
    parser.add_argument("--no-truth", action="store_true", help="leave out recall and precision")
    parser.add_argument("--json", help="write the figures to this file too")
    parser.add_argument("--run", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.run:
        run_one(given.run, given.file, given.articles, given.threads)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = given.file
        if path is None:
            from corpus import articles

            path = str(Path(folder, "articles.jsonl"))
            with open(path, "w", encoding="utf-8") as out:
                out.writelines(json.dumps({"text": text}) + "\n" for text in articles(given.articles))
        names = [
            name
            for name in given.only or CONTESTANTS
            if importlib.util.find_spec(MODULES.get(name, CONTESTANTS[name][1]))
        ]
        threads = str(given.threads)
        limits = dict.fromkeys(("RAYON_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), threads)
        runs: dict[str, list[dict]] = {name: [] for name in names}
        for _ in range(given.rounds):
            for name in names:
                command = [sys.executable, __file__, "--run", name, "--file", path, "--threads", threads]
                command += ["--articles", str(given.articles)]
                shown = subprocess.run(command, check=True, capture_output=True, env={**os.environ, **limits})
                runs[name].append(json.loads(shown.stdout))
        texts = read(path, given.articles)
    copies = set() if given.no_truth else {number for pair in exact_pairs(texts) for number in pair}
    words = sum(len(text.split()) for text in texts[:2000]) / min(2000, len(texts))
    print(f"{len(texts)} articles of {words:.0f} words, {threads} thread(s), best of {given.rounds};", end=" ")
    print(f"Python {platform.python_version()}, numpy {np.__version__}; {len(copies)} articles have a copy at .6")
    best = {name: min(run["seconds"] for run in results) for name, results in runs.items()}
    fastest = min((best[name] for name in names if CONTESTANTS[name][2]), default=None)
    rows = []
    for name in names:
        flagged = set(runs[name][0]["flagged"])
        row = {
            "name": f"{name} {importlib.metadata.version(CONTESTANTS[name][1])}",
            "articles_a_second": len(texts) / best[name],
            "times_fastest_peer": None if fastest is None else fastest / best[name],
            "recall": len(flagged & copies) / len(copies) if copies else None,
            "precision": len(flagged & copies) / len(flagged) if copies and flagged else None,
            "kb_an_article": runs[name][0]["kb"],
        }
        rows.append(row)
    print(f"{'':32}{'articles/s':>11}{'x fastest':>11}{'recall':>9}{'precision':>11}{'kB/article':>12}")
    for row in rows:
        cells = [row["times_fastest_peer"], row["recall"], row["precision"], row["kb_an_article"]]
        shown_cells = [
            "-" if cell is None else f"{cell:.4f}" if 0 < place < 3 else f"{cell:.2f}"
            for place, cell in enumerate(cells)
        ]
        print(f"{row['name']:32}{row['articles_a_second']:11.0f}", end="")
        print("".join(f"{cell:>{width}}" for cell, width in zip(shown_cells, (11, 9, 11, 12), strict=True)))
    if given.json:
        Path(given.json).write_text(json.dumps({"threads": given.threads, "rows": rows}, indent=1))


if __name__ == "__main__":
    main()
