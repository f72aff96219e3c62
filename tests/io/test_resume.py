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
from newsclean.io import flows, manifest
from newsclean.io.manifest import Checkpoint

SENTENCES = ("The river rose by two metres overnight, the council said. ", "Hide Ad\n", "Forty families left.\n")


@pytest.fixture
def corpus(tmp_path):
    draw = random.Random(3)
    path = tmp_path / "in.jsonl"
    with path.open("w") as file:
        for n in range(300):
            text = f"date 2022-04-11 Story {n}. " + "".join(draw.choices(SENTENCES, k=30))
            file.write(json.dumps({"id": n, "text": text}) + "\n")
            if n % 50 == 0:
                file.write('{"text": null}\n')
    return path


def run(corpus, out, *flags):
    return main(["run", str(corpus), "-o", str(out), "--on-error", "skip", "-q", *flags])


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
@pytest.mark.parametrize("suffix", [".jsonl.gz", pytest.param(".csv", marks=pytest.mark.slow)])
def test_killed_again_and_again(tmp_path, corpus, suffix):
    out, parts = tmp_path / f"out{suffix}", tmp_path / f"out{suffix}.parts"
    script = (
        "import sys; from newsclean.io import manifest; manifest._PART_CHARS = 10_000\n"
        "from newsclean.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", script, "run", str(corpus), "-o", str(out), "--on-error", "skip", "--resume"]
    draw = random.Random(suffix)
    kills, before = 0, 0
    while kills < 2:
        wanted = before + draw.randint(1, 12)
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        while process.poll() is None and (len(os.listdir(parts)) if parts.exists() else 0) < wanted:
            time.sleep(draw.random() / 200)
        if process.poll() is not None:
            break
        process.send_signal(signal.SIGKILL)
        process.wait()
        kills += 1
        assert not out.exists()
        before = len(os.listdir(parts))
    assert kills
    assert subprocess.run(command, stderr=subprocess.DEVNULL).returncode == 3
    assert not parts.exists()
    assert run(corpus, tmp_path / f"calm{suffix}") == 3
    assert out.read_bytes() == (tmp_path / f"calm{suffix}").read_bytes()
    rejects = [(tmp_path / f"{name}{suffix}.rejects.jsonl").read_bytes() for name in ("out", "calm")]
    assert rejects[0] == rejects[1]


@pytest.fixture
def stopped(tmp_path, corpus, monkeypatch):
    """The parts of a run that ended, by an error of its own, after all was cleaned."""
    monkeypatch.setattr(manifest, "_PART_CHARS", 10_000)

    def fail(*_, **__):
        raise FileError("stopped here")

    with monkeypatch.context() as patch:
        patch.setattr(flows, "find_duplicates", fail)
        assert run(corpus, tmp_path / "out.jsonl", "--resume") == 1
    return tmp_path / "out.jsonl.parts"


def state(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_what_is_done_is_not_done_again(stopped, tmp_path, corpus, monkeypatch):
    def never(self, texts, **_):
        assert list(texts) == []
        return iter(())

    monkeypatch.setattr(newsclean.Cleaner, "clean_many", never)
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
    Checkpoint(str(tmp_path / "parts"), about)
    Checkpoint(str(tmp_path / "parts"), about)
    with pytest.raises(OptionError, match="files of options changed since"):
        Checkpoint(str(tmp_path / "parts"), {"files of options": {"mine.toml": "another"}})


@pytest.mark.parametrize("content", [b"", b"[]", b"3", b"{", b"\xff", b"[" * 20_000], ids=repr)
def test_a_damaged_manifest_is_named(tmp_path, content):
    Checkpoint(str(tmp_path), {"options": 1})
    (tmp_path / "manifest.json").write_bytes(content)
    with pytest.raises(FileError, match=r"manifest\.json: cannot be read: .*delete"):
        Checkpoint(str(tmp_path), {"options": 1})


def test_a_damaged_part_is_named(stopped, tmp_path, corpus, capsys):
    part = stopped / "part-00000001.jsonl"
    part.write_bytes(part.read_bytes()[:-5])
    assert run(corpus, tmp_path / "out.jsonl", "--resume") == 1
    assert f"{part}: is damaged; delete {stopped} to start again" in capsys.readouterr().err


def test_what_cannot_be_read_again_cannot_be_resumed(corpus, capsys):
    for arguments in (["clean", "-", "-o", "out.jsonl"], ["clean", str(corpus)]):
        assert main([*arguments, "--resume"]) == 2
        assert "--resume needs --output, and inputs that can be read again" in capsys.readouterr().err
