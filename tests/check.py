"""Everything CI checks, in one command: ``python tests/check.py``.

Formatting and lint (ruff), types (mypy --strict), a wheel that is built, looked into, installed in an environment of
its own and used there, and the whole suite with its doctests (pytest). Stops at the first step that fails.

``python tests/check.py recipes docs`` runs steps by name. Two of them are not among the usual: ``recipes`` tries the
examples for other libraries with those libraries, ``docs`` builds the documentation. Each installs what it needs into an
environment of its own, which takes minutes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SMOKE = """
import newsclean
result = newsclean.clean("date 2022-04-11 The river rose.\\nHide Ad\\nNobody was hurt.")
assert result.text == "The river rose.\\nNobody was hurt.", result.text
assert len(newsclean.find_duplicates(["one two three four", "one two three four"]).drop) == 1
print("wheel", newsclean.__version__, "works from", newsclean.__file__)
"""
MISSING = """
import subprocess
done = subprocess.run([{python!r}, "-m", "newsclean", "--version"], capture_output=True, text=True)
assert done.returncode == 1 and "newsclean[cli]" in done.stderr, (done.returncode, done.stderr)
"""
SOURCE = ("CHANGELOG.md", "CITATION.cff", "LICENSE", "README.md", "mkdocs.yml", "docs/index.md", "tests/check.py")


def step(title: str, *command: str, cwd: Path = ROOT, **environment: str) -> None:
    print(f"\n== {title}", flush=True)
    if subprocess.run(command, cwd=cwd, env=os.environ | environment).returncode:
        raise SystemExit(f"failed: {title}")


def environment(folder: Path, *packages: str) -> str:
    """Return the Python of a new environment in *folder* that has *packages*."""
    venv.create(folder, with_pip=True)
    python = str(folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
    # A newer pip than Python brings: 23.2 stumbles over an extra that is spelt in two ways.
    step("a newer pip", python, "-m", "pip", "install", "--quiet", "--upgrade", "pip")
    step(f"install {' '.join(packages)}", python, "-m", "pip", "install", "--quiet", *packages)
    return python


def lint() -> None:
    step("lint", sys.executable, "-m", "ruff", "check", ".")
    step("format", sys.executable, "-m", "ruff", "format", "--check", ".")


def types() -> None:
    step("types", sys.executable, "-m", "mypy")


def wheel() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        step("build", sys.executable, "-m", "build", "--outdir", str(folder / "dist"), str(ROOT))
        contents(folder / "dist")
        (built,) = (folder / "dist").glob("*.whl")
        python = environment(folder / "env", str(built))
        step("use the wheel", python, "-c", SMOKE, cwd=folder)
        step("the command says what it lacks", python, "-c", MISSING.format(python=python), cwd=folder)
        sizes(built, folder / "env")


def contents(dist: Path) -> None:
    """Stop unless the wheel holds all of the package and no more, and the source archive what makes and tests it."""
    print("\n== contents of wheel and source archive", flush=True)
    (built,), (archive,) = dist.glob("*.whl"), dist.glob("*.tar.gz")
    package = ROOT / "src"
    wanted = {
        path.relative_to(package).as_posix()
        for path in package.joinpath("newsclean").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    with zipfile.ZipFile(built) as opened:
        held = {name for name in opened.namelist() if ".dist-info/" not in name}
    if held != wanted or "newsclean/py.typed" not in held:
        raise SystemExit(f"failed: the wheel lacks {sorted(wanted - held)} and has beside {sorted(held - wanted)}")
    with tarfile.open(archive) as opened_archive:
        names = {name.partition("/")[2] for name in opened_archive.getnames()}
    if missing := sorted(({f"src/{name}" for name in wanted} | {*SOURCE}) - names):
        raise SystemExit(f"failed: the source archive lacks {missing}")
    data = sorted(name for name in held if not name.endswith(".py"))
    print(f"{len(held)} files in the wheel, {len(data)} of them data: {', '.join(data)}")


def sizes(built: Path, folder: Path) -> None:
    """Print what ``pip install newsclean`` takes, without pip."""
    installed = {
        path.name: sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
        for site in folder.rglob("site-packages")
        for path in site.iterdir()
        if path.is_dir() and not path.name.startswith("pip")
    }
    own = installed["newsclean"] / 1e6
    total = sum(installed.values()) / 1e6
    print(
        f"wheel {built.stat().st_size / 1e6:.2f} MB, newsclean installed {own:.1f} MB, with what it needs {total:.0f} MB"
    )


def tests() -> None:
    step("tests", sys.executable, "-m", "pytest", "-q", "-n", "auto")


def recipes() -> None:
    with tempfile.TemporaryDirectory() as name:
        python = environment(Path(name), f"{ROOT}[cli,formats,review,recipes]", "pytest")
        # Apart from the suite's settings: they ask for its plugins.
        alone = ("-c", os.devnull, "--rootdir", str(ROOT), "--confcutdir", "tests/examples", "-p", "no:cacheprovider")
        file = "tests/examples/test_recipes.py"
        step("recipes", python, "-m", "pytest", "-q", "--durations=5", *alone, file, NEWSCLEAN_RECIPES="all")


def docs() -> None:
    with tempfile.TemporaryDirectory() as name:
        python = environment(Path(name) / "env", f"{ROOT}[docs]")
        build = ("-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(Path(name) / "site"))
        step("docs", python, *build, NO_MKDOCS_2_WARNING="1")


STEPS = {"lint": lint, "types": types, "wheel": wheel, "tests": tests, "recipes": recipes, "docs": docs}
USUAL = ("lint", "types", "wheel", "tests")


def main(names: list[str]) -> None:
    """Run the steps that *names* has, or the usual ones, in order."""
    if unknown := {*names} - {*STEPS}:
        raise SystemExit(f"no step {', '.join(sorted(unknown))}; the steps are {', '.join(STEPS)}")
    for name in names or USUAL:
        STEPS[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
