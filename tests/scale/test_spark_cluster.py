"""A real cluster on this machine: a worker killed with all its processes, in the middle of stages; the same rows.

``NEWSCLEAN_CLUSTER_ARTICLES=100000 pytest -m cluster tests/scale`` does it with more articles. What was measured is
written to standard error as the tests go.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from neardup.neardup_samples import article, edited, forecast
from newsclean.scale import spark as on_spark
from scale.spark_cluster import COLUMNS, articles_of, rows_in_no_order, rows_of, said, session

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.filterwarnings("default"),
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds child processes in /proc"),
]

ARTICLES = int(os.environ.get("NEWSCLEAN_CLUSTER_ARTICLES", "4000"))
STAGES = ("sketches", "bucket-pairs", "verified")
PATIENCE = 600 + ARTICLES // 25  # seconds that a run may take on one core that others use, too
PARTITIONS = 24


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def tree(root):
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


class Cluster:
    """A master, and workers of one core each, as processes that talk over 127.0.0.1."""

    def __init__(self, folder):
        import pyspark

        self.folder = folder
        self.spark_class = str(Path(pyspark.__file__).parent / "bin" / "spark-class")
        self.environment = os.environ | {"SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}
        self.url = f"spark://127.0.0.1:{(port := free_port())}"
        self.workers = []
        self.master = self.start("master.Master", "--port", str(port), "--webui-port", str(free_port()))
        until(lambda: reachable(port), "the master")

    def start(self, name, *arguments):
        with open(self.folder / "log", "ab") as log:
            return subprocess.Popen(
                [self.spark_class, f"org.apache.spark.deploy.{name}", "--host", "127.0.0.1", *arguments],
                env=self.environment,
                stdout=log,
                stderr=log,
            )

    def add_worker(self):
        scratch = self.folder / f"worker-{len(self.workers)}"
        limits = ("-c", "1", "-m", "2g", "-d", str(scratch), "--webui-port", str(free_port()))
        self.workers.append(self.start("worker.Worker", *limits, self.url))

    def signal_worker(self, sign):
        """Send *sign* to the oldest worker, its executor and the executor's Python processes; return how many."""
        processes = tree(self.workers[0].pid)
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, sign)
        return len(processes)

    def kill_worker(self):
        """Kill the oldest worker and all below it with -9; return how many processes."""
        killed = self.signal_worker(signal.SIGKILL)
        self.workers.pop(0).wait()
        return killed

    def stop(self):
        while self.workers:
            self.kill_worker()
        self.master.kill()
        self.master.wait()


def reachable(port):
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def until(true, what, seconds=90):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"waited {seconds} seconds for {what}"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        made.add_worker()
        made.add_worker()
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def spark(cluster):
    settings = {"spark.executor.memory": "1g", "spark.executor.cores": "1", "spark.driver.memory": "1g"}
    settings |= {"spark.sql.shuffle.partitions": "6", "spark.sql.files.minPartitionNum": str(PARTITIONS)}
    found = session(cluster.url, **settings)
    until(lambda: executors(found) == 2, "two executors")
    yield found
    found.stop()


def executors(spark):
    return spark.sparkContext._jsc.sc().getExecutorMemoryStatus().size() - 1  # the driver is one of them


def busy(spark):
    """Return whether each of the two executors has a task, each having one core."""
    tracker = spark.sparkContext.statusTracker()
    found = (tracker.getStageInfo(number) for number in tracker.getActiveStageIds())
    return any(info is not None and info.numActiveTasks >= 2 for info in found)


def newsroom():
    texts = []
    for n in range(ARTICLES // 5 * 4):
        texts.append(article(n, 30))
        if n % 4 == 0:
            texts.append(edited(texts[-1], n, 0.1))
    return articles_of([*texts, *(forecast(n) for n in range(30))])


def read(spark, articles, folder):
    """Return *articles* as a DataFrame of files: a task takes no more than some MB of rows from the driver."""
    rows = rows_in_no_order(articles)
    size = -(-len(rows) // PARTITIONS)
    for number in range(PARTITIONS):
        some = pa.Table.from_pylist(
            [dict(zip(COLUMNS, row, strict=True)) for row in rows[number * size : number * size + size]],
            pa.schema([(name, pa.int64() if name in ("id", "n") else pa.string()) for name in COLUMNS]),
        )
        pq.write_table(some, folder / f"{number}.parquet")
    return spark.read.parquet(str(folder))


@pytest.fixture(scope="module")
def tell(pytestconfig):
    """Return what writes a line to standard error, though pytest keeps what tests that pass write."""
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")

    def line(text):
        with capture.global_and_fixture_disabled():
            print(f"\n{text}", file=sys.stderr, flush=True)

    return line


@pytest.fixture(scope="module")
def control(spark, tmp_path_factory, tell):
    """Return articles, as a DataFrame too, what is said of them in memory, and the stages of a run without a kill."""
    articles = newsroom()
    df = read(spark, articles, tmp_path_factory.mktemp("articles"))
    stages = tmp_path_factory.mktemp("control")
    began = time.monotonic()
    wanted = said(articles)
    alone = time.monotonic()
    assert rows_of(on_spark.find_duplicates(df, stages=str(stages), order_field="n")) == wanted
    found = f"{len(articles)} articles, {sum(not row['keep'] for row in wanted.values())} copies"
    tell(
        f"{found}: in memory {alone - began:.1f} s; two workers of one core, the same rows in "
        f"{time.monotonic() - alone:.0f} s"
    )
    return df, wanted, stages


@pytest.mark.parametrize("stage", STAGES)
def test_a_worker_killed_in_the_middle_of_a_stage(cluster, spark, control, tell, tmp_path, stage):
    df, wanted, finished = control
    stages = tmp_path / "stages"
    shutil.copytree(finished, stages, copy_function=os.link)  # nobody writes into a file that is there
    since = (finished / f"{stage}.json").stat().st_mtime_ns
    for path in finished.glob("*.json"):
        if path.stat().st_mtime_ns >= since:  # this stage and what came after it
            (stages / path.name).unlink()
            shutil.rmtree(stages / path.stem, ignore_errors=True)
    if len(cluster.workers) < 2:
        cluster.add_worker()
    until(lambda: executors(spark) == 2, "two executors")
    answer = []
    job = threading.Thread(
        target=lambda: answer.append(on_spark.find_duplicates(df, stages=str(stages), order_field="n")), daemon=True
    )
    job.start()

    def in_the_middle():
        assert not (stages / f"{stage}.json").exists(), f"{stage} was done before it could be struck"
        if not ((stages / stage).exists() and busy(spark)):
            return False
        cluster.signal_worker(signal.SIGSTOP)  # what stands still ends no task,
        time.sleep(0.5)
        if busy(spark):  # so of two tasks one is there
            return True
        cluster.signal_worker(signal.SIGCONT)
        return False

    began = time.monotonic()
    until(in_the_middle, f"tasks of {stage}", PATIENCE)
    struck = time.monotonic()
    killed = cluster.kill_worker()
    assert killed >= 3, "a worker, its executor and a Python process"
    job.join(PATIENCE)
    assert answer, "the job came to no end"
    assert rows_of(answer[0]) == wanted
    tell(
        f"{stage}: {killed} processes killed with a task running, {struck - began:.0f} s after the stages before it; "
        f"the same rows {time.monotonic() - struck:.0f} s later, from this stage on, with one worker left"
    )
