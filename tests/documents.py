"""What the README and the pages of the documentation show, and how to run it as a reader would."""

import doctest
import re
import shlex
import shutil
from pathlib import Path

from newsclean.cli import main

ROOT = Path(__file__).parents[1]
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.M | re.S)
_OURS = re.compile(r"(?:\.venv/bin/)?newsclean ")


def blocks(page, language):
    """Return the code blocks of *language* on a page."""
    return [block for found, block in _BLOCK.findall(page.read_text(encoding="utf-8")) if found == language]


def shell_lines(page):
    """Return the lines of the page's shell blocks, those that go on joined."""
    joined = [re.sub(r"(&&|\\)\n\s*", r"\1 ", block) for block in blocks(page, "sh")]
    return [line for block in joined for line in block.splitlines()]


def commands(page):
    """Return the page's commands that are newsclean's own."""
    return [line.removeprefix(".venv/bin/") for line in shell_lines(page) if _OURS.match(line)]


def run_snippets(page):
    """Run the page's Python examples; return how many there were and how many failed."""
    outcome = doctest.testfile(str(page), module_relative=False, optionflags=FLAGS, encoding="utf-8")
    return outcome.attempted, outcome.failed


def run_command(page, command, folder):
    """Run *command* in *folder*, beside the files that the pages speak of; return its exit code."""
    shutil.copytree(ROOT / "examples", folder / "examples")
    shutil.copy(ROOT / "examples" / "articles.jsonl", folder)
    for name in ("article.txt", "more/one.txt", "articles/one.txt"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("The river rose.\nHide Ad", encoding="utf-8")
    for block in blocks(page, "toml"):
        (folder / "my-rules.toml").write_text(block, encoding="utf-8")
    if "cleaned.jsonl" in command.partition(" -o ")[0]:
        main(["run", "articles.jsonl", "-o", "cleaned.jsonl", "-q"])
    if "news.index" in command and " add " not in command:
        main(["index", "add", "news.index", "articles.jsonl", "-q"])
    return main(shlex.split(command)[1:])
