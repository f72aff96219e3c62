"""The documentation's words hold: examples run, commands work, references are complete and fresh."""

import importlib.util
import re

import pytest

import documents
import newsclean
from documents import ROOT
from newsclean.cli import cli

PAGES = sorted((ROOT / "docs").glob("*.md"))
BY_HAND = [page for page in PAGES if page.name != "cli.md"]
# Shell lines that are not newsclean's own commands, and where else they are tried.
OTHER = re.compile(
    r"python3 -m venv \.venv && "  # installs: the wheel step of tests/check.py
    r"|python tests/check\.py recipes$"
    r'|eval "\$\(newsclean completion bash\)"$'  # tests/cli/test_completion.py
)


@pytest.mark.parametrize("page", BY_HAND, ids=lambda page: page.name)
def test_python_examples_run(page):
    attempted, failed = documents.run_snippets(page)
    assert failed == 0
    shown = [block for block in documents.blocks(page, "python") if ">>>" not in block]
    assert shown == [], "an example that no test runs; write it as a doctest"
    assert attempted or not documents.blocks(page, "python")


@pytest.mark.parametrize(
    ("page", "command"),
    [(page, command) for page in BY_HAND for command in documents.commands(page)],
    ids=lambda value: getattr(value, "name", value),
)
def test_commands_work(page, command, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    assert documents.run_command(page, command, tmp_path) == 0, capfd.readouterr().err


def test_every_recipe_is_shown_as_it_runs():
    page = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
    shown = set(re.findall(r'^--8<-- "(examples/recipes/[^"]+)"$', page, re.MULTILINE))
    assert shown == {
        f"examples/recipes/{path.name}"
        for path in (ROOT / "examples" / "recipes").iterdir()
        if path.suffix in (".py", ".sh")
    }


def test_no_other_shell_line_is_shown():
    other = {line for page in PAGES for line in documents.shell_lines(page) if "newsclean " not in line[:25]}
    assert {line for line in other if not OTHER.match(line)} == set()


def test_the_reference_of_the_command_line_is_fresh():
    spec = importlib.util.spec_from_file_location("make_cli", ROOT / "docs" / "make_cli.py")
    make_cli = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make_cli)
    assert make_cli.PAGE.read_text(encoding="utf-8") == make_cli.reference(), "run: python docs/make_cli.py"


def every_command(command=cli, path=()):
    for name, below in getattr(command, "commands", {}).items():
        yield from every_command(below, (*path, name)) if hasattr(below, "commands") else [(*path, name)]


@pytest.mark.parametrize("path", [*every_command()], ids=" ".join)
def test_every_command_is_explained_in_a_guide_with_an_example(path):
    command = " ".join(("newsclean", *path))
    guides = [page for page in BY_HAND if command in page.read_text(encoding="utf-8")]
    assert guides, f"no page of docs/ but the reference shows `{command}`"


def test_every_public_name_is_in_the_reference():
    shown = re.findall(
        r"^::: newsclean\.(?:\w+\.)*(\w+)$", (ROOT / "docs" / "api.md").read_text(encoding="utf-8"), re.M
    )
    missing = {*newsclean.__all__} - {*shown} - {"__version__", "NewscleanError"}  # the error is in `errors`, with all
    assert missing == set(), "add a line `::: newsclean.MODULE.NAME` to docs/api.md"


def test_every_page_is_in_the_navigation():
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert [page.name for page in PAGES if f": {page.name}" not in navigation] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_taken_in_are_there(page):
    for path, _, section in re.findall(r'--8<-- "([^":]+)(:(\w+))?"', page.read_text(encoding="utf-8")):
        taken = ROOT.joinpath(path).read_text(encoding="utf-8")
        assert not section or f"[start:{section}]" in taken
