"""Compressed files: what was packed comes out, cut-off and swelling files are named, the bytes are always the same."""

import bz2
import gzip
import io
import json
import lzma
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsclean.cli import main
from newsclean.errors import FileError, RecordError
from newsclean.io import Fields, find_sources, read_records
from newsclean.io.compress import compressed

zstandard = pytest.importorskip("zstandard")

# Packed by whoever else packs such files, not by us.
PACK = {
    ".gz": gzip.compress,
    ".xz": lzma.compress,
    ".bz2": bz2.compress,
    ".zst": lambda data: zstandard.ZstdCompressor().compress(data),
}
UNPACK = {
    ".gz": gzip.decompress,
    ".xz": lzma.decompress,
    ".bz2": bz2.decompress,
    ".zst": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
}
# Text that packs badly, so that a cut falls in the middle of it.
LINES = [{"text": f"Rain fell on day {n}.", "n": os.urandom(40).hex()} for n in range(300)]
CONTENT = "".join(json.dumps(line) + "\n" for line in LINES).encode()
each_suffix = pytest.mark.parametrize("suffix", PACK)


def texts(path, **options):
    sources, _ = find_sources([str(path)])
    return [record.article.text for record in read_records(sources, Fields(), **options)]


@each_suffix
class TestReading:
    def test_what_was_packed_comes_out(self, tmp_path, suffix):
        (tmp_path / f"a.jsonl{suffix}").write_bytes(PACK[suffix](CONTENT))
        assert texts(tmp_path / f"a.jsonl{suffix}") == [line["text"] for line in LINES]
        assert texts(tmp_path) == [line["text"] for line in LINES]

    def test_without_the_suffix_the_way_out_is_told(self, tmp_path, suffix):
        (tmp_path / "a.jsonl").write_bytes(PACK[suffix](CONTENT))
        with pytest.raises(RecordError, match=r"a\.jsonl:1: no UTF-8.*looks compressed: give the file the suffix"):
            texts(tmp_path / "a.jsonl")

    def test_one_part_after_the_other(self, tmp_path, suffix):
        path = tmp_path / f"a.jsonl{suffix}"
        path.write_bytes(PACK[suffix](CONTENT[:1000]) + PACK[suffix](CONTENT[1000:]))
        assert len(texts(path)) == len(LINES)

    def test_a_plain_text(self, tmp_path, suffix):
        (tmp_path / f"a.txt{suffix}").write_bytes(PACK[suffix]("Räin.\r\nSnow.".encode()))
        assert texts(tmp_path / f"a.txt{suffix}") == ["Räin.\r\nSnow."]

    @pytest.mark.parametrize("left", [0.0, 0.001, 0.3, 0.6, 0.999])
    def test_a_file_that_is_cut_off_is_named_and_nothing_written(self, tmp_path, capsys, suffix, left):
        packed = PACK[suffix](CONTENT)
        path = tmp_path / f"a.jsonl{suffix}"
        path.write_bytes(packed[: int(left * len(packed))])
        assert main(["clean", str(path), "-o", str(tmp_path / "out.jsonl")]) == 1
        said = capsys.readouterr().err
        assert said.startswith(f"newsclean: error: {path}: is ")
        assert said.count("\n") == 1
        assert os.listdir(tmp_path) == [path.name]

    def test_a_file_that_is_something_else(self, tmp_path, suffix):
        (tmp_path / f"a.jsonl{suffix}").write_bytes(CONTENT)
        with pytest.raises(FileError, match=rf"a\.jsonl\{suffix}: is damaged: "):
            texts(tmp_path / f"a.jsonl{suffix}")

    def test_a_damaged_file_is_an_error_and_no_other_text(self, tmp_path, suffix):
        packed = bytearray(zstandard.ZstdCompressor(write_checksum=True).compress(CONTENT))
        packed = packed if suffix == ".zst" else bytearray(PACK[suffix](CONTENT))
        packed[len(packed) // 2] ^= 0x55
        (tmp_path / f"a.jsonl{suffix}").write_bytes(packed)
        with pytest.raises((FileError, RecordError), match=rf"a\.jsonl\{suffix}"):
            texts(tmp_path / f"a.jsonl{suffix}")

    def test_a_line_without_end_is_bounded(self, tmp_path, suffix):
        (tmp_path / f"a.jsonl{suffix}").write_bytes(PACK[suffix](b'{"text": "' + b"x" * 3_000_000 + b'"}\n' + CONTENT))
        rejects = []
        assert len(texts(tmp_path / f"a.jsonl{suffix}", max_chars=1000, reject=rejects.append)) == len(LINES)
        (reject,) = rejects
        assert "longer than a record" in str(reject.error)
        assert reject.error.line == 1
        assert len(reject.raw) < 1_100_000

    def test_progress_is_told_in_bytes_of_the_file(self, tmp_path, suffix):
        path = tmp_path / f"a.jsonl{suffix}"
        path.write_bytes(PACK[suffix](CONTENT))
        seen = []
        texts(path, progress=seen.append)
        assert sum(seen) == path.stat().st_size


@pytest.mark.parametrize("suffix", [".xz", ".bz2", ".zst"])
def test_a_bomb_is_given_up(tmp_path, suffix):
    """Lines well within bounds, so that only the sum of them is a danger; gzip cannot swell by more than 1032."""
    line = b'{"text": "' + b"x" * 100_000 + b'"}\n'
    path = tmp_path / f"a.jsonl{suffix}"
    path.write_bytes(PACK[suffix](line * 900))
    script = (
        "import sys; from newsclean.cli_job import Job; from newsclean.io import *\n"
        "from newsclean.io.read import read_records\n"
        f"sources, _ = find_sources([{str(path)!r}])\n"
        "print(sum(1 for _ in read_records(sources, Fields())))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert "swells to more than 500 times its size" in done.stderr


@each_suffix
class TestWriting:
    def test_the_output_is_packed_as_its_suffix_says_and_always_the_same(self, tmp_path, suffix):
        (tmp_path / "in.jsonl").write_bytes(CONTENT)
        outs = [tmp_path / f"one.jsonl{suffix}", tmp_path / f"two.jsonl{suffix}", tmp_path / "plain.jsonl"]
        for out in outs:
            assert main(["clean", str(tmp_path / "in.jsonl"), "-o", str(out), "-q"]) == 0
        assert outs[0].read_bytes() == outs[1].read_bytes()
        assert UNPACK[suffix](outs[0].read_bytes()) == outs[2].read_bytes()

    @given(st.lists(st.binary(max_size=2000), max_size=5))
    def test_any_bytes(self, suffix, pieces):
        stream = io.BytesIO()
        with compressed(stream, f"a{suffix}") as packed:
            for piece in pieces:
                packed.write(piece)
        assert UNPACK[suffix](stream.getvalue()) == b"".join(pieces)


def test_without_its_library_the_file_and_the_extra_are_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "zstandard", None)
    (tmp_path / "a.jsonl.zst").write_bytes(PACK[".zst"](CONTENT))
    (tmp_path / "a.jsonl").write_bytes(CONTENT)
    for arguments in (["a.jsonl.zst"], ["a.jsonl", "-o", "out.jsonl.zst"]):
        monkeypatch.chdir(tmp_path)
        assert main(["clean", *arguments]) == 1
        assert ".zst: .zst files need zstandard; pip install 'newsclean[formats]'" in capsys.readouterr().err
        assert sorted(os.listdir(tmp_path)) == ["a.jsonl", "a.jsonl.zst"]
