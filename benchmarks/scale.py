"""One process, two processes, Spark on one core and on two: `newsclean run` over the same articles.

    python benchmarks/scale.py 20000 100000 500000
    python benchmarks/scale.py 500000 "processes 2" "spark local[2]"
    python benchmarks/scale.py 100000 "cluster 1" "cluster 2"

Prints for each engine seconds, CPU seconds and peak memory (PSS) of all processes, whether the outputs are the same,
and for Spark what each stage took and left: seconds, CPU seconds of all processes, bytes shuffled, bytes on disk. Where
one engine ran on one core and on two, also how much faster the stages are with the second; `cluster N` is a master and
N workers of one core each, as processes on 127.0.0.1, and all of it, the driver too, has N cores of this machine. Needs
the extra `spark`, Java and Linux. Sizes differ in what is fixed: Spark's start is part of every figure.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
ENGINES = {
    "processes 1": ["--workers", "1", "--memory", "4GB"],
    "processes 2": ["--workers", "2", "--memory", "4GB"],
    "spark local[1]": ["--engine", "spark", "--master", "local[1]"],
    "spark local[2]": ["--engine", "spark", "--master", "local[2]"],
    "cluster 1": ["--engine", "spark"],
    "cluster 2": ["--engine", "spark"],
}
SECOND_CORE = (("spark local[1]", "spark local[2]"), ("cluster 1", "cluster 2"))
SETTINGS = {
    "spark.driver.memory": "4g",
    "spark.executor.memory": "3g",
    "spark.executor.cores": "1",
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
            time.sleep(1)  # looking takes 40 ms of a core
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

    options, stages = ENGINES[engine], []
    with contextlib.ExitStack() as stack:
        if "spark" in options:
            master = options[-1] if "--master" in options else stack.enter_context(cluster(int(engine.split()[1])))
            stages = record_stages(master)
            options = ["--engine", "spark", "--master", master]
        if main(["run", source, "-o", output, "--format", "parquet", "-q", *options]):
            raise SystemExit(f"{engine}: failed")
    print(json.dumps(stages))


@contextlib.contextmanager
def cluster(workers: int) -> Iterator[str]:
    """Start a master and *workers*, children of this process, on as many cores; yield the master's address."""
    import pyspark

    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:workers])
    spark_class = Path(pyspark.__file__).parent / "bin" / "spark-class"
    ports = [free_port() for _ in range(workers + 2)]
    url = f"spark://127.0.0.1:{ports[0]}"
    started = []

    def start(name: str, port: int, *arguments: str) -> None:
        command = [spark_class, f"org.apache.spark.deploy.{name}", "--host", "127.0.0.1", "--webui-port", str(port)]
        started.append(subprocess.Popen([*command, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    with tempfile.TemporaryDirectory() as folder:
        try:
            start("master.Master", ports[1], "--port", str(ports[0]))
            wait(lambda: reachable(ports[0]))
            for number, port in enumerate(ports[2:]):
                start("worker.Worker", port, "-c", "1", "-m", "4g", "-d", f"{folder}/{number}", url)
            yield url
        finally:
            for process in reversed(started):
                process.terminate()
            for process in started:
                process.wait()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def reachable(port: int) -> bool:
    """Return whether somebody listens on a port of this machine."""
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def wait(true, seconds: float = 120) -> None:
    """Wait until *true* says so."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise SystemExit("the cluster does not start")
        time.sleep(0.1)


def cpu_seconds() -> float:
    """Return the CPU seconds of this process and all below it, and of those that ended and were waited for."""
    total = 0
    for one in tree(os.getpid()):
        with contextlib.suppress(OSError):
            total += sum(map(int, Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()[11:15]))
    return total / TICK


def record_stages(master: str) -> list[dict[str, object]]:
    """Start Spark as it is to be, and have each stage say what it took."""
    from pyspark.sql import SparkSession

    from newsclean.scale.spark.stages import Stages

    builder = SparkSession.builder.master(master)
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    if master.startswith("spark:"):
        wait(lambda: spark.sparkContext._jsc.sc().getExecutorMemoryStatus().size() > int(sys.argv[2].split()[1]))
    made: list[dict[str, object]] = []
    plain = Stages.make

    def make(self, name, build, **options):
        before, began, cpu = shuffled(self._spark), time.monotonic(), cpu_seconds()
        rows = plain(self, name, build, **options)
        folder = Path(self.path(name))
        made.append(
            {
                "stage": name,
                "seconds": time.monotonic() - began,
                "CPU seconds": cpu_seconds() - cpu,
                "shuffled": shuffled(self._spark) - before,
                "disk": sum(path.stat().st_size for path in folder.glob("*.parquet")),
            }
        )
        return rows

    Stages.make = make
    return made


def shuffled(spark) -> int:
    """Return the bytes that all executors have written for others so far."""
    executors = spark.sparkContext._jsc.sc().statusStore().executorList(False)
    return sum(executors.apply(number).totalShuffleWrite() for number in range(executors.size()))


def digest(output: Path) -> str:
    """Return a digest of the rows of an output, a file or a folder of parts, in order."""
    import pyarrow.parquet as pq

    found = hashlib.blake2b(digest_size=16)
    for part in sorted(output.glob("*.parquet")) if output.is_dir() else [output]:
        for batch in pq.ParquetFile(part).iter_batches(5000):
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                found.update(repr(row).encode())
    return found.hexdigest()


def main() -> None:
    """Compare the engines at each size."""
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    os.environ["PYSPARK_PYTHON"] = sys.executable
    with tempfile.TemporaryDirectory() as name:
        sizes = [int(argument) for argument in sys.argv[1:] if argument.isdecimal()]
        wanted = [argument for argument in sys.argv[1:] if not argument.isdecimal()]
        wanted = wanted or [engine for engine in ENGINES if not engine.startswith("cluster")]
        for count in sizes:
            folder = Path(name) / str(count)
            make(folder, count)
            first = None
            seconds_of: dict[str, dict[str, float]] = {}
            for engine in wanted:
                output = Path(name) / f"{count}-{engine.replace(' ', '-')}.parquet"
                seconds, cpu, peak, said = watched(
                    [sys.executable, __file__, "--one", engine, str(folder), str(output)]
                )
                rows = digest(output)
                first = first or rows
                alike = "the same rows" if rows == first else "OTHER ROWS"
                print(f"{count:>8} {engine:<16} {seconds:7.1f} s {cpu:7.1f} CPU s {peak:6.0f} MB  {alike}", flush=True)
                stages = json.loads(said.splitlines()[-1])
                seconds_of[engine] = {stage["stage"]: stage["seconds"] for stage in stages}
                for stage in stages:
                    print(
                        f"{'':>9}{stage['stage']:<22} {stage['seconds']:7.1f} s {stage['CPU seconds']:7.1f} CPU s "
                        f"{stage['shuffled'] / 1e6:8.1f} MB shuffled {stage['disk'] / 1e6:8.1f} MB on disk",
                        flush=True,
                    )
            for one, two in SECOND_CORE:
                if one in seconds_of and two in seconds_of:
                    print_gain(count, one, two, seconds_of[one], seconds_of[two])


def print_gain(count: int, one: str, two: str, alone: dict[str, float], both: dict[str, float]) -> None:
    """Print how much faster the stages are with the second core."""
    for told, names in (("cleaned", ["cleaned"]), ("sketches", ["sketches"]), ("all stages", [*alone])):
        times = [sum(seconds.get(name, 0) for name in names) for seconds in (alone, both)]
        print(
            f"{count:>8} {told:<12} {one} {times[0]:.1f} s, {two} {times[1]:.1f} s: {times[0] / times[1]:.2f} times as fast",
            flush=True,
        )
    work = [seconds["cleaned"] + seconds["sketches"] for seconds in (alone, both)]
    print(f"{count:>8} cleaned and sketches together: {work[0] / work[1]:.2f} times as fast", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        run(*sys.argv[2:])
    else:
        main()
