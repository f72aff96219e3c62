"""The command line, end to end: real files, real processes."""

import contextlib
import json
import os
import pty
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

import newsclean
from newsclean.cli import EXIT_CODES, cli, main

STORY = (
    "The river rose by two metres overnight, the council said on Monday, and the old bridge at Alton was closed to "
    "all traffic until engineers have looked at its piers.\n\nNobody was hurt, a spokeswoman said, but forty families "
    "spent the night in the school, where volunteers served soup and tea until the morning."
)
OTHER = "A storm is due on Friday, forecasters said, and farmers were told to bring their animals in before the night."
DIRTY = f"date 2022-04-11 {STORY}\nHide Ad"


def newsclean_command(*arguments, stdin=b"", **options):
    command = [sys.executable, "-m", "newsclean", *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=120, **options)


def write(path, *records):
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    return path


def lines(path_or_bytes):
    raw = path_or_bytes if isinstance(path_or_bytes, bytes) else path_or_bytes.read_bytes()
    return [json.loads(line) for line in raw.splitlines()]


@pytest.fixture
def corpus(tmp_path):
    return write(
        tmp_path / "in.jsonl",
        {"url": "u1", "text": DIRTY, "n": 1},
        {"url": "u2", "text": OTHER},
        {"url": "u3", "text": STORY + " More follows."},
    )


class TestRun:
    """The main job: cleaned and flagged, in one go, every other field as it was."""

    def test_run(self, corpus, tmp_path, capsys):
        out = tmp_path / "out.jsonl"
        assert main(["run", str(corpus), "-o", str(out), "--id-field", "url"]) == 0
        first, second, third = lines(out)
        assert first["text"] == STORY
        assert first["n"] == 1
        assert list(first) == ["url", "text", "n", "newsclean"]
        report = first["newsclean"]
        assert (report["format"], report["version"]) == ("newsclean.report", 1)
        assert [r["kind"] for r in report["clean"]["removed"]] == ["meta_prefix", "ad_marker"]
        assert report["clean"]["metadata"]["date"] == "2022-04-11"
        assert report["duplicate"]["keep"] is False
        assert report["duplicate"]["kept"] == "u3"
        assert report["duplicate"]["kind"] == "near"
        assert third["newsclean"]["duplicate"] == {
            "keep": True,
            "kept": "u3",
            "kind": "near",
            "members": 2,
            "representative": None,
            "jaccard": None,
            "containment": None,
            "templates": [],
        }
        assert second["newsclean"]["duplicate"]["members"] == 1
        said = capsys.readouterr()
        assert said.out == ""
        assert "3 articles: 2 to keep, 1 copy in 1 group (near 1)" in said.err
        assert "2 removals (meta_prefix 1, ad_marker 1)" in said.err

    def test_the_answer_is_the_librarys(self, corpus, tmp_path):
        main(["run", str(corpus), "-o", str(tmp_path / "out.jsonl"), "-q"])
        records = lines(tmp_path / "out.jsonl")
        cleaned = list(newsclean.Cleaner().clean_many([r["text"] for r in lines(corpus)]))
        assert [r["text"] for r in records] == [result.text for result in cleaned]
        for record, result in zip(records, cleaned, strict=True):
            expected = json.loads(json.dumps(result.to_dict()))
            assert {**record["newsclean"]["clean"], "text": record["text"]} == expected

    def test_what_comes_out_leads_back_to_what_went_in(self, corpus, tmp_path):
        main(["run", str(corpus), "-o", str(tmp_path / "out.jsonl"), "-q"])
        for before, after in zip(lines(corpus), lines(tmp_path / "out.jsonl"), strict=True):
            text = after["text"]
            for edit in after["newsclean"]["clean"]["edits"]:
                start = edit["start"]
                text = text[:start] + edit["before"] + text[start + len(edit["after"]) :]
            assert text == before["text"]

    def test_copies_can_be_left_out(self, corpus, capsysbinary):
        assert main(["run", str(corpus), "--drop-duplicates", "-q"]) == 0
        assert [r["url"] for r in lines(capsysbinary.readouterr().out)] == ["u2", "u3"]

    def test_which_copy_is_kept(self, tmp_path, capsysbinary):
        dated = [
            {"id": 1, "text": STORY, "date": "2024-03-05", "site": "b.example"},
            {"id": 2, "text": STORY, "date": "2024-03-04", "site": "a.example"},
        ]
        path = str(write(tmp_path / "in.jsonl", *dated))
        for flags, kept in (
            (["--keep-copy", "first"], 1),
            (["--keep-copy", "earliest"], 2),
            (["--prefer-site", "a.example"], 2),
        ):
            assert main(["dedup", path, *flags, "--drop-duplicates", "-q"]) == 0
            assert [r["id"] for r in lines(capsysbinary.readouterr().out)] == [kept]

    def test_workers_change_nothing(self, corpus, tmp_path):
        for workers in ("1", "2"):
            assert main(["run", str(corpus), "-o", str(tmp_path / workers), "--workers", workers, "-q"]) == 0
        assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()

    def test_dedup_changes_no_text(self, corpus, capsysbinary):
        assert main(["dedup", str(corpus), "-q"]) == 0
        after = lines(capsysbinary.readouterr().out)
        assert [r["text"] for r in after] == [r["text"] for r in lines(corpus)]
        assert all("clean" not in r["newsclean"] for r in after)

    def test_a_second_run_does_not_overwrite_the_first_report(self, corpus, tmp_path, capsys):
        out = tmp_path / "out.jsonl"
        main(["run", str(corpus), "-o", str(out)])
        assert main(["run", str(out), "-o", str(tmp_path / "two.jsonl")]) == 1
        assert "field 'newsclean': is there already" in capsys.readouterr().err
        assert main(["run", str(out), "-o", str(tmp_path / "two.jsonl"), "--report-field", "second"]) == 0
        assert {"newsclean", "second"} <= set(lines(tmp_path / "two.jsonl")[0])


