"""The README's words hold: its snippets run, its commands work, its tables are complete."""

import doctest
import re
import shlex
import shutil
from pathlib import Path

import pytest

from newsclean.cli import EXIT_CODES, cli, main

ROOT = Path(__file__).parents[1]
README = ROOT.joinpath("README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", README, re.M | re.S)
COMMANDS = [line for language, block in BLOCKS if language == "sh" for line in block.splitlines()]
OURS = [line.removeprefix(".venv/bin/") for line in COMMANDS if re.match(r"(?:\.venv/bin/)?newsclean ", line)]


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_snippets_run(name):
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    outcome = doctest.testfile(str(ROOT / name), module_relative=False, optionflags=flags, encoding="utf-8")
    assert outcome.failed == 0
    assert outcome.attempted or name != "README.md"


@pytest.mark.parametrize("command", OURS)
def test_commands_work(command, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "examples", "examples")
    shutil.copy("examples/articles.jsonl", "articles.jsonl")
    Path("more").mkdir()
    for name in ("article.txt", "more/one.txt"):
        Path(name).write_text("The river rose.\nHide Ad", encoding="utf-8")
    Path("my-rules.toml").write_text(next(b for language, b in BLOCKS if language == "toml"), encoding="utf-8")
    if "cleaned.jsonl" in command.partition(" -o ")[0]:
        main(["run", "articles.jsonl", "-o", "cleaned.jsonl", "-q"])
    if "news.index" in command and " add " not in command:
        main(["index", "add", "news.index", "articles.jsonl", "-q"])
    assert main(shlex.split(command)[1:]) == 0, capfd.readouterr().err


def test_every_command_is_shown():
    for name, command in cli.commands.items():
        below = getattr(command, "commands", None)
        for full in [f"{name} {sub}" for sub in below] if below else [name]:
            assert any(line.startswith(f"newsclean {full}") for line in OURS), full


def test_every_exit_code_is_in_the_table():
    shown = {int(code): meaning for code, meaning in re.findall(r"^\| (\d+) \| (.*) \|$", README, re.M)}
    assert {code: meaning.replace("`", "") for code, meaning in shown.items()} == EXIT_CODES


def test_links_lead_somewhere():
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert ROOT.joinpath(target).exists(), target
