"""A run that was killed goes on and ends with the bytes of one that was not; one that is another stops."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest

import newsclean
from newsclean.cli import main
from newsclean.errors import FileError, OptionError
from newsclean.io import flows, store
from newsclean.io.store import Store
from newsclean.neardup import bands
from newsclean.scale import budget, flow

SENTENCES = ("The river rose by two metres overnight, the council said. ", "Hide Ad\n", "Forty families left.\n")


@pytest.fixture
def corpus(tmp_path):
    draw = random.Random(3)
    path = tmp_path / "in.jsonl"
    with path.open("w") as file:
        for n in range(100):
            text = f"date 2022-04-11 Story {n}. " + "".join(draw.choices(SENTENCES, k=30))
            file.write(json.dumps({"id": n, "text": text}) + "\n")
            if n % 50 == 0:
                file.write('{"text": null}\n')
    return path


def run(corpus, out, *flags):
    return main(["run", str(corpus), "-o", str(out), "--on-error", "skip", "-q", *flags])


@pytest.fixture
def small_steps(monkeypatch):
    """Work is committed often, and comes in many portions."""
    monkeypatch.setattr(flows, "BATCH", 8_000)
    monkeypatch.setattr(store, "PART_SECONDS", 0)
    monkeypatch.setattr(bands, "COMPACT", 2_000)
    monkeypatch.setattr(budget, "SHINGLES", 10_000)


def killed_at(step, *arguments):
    """Run the command in a process that kills itself before it forces its *step*-th file to disk; True if it did."""
    child = os.fork()
    if child == 0:
        left = step
        fsync = os.fsync

        def dying(handle):
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            fsync(handle)

        os.fsync = dying
        os._exit(main([str(argument) for argument in arguments]))
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 3
    return os.WIFSIGNALED(status)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize(
    ("command", "suffix", "steps"),
    [
        ("run", ".jsonl.gz", (40, 80)),
        ("dedup", ".csv", (7, 14)),
        ("clean", ".jsonl", (4, 12)),
    ],
)
def test_killed_again_and_again(tmp_path, corpus, small_steps, command, suffix, steps):
    out = tmp_path / f"out{suffix}"
    arguments = [command, corpus, "-o", out, "--on-error", "skip", "-q", "--resume"]
    draw = random.Random(suffix)
    kills, step = 0, 0
    while killed_at(step, *arguments):
        kills += 1
        assert not out.exists()
        step = draw.randint(*steps)  # a commit forces some files, and without one there is no progress
    assert kills > 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", out.name, f"{out.name}.rejects.jsonl"]
    calm = tmp_path / f"calm{suffix}"
    assert main([command, str(corpus), "-o", str(calm), "--on-error", "skip", "-q"]) == 3
    assert out.read_bytes() == calm.read_bytes()
    rejects = [(tmp_path / f"{path.name}.rejects.jsonl").read_bytes() for path in (out, calm)]
    assert rejects[0] == rejects[1]


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_workers_whose_parent_is_killed(tmp_path, corpus):
    """They end, and meanwhile keep nobody from the output."""
    out = tmp_path / "out.jsonl"
    script = (
        "import sys; from newsclean.io import flows, store; flows.BATCH = 8_000; store.PART_SECONDS = 0\n"
        "from newsclean.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", script, "run", str(corpus), "-o", str(out), "--on-error", "skip", "-q", "--resume"]
    journal = tmp_path / "out.jsonl.parts" / "journal.jsonl"
    process = subprocess.Popen([*command, "--workers", "2"], start_new_session=True)
    while process.poll() is None and (not journal.exists() or journal.stat().st_size < 500):
        time.sleep(0.002)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    assert subprocess.run(command).returncode == 3
    for _ in range(100):  # those who are left are the session of the one that was killed
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            break
        time.sleep(0.1)
    else:
        os.killpg(process.pid, signal.SIGKILL)
        pytest.fail("the workers outlived their parent")
    assert run(corpus, tmp_path / "calm.jsonl") == 3
    assert out.read_bytes() == (tmp_path / "calm.jsonl").read_bytes()


@pytest.fixture
def stopped(tmp_path, corpus, monkeypatch, small_steps):
    """The parts of a run that ended, by an error of its own, after all was cleaned."""

    def fail(*_, **__):
        raise FileError("stopped here")

    with monkeypatch.context() as patch:
        patch.setattr(flow, "compare_all", fail)
        assert run(corpus, tmp_path / "out.jsonl", "--resume") == 1
    return tmp_path / "out.jsonl.parts"


def state(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_what_is_done_is_not_done_again(stopped, tmp_path, corpus, monkeypatch):
    def never(self, text, **_):
        raise AssertionError("cleaned again")

    monkeypatch.setattr(newsclean.Cleaner, "clean", never)
    assert run(corpus, tmp_path / "out.jsonl", "--resume") == 3
    monkeypatch.undo()
    assert run(corpus, tmp_path / "calm.jsonl") == 3
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "calm.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("change", "flags", "said"),
    [
        (None, ["--profile", "safe"], "options changed since"),
        ("in.jsonl", [], "inputs changed since"),
    ],
)
def test_another_run_stops_and_leaves_the_parts(stopped, tmp_path, corpus, capsys, change, flags, said):
    before = state(stopped)
    raw = corpus.read_bytes()
    if change:
        corpus.write_bytes(raw.replace(b"Story 7.", b"Story 8."))
    assert run(corpus, tmp_path / "out.jsonl", "--resume", *flags) == 2
    told = capsys.readouterr().err
    assert f"{stopped} holds the work of another run: {said}" in told
    assert state(stopped) == before
    assert not (tmp_path / "out.jsonl").exists()
    corpus.write_bytes(raw)
    assert run(corpus, tmp_path / "out.jsonl", "--resume") == 3


def test_a_rule_file_that_changed_is_another_run(tmp_path):
    about = {"files of options": {"mine.toml": "one digest"}}
    Store(str(tmp_path / "parts"), about)
    Store(str(tmp_path / "parts"), about)
    with pytest.raises(OptionError, match="files of options changed since"):
        Store(str(tmp_path / "parts"), {"files of options": {"mine.toml": "another"}})


@pytest.mark.parametrize("content", [b"", b"[]", b"3", b"{", b"\xff", b"[" * 20_000], ids=repr)
def test_a_damaged_manifest_is_named(tmp_path, content):
    Store(str(tmp_path), {"options": 1})
    (tmp_path / "manifest.json").write_bytes(content)
    with pytest.raises(FileError, match=r"manifest\.json: cannot be read: .*delete"):
        Store(str(tmp_path), {"options": 1})


@pytest.mark.parametrize("name", ["outcomes.jsonl", "shingles", "slots", "articles"])
@pytest.mark.parametrize(
    "harm", [lambda raw: raw[:-5], lambda raw: raw[:700] + bytes([raw[700] ^ 1]) + raw[701:]], ids=["cut", "changed"]
)
def test_a_damaged_file_is_named(stopped, tmp_path, corpus, capsys, name, harm):
    file = stopped / name
    file.write_bytes(harm(file.read_bytes()))
    assert run(corpus, tmp_path / "out.jsonl", "--resume") == 1
    assert f"{file}: is damaged; delete {stopped} to start again" in capsys.readouterr().err


def test_what_came_after_the_last_whole_line_of_the_journal_does_not_count(stopped, tmp_path, corpus):
    journal = stopped / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    assert len(lines) > 5
    journal.write_bytes(b"".join(lines[:-2]) + lines[-2][:-9])
    assert run(corpus, tmp_path / "out.jsonl", "--resume") == 3
    assert run(corpus, tmp_path / "calm.jsonl") == 3
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "calm.jsonl").read_bytes()


def test_what_cannot_be_read_again_cannot_be_resumed(corpus, capsys):
    for arguments in (["clean", "-", "-o", "out.jsonl"], ["clean", str(corpus)]):
        assert main([*arguments, "--resume"]) == 2
        assert "--resume needs --output, and inputs that can be read again" in capsys.readouterr().err
