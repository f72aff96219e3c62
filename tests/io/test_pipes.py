"""Inputs that stall, or that can be read only once: they are waited for, can be interrupted, and are read whole."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from functools import partial

import pytest

from newsclean.cli import main
from newsclean.io import find_sources

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes")

LINES = "".join(json.dumps({"id": n, "text": f"Story {n}.", "html": "x" * 5000}) + "\n" for n in range(500)).encode()


@pytest.fixture
def pipe(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


def test_a_pipe_is_not_opened_to_see_whether_it_can_be(pipe):
    """Whoever writes into it would find it closed again."""
    looking = threading.Thread(target=find_sources, args=([str(pipe)],), daemon=True)
    looking.start()
    looking.join(20)
    if stuck := looking.is_alive():
        pipe.write_bytes(b"")  # lets it go
    assert not stuck


def test_a_pipe_is_read_from_its_first_byte(tmp_path, pipe):
    out = tmp_path / "out.jsonl"
    faults = []

    def feed():
        try:
            pipe.write_bytes(LINES)
        except OSError as error:
            faults.append(error)

    writer = threading.Thread(target=feed, daemon=True)
    writer.start()
    assert main(["clean", str(pipe), "-o", str(out), "-q", "--format", "jsonl"]) == 0
    writer.join(30)
    assert not faults
    assert out.read_bytes().count(b"\n") == 500


@pytest.mark.parametrize("what", ["nobody writes", "half a record", "half a table"])
def test_one_that_stalls_is_interrupted_and_leaves_nothing(tmp_path, pipe, what):
    out = tmp_path / "out.jsonl"
    format = "parquet" if what == "half a table" else "jsonl"
    command = [sys.executable, "-m", "newsclean", "clean", str(pipe), "-o", str(out), "--format", format]
    # What runs in the background of a shell would not be interrupted.
    heard = partial(signal.signal, signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, preexec_fn=heard)
    keep = None
    if what != "nobody writes":
        keep = open(pipe, "wb")  # noqa: SIM115  open until the end of the test
        keep.write(LINES[:70_000] if format == "jsonl" else b"PAR1")
        keep.flush()
    until = time.monotonic() + 60
    while len(os.listdir(tmp_path)) < 2 and time.monotonic() < until:  # the output is begun: it is at work
        time.sleep(0.05)
    time.sleep(0.3)
    assert process.poll() is None, process.stderr.read()
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=30)
    assert process.returncode == 130, told
    assert told.strip().endswith("newsclean: error: interrupted")
    assert os.listdir(tmp_path) == ["pipe"]
    if keep:
        keep.close()


@pytest.mark.parametrize("flag", ["--learn-sites"])
def test_what_is_read_twice_is_no_pipe(pipe, tmp_path, capsys, flag):
    assert main(["clean", str(pipe), "-o", str(tmp_path / "out.jsonl"), "--format", "jsonl", flag]) == 2
    assert "reads its inputs twice" in capsys.readouterr().err
