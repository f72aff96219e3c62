"""What ``newsclean dedup`` and ``newsclean run`` cost over files of growing size, and the memory they take in all.

    python benchmarks/scale_files.py [--articles 10000 50000] [--command dedup run] [--workers 2] [--memory 2GB]

Made-up articles (benchmarks/corpus.py) in a JSONL file. Seconds are those of the run's own ``--stats``, by stage; memory
is measured from outside, ten times a second: the sum over all processes of their proportional share (PSS, Linux only).
The figure to look at is microseconds an article: the same for any number when time is linear.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from corpus import articles


def processes(root: int) -> Iterator[int]:
    yield root
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{root}/task"):
            for child in Path(f"/proc/{root}/task/{thread}/children").read_text().split():
                yield from processes(int(child))


def share(process: int) -> int:
    """Return the process's share of memory, in kB."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def measure(command: str, path: Path, workers: int, memory: str) -> tuple[dict[str, float], float]:
    stats = path.with_suffix(".stats.json")
    arguments = [command, str(path), "-o", str(path.with_suffix(".out.jsonl")), "--stats", str(stats), "-q"]
    arguments += ["--workers", str(workers), "--memory", memory]
    peak = 0
    with subprocess.Popen([sys.executable, "-m", "newsclean", *arguments]) as process:
        while process.poll() is None:
            peak = max(peak, sum(map(share, processes(process.pid))))
            time.sleep(0.1)
    if process.returncode:
        raise SystemExit(process.returncode)
    figures = json.loads(stats.read_text())
    return {**figures["seconds_by_stage"], "in all": figures["seconds"]}, peak / 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, nargs="+", default=[10_000, 50_000])
    parser.add_argument("--command", nargs="+", choices=["dedup", "run"], default=["dedup"])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--memory", default="2GB")
    given = parser.parse_args()
    for command in given.command:
        for count in given.articles:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "in.jsonl"
                with path.open("w", encoding="utf-8") as file:
                    for number, text in enumerate(articles(count)):
                        file.write(json.dumps({"id": number, "text": text}) + "\n")
                seconds, peak = measure(command, path, given.workers, given.memory)
            costs = ", ".join(f"{stage} {took / count * 1e6:.0f}" for stage, took in seconds.items())
            print(f"{command} {count:>9,} articles: {peak:.0f} MB; us an article: {costs}", flush=True)


if __name__ == "__main__":
    main()
