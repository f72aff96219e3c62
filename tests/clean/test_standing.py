"""What sites really print: standing lines in many languages go, in the place where that is certain."""

import tomllib
from pathlib import Path

import pytest

from newsclean import Cleaner

STANDING = tomllib.loads(Path(__file__).with_name("standing.toml").read_text("utf-8"))
BALANCED = Cleaner()


def left(language, lines, *, below):
    """Return which of *lines* stay, each alone in an article, below its last paragraph or between two."""
    prose = STANDING[language]["prose"]
    place = len(prose) if below else len(prose) // 2
    texts = ["\n".join([*prose[:place], line, *prose[place:]]) for line in lines]
    results = BALANCED.clean_many(texts)
    return [line for line, result in zip(lines, results, strict=True) if line in result.text.split("\n")]


@pytest.mark.parametrize("language", STANDING)
def test_standing_lines_go_wherever_they_stand(language):
    lines = STANDING[language]["anywhere"]
    assert left(language, lines, below=False) == []
    assert left(language, lines, below=True) == []


@pytest.mark.parametrize("language", STANDING)
def test_standing_lines_of_which_one_cannot_be_sure_go_below_the_article(language):
    assert left(language, STANDING[language]["below"], below=True) == []


@pytest.mark.parametrize("language", STANDING)
def test_the_articles_around_them_stay(language):
    lines = [line for place in ("anywhere", "below") for line in STANDING[language][place]]
    prose = STANDING[language]["prose"]
    for result in BALANCED.clean_many("\n".join([*prose, line]) for line in lines):
        assert result.text.split("\n")[: len(prose)] == prose
