"""The trap corpus: lines that look like boilerplate and are reporting stay, in every language."""

import tomllib
from pathlib import Path

import pytest

from newsclean import Cleaner

TRAPS = tomllib.loads(Path(__file__).with_name("traps.toml").read_text(encoding="utf-8"))
CASES = [(language, line) for language, pack in TRAPS.items() for line in pack["lines"]]
CLEANERS = {profile: Cleaner(profile=profile) for profile in ("safe", "balanced")}


def test_the_corpus_is_large_enough():
    assert len(CASES) >= 250
    assert len(TRAPS) >= 10


@pytest.mark.parametrize("profile", CLEANERS)
@pytest.mark.parametrize(("language", "line"), CASES, ids=[f"{la}-{li[:40]}" for la, li in CASES])
def test_a_trap_between_two_paragraphs_stays(language, line, profile):
    pack = TRAPS[language]
    text = f"{pack['lead']}\n{line}\n{pack['close']}"
    result = CLEANERS[profile].clean(text)
    assert result.text == text, result.explain()


@pytest.mark.parametrize("profile", CLEANERS)
@pytest.mark.parametrize("language", TRAPS)
def test_all_traps_of_a_language_in_one_article_stay(language, profile):
    pack = TRAPS[language]
    text = "\n\n".join([pack["lead"], *pack["lines"], pack["close"]])
    result = CLEANERS[profile].clean(text)
    assert result.text == text, result.explain()


@pytest.mark.parametrize("profile", CLEANERS)
@pytest.mark.parametrize("language", TRAPS)
def test_all_traps_of_a_language_by_themselves_stay(language, profile):
    text = "\n".join(TRAPS[language]["lines"])
    result = CLEANERS[profile].clean(text)
    assert result.text == text, result.explain()
