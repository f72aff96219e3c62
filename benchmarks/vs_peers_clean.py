"""newsclean beside its peers, one run, the same texts: ``python benchmarks/vs_peers_clean.py [--data FILE] [--sizes]``.

Texts come from ``dirty.py``, or from a JSON Lines file (plain or ``.gz``) whose records have a ``text``. Each round
times all tools one after the other, so that a busy machine slows them alike; shown is the median of the rounds'
ratios. Processor time is counted, but for two workers, where it is the clock. A peer that is not installed is left
out: ``pip install clean-text trafilatura lxml_html_clean 'datatrove[io,processing]'``. What the peers do differs: ftfy and
clean-text change characters, trafilatura's text functions trim and join lines, datatrove's filters only say whether a
text is good.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import TypeAlias

import dirty
import ftfy

import newsclean
from newsclean.rules import shipped_rules
from newsclean.text.repair import CONSERVATIVE

NEWSCLEAN = "newsclean.clean"
WORST = {
    "one line": lambda size: "The river rose by two metres overnight and the bridge was closed. " * (size // 67),
    "one word a line": lambda size: "\n".join(f"word{n % 977}" for n in range(size // 8)),
    "one line over and over": lambda size: "\n".join(
        ["The council of Alton met on Monday and said no."] * (size // 48)
    ),
    "a line that almost doubles": lambda size: (lambda half: half + half[:-1] + "x")(
        " ".join(f"w{n}" for n in range(size // 14))
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, help="a JSON Lines file; without it, generated articles")
    parser.add_argument("--limit", type=int, default=300, help="texts, spread over the file")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--sizes", action="store_true", help="also the cost by size, worst cases and two workers")
    options = parser.parse_args()
    texts = read(options.data, options.limit) if options.data else dirty.articles(options.limit)
    size = sum(map(len, texts))
    print(f"{len(texts)} texts, {size:,} characters; Python {sys.version.split()[0]}, ftfy {ftfy.__version__}")
    compare(tools(), texts, size, options.rounds)
    print(f"import newsclean: {fresh('import newsclean'):.2f} s, import ftfy: {fresh('import ftfy'):.2f} s")
    print(f"first clean() of a process, import included: {fresh('import newsclean; newsclean.clean(chr(97))'):.2f} s")
    if options.sizes:
        by_size()
        worst()
        two_workers(texts * 8)


def read(path: Path, limit: int) -> list[str]:
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    return texts[:: max(1, len(texts) // limit)][:limit]


Tool: TypeAlias = Callable[[list[str]], object]


def each(tool: Callable[[str], object]) -> Tool:
    return lambda texts: [tool(text) for text in texts]


def tools() -> dict[str, Tool]:
    cleaner = newsclean.Cleaner()
    found = {
        NEWSCLEAN: each(newsclean.clean),
        "newsclean, clean_many": lambda texts: list(cleaner.clean_many(texts)),
        "ftfy.fix_text": each(ftfy.fix_text),
        "ftfy, conservative": each(lambda text: ftfy.fix_text(text, CONSERVATIVE)),
        "splitlines and strip": each(lambda text: [line.strip() for line in text.splitlines()]),
    }
    for name, make in PEERS.items():
        try:
            tool = make()
            tool("The river rose on Monday. Nobody was hurt.")  # what some need shows only then
            found[name] = each(tool)
        except ImportError as error:
            print(f"{name} is left out: {error}")
    return found


def _clean_text() -> Callable[[str], object]:
    from cleantext import clean

    return clean


def _trafilatura() -> Callable[[str], object]:
    from trafilatura.utils import sanitize

    return sanitize


def _fineweb() -> Callable[[str], object]:
    from datatrove.data import Document
    from datatrove.pipeline.filters import FineWebQualityFilter

    judge = FineWebQualityFilter()
    return lambda text: judge.filter(Document(text=text, id=""))


def _c4() -> Callable[[str], object]:
    from datatrove.data import Document
    from datatrove.pipeline.filters import C4QualityFilter

    judge = C4QualityFilter()
    return lambda text: judge.filter(Document(text=text, id=""))


PEERS = {
    "clean-text": _clean_text,
    "trafilatura, sanitize": _trafilatura,
    "datatrove, FineWeb filter": _fineweb,
    "datatrove, C4 filter": _c4,
}


def compare(tools: dict[str, Tool], texts: list[str], size: int, rounds: int) -> None:
    for tool in tools.values():
        tool(texts[:50])
    spent: dict[str, list[float]] = {name: [] for name in tools}
    for _ in range(rounds):
        for name, tool in tools.items():
            spent[name].append(timed(lambda tool=tool: tool(texts)))
    print(f"{'':28s}{'MB/s':>8s}{'newsclean is faster by':>26s}")
    for name, times in spent.items():
        ratio = median(theirs / ours for theirs, ours in zip(times, spent[NEWSCLEAN], strict=True))
        print(f"{name:28s}{size / 1e6 / min(times):8.2f}{ratio:26.2f}")


def timed(work: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    start = clock()
    work()
    return clock() - start


def fresh(code: str) -> float:
    return min(
        timed(lambda: subprocess.run([sys.executable, "-c", code], check=True), time.perf_counter) for _ in "123"
    )


def peak(work: Callable[[], object]) -> float:
    """Return by how many MB *work* raised the process's highest memory; 0 where it stayed below what was there before."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    work()
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def by_size() -> None:
    print("\ncost by size")
    for size in (1_000, 3_000, 10_000, 100_000, 3_000_000, 10_000_000):
        texts = _of_size(size)
        more = peak(lambda texts=texts: [newsclean.clean(text) for text in texts])
        ours, theirs = (
            min(timed(lambda: [tool(text) for text in texts]) for _ in "123")  # noqa: B023 - called at once
            for tool in (newsclean.clean, ftfy.fix_text)
        )
        total = sum(map(len, texts))
        print(
            f"{total // len(texts):12,d} characters: {ours / total * 1e9:8.0f} ns a character, {theirs / ours:5.2f} times"
            f" as fast as ftfy, {more:6.0f} MB more at the peak"
        )


