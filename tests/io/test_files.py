"""Files in, files out: found, read in order, bad records handed over, written whole or not at all."""

import io
import json
import os
import signal
import stat
import subprocess
import sys
import textwrap

import pytest

from newsclean.errors import FileError, OptionError, RecordError
from newsclean.files import whole_file
from newsclean.io import Fields, Source, find_sources, read_records
from newsclean.io.sources import check_not_input


def read(*sources, reject=None):
    return list(read_records(sources, Fields(), reject=reject))


def jsonl(path, *lines):
    path.write_bytes(b"".join(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines))
    return Source(str(path), "jsonl")


class TestFinding:
    """What the caller names is found before anything is read."""

    def test_a_folder_is_its_files_in_order_of_name(self, tmp_path):
        for name in ("b.txt", "a.jsonl", "deep/c.ndjson", ".hidden.txt", "picture.png"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text("x")
        sources, others = find_sources([str(tmp_path)])
        assert [os.path.relpath(s.name, tmp_path) for s in sources] == [
            "a.jsonl",
            "b.txt",
            os.path.join("deep", "c.ndjson"),
        ]
        assert [s.format for s in sources] == ["jsonl", "text", "jsonl"]
        assert others == [str(tmp_path / "picture.png")]

    def test_a_missing_file(self, tmp_path):
        with pytest.raises(FileError, match=r"nope\.jsonl: cannot be read"):
            find_sources([str(tmp_path / "nope.jsonl")])

    def test_a_format_that_is_not_read(self, tmp_path):
        (tmp_path / "a.pdf").write_text("text\n")
        with pytest.raises(FileError, match=r"a\.pdf: newsclean reads \.jsonl, .* --format"):
            find_sources([str(tmp_path / "a.pdf")])
        assert find_sources([str(tmp_path / "a.pdf")], format="text")[0][0].format == "text"

    def test_an_empty_folder(self, tmp_path):
        with pytest.raises(OptionError, match=r"no file to read; name \.jsonl"):
            find_sources([str(tmp_path)])

    def test_the_same_file_twice(self, tmp_path):
        (tmp_path / "a.txt").write_text("x")
        with pytest.raises(OptionError, match="named twice"):
            find_sources([str(tmp_path / "a.txt"), str(tmp_path)])

    @pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
    def test_an_unreadable_file(self, tmp_path):
        (tmp_path / "a.txt").write_text("x")
        (tmp_path / "a.txt").chmod(0)
        with pytest.raises(FileError, match=r"a\.txt: cannot be read: Permission denied"):
            find_sources([str(tmp_path)])


class TestReading:
    """Records come in order, each once; a bad one is raised or handed over."""

    def test_blank_lines_and_a_byte_order_mark_are_no_records(self, tmp_path):
        source = jsonl(tmp_path / "a.jsonl", b"\xef\xbb\xbf", {"text": "one"}, b"\n", b"  \r\n", {"text": "two"}, b"\n")
        assert [(r.line, r.article.text) for r in read(source)] == [(1, "one"), (4, "two")]

    def test_windows_line_ends(self, tmp_path):
        source = jsonl(tmp_path / "a.jsonl", b'{"text": "one"}\r\n{"text": "two"}')
        records = read(source)
        assert [r.article.text for r in records] == ["one", "two"]
        assert not any("\r" in (r.raw or "") for r in records)

    def test_a_text_file_is_one_article_with_its_line_ends(self, tmp_path):
        (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfone\r\ntwo")
        (record,) = read(Source(str(tmp_path / "a.txt"), "text"))
        assert record.article.text == "one\r\ntwo"
        assert record.article.id == str(tmp_path / "a.txt")

    @pytest.mark.parametrize(
        ("content", "lines"),
        [(b' \n {"text": "x"}\n', [2]), (b"The river {rose}.", [None]), (b"", [None]), (b"\xef\xbb\xbf{}", None)],
        ids=["an object", "prose", "nothing", "an object after a mark"],
    )
    def test_standard_input_is_told_by_its_first_character(self, monkeypatch, content, lines):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        if lines is None:
            with pytest.raises(RecordError, match="'text': is missing"):
                read(Source("-", None))
        else:
            assert [r.line for r in read(Source("-", None))] == lines

    def test_every_bad_record_is_handed_over_whole(self, tmp_path):
        bad = [b'{"text": 3}\n', b"{\xff}\n", b'{"text": "x", "id": 1}\r\n']
        source = jsonl(tmp_path / "a.jsonl", {"text": "good", "id": 1}, *bad, {"text": "last"})
        rejects = []
        assert [r.article.text for r in read(source, reject=rejects.append)] == ["good", "last"]
        assert [reject.raw for reject in rejects] == [line.rstrip() for line in bad]
        assert [reject.error.line for reject in rejects] == [2, 3, 4]
        assert "no UTF-8: byte 0xff at offset 1" in str(rejects[1].error)
        assert "1 is the id of" in str(rejects[2].error)
        shapes = [reject.to_dict() for reject in rejects]
        assert [s["raw"].encode("utf-8", "surrogateescape") for s in shapes] == [r.raw for r in rejects]

    def test_the_first_bad_record_is_raised(self, tmp_path):
        source = jsonl(tmp_path / "a.jsonl", {"text": "good"}, b"nonsense\n")
        records = read_records([source], Fields())
        assert next(records).article.text == "good"
        with pytest.raises(RecordError, match=r"a\.jsonl:2: no valid JSON"):
            next(records)

    def test_the_same_id_in_two_files(self, tmp_path):
        one, two = (jsonl(tmp_path / f"{name}.jsonl", {"text": "x", "id": "same"}) for name in "ab")
        with pytest.raises(RecordError, match=r"b\.jsonl:1: field 'id': 'same' is the id of .*a\.jsonl:1 already"):
            read(one, two)

    def test_utf_16_is_named(self, tmp_path):
        (tmp_path / "a.txt").write_bytes("Rain fell.".encode("utf-16"))
        with pytest.raises(RecordError, match=r"no UTF-8.*iconv -f UTF-16 -t UTF-8"):
            read(Source(str(tmp_path / "a.txt"), "text"))

    @pytest.mark.skipif(not os.path.exists("/proc/self/mem"), reason="needs a file that opens and cannot be read")
    def test_a_file_that_fails_while_it_is_read(self):
        with pytest.raises(FileError, match="/proc/self/mem: cannot be read: Input/output error"):
            read(Source("/proc/self/mem", "text"))

    def test_progress_adds_up_to_the_bytes_of_the_records(self, tmp_path):
        source = jsonl(tmp_path / "a.jsonl", {"text": "one"}, {"text": "two"})
        seen = []
        list(read_records([source], Fields(), progress=seen.append))
        assert sum(seen) == source.size


class TestWriting:
    """A file is there whole, or what was there before is."""

    def test_an_error_leaves_the_old_file_and_nothing_else(self, tmp_path):
        path = tmp_path / "out"
        path.write_text("old")

        def half():
            with whole_file(str(path)) as stream:
                stream.write(b"half")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            half()
        assert path.read_text() == "old"
        assert os.listdir(tmp_path) == ["out"]

    def test_a_kill_leaves_the_old_file(self, tmp_path):
        path = tmp_path / "out"
        path.write_text("old")
        script = textwrap.dedent(f"""
            import time
            from newsclean.files import whole_file
            with whole_file({str(path)!r}) as stream:
                stream.write(b"half" * 10000)
                stream.flush()
                print("ready", flush=True)
                time.sleep(60)
        """)
        process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGKILL if os.name != "nt" else signal.SIGTERM)
        process.wait()
        process.stdout.close()
        assert path.read_text() == "old"

    @pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
    def test_links_and_permissions_stay(self, tmp_path):
        target = tmp_path / "target"
        target.write_text("old")
        target.chmod(0o640)
        link = tmp_path / "link"
        link.symlink_to(target)
        with whole_file(str(link)) as stream:
            stream.write(b"new")
        assert link.is_symlink()
        assert target.read_text() == "new"
        assert stat.S_IMODE(target.stat().st_mode) == 0o640

    def test_a_folder_that_is_not_there(self, tmp_path):
        with (
            pytest.raises(FileError, match="cannot be written: No such file"),
            whole_file(str(tmp_path / "no" / "out")),
        ):
            pass

    @pytest.mark.skipif(os.name == "nt", reason="needs a limit on the size of files")
    def test_a_disk_that_is_full_leaves_the_old_file(self, tmp_path):
        (tmp_path / "out").write_text("old")
        script = textwrap.dedent(f"""
            import resource, signal
            from newsclean.errors import FileError
            from newsclean.files import whole_file
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
            try:
                with whole_file({str(tmp_path / "out")!r}) as stream:
                    for _ in range(100):
                        stream.write(b"x" * 10_000)
            except FileError as error:
                print(error)
        """)
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        assert "out: cannot be written: File too large" in done.stdout
        assert (tmp_path / "out").read_text() == "old"
        assert os.listdir(tmp_path) == ["out"]

    def test_an_input_is_never_the_output(self, tmp_path):
        source = jsonl(tmp_path / "a.jsonl", {"text": "x"})
        with pytest.raises(OptionError, match="would be overwritten"):
            check_not_input(os.path.join(str(tmp_path), ".", "a.jsonl"), [source])
