"""The README's words hold: its snippets run, its commands work, its links lead somewhere."""

import re

import pytest

import documents
from documents import ROOT

README = ROOT / "README.md"


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_snippets_run(name):
    attempted, failed = documents.run_snippets(ROOT / name)
    assert failed == 0
    assert attempted or name != "README.md"


@pytest.mark.parametrize("command", documents.commands(README))
def test_commands_work(command, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    assert documents.run_command(README, command, tmp_path) == 0, capfd.readouterr().err


def test_the_first_command_makes_a_review_page(tmp_path, monkeypatch):
    """What a newcomer pastes: the part after the install, as the README has it."""
    start = README.read_text(encoding="utf-8").partition("## Start")[2].partition("```sh\n")[2].partition("\n")[0]
    *install, run = start.split(" && ")
    assert install == ["python3 -m venv .venv", ".venv/bin/pip install -q '.[cli,review]'"]
    monkeypatch.chdir(tmp_path)
    assert documents.run_command(README, run, tmp_path) == 0
    assert "Alton library" in (tmp_path / "review.html").read_text(encoding="utf-8")


def test_links_lead_somewhere():
    links = re.findall(r"\]\((?!http)([^)#]+)\)", README.read_text(encoding="utf-8"))
    assert links
    for target in links:
        assert ROOT.joinpath(target).exists(), target
