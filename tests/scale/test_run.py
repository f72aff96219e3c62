"""``run`` and ``dedup`` from end to end: any input twice, in bounded memory, alone on their output, whole or not at all."""

import contextlib
import functools
import gzip
import http.server
import json
import os
import subprocess
import sys
import threading
import time

import pytest
from neardup_samples import article, edited

from newsclean import find_duplicates
from newsclean.cli import main
from newsclean.errors import FileError, OptionError
from newsclean.files import locked
from newsclean.io import Fields, find_sources, read_records
from newsclean.io.store import Store
from newsclean.scale import flag_records, parse_memory
from newsclean.scale.budget import Budget


def write(path, count, first=0):
    with path.open("w") as file:
        for n in range(first, first + count):
            text = edited(article(n % 40), n, 0.03) + "\nHide Ad"
            file.write(json.dumps({"id": n, "text": text, "site": f"{n % 3}.example"}) + "\n")
    return path


def command(*arguments):
    return [sys.executable, "-m", "newsclean", *map(str, arguments)]


def bare(folder):
    return sorted(path.name for path in folder.iterdir())


class TestInputs:
    """Whatever is read once or twice, from here or elsewhere, comes out the same."""

    def test_standard_input_pipes_and_files_give_the_same(self, tmp_path):
        path = write(tmp_path / "in.jsonl", 60)
        out = tmp_path / "out.jsonl"
        assert main(["run", str(path), "-o", str(out), "-q"]) == 0
        raw = path.read_bytes()
        assert subprocess.run(command("run", "-", "-q"), input=raw, capture_output=True).stdout == out.read_bytes()
        packed = tmp_path / "in.jsonl.gz"
        packed.write_bytes(gzip.compress(raw))
        script = f"{' '.join(command('run', '-q', '--workers', '2'))} <(cat {path}) "
        assert subprocess.run(["bash", "-c", script], capture_output=True).stdout == out.read_bytes()
        assert main(["run", str(packed), "-o", str(tmp_path / "other.jsonl"), "-q"]) == 0
        assert (tmp_path / "other.jsonl").read_bytes() == out.read_bytes()

    def test_a_pattern_is_the_files_it_matches(self, tmp_path):
        for name in ("b/2.jsonl", "a/1.jsonl", "a/deep/3.jsonl", "a/notes.md"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text('{"text": "x"}\n')
        (tmp_path / "odd[1].jsonl").write_text('{"text": "y"}\n')
        named = lambda pattern: [  # noqa: E731
            os.path.relpath(source.name, tmp_path) for source in find_sources([str(tmp_path / pattern)])[0]
        ]
        assert named("**/*.jsonl") == ["a/1.jsonl", "a/deep/3.jsonl", "b/2.jsonl", "odd[1].jsonl"]
        assert named("[ab]/?.jsonl") == ["a/1.jsonl", "b/2.jsonl"]
        assert named("[ab]") == ["a/1.jsonl", "a/deep/3.jsonl", "b/2.jsonl"]
        assert named("odd[1].jsonl") == ["odd[1].jsonl"]
        with pytest.raises(FileError, match=r"\*\.csv: no file matches"):
            find_sources([str(tmp_path / "*.csv")])

    def test_files_elsewhere(self, tmp_path, monkeypatch):
        fsspec = pytest.importorskip("fsspec")
        memory = fsspec.filesystem("memory")
        path = write(tmp_path / "in.jsonl", 30)
        memory.pipe("/news/1.jsonl", path.read_bytes())
        memory.pipe("/news/2.jsonl.gz", gzip.compress(write(tmp_path / "more.jsonl", 20, 30).read_bytes()))
        out, here = tmp_path / "out.jsonl", tmp_path / "here.jsonl"
        assert main(["run", "memory://news/*", "-o", str(out), "-q"]) == 0
        assert main(["run", str(path), str(tmp_path / "more.jsonl"), "-o", str(here), "-q"]) == 0
        assert out.read_bytes() == here.read_bytes()
        with pytest.raises(FileError, match="nope: is not there; check the address"):
            find_sources(["memory://nope"])
        monkeypatch.setitem(sys.modules, "fsspec", None)
        with pytest.raises(ImportError, match=r"pip install 'newsclean\[remote\]'"):
            find_sources(["s3://bucket/in.jsonl"])

    def test_over_http(self, tmp_path):
        pytest.importorskip("aiohttp")
        path = write(tmp_path / "in.jsonl", 10)

        class Quiet(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *_):
                pass

        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=tmp_path)) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            address = f"http://127.0.0.1:{server.server_port}"
            done = subprocess.run(command("dedup", f"{address}/in.jsonl", "-q"), capture_output=True, text=True)
            missing = subprocess.run(command("dedup", f"{address}/nope.jsonl"), capture_output=True, text=True)
            server.shutdown()
        assert done.stdout == subprocess.run(command("dedup", path, "-q"), capture_output=True, text=True).stdout
        assert (missing.returncode, "nope.jsonl: is not there" in missing.stderr) == (1, True)