def _of_size(size: int) -> list[str]:
    """Return articles of about *size* characters, enough of them for a measure."""
    (sample,) = dirty.articles(1, paragraphs=40)
    paragraphs = max(1, round(40 * size / len(sample)))
    return dirty.articles(max(1, 300_000 // size), paragraphs=paragraphs)


def worst() -> None:
    print("\nworst cases, at a size and at four times the size (linear is 4)")
    for name, make in WORST.items():
        small, large = (make(size) for size in (5_000_000, 20_000_000))
        costs = [min(timed(lambda text=text: newsclean.clean(text)) for _ in "12") for text in (small, large)]
        print(f"{name:28s}{costs[1]:8.2f} s, {costs[1] / costs[0]:6.2f} times")
    rules()


def rules() -> None:
    """Each rule's own worst: its longest example with its beginning written over and over, and many such lines."""
    costs: list[tuple[float, str]] = []
    for rule in shipped_rules().rules:
        words = max(rule.hits, key=len).split("\n")[0].split()
        line = " ".join((words * 40)[:40])[:590]
        small, large = ("\n".join([f"{n} {line}" if n % 2 else line for n in range(count)]) for count in (50, 200))
        few, many = (min(timed(lambda text=text: newsclean.clean(text)) for _ in "12") for text in (small, large))
        costs.append((many / few, rule.id))
    costs.sort(reverse=True)
    print(
        f"each rule's own worst lines, 50 and 200 of them (linear is 4): at most {costs[0][0]:.1f} times, {costs[0][1]}"
    )


def two_workers(texts: list[str]) -> None:
    cleaner = newsclean.Cleaner()
    one, two = (
        timed(lambda n=n: [None for _ in cleaner.clean_many(texts, workers=n)], time.perf_counter) for n in (1, 2)
    )
    print(f"\n{len(texts)} texts: one worker {one:.2f} s, two {two:.2f} s: {one / two:.2f} times")


if __name__ == "__main__":
    main()
