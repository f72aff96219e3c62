"""What strangers wrote hides nothing on a terminal, fakes no message, names no file and runs no code."""

import ast
import io
import json
import os
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest

import newsclean
from newsclean import Background
from newsclean.cli import main
from newsclean.errors import FileError

NASTY = "a\nnewsclean: done\r\x1b]0;x\x07\x1b[2K\x9b2K\u202egpj\u2066\u061c\u2028\x00\ud800"
SENT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
SOURCES = sorted(Path(newsclean.__file__).parent.rglob("*.py"))
ROW = {"id": NASTY, "site": f"{NASTY}.example", "title": NASTY, "text": f"{NASTY} The river rose.\nHide Ad {NASTY}"}


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("in.jsonl").write_text(json.dumps(ROW) + "\n")
    Path("bad.jsonl").write_text(json.dumps(ROW) + "\n" + json.dumps({**ROW, NASTY: 1, "text": 3}) + "\n")
    return tmp_path


class TestTerminal:
    """No control character, no mark that turns text and no faked line reaches the terminal with what is said."""

    @pytest.mark.parametrize(
        "arguments",
        [
            ["explain", "in.jsonl"],
            ["explain", "in.jsonl", "--id", NASTY],
            ["explain", "in.jsonl", "--id", NASTY + "?"],
            ["explain", f"no/{NASTY[:-1]}".replace("\0", "")],
            ["clean", "bad.jsonl", "-o", "out.jsonl"],
            ["clean", "bad.jsonl", "-o", "out.jsonl", "--on-error", "skip"],
            ["run", "in.jsonl", "-o", "out.jsonl", "--stats", "s.json", "--text-field", NASTY],
            ["run", "in.jsonl", "-o", "out.jsonl", "--keep", NASTY],
            ["run", "in.jsonl", "-o", "out.jsonl", "--protect", "(" + NASTY],
            ["learn", "bad.jsonl", "-o", "sites.json", "--on-error", "skip"],
            ["rules", "show", NASTY],
            ["index", "add", "news.index", "bad.jsonl", "--on-error", "skip"],
            ["index", "remove", "news.index", NASTY],
            [NASTY],
            ["run", f"--{NASTY}"],
            ["rules", "list", "--kind", NASTY],
        ],
        ids=lambda arguments: " ".join(argument if argument.isprintable() else "?" for argument in arguments),
    )
    def test_what_is_said(self, here, capsys, arguments):
        main(arguments)
        out, told = capsys.readouterr()
        assert out + told
        assert not SENT.search(told + (out if arguments[0] == "explain" else ""))
        assert not [line for line in f"{out}\n{told}".splitlines() if line.startswith("newsclean: done")]

    def test_faults_of_a_rule_file(self, here, capsys):
        Path("rules.toml").write_text(
            '[[rule]]\nid = "ad_marker.x"\nkind = "ad_marker"\nmatch = "line"\nphrases = ["offer"]\nstrength = "A"\n'
            'why = "w"\nsource = "s"\nhits = ["Offer", "\\u001b[2K \\u202e\\nnewsclean: done"]\nkeeps = ["Rain.", "Sun."]\n'
        )
        assert main(["rules", "test", "rules.toml"]) == 1
        told = capsys.readouterr().err
        assert "1 fault" in told
        assert not SENT.search(told)
        assert "\nnewsclean: done" not in told

    def test_a_terminal_of_its_own_bar_and_chart(self, here, capsys, monkeypatch):
        monkeypatch.setattr("sys.stderr", Terminal())
        assert main(["run", "bad.jsonl", "-o", "out.jsonl", "--on-error", "skip"]) == 3
        import sys

        shown = re.sub("\x1b\\[[0-9;?]*[a-zA-Z]", "", sys.stderr.getvalue())  # what rich itself sends
        assert "1 bad record" in shown
        assert not SENT.search(shown.replace("\r", ""))


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


def test_names_in_records_are_no_names_of_files(here):
    rows = [
        {"id": name, "site": name, "title": name, "url": name, "text": f"Story {n}.\nMore from {name}\nFollow us"}
        for n, name in enumerate(("../../evil", "/evil", "..", "CON", "a/b", "C:\\evil", "~/evil", "$(evil)"))
    ]
    Path("many.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    before = {*os.listdir(here), *os.listdir(here.parent)}
    assert main(["run", "many.jsonl", "-o", "out.jsonl", "--learn-sites", "--review", "r.html", "--resume", "-q"]) == 0
    assert main(["learn", "many.jsonl", "-o", "sites.json"]) == 0
    assert main(["index", "add", "news.index", "many.jsonl"]) == 0
    assert {*os.listdir(here), *os.listdir(here.parent)} - before == {"out.jsonl", "r.html", "sites.json", "news.index"}


def test_nothing_is_unpickled_or_run():
    """Of what can make code of bytes, the package uses none."""
    forbidden = {
        "pickle",
        "marshal",
        "shelve",
        "eval",
        "exec",
        "__import__",
        "yaml",
        "subprocess",
        "joblib",
        "dill",
    }
    # On a cluster the driver sends its own function to its executors, as PySpark itself does; no file is read so.
    for source in (source for source in SOURCES if source.parts[-3:] != ("scale", "spark", "session.py")):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            names = {getattr(node, "id", None), getattr(node, "attr", None)}
            if isinstance(node, ast.Import | ast.ImportFrom):
                names |= {alias.name for alias in node.names} | {getattr(node, "module", None)}
            assert not names & forbidden, (source, node.lineno, names & forbidden)
            if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
                assert isinstance(node.value, ast.Constant)
                assert node.value.value is False


def test_a_background_that_swells_is_refused(tmp_path):
    path = tmp_path / "bomb.npz"
    zeros = io.BytesIO()
    np.save(zeros, np.zeros(30_000_000, dtype=np.uint64))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("header", "shingles", "counts"):
            archive.writestr(f"{name}.npy", zeros.getvalue())
    assert path.stat().st_size < 2_000_000
    with pytest.raises(FileError, match=r"bomb.npz"):
        Background.load(path)