class TestWhole:
    """An output is whole or as it was, and no scratch stays behind."""

    def test_workers_and_memory_change_nothing(self, tmp_path):
        path = write(tmp_path / "in.jsonl", 90)
        for name, flags in {"a": [], "b": ["--workers", "2"], "c": ["--memory", "320MB"]}.items():
            assert main(["run", str(path), "-o", str(tmp_path / f"{name}.jsonl"), "-q", *flags]) == 0
        a, b, c = ((tmp_path / f"{name}.jsonl").read_bytes() for name in "abc")
        assert a == b == c
        assert bare(tmp_path) == ["a.jsonl", "b.jsonl", "c.jsonl", "in.jsonl"]

    def test_an_input_that_changes_while_it_is_read(self, tmp_path, monkeypatch, capsys):
        path, out = write(tmp_path / "in.jsonl", 20), tmp_path / "out.jsonl"
        out.write_text("old")
        for change in ("more", "other"):
            raw = path.read_text()
            changed = (
                raw + '{"id": "new", "text": "x"}\n' if change == "more" else raw.replace('"id": 7,', '"id": 700,')
            )
            with monkeypatch.context() as patch:
                patch.setattr("newsclean.scale.flow.compare_all", _changing(path, changed))
                assert main(["dedup", str(path), "-o", str(out)]) == 1
            said = capsys.readouterr().err
            assert "in.jsonl" in said
            assert "is not what it was a while ago" in said or "changed while it was read" in said
            assert out.read_text() == "old"
            path.write_text(raw)
        assert bare(tmp_path) == ["in.jsonl", "out.jsonl"]

    def test_one_run_an_output(self, tmp_path, capsys):
        path, out = write(tmp_path / "in.jsonl", 3), tmp_path / "out.jsonl"
        with locked(out):
            assert main(["dedup", str(path), "-o", str(out)]) == 1
            assert "out.jsonl: another run is writing it" in capsys.readouterr().err
            assert main(["dedup", str(path), "-o", str(tmp_path / "other.jsonl"), "-q"]) == 0
        assert main(["dedup", str(path), "-o", str(out), "-q"]) == 0
        assert bare(tmp_path) == ["in.jsonl", "other.jsonl", "out.jsonl"]

    def test_the_second_of_two_processes_is_turned_away(self, tmp_path):
        out = tmp_path / "out.jsonl"
        with subprocess.Popen(command("dedup", "-", "-o", out), stdin=subprocess.PIPE) as first:
            while not (tmp_path / ".out.jsonl.lock").exists():
                time.sleep(0.01)
            second = subprocess.run(command("dedup", "-", "-o", out), input=b"", capture_output=True)
            first.communicate(b'{"text": "Rain fell."}\n')
        assert (first.returncode, second.returncode) == (0, 1)
        assert b"another run is writing it" in second.stderr
        assert bare(tmp_path) == ["out.jsonl"]

    @pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
    def test_what_a_killed_run_left_goes_with_the_next(self, tmp_path):
        path, out = write(tmp_path / "in.jsonl", 20), tmp_path / "out.jsonl"
        with subprocess.Popen(command("dedup", "-", "-o", out), stdin=subprocess.PIPE) as first:
            while len(bare(tmp_path)) < 3:
                time.sleep(0.01)
            first.kill()
        assert len(bare(tmp_path)) == 3
        (tmp_path / ".out.jsonl.mine.tmp").write_text("not ours")
        assert main(["dedup", str(path), "-o", str(out), "-q"]) == 0
        assert bare(tmp_path) == [".out.jsonl.mine.tmp", "in.jsonl", "out.jsonl"]

    @pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounting needs root")
    @pytest.mark.parametrize("flags", [[], ["--resume"]])
    def test_a_full_disk(self, tmp_path, capsys, flags):
        path = write(tmp_path / "in.jsonl", 400)
        disk = tmp_path / "disk"
        disk.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], capture_output=True).returncode:
            pytest.skip("no tmpfs can be mounted here")
        try:
            out = disk / "out.jsonl"
            out.write_text("old")
            assert main(["run", str(path), "-o", str(out), "-q", *flags]) == 1
            said = capsys.readouterr().err
            assert "cannot be written: No space left on device" in said
            assert out.read_text() == "old"
            if flags:  # what was done counts once there is room
                subprocess.run(["mount", "-o", "remount,size=50m", disk], check=True)
                assert main(["run", str(path), "-o", str(out), "-q", *flags]) == 0
                assert main(["run", str(path), "-o", str(tmp_path / "calm.jsonl"), "-q"]) == 0
                assert out.read_bytes() == (tmp_path / "calm.jsonl").read_bytes()
            assert bare(disk) == ["out.jsonl"]
        finally:
            subprocess.run(["umount", disk], check=True)

    def test_a_folder_that_is_none(self, tmp_path, capsys):
        path = write(tmp_path / "in.jsonl", 3)
        for flags in ([], ["--resume"]):
            assert main(["run", str(path), "-o", str(tmp_path / "nope" / "out.jsonl"), *flags]) == 1
            assert "cannot be written: No such file or directory" in capsys.readouterr().err

    @pytest.mark.parametrize(
        ("name", "raw", "said"),
        [
            ("cut.jsonl.gz", gzip.compress(b'{"text": "Rain fell."}\n' * 999)[:-9], "is cut off: its end is missing"),
            ("bad.parquet", b"PAR1 and no more", "no valid Parquet file"),
            ("wide.jsonl", '{"text": "Rain fell."}\n'.encode("utf-16"), "iconv -f UTF-16"),
            ("latin.jsonl", b'{"text": "caf\xe9"}\n', "in.jsonl:1: no UTF-8: byte 0xe9"),
        ],
    )
    def test_a_damaged_input_stops_the_run(self, tmp_path, capsys, name, raw, said):
        path, out = tmp_path / name, tmp_path / "out.jsonl"
        path.write_bytes(raw)
        out.write_text("old")
        assert main(["run", str(path), "-o", str(out)]) == 1
        assert said.replace("in.jsonl", name) in capsys.readouterr().err
        assert out.read_text() == "old"
        assert bare(tmp_path) == sorted([name, "out.jsonl"])

    def test_mixed_line_ends_and_a_byte_order_mark(self, tmp_path):
        path = tmp_path / "in.jsonl"
        path.write_bytes(b'\xef\xbb\xbf{"text": "Rain fell."}\r\n\n{"text": "Snow fell."}\n{"text": "Hail fell."}')
        done = subprocess.run(command("dedup", path, "-q"), capture_output=True)
        assert [json.loads(line)["text"] for line in done.stdout.splitlines()] == [
            "Rain fell.",
            "Snow fell.",
            "Hail fell.",
        ]


