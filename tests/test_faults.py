"""Broken machines: a full disk, workers that die, inputs that stall. A clear error and nothing lost, never a hang."""

import gzip
import json
import os
import shutil
import subprocess
import sys

import pytest

from neardup.neardup_samples import article
from newsclean import Article, Background, SiteProfile
from newsclean.cli import main
from newsclean.errors import FileError, RuleTimeError
from newsclean.files import whole_file
from newsclean.index import DuplicateIndex

ARTICLES = [Article(article(n, sentences=12), id=f"a{n}", site="x.example") for n in range(150)]


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps({"id": one.id, "text": one.text}) + "\n" for one in ARTICLES))
    return path


@pytest.fixture
def small_disk(tmp_path):
    """A file system of its own with room for 128 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if (
        not shutil.which("mount")
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", folder], capture_output=True).returncode
    ):
        pytest.skip("mounting a small file system is not allowed here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def room(folder):
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


class TestFullDisk:
    """What was there stays as it was, nothing half-written is left, and the message names the file and the disk."""

    @pytest.mark.parametrize(
        "name", ["out.jsonl", "out.csv", "out.parquet", "out.arrow", "out.jsonl.gz", "out.jsonl.zst"]
    )
    def test_output(self, corpus, small_disk, capsys, name):
        out = small_disk / name
        out.write_text("the output of yesterday")
        (small_disk / "other").write_bytes(bytes(120_000))
        assert main(["clean", str(corpus), "-o", str(out)]) == 1
        assert f"{out}: cannot be written: No space left on device" in capsys.readouterr().err
        assert out.read_text() == "the output of yesterday"
        assert sorted(os.listdir(small_disk)) == sorted([name, "other"])

    @pytest.mark.parametrize("option", ["--stats", "--rejects", "--review"])
    def test_what_is_written_beside_it(self, tmp_path, corpus, small_disk, capsys, option):
        with corpus.open("a") as file:
            file.write('{"text": 3}\n')
        (small_disk / "other").write_bytes(bytes(room(small_disk)))
        out, beside = tmp_path / "out.jsonl", small_disk / "beside.html"
        assert main(["run", str(corpus), "-o", str(out), "--on-error", "skip", option, str(beside)]) == 1
        assert f"{beside}: cannot be written: No space left on device" in capsys.readouterr().err
        assert not out.exists()
        assert os.listdir(small_disk) == ["other"]

    def test_resumed(self, corpus, small_disk, capsys):
        out = small_disk / "out.jsonl"
        assert main(["clean", str(corpus), "-o", str(out), "--resume", "-q"]) == 1
        assert "cannot be written: No space left on device" in capsys.readouterr().err
        assert not out.exists()

    @pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device of Linux")
    @pytest.mark.parametrize("command", ["clean", "explain"])
    def test_standard_output(self, corpus, command):
        with open("/dev/full", "wb") as full:
            done = subprocess.run(
                [sys.executable, "-m", "newsclean", command, corpus], stdout=full, stderr=subprocess.PIPE, text=True
            )
        assert done.returncode == 1
        assert done.stderr.splitlines()[-1].startswith("newsclean: error: ")
        assert "No space left on device" in done.stderr
        assert "Traceback" not in done.stderr

    # numpy before 2.0 leaves its archive open, which complains when it is collected.
    @pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
    @pytest.mark.parametrize("kind", [Background, SiteProfile])
    def test_what_was_learnt(self, small_disk, kind):
        learnt = kind.fit(ARTICLES)
        path = small_disk / "learnt"
        path.write_text("of yesterday")
        (small_disk / "other").write_bytes(bytes(room(small_disk)))
        with pytest.raises(FileError, match="learnt: cannot be written: No space left on device"):
            learnt.save(path)
        assert path.read_text() == "of yesterday"
        assert sorted(os.listdir(small_disk)) == ["learnt", "other"]

    def test_index(self, small_disk):
        subprocess.run(["mount", "-o", "remount,size=900k", small_disk], check=True)
        with DuplicateIndex.open(small_disk / "index") as index:
            adding = map(index.add, ARTICLES)
            with pytest.raises(FileError, match=r"index\.sqlite: .*full.*space"):
                list(adding)
            assert (added := len(index)) > 10
            assert len(index.query(Article(ARTICLES[3].text, id="again"))) == 1
        subprocess.run(["mount", "-o", "remount,size=40m", small_disk], check=True)
        with DuplicateIndex.open(small_disk / "index") as index:
            index.check()
            assert len(index) == added
            index.add_many(ARTICLES)
            assert len(index) == len(ARTICLES)
            index.compact()
            index.check()

    def test_index_compacted(self, tmp_path, small_disk):
        with DuplicateIndex.open(tmp_path / "index") as index:
            index.add_many(ARTICLES)
        size = sum(path.stat().st_size for path in (tmp_path / "index").iterdir())
        subprocess.run(["mount", "-o", f"remount,size={size * 5 // 4}", small_disk], check=True)
        shutil.copytree(tmp_path / "index", small_disk / "index")
        with DuplicateIndex.open(small_disk / "index") as index:
            with pytest.raises(FileError, match="space"):
                index.compact()
            index.check()
            assert len(index) == len(ARTICLES)
            assert len(index.query(Article(ARTICLES[3].text, id="again"))) == 1

    def test_temporary_files(self, tmp_path, small_disk, corpus, capsys, monkeypatch):
        table = tmp_path / "in.parquet"
        assert main(["dedup", str(corpus), "-o", str(table), "--report-field", "before", "-q"]) == 0
        packed = tmp_path / "packed.parquet.gz"
        packed.write_bytes(gzip.compress(table.read_bytes()))
        (small_disk / "other").write_bytes(bytes(room(small_disk)))
        monkeypatch.setattr("tempfile.tempdir", str(small_disk))
        assert main(["explain", str(packed)]) == 1
        told = capsys.readouterr().err
        assert "packed.parquet.gz" in told
        assert "No space left on device" in told


def test_an_error_that_is_no_fault_of_the_output_is_not_said_to_be_one(tmp_path):
    with pytest.raises(RuleTimeError, match="slow"), whole_file(tmp_path / "out"):
        raise RuleTimeError("slow")
