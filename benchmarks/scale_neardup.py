"""How time and memory of near-duplicates grow with the number of articles, and what cleaning adds.

    python benchmarks/scale_neardup.py [--small 10000] [--large 100000]

Four collections, each of both sizes, each in a process of its own: mixed articles (benchmarks/corpus.py); the same
article over and over; one form filled in again and again; one story that every paper edits a little. The figure to
look at is the last but one: the time of an article in the large collection over that in the small one, 1 when time is
linear. Then what ``cleaner=newsclean.Cleaner()`` adds: small collections of short stories, each printed by two sites
that put their own "read more" lines and doubled captions between its paragraphs, an eighth, a third or half of the text.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable

from corpus import articles

PLACES = [
    "Alton",
    "Brenford",
    "Calverton",
    "Dunmore",
    "Eastleigh",
    "Farnholt",
    "Grantham",
    "Harwick",
    "Ilminster",
    "Kelso",
]
SKIES = ["sunny", "cloudy", "bright", "dull", "misty", "wet", "windy", "frosty", "mild", "overcast"]


def identical(count: int) -> list[str]:
    return list(articles(1)) * count


def one_form(count: int) -> list[str]:
    rng = random.Random(1)
    return [
        " ".join(
            f"{place}: a {rng.choice(SKIES)} morning with light winds from the north, then a {rng.choice(SKIES)} "
            f"afternoon of {rng.randrange(10, 35)} degrees and {rng.randrange(90)} per cent rain before it turns {rng.choice(SKIES)} at night."
            for place in PLACES
        )
        for _ in range(count)
    ]


def one_story(count: int) -> list[str]:
    rng = random.Random(2)
    words = next(iter(articles(1))).split()
    made = []
    for _ in range(count):
        copy = list(words)
        for place in rng.sample(range(len(copy)), len(copy) // 40 + 1):
            copy[place] = rng.choice(words)
        made.append(" ".join(copy))
    return made


def dirty(count: int, share: float) -> list[str]:
    """Return stories of 100 words, two copies of each, *share* of every text being dirt of its own."""
    rng = random.Random(3)
    words = " ".join(articles(50)).split()
    made = []
    for text in articles(count // 2):
        story = text.split()[:100]
        for _ in range(2):
            lines, dirt = [], 0.0
            for start in range(0, len(story), 20):
                lines.append(" ".join(story[start : start + 20]) + ".")
                dirt += 20 * share / (1 - share)
                while dirt > 0:
                    some = " ".join(rng.sample(words, 8)).rstrip(".,")
                    lines.append(rng.choice((f"READ MORE: {some}", f"{some}.{some}.", "Hide Ad")))
                    dirt -= len(lines[-1].split())
            made.append("\n\n".join(lines))
    return made


COLLECTIONS: dict[str, Callable[[int], list[str]]] = {
    "mixed": lambda count: list(articles(count)),
    "identical": identical,
    "one form": one_form,
    "one story": one_story,
    "dirt 1/8": lambda count: dirty(count, 1 / 8),
    "dirt 1/3": lambda count: dirty(count, 1 / 3),
    "dirt 1/2": lambda count: dirty(count, 1 / 2),
}
GROWING = ("mixed", "identical", "one form", "one story")


def run_one(name: str, count: int, cleaned: bool) -> None:
    from newsclean import Cleaner, find_duplicates

    texts = COLLECTIONS[name](count)
    cleaner = Cleaner() if cleaned else None
    find_duplicates(["a first – small – run builds what is built once", "another one"] * 2, cleaner=cleaner)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    found = find_duplicates(texts, cleaner=cleaner)
    seconds = time.process_time() - began
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    row = {"seconds": seconds, "kb": (after - before) / count, "pairs": len(found.pairs), "dropped": len(found.drop)}
    json.dump(row, sys.stdout)


def measure(name: str, count: int, *flags: str) -> dict[str, float]:
    command = [sys.executable, __file__, "--run", name, "--small", str(count), *flags]
    row: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=100_000)
    parser.add_argument("--only", nargs="*", choices=[*GROWING, "cleaner"], default=[*GROWING, "cleaner"])
    parser.add_argument("--cleaned", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--run", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.run:
        run_one(given.run, given.small, given.cleaned)
        return
    print(f"{'':12}{'articles':>10}{'us/article':>12}{'x small':>9}{'kB/article':>12}{'pairs':>9}{'dropped':>9}")
    for name in GROWING:
        if name in given.only:
            each = {}
            for count in (given.small, given.large):
                row = measure(name, count)
                each[count] = row["seconds"] / count
                print(f"{name:12}{count:10}{each[count] * 1e6:12.0f}{each[count] / each[given.small]:9.2f}", end="")
                print(f"{row['kb']:12.2f}{row['pairs']:9}{row['dropped']:9}", flush=True)
    if "cleaner" in given.only:
        print(f"\n{given.small} short articles, two of each story{'us/article':>14}{'copies found':>14}")
        for name in COLLECTIONS:
            if name not in GROWING:
                for label, flags in (("as they are", ()), ("cleaned first", ("--cleaned",))):
                    row = measure(name, given.small, *flags)
                    each, found = row["seconds"] / given.small * 1e6, row["dropped"] / (given.small // 2)
                    print(f"{name:21}{label:19}{each:14.0f}{found:14.3f}", flush=True)


if __name__ == "__main__":
    main()
