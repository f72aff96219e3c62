"""One process, two processes, Spark on one core and on two: `newsclean run` over the same articles.

    python benchmarks/scale.py 20000 100000 500000
    python benchmarks/scale.py 500000 "processes 2" "spark local[2]"

Prints for each engine seconds, CPU seconds and peak memory (PSS) of all processes, whether the outputs are the same,
and for Spark what each stage took and left: seconds, CPU seconds of all processes, bytes shuffled, bytes on disk. Needs the extra
`spark`, Java and Linux. Sizes differ in what is fixed: Spark's start is part of every figure.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
ENGINES = {
    "processes 1": ["--workers", "1", "--memory", "4GB"],
    "processes 2": ["--workers", "2", "--memory", "4GB"],
    "spark local[1]": ["--engine", "spark", "--master", "local[1]"],
    "spark local[2]": ["--engine", "spark", "--master", "local[2]"],
}
SETTINGS = {
    "spark.driver.memory": "2g",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "8",
    "spark.sql.files.maxPartitionBytes": "16m",
}


def make(path: Path, count: int) -> None:
    """Write *count* made-up articles as Parquet, in ten files."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    from corpus import stories

    path.mkdir()
    rows: list[dict[str, object]] = []
    for number, (text, _) in enumerate(stories(count)):
        rows.append({"id": number, "text": text})
        if len(rows) == -(-count // 10) or number == count - 1:
            table = pa.Table.from_pylist(rows)
            pq.write_table(table, path / f"{number:09}.parquet", compression="zstd", row_group_size=5000)
            rows = []


def watched(command: list[str]) -> tuple[float, float, float, str]:
    """Run *command*; return seconds, CPU seconds and peak MB of it and all processes below it, and what it said."""
    began = time.monotonic()
    cpu: dict[int, float] = {}
    peak = 0.0
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.DEVNULL, text=True)
        while process.poll() is None:
            held = 0.0
            for one in tree(process.pid):
                with contextlib.suppress(OSError, ValueError):
                    fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
                    cpu[one] = (int(fields[11]) + int(fields[12])) / TICK
                    held += pss(one)
            peak = max(peak, held)
            time.sleep(0.25)
        said.seek(0)
        if process.returncode:
            raise SystemExit(f"{' '.join(command)}: exit code {process.returncode}")
        return time.monotonic() - began, sum(cpu.values()), peak, said.read()


def tree(root: int) -> list[int]:
    """Return the processes below *root*, itself first."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    found = [root]
    for process in found:
        found += [child for child, parent in parents.items() if parent == process]
    return found


def pss(process: int) -> float:
    """Return the memory of a process in MB, its share of what several have in common."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1e3


def run(engine: str, source: str, output: str) -> None:
    """Do one run in this process; of Spark, tell what each stage took, as JSON."""
    from newsclean.cli import main

    stages = record_stages() if engine.startswith("spark") else []
    if main(["run", source, "-o", output, "--format", "parquet", "-q", *ENGINES[engine]]):
        raise SystemExit(f"{engine}: failed")
    print(json.dumps(stages))


def cpu_seconds() -> float:
    """Return the CPU seconds of this process and all below it, and of those that ended and were waited for."""
    total = 0
    for one in tree(os.getpid()):
        with contextlib.suppress(OSError):
            total += sum(map(int, Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()[11:15]))
    return total / TICK


def record_stages() -> list[dict[str, object]]:
    """Start Spark as it is to be, and have each stage say what it took."""
    from pyspark.sql import SparkSession

    from newsclean.scale.spark.stages import Stages

    builder = SparkSession.builder.master("local[2]" if "[2]" in sys.argv[2] else "local[1]")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    builder.getOrCreate().sparkContext.setLogLevel("OFF")
    made: list[dict[str, object]] = []
    plain = Stages.make

    def make(self, name, build, **options):
        executor = self._spark.sparkContext._jsc.sc().statusStore().executorSummary
        before, began, cpu = executor("driver"), time.monotonic(), cpu_seconds()
        rows = plain(self, name, build, **options)
        after = executor("driver")
        folder = Path(self.path(name))
        made.append(
            {
                "stage": name,
                "seconds": time.monotonic() - began,
                "CPU seconds": cpu_seconds() - cpu,
                "shuffled": after.totalShuffleWrite() - before.totalShuffleWrite(),
                "disk": sum(path.stat().st_size for path in folder.glob("*.parquet")),
            }
        )
        return rows

    Stages.make = make
    return made


def same(one: Path, other: Path) -> bool:
    """Return whether two outputs hold the same rows."""
    import pyarrow.parquet as pq

    tables = [pq.read_table(path).combine_chunks() for path in (one, other)]
    return tables[0].equals(tables[1].cast(tables[0].schema))


def main() -> None:
    """Compare the engines at each size."""
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    os.environ["PYSPARK_PYTHON"] = sys.executable
    with tempfile.TemporaryDirectory() as name:
        sizes = [int(argument) for argument in sys.argv[1:] if argument.isdecimal()]
        wanted = [argument for argument in sys.argv[1:] if not argument.isdecimal()] or [*ENGINES]
        for count in sizes:
            folder = Path(name) / str(count)
            make(folder, count)
            first = None
            for engine in wanted:
                output = Path(name) / f"{count}-{engine.replace(' ', '-')}.parquet"
                seconds, cpu, peak, said = watched(
                    [sys.executable, __file__, "--one", engine, str(folder), str(output)]
                )
                first = first or output
                alike = "the same rows" if same(first, output) else "OTHER ROWS"
                print(f"{count:>8} {engine:<16} {seconds:7.1f} s {cpu:7.1f} CPU s {peak:6.0f} MB  {alike}", flush=True)
                for stage in json.loads(said.splitlines()[-1]):
                    print(
                        f"{'':>9}{stage['stage']:<22} {stage['seconds']:7.1f} s {stage['CPU seconds']:7.1f} CPU s "
                        f"{stage['shuffled'] / 1e6:8.1f} MB shuffled {stage['disk'] / 1e6:8.1f} MB on disk",
                        flush=True,
                    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        run(*sys.argv[2:])
    else:
        main()