def _changing(path, changed):
    from newsclean.scale.compare import compare_all

    def compare(*arguments, **options):
        path.write_text(changed)
        return compare_all(*arguments, **options)

    return compare


class TestLibrary:
    """The function behind the commands."""

    def test_as_find_duplicates(self, tmp_path):
        sources, _ = find_sources([str(write(tmp_path / "in.jsonl", 60))])
        records = lambda: read_records(sources, Fields())  # noqa: E731
        store = Store(str(tmp_path / "store"), None)
        stages = []
        with contextlib.closing(flag_records(records, store, progress=lambda *told: stages.append(told))) as flagged:
            kept = {c.record.article.id for c, report in flagged.reports() if json.loads(report)["duplicate"]["keep"]}
        store.remove()
        found = find_duplicates([record.article for record in records()])
        assert kept == set(found.keep)
        assert len(kept) == 40
        assert list(dict.fromkeys(stage for stage, *_ in stages)) == ["candidates", "compare", "group"]
        assert all(0 <= done <= total for _, done, total, _ in stages)

    def test_a_keep_function_is_for_memory(self, tmp_path):
        with pytest.raises(OptionError, match="call find_duplicates"):
            flag_records(list, Store(str(tmp_path / "store"), None), keep=lambda articles: articles[0])

    def test_memory(self):
        assert parse_memory(" 500 mb ") == 500_000_000
        with pytest.raises(OptionError, match="memory is a size such as '2GB'"):
            parse_memory("lots")
        with pytest.raises(OptionError, match="too little for workers=4; give 900MB or more"):
            Budget.of("500MB", 4)
        least = Budget.of("900MB", 4)
        assert min(least.keys, least.pairs, least.shingles) > 100_000


def peak_of(process):
    """Return the most memory a running command had until its end, its share of what is shared, in MB."""
    peak = 0
    while process.poll() is None:
        with contextlib.suppress(OSError, StopIteration), open(f"/proc/{process.pid}/smaps_rollup") as file:
            peak = max(peak, int(next(line for line in file if line.startswith("Pss:")).split()[1]))
        time.sleep(0.01)
    return peak / 1000


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_does_not_grow_with_the_articles(tmp_path):
    """Seen from outside: neither texts nor shingles are held, 40 MB of them here."""
    peaks = []
    for count in (600, 3000):
        path = tmp_path / f"{count}.jsonl"
        with path.open("w") as file:
            file.write('{"text": "short, which takes a library more"}\n')
            for n in range(count):
                file.write(json.dumps({"id": n, "text": article(n, 55)}) + "\n")
        with subprocess.Popen(command("dedup", path, "-o", tmp_path / "out.jsonl", "-q")) as process:
            peaks.append(peak_of(process))
        assert process.returncode == 0
    assert peaks[1] < peaks[0] + 20, peaks