class TestClean:
    """Text in, text out; records in, records out."""

    def test_one_text_comes_out_as_text(self, tmp_path, capsysbinary):
        (tmp_path / "a.txt").write_bytes(DIRTY.encode())
        assert main(["clean", str(tmp_path / "a.txt"), "-q"]) == 0
        assert capsysbinary.readouterr().out == STORY.encode()

    def test_a_folder_comes_out_as_records(self, tmp_path, capsysbinary):
        for name in "ab":
            (tmp_path / f"{name}.txt").write_text(DIRTY)
        assert main(["clean", str(tmp_path), "-q"]) == 0
        records = lines(capsysbinary.readouterr().out)
        assert [r["id"] for r in records] == [str(tmp_path / "a.txt"), str(tmp_path / "b.txt")]
        assert {r["text"] for r in records} == {STORY}

    def test_standard_input_to_standard_output(self):
        done = newsclean_command("clean", "-", stdin=DIRTY.encode())
        assert (done.returncode, done.stdout) == (0, STORY.encode())
        done = newsclean_command("clean", "-", stdin=json.dumps({"text": DIRTY}).encode())
        assert lines(done.stdout)[0]["text"] == STORY

    def test_it_streams(self):
        """The first record comes out while the input is still open."""
        command = [sys.executable, "-m", "newsclean", "clean", "-", "-q"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            record = json.dumps({"text": DIRTY}).encode() + b"\n"
            process.stdin.write(record * 200)
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["text"] == STORY
            process.stdin.close()
            assert len(process.stdout.read().splitlines()) == 199

    def test_the_options_are_the_librarys(self, tmp_path, capsysbinary):
        (tmp_path / "a.txt").write_text(DIRTY)
        mine = tmp_path / "mine.toml"
        mine.write_text(
            '[[rule]]\nid = "nav_ui.soup"\nkind = "nav_ui"\nmatch = "line"\nphrases = ["soup of the day"]\n'
            'strength = "A"\nwhy = "The canteen menu."\nsource = "own"\n'
            'hits = ["Soup of the day", "SOUP OF THE DAY"]\nkeeps = ["The soup of the day was cold.", "Soup days"]\n'
        )
        (tmp_path / "b.txt").write_text(f"{STORY}\nSoup of the day")
        for file, flags, expected in (
            ("a.txt", ["--keep", "ad_marker"], f"{STORY}\nHide Ad"),
            ("a.txt", ["--protect", "hide ad"], f"{STORY}\nHide Ad"),
            ("a.txt", ["--languages", "de"], DIRTY.removeprefix("date 2022-04-11 ")),
            ("b.txt", ["--rules", str(mine)], STORY),
        ):
            assert main(["clean", str(tmp_path / file), "-q", *flags]) == 0
            assert capsysbinary.readouterr().out.decode() == expected, flags

    def test_all_boilerplate_is_told(self, tmp_path, capsys):
        (tmp_path / "a.txt").write_text("Hide Ad\nHide Ad")
        assert main(["clean", str(tmp_path / "a.txt")]) == 0
        assert "a.txt: warning: nothing but boilerplate was found" in capsys.readouterr().err

    def test_lone_surrogates_come_through(self, tmp_path, capsysbinary):
        (tmp_path / "a.jsonl").write_bytes(b'{"text": "Rain \\ud83d fell.", "other": "\\udc00"}\n')
        assert main(["clean", str(tmp_path / "a.jsonl"), "-q"]) == 0
        raw = capsysbinary.readouterr().out
        assert b'"other": "\\udc00"' in raw
        (record,) = lines(raw)
        assert record["newsclean"]["clean"]["repairs"][0]["before"] == "\ud83d"


class TestBadInput:
    """One line with file, line and next step; nothing half written, nothing lost."""

    @pytest.fixture
    def bad(self, tmp_path):
        path = tmp_path / "bad.jsonl"
        path.write_bytes(b'{"text": "Rain fell."}\n{"text": null}\n{"text": \n\xff\n{"text": "Snow fell."}\n')
        return path

    def test_it_stops_at_the_first(self, bad, tmp_path, capsys):
        for command in ("run", "clean", "dedup"):
            assert main([command, str(bad), "-o", str(tmp_path / "out.jsonl")]) == 1
            said = capsys.readouterr().err
            assert said == (
                f"newsclean: error: {bad}:2: field 'text': is null; name the field that has it with --text-field\n"
            )
            assert os.listdir(tmp_path) == ["bad.jsonl"]

    def test_what_came_before_it_is_printed_first(self, bad, capsysbinary):
        assert main(["clean", str(bad), "-q"]) == 1
        assert [r["text"] for r in lines(capsysbinary.readouterr().out)] == ["Rain fell."]

    def test_or_leaves_them_out_and_keeps_them(self, bad, tmp_path, capsys):
        out = tmp_path / "out.jsonl"
        assert main(["run", str(bad), "-o", str(out), "--on-error", "skip"]) == 3
        assert [r["text"] for r in lines(out)] == ["Rain fell.", "Snow fell."]
        rejects = lines(tmp_path / "out.jsonl.rejects.jsonl")
        assert [(r["line"], r["raw"]) for r in rejects] == [(2, '{"text": null}'), (3, '{"text": '), (4, "\udcff")]
        said = capsys.readouterr().err
        assert said.count("left out: ") == 3
        assert "3 bad records left out" in said

    def test_a_file_for_them_can_be_named(self, bad, tmp_path, capsys):
        assert main(["clean", str(bad), "--on-error", "skip", "--rejects", str(tmp_path / "r.jsonl"), "-q"]) == 3
        assert len(lines(tmp_path / "r.jsonl")) == 3

    @pytest.mark.parametrize(
        ("arguments", "code", "said"),
        [
            (["clean", "nope.jsonl"], 1, "nope.jsonl: cannot be read: No such file or directory"),
            (["clean", "in.jsonl", "-o", "in.jsonl"], 2, "would be overwritten"),
            (["clean", "in.jsonl", "-o", "no/out.jsonl"], 1, "cannot be written: No such file or directory"),
            (["run", "in.jsonl", "-o", "out.jsonl", "--review", "no/r.html"], 1, "r.html: cannot be written: No such"),
            (["clean", "in.jsonl", "--text-field", "body"], 1, "field 'body': is missing; the record has 'url'"),
            (["clean", "in.jsonl", "--keep", "nonsense"], 2, "neither a kind nor a rule id"),
            (["clean", "in.jsonl", "--languages", "xx"], 2, "'xx'"),
            (["clean", "in.jsonl", "--protect", "("], 2, "does not compile"),
            (["clean", "in.jsonl", "--rules", "bad.toml"], 1, "bad.toml: "),
            (["clean", "in.jsonl", "--rejects", "r"], 2, "--on-error skip"),
            (["clean", "in.jsonl", "--workers", "0"], 2, "--workers"),
            (["clean"], 2, "INPUT"),
            (["clean", "in.jsonl", "in.jsonl"], 2, "named twice"),
            (["dedup", "in.jsonl", "--threshold", "2"], 2, "threshold"),
            (["dedup", "in.jsonl", "--keep-copy", "first", "--prefer-site", "x"], 2, "give one of them"),
            (["explain", "in.jsonl", "--id", "nobody"], 2, "no article has the id 'nobody'"),
            (["rules", "show", "nonsense"], 2, "there is no rule 'nonsense'"),
            (["rules", "test", "nope.toml"], 1, "nope.toml"),
            (["nonsense"], 2, "nonsense"),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, list) else "",
    )
    def test_errors_say_what_and_where(self, corpus, monkeypatch, capsys, arguments, code, said):
        monkeypatch.chdir(corpus.parent)
        Path("bad.toml").write_text("[[rule]]\nid = 3\n")
        before = sorted(os.listdir())
        assert main(arguments) == code
        captured = capsys.readouterr()
        assert said in captured.err
        assert "Traceback" not in captured.err
        assert captured.out == ""
        assert sorted(os.listdir()) == before


class TestExplain:
    """Every line, with what becomes of it and why."""

    def test_it_is_the_librarys_account(self, tmp_path, capsys):
        (tmp_path / "a.txt").write_text(DIRTY)
        assert main(["explain", str(tmp_path / "a.txt")]) == 0
        assert newsclean.clean(DIRTY).explain() in capsys.readouterr().out

    def test_one_article_of_many(self, corpus, capsys):
        assert main(["explain", str(corpus), "--id-field", "url", "--id", "u2"]) == 0
        out = capsys.readouterr().out
        assert OTHER in out
        assert "Hide Ad" not in out

    def test_control_characters_are_shown_not_sent(self, tmp_path, capsys):
        text = "The river \x1b[31mrose\x1b[0m on Monday.\n\u202eHide Ad\x07"
        (tmp_path / "a.txt").write_text(text)
        assert main(["explain", str(tmp_path / "a.txt")]) == 0
        out = capsys.readouterr().out
        assert not set("\x1b\x07\u202e") & set(out)
        assert "\\x1b[31mrose" in out
        assert "\\u202eHide Ad\\x07" in out

    @pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
    @pytest.mark.parametrize(("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
    def test_colour_where_the_terminal_has_it(self, tmp_path, environment, coloured):
        (tmp_path / "a.txt").write_text(DIRTY)
        here, there = pty.openpty()
        clean = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")}
        done = subprocess.run(
            [sys.executable, "-m", "newsclean", "explain", str(tmp_path / "a.txt")],
            stdout=there,
            env=clean | {"TERM": "xterm-256color"} | environment,
            check=True,
        )
        os.close(there)
        out = os.read(here, 65536)
        os.close(here)
        assert done.returncode == 0
        assert (b"\x1b[31m" in out) is coloured
        assert b"Hide Ad" in out


class TestRules:
    """The rules can be seen, and a file of one's own tried."""

    def test_every_rule_and_detector_is_listed_and_can_be_shown(self, capsys):
        assert main(["rules", "list"]) == 0
        ids = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
        assert len(ids) > 200
        assert "caption_repeat.glued" in ids
        for id in (*ids[:3], "caption_repeat.glued"):
            assert main(["rules", "show", id]) == 0
            assert id in capsys.readouterr().out

    def test_filters(self, capsys):
        assert main(["rules", "list", "--kind", "ad_marker", "--language", "fr"]) == 0
        rows = capsys.readouterr().out.splitlines()
        assert rows
        assert all(row.startswith("ad_marker.") and row.split()[1] == "fr" for row in rows)

    def test_a_file_of_ones_own(self, tmp_path, capsys):
        good = (
            '[[rule]]\nid = "nav_ui.soup"\nkind = "nav_ui"\nmatch = "line"\nphrases = ["soup of the day"]\n'
            'strength = "A"\nwhy = "The canteen menu."\nsource = "own"\n'
            'hits = ["Soup of the day", "SOUP OF THE DAY"]\nkeeps = ["The soup of the day was cold.", "Soup days"]\n'
        )
        (tmp_path / "good.toml").write_text(good)
        assert main(["rules", "test", str(tmp_path / "good.toml")]) == 0
        assert "1 rule, every hit caught" in capsys.readouterr().out
        (tmp_path / "bad.toml").write_text(good.replace('"SOUP OF THE DAY"', '"Soup of the week"'))
        assert main(["rules", "test", str(tmp_path / "bad.toml")]) == 1
        assert "its hit 'Soup of the week' is not caught" in capsys.readouterr().err


class TestProcess:
    """What only a real process shows."""

    def test_version(self):
        done = newsclean_command("--version")
        assert (done.returncode, done.stdout) == (0, f"newsclean {newsclean.__version__}\n".encode())

    @pytest.mark.skipif(os.name == "nt", reason="POSIX pipes")
    def test_a_reader_that_goes_away(self, tmp_path):
        path = write(tmp_path / "in.jsonl", *({"text": f"Rain fell on day {n}. " * 20} for n in range(2000)))
        command = f"{sys.executable} -m newsclean clean {path} | head -n 1 >/dev/null; exit ${{PIPESTATUS[0]}}"
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=120)
        assert done.returncode == 141
        assert done.stderr == ""

    @pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
    def test_an_interrupt_leaves_the_old_output(self, tmp_path):
        out = tmp_path / "out.jsonl"
        out.write_text("old")
        command = [sys.executable, "-m", "newsclean", "clean", "-", "-o", str(out)]
        # Where the suite runs in the background of a shell, interrupts are ignored, and children inherit that.
        heed = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)  # noqa: E731
        with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=heed) as process:
            assert process.stdin is not None
            assert process.stderr is not None
            process.stdin.write(json.dumps({"text": STORY}).encode() + b"\n")
            process.stdin.flush()
            deadline = time.monotonic() + 60
            while len(os.listdir(tmp_path)) < 2 and time.monotonic() < deadline:
                time.sleep(0.05)
            process.send_signal(signal.SIGINT)
            process.wait(60)
            assert process.returncode == 130
            assert process.stderr.read().strip() == b"newsclean: error: interrupted"
        assert out.read_text() == "old"
        assert os.listdir(tmp_path) == ["out.jsonl"]

    def test_without_its_libraries_the_command_names_them(self, tmp_path):
        script = "import sys; sys.modules['click'] = None; from newsclean.__main__ import main; sys.exit(main())"
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
        assert done.returncode == 1
        assert "pip install 'newsclean[cli]'" in done.stderr
        assert done.stderr.count("\n") == 1

    @pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
    def test_a_progress_bar_for_long_work_on_a_terminal(self, tmp_path):
        """Shown on standard error while the input is open, gone at the end, and never in the output."""
        here, there = pty.openpty()
        command = [sys.executable, "-m", "newsclean", "clean", "-", "-o", str(tmp_path / "out.jsonl")]
        environment = os.environ | {"TERM": "xterm-256color"}
        shown = []

        def read():
            # A terminal that nobody reads takes some 4 kB and then lets the writer wait; at its end reading fails.
            with contextlib.suppress(OSError):
                while data := os.read(here, 65536):
                    shown.append(data)

        reader = threading.Thread(target=read)
        reader.start()
        with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=there, env=environment) as process:
            assert process.stdin is not None
            for n in range(6):
                process.stdin.write((json.dumps({"text": f"{STORY} {n}"}).encode() + b"\n") * 1)
                process.stdin.flush()
                time.sleep(0.4)
            process.stdin.close()
            process.wait(60)
        os.close(there)
        reader.join(60)
        os.close(here)
        said = b"".join(shown).decode()
        assert "articles" in said
        assert "6 articles cleaned" in said
        assert len(lines(tmp_path / "out.jsonl")) == 6


