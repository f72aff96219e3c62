"""Everything CI checks, in one command: ``python tests/check.py``.

Formatting and lint (ruff), types (mypy --strict), a wheel that is built, installed in an environment of its own and
used there, and the whole suite with its doctests (pytest). Stops at the first step that fails.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SMOKE = """
import newsclean
result = newsclean.clean("date 2022-04-11 The river rose.\\nHide Ad\\nNobody was hurt.")
assert result.text == "The river rose.\\nNobody was hurt.", result.text
assert len(newsclean.find_duplicates(["one two three four", "one two three four"]).drop) == 1
print("wheel", newsclean.__version__, "works from", newsclean.__file__)
"""


def step(title: str, *command: str, cwd: Path = ROOT) -> None:
    print(f"\n== {title}", flush=True)
    if subprocess.run(command, cwd=cwd).returncode:
        raise SystemExit(f"failed: {title}")


def wheel(folder: Path) -> None:
    step("build", sys.executable, "-m", "build", "--outdir", str(folder / "dist"), str(ROOT))
    (built,) = (folder / "dist").glob("*.whl")
    venv.create(folder / "env", with_pip=True)
    python = folder / "env" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    step("install the wheel", str(python), "-m", "pip", "install", "--quiet", str(built))
    step("use the wheel", str(python), "-c", SMOKE, cwd=folder)
    step("the command says what it lacks", str(python), "-c", MISSING.format(python=str(python)), cwd=folder)


MISSING = """
import subprocess
done = subprocess.run([{python!r}, "-m", "newsclean", "--version"], capture_output=True, text=True)
assert done.returncode == 1 and "newsclean[cli]" in done.stderr, (done.returncode, done.stderr)
"""


def main() -> None:
    """Run every check, in order."""
    step("lint", sys.executable, "-m", "ruff", "check", ".")
    step("format", sys.executable, "-m", "ruff", "format", "--check", ".")
    step("types", sys.executable, "-m", "mypy")
    with tempfile.TemporaryDirectory() as folder:
        wheel(Path(folder))
    step("tests", sys.executable, "-m", "pytest", "-q", "-n", "auto")


if __name__ == "__main__":
    main()
