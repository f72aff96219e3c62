"""``import newsclean`` stays light: nothing optional, and neither datasketch nor scipy, until they are used."""

import subprocess
import sys

import pytest


def loaded_by(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint(*{{name.split('.')[0] for name in sys.modules}})"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(done.stdout.split())


def test_import_loads_no_extras_and_nothing_heavy():
    assert not loaded_by("import newsclean") & {
        "datasketch",
        "scipy",
        "click",
        "rich",
        "pandas",
        "pytest",
        "concurrent",
        "tomllib",
    }


def test_cleaning_needs_only_the_base():
    assert not loaded_by("import newsclean; newsclean.clean('Hide Ad')") & {"datasketch", "scipy", "click", "rich"}


def test_every_public_name_is_there_when_asked_for():
    import newsclean

    for name in newsclean.__all__:
        assert getattr(newsclean, name) is not None
        assert name in dir(newsclean)
    assert newsclean.neardup.find_duplicates is newsclean.find_duplicates
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        newsclean.nonsense  # noqa: B018


def test_a_name_that_is_loaded_later_can_be_imported():
    assert "newsclean" in loaded_by("from newsclean import find_duplicates, Background; import newsclean.neardup")