def test_every_command_and_option_has_help():
    def walk(command, path):
        assert command.help or not path, path
        for parameter in command.params:
            if parameter.param_type_name == "option":
                assert parameter.help, (path, parameter.name)
        for name, below in getattr(command, "commands", {}).items():
            walk(below, [*path, name])

    walk(cli, [])


def test_exit_codes_are_in_the_help():
    shown = " ".join(CliRunner().invoke(cli, ["--help"]).output.split())
    for code, meaning in EXIT_CODES.items():
        assert f"{code} {meaning}" in shown


class TestFigures:
    """--stats, and what is said where there is no terminal."""

    def test_they_are_those_of_the_reports(self, tmp_path, capsys):
        path = write(
            tmp_path / "in.jsonl",
            {"id": 1, "text": DIRTY, "site": "a.example"},
            {"id": 2, "text": STORY, "site": "b.example"},
            {"id": 3, "text": None},
            {"id": 4, "text": f"{OTHER}\nHide Ad"},
        )
        out, stats = tmp_path / "out.jsonl", tmp_path / "stats.json"
        assert main(["run", str(path), "-o", str(out), "--stats", str(stats), "--on-error", "skip"]) == 3
        figures = json.loads(stats.read_text())
        removed = [
            (r.get("site", ""), entry["kind"]) for r in lines(out) for entry in r["newsclean"]["clean"]["removed"]
        ]
        assert figures["removed"]["total"] == len(removed) == 3
        assert sum(figures["removed"]["by_kind"].values()) == 3
        assert figures["removed"]["by_site"]["a.example"] == {"meta_prefix": 1, "ad_marker": 1}
        assert figures["removed"]["by_site"][""] == {"ad_marker": 1}
        assert figures["articles"] == {"read": 3, "written": 3, "rejected": 1}
        assert figures["duplicates"] == {
            "kept": 2,
            "dropped": 1,
            "groups_by_kind": {"exact": 1},
            "template_pairs": 0,
        }
        assert figures["seconds"] > 0
        assert "3 removals (ad_marker 2, meta_prefix 1)" in capsys.readouterr().err

    def test_an_input_or_output_is_not_overwritten_by_them(self, corpus, capsys):
        assert main(["clean", str(corpus), "--stats", str(corpus)]) == 2
        assert "would be overwritten" in capsys.readouterr().err
        assert main(["clean", str(corpus), "-o", "x", "--stats", "x"]) == 2
        assert "name the same file" in capsys.readouterr().err

    @pytest.mark.parametrize(("flags", "shown"), [([], True), (["-q"], False)])
    def test_plain_lines_where_there_is_no_terminal(self, corpus, tmp_path, monkeypatch, capsys, flags, shown):
        monkeypatch.setattr("newsclean.cli_progress._LINE_EVERY", 0.0)
        assert main(["clean", str(corpus), "-o", str(tmp_path / "out.jsonl"), *flags]) == 0
        said = capsys.readouterr().err
        assert ("MB/s, 0 s left" in said) is shown
        assert "\x1b" not in said
        assert "\r" not in said


