"""What ``newsclean dedup`` and ``newsclean run`` cost over files of growing size, and the memory they take in all.

    python benchmarks/scale_files.py [--articles 10000 50000] [--command dedup run] [--workers 2] [--memory 2GB]
    python benchmarks/scale_files.py --corpus articles.jsonl --truth truth.jsonl --folder SCRATCH

Made-up articles (benchmarks/corpus.py) in a JSONL file, or a file of your own. With --truth, a line of JSON for each
article that is a copy or has one (``id``, ``cluster``), it says how many copies were found (recall: of all but the
first of each cluster, those in a group with another one of it), and how many pairs of the groups are of one cluster
(precision: each article with the one it was verified against). Seconds are those of the run's own ``--stats``, by stage; memory
is measured from outside, ten times a second: the sum over all processes of their proportional share (PSS, Linux only).
The figure to look at is microseconds an article: the same for any number when time is linear. Those of processors, of
all processes together, are the steadier ones where others share the machine.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import resource
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


def quality(out: Path, truth: Path) -> tuple[float, float]:
    """Return recall and precision of what *out* says of copies."""
    cluster: dict[str, int] = {}
    with truth.open() as file:
        for line in file:
            told = json.loads(line)
            cluster[str(told["id"])] = told["cluster"]
    met: set[int] = set()
    groups: dict[tuple[str, int], int] = {}
    pairs = right = copies = alone = 0
    with out.open() as file:
        for line in file:
            record = json.loads(line)
            found, id = record["newsclean"]["duplicate"], str(record["id"])
            own = cluster.get(id)
            if found["representative"] is not None:
                pairs += 1
                right += own is not None and own == cluster.get(str(found["representative"]))
            if own is not None:
                copies += own in met
                met.add(own)
                alone += found["kept"] is None
                if found["kept"] is not None:
                    groups[str(found["kept"]), own] = groups.get((str(found["kept"]), own), 0) + 1
    # Of a cluster in one group all but one is found; each further group, and each article by itself, loses one.
    lost = alone + len(groups) - len(met)
    return (copies - lost) / max(1, copies), right / max(1, pairs)


def processor() -> float:
    """Return the processor seconds of all commands that came to their end, their workers' too."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(command: str, path: Path, out: Path, workers: int, memory: str) -> tuple[dict[str, float], float]:
    stats = out.with_suffix(".stats.json")
    arguments = [command, str(path), "-o", str(out), "--stats", str(stats), "-q"]
    arguments += ["--workers", str(workers), "--memory", memory]
    peak = 0
    before = processor()
    with subprocess.Popen([sys.executable, "-m", "newsclean", *arguments]) as process:
        while process.poll() is None:
            peak = max(peak, sum(map(share, processes(process.pid))))
            time.sleep(0.1)
    if process.returncode:
        raise SystemExit(process.returncode)
    figures = json.loads(stats.read_text())
    seconds = {**figures["seconds_by_stage"], "in all": figures["seconds"], "of processors": processor() - before}
    return seconds, peak / 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, nargs="+", default=[10_000, 50_000])
    parser.add_argument("--command", nargs="+", choices=["dedup", "run"], default=["dedup"])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--memory", default="2GB")
    parser.add_argument("--corpus", type=Path, help="articles in JSONL, in place of made-up ones")
    parser.add_argument("--truth", type=Path, help="which of them are copies")
    parser.add_argument("--folder", help="where to write; some 10 kB an article. Default: the temporary folder")
    given = parser.parse_args()
    for command in given.command:
        for count in given.articles if given.corpus is None else [None]:
            with tempfile.TemporaryDirectory(dir=given.folder) as folder:
                path = given.corpus or write(Path(folder) / "in.jsonl", count)
                with path.open("rb") as file:
                    read = sum(1 for _ in file)
                out = Path(folder) / "out.jsonl"
                seconds, peak = measure(command, path, out, given.workers, given.memory)
                costs = ", ".join(f"{stage} {took / read * 1e6:.0f}" for stage, took in seconds.items())
                print(f"{command} {read:>9,} articles: {peak:.0f} MB; us an article: {costs}", flush=True)
                if given.truth is not None:
                    recall, precision = quality(out, given.truth)
                    print(f"recall {recall:.4f}, precision {precision:.5f}", flush=True)


def write(path: Path, count: int) -> Path:
    with path.open("w", encoding="utf-8") as file:
        for number, text in enumerate(articles(count)):
            file.write(json.dumps({"id": number, "text": text}) + "\n")
    return path


if __name__ == "__main__":
    main()
