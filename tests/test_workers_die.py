"""A worker that is killed or runs out of memory ends the work with an error: never a hang, never a gap."""

import itertools
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from newsclean import Cleaner
from newsclean.errors import WorkerError
from newsclean.parallel import map_ordered

resource = pytest.importorskip("resource")
pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")

TEXT = "The river rose by two metres overnight, the council said.\nHide Ad\n"
LONG = TEXT + "river " * 5000


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(child) for child in file.read().split()]


def workers_of(pid):
    """Return the processes that do the work: children, or from Python 3.14 on those of the server that forks them."""
    below = children(pid)
    if multiprocessing.get_start_method() != "forkserver":
        return below
    servers = [child for child in below if b"forkserver" in Path(f"/proc/{child}/cmdline").read_bytes()]
    return [worker for server in servers for worker in children(server)]


def wait_for(condition, seconds=60):
    until = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < until, "it never came to be"
        time.sleep(0.02)
    return found


def greedy(room):
    resource.setrlimit(resource.RLIMIT_AS, (room, room))

    def work(batch):
        return len(bytes(batch[0]))

    return work


@pytest.mark.parametrize("workers", [2, 3])
def test_memory_that_runs_out_in_a_worker(workers):
    results = map_ordered(partial(greedy, 1 << 31), [[1000], [1 << 33], [1000]], workers=workers)
    assert next(results) == 1000
    with pytest.raises(WorkerError, match=r"memory ran out.*fewer workers"):
        list(results)


def test_no_worker_to_be_had():
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (12, 12))\n"
        "import newsclean\n"
        "try: list(newsclean.Cleaner().clean_many(['Hide Ad'] * 100, workers=4))\n"
        "except newsclean.errors.NewscleanError as error: print(type(error).__name__, error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith("WorkerError no worker process can be started"), done.stderr[-2000:]


def test_clean_many_with_a_killed_worker():
    before = workers_of(os.getpid())
    results = Cleaner().clean_many(itertools.repeat(LONG), workers=2)
    assert next(results).text == Cleaner().clean(LONG).text
    os.kill(max({*workers_of(os.getpid())} - {*before}), signal.SIGKILL)
    with pytest.raises(WorkerError, match="killed, or out of memory"):
        list(results)
    assert {*workers_of(os.getpid())} <= {*before}


SLOW_TO_HAND_OVER = """
import os, signal, sys, threading, time
from functools import partial
from pathlib import Path
from newsclean.errors import WorkerError
from newsclean.parallel import map_ordered

def large(folder):
    def work(batch):
        Path(folder, str(os.getpid())).touch()
        return bytes(1 << 27)
    return work

def kill(folder, delay):
    while not (begun := os.listdir(folder)):
        time.sleep(0.001)
    time.sleep(delay)
    os.kill(int(begun[0]), signal.SIGKILL)

if __name__ == "__main__":
    folder, delay = sys.argv[1], float(sys.argv[2])
    threading.Thread(target=kill, args=(folder, delay)).start()
    try:
        for _ in map_ordered(partial(large, folder), [1] * 8, workers=2):
            pass
    except WorkerError:
        print("lost")
"""


@pytest.mark.parametrize("delay", [0.03, 0.06, 0.09, 0.15])
def test_a_worker_killed_while_it_hands_its_result_over(tmp_path, delay):
    """The pool itself would wait for ever for the rest of the result."""
    script, begun = tmp_path / "script.py", tmp_path / "begun"
    script.write_text(SLOW_TO_HAND_OVER)
    begun.mkdir()
    done = subprocess.run([sys.executable, script, begun, str(delay)], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.returncode) == ("lost\n", 0), done.stderr


SLOW_TO_START = """
import multiprocessing, os, signal, sys, threading
from functools import partial
from pathlib import Path
from newsclean.errors import WorkerError
from newsclean.parallel import map_ordered

def work_of(data):
    return len

def children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

def workers():
    return [worker for server in children(os.getpid()) for worker in children(server)]

def kill(nth):
    while len(begun := workers()) <= nth:
        pass
    os.kill(begun[nth], signal.SIGKILL)

if __name__ == "__main__":
    multiprocessing.set_start_method("forkserver")  # the usual one from Python 3.14 on
    threading.Thread(target=kill, args=(int(sys.argv[1]),)).start()
    try:
        list(map_ordered(partial(work_of, bytes(1 << 27)), ["a batch"] * 8, workers=2))
    except WorkerError as error:
        print(error)
    while workers():  # or it would never end
        pass
"""


@pytest.mark.parametrize("nth", [0, 1])
def test_a_worker_killed_while_it_is_told_what_to_do(tmp_path, nth):
    script = tmp_path / "script.py"
    script.write_text(SLOW_TO_START)
    done = subprocess.run([sys.executable, script, str(nth)], capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith("a worker process died before its work was done"), (done.stdout, done.stderr[-2000:])


@pytest.mark.parametrize("command", ["run", "clean"])
def test_a_command_with_a_killed_worker(tmp_path, command):
    path, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    with path.open("w") as file:
        file.writelines(json.dumps({"id": n, "text": f"Story {n}. {LONG}"}) + "\n" for n in range(200))
    process = subprocess.Popen(
        [sys.executable, "-m", "newsclean", command, path, "-o", out, "--workers", "2"],
        stderr=subprocess.PIPE,
        text=True,
    )
    os.kill(wait_for(lambda: workers_of(process.pid))[-1], signal.SIGKILL)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "newsclean: error: a worker process died" in told
    assert "Traceback" not in told
    assert os.listdir(tmp_path) == ["in.jsonl"]


def test_a_command_whose_memory_runs_out(tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_text(json.dumps({"text": LONG * 600}) + "\n")
    code = (
        "import sys, resource, newsclean.cli as cli\n"
        "room = 100_000_000 + 1024 * int([l for l in open('/proc/self/status') if l.startswith('VmSize')][0].split()[1])\n"
        "resource.setrlimit(resource.RLIMIT_AS, (room, room))\n"
        "sys.exit(cli.main(sys.argv[1:]))"
    )
    out = tmp_path / "out.jsonl"
    done = subprocess.run(
        [sys.executable, "-c", code, "clean", path, "-o", out], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr.strip()[:35]) == (1, "newsclean: error: memory ran out; t"), done.stderr
    assert os.listdir(tmp_path) == ["in.jsonl"]
