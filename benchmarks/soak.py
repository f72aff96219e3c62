"""Does memory stay flat? Clean, compare and index made-up articles for as long as asked: ``python benchmarks/soak.py --minutes 60``.

Every minute one line: articles so far and resident memory. At the end the growth of the last half over its beginning;
exit code 1 where it is more than a tenth. The articles are new all the time, and so are their words; the index is
begun anew every so often, as its own memory grows with what is in it.
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from neardup.neardup_samples import article, edited
from newsclean import Article, Cleaner, SiteProfiles, find_duplicates
from newsclean.index import DuplicateIndex

DIRT = ("Hide Ad", "Watch more of our videos on Shots!", "By Anna Berg", "18 November 2019, 19:11", "Share", "Read more: The bridge",
        "Photo by Tom Hale/Reuters", "Itâ€™s &amp;amp; over", "12 comments", "Anzeige", "Lire aussi : Le pont", "")  # fmt: skip


def resident() -> float:
    """Return the resident memory of this process in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise SystemExit("this needs /proc")


def dirty(n: int) -> Article:
    """Return the *n*-th article: prose with dirt between its paragraphs, words of its own, every third a copy."""
    rng = random.Random(n)
    text = edited(article(n - 1), n) if n % 3 == 0 else article(n)
    parts = [*text.split("\n\n"), *rng.choices(DIRT, k=4), f"Teaser number {n} of x{rng.randrange(10**9)}"]
    rng.shuffle(parts)
    return Article("\n".join(parts), id=n, site=f"site{n % 7}.example")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    begin = time.monotonic()
    until = begin + 60 * parser.parse_args().minutes
    cleaner, number, seen, told = Cleaner(), 0, [], begin
    while time.monotonic() < until:
        with tempfile.TemporaryDirectory() as folder, DuplicateIndex.open(folder) as index:
            for _ in range(20):
                batch = [dirty(number + n) for n in range(100)]
                number += len(batch)
                for result in cleaner.clean_many(batch):
                    assert result.restore()
                    result.to_dict()
                found = find_duplicates(batch, cleaner=cleaner)
                found.explain(batch[0].id, batch[1].id)
                index.add_many(batch)
                SiteProfiles.fit(batch)
                if time.monotonic() - told > 60:
                    gc.collect()
                    told = time.monotonic()
                    seen.append(resident())
                    print(f"{(told - begin) / 60:.0f} min, {number} articles, {seen[-1]:.0f} MB", flush=True)
                if time.monotonic() > until:
                    break
    half = seen[len(seen) // 2 :] or [resident()]
    middle = len(half) // 2
    growth = max(half[middle:]) / max(half[: middle or 1]) - 1
    print(f"{number} articles; memory in the last quarter {growth:+.1%} of the one before")
    raise SystemExit(growth > 0.1)


if __name__ == "__main__":
    main()
