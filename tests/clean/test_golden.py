"""Golden articles: input, cleaned text and report side by side in one file each, readable without the code.

``⏎`` at a line's end stands for a carriage return before the newline. To look at a change on purpose, run
``python tests/clean/test_golden.py``: it writes the files anew for ``git diff``.
"""

from pathlib import Path

import pytest

import newsclean

GOLDEN = Path(__file__).parents[1] / "golden"
MARKS = ("===== input\n", "===== cleaned\n", "===== report\n")


def parts(path: Path) -> list[str]:
    rest = path.read_bytes().decode("utf-8").removeprefix(MARKS[0])
    found = []
    for mark in MARKS[1:]:
        part, _, rest = rest.partition(mark)
        found.append(part.removesuffix("\n"))
    return [*found, rest.removesuffix("\n")]


def source(shown: str) -> str:
    return shown.replace("⏎\n", "\r\n")


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.txt")), ids=lambda path: path.stem)
def test_golden(path):
    shown, cleaned, report = parts(path)
    result = newsclean.clean(source(shown))
    assert result.text == cleaned
    assert result.explain().replace("\r", "") == report
    assert result.restore() == source(shown)


if __name__ == "__main__":
    for path in sorted(GOLDEN.glob("*.txt")):
        shown = parts(path)[0]
        result = newsclean.clean(source(shown))
        body = f"{MARKS[0]}{shown}\n{MARKS[1]}{result.text}\n{MARKS[2]}{result.explain()}\n"
        path.write_bytes(body.encode("utf-8"))