def test_a_text_that_is_too_long_is_a_bad_record(corpus, tmp_path, capsys):
    out = tmp_path / "out.jsonl"
    assert main(["clean", str(corpus), "-o", str(out), "--max-chars", "150", "--on-error", "skip"]) == 3
    assert [r["url"] for r in lines(out)] == ["u2"]
    assert "in.jsonl:1: field 'text': has " in capsys.readouterr().err
    assert [r["line"] for r in lines(tmp_path / "out.jsonl.rejects.jsonl")] == [1, 3]


class TestReviewPage:
    """run --review: from articles to a page in one command."""

    def test_it_is_the_page_of_the_command_review(self, corpus, tmp_path, capsys):
        out, page = tmp_path / "out.jsonl", tmp_path / "review.html"
        assert main(["run", str(corpus), "-o", str(out), "--id-field", "url", "--review", str(page)]) == 0
        assert f"{page}: open it in a browser" in capsys.readouterr().err
        made = page.read_bytes()
        assert main(["review", str(out), "-o", str(page), "--id-field", "url", "-q"]) == 0
        assert page.read_bytes() == made

    def test_it_shows_copies_that_the_output_leaves_out(self, corpus, tmp_path):
        out, page = tmp_path / "out.jsonl", tmp_path / "review.html"
        assert main(["run", str(corpus), "-o", str(out), "--drop-duplicates", "--review", str(page), "-q"]) == 0
        assert len(lines(out)) == 2
        shown = json.loads(page.read_text(encoding="utf-8").partition('id="data">')[2].partition("</script>")[0])
        assert (shown["totals"]["articles"], shown["totals"]["copies"]) == (3, 1)

    def test_it_takes_no_inputs_place(self, corpus, tmp_path, capsys):
        assert main(["run", str(corpus), "-o", str(tmp_path / "o.jsonl"), "--review", str(corpus)]) == 2
        assert "would be overwritten" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_the_summary_is_a_chart_on_a_terminal_and_plain_lines_in_a_pipe(corpus, tmp_path):
    command = ["clean", str(corpus), "-o", str(tmp_path / "out.jsonl")]
    here, there = pty.openpty()
    environment = {k: v for k, v in os.environ.items() if k != "NO_COLOR"} | {"TERM": "xterm-256color"}
    subprocess.run([sys.executable, "-m", "newsclean", *command], stderr=there, env=environment, check=True)
    os.close(there)
    said = os.read(here, 65536).decode()
    os.close(here)
    assert "2 removals:" in said
    assert "\x1b[36m" in said
    assert re.search(r"ad_marker +1 █+", re.sub(r"\x1b\[\d+m", "", said))
    piped = newsclean_command(*command)
    assert piped.stderr.decode().startswith("3 articles cleaned\n2 removals (meta_prefix 1, ad_marker 1)\n")
