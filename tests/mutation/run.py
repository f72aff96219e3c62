"""Change one place of the code at a time and see whether a test notices: ``python tests/mutation/run.py``.

Needs ``pip install coverage``. First every test runs once, to learn which lines it reaches and how long it takes. Then
a sample of all mutants, drawn by *seed*, is tried one by one in a copy of the project: with the tests that reach the
changed line, the quickest first, until one fails. A mutant that runs for several times as long as it should counts as
noticed. What no test notices is printed at the end: it lacks a test, or makes no difference.

The tests of linear time are left out: on a busy machine they would notice what they do not see.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from mutants import Mutant, mutants_of

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("clean", "text", "neardup")
TESTS = ["tests/clean", "tests/text", "tests/neardup", "tests/rules", *(f"src/newsclean/{name}" for name in PACKAGES)]
LEFT_OUT = ["--ignore=tests/clean/test_linear_time.py", "-p", "no:cacheprovider", "-q"]
FAIL_FAST = ["-x", "-W", "ignore::pytest.PytestAssertRewriteWarning"]  # loaded before, see FIRST
SECONDS = 15.0  # of tests for one mutant, of each of two kinds
FEW = 12  # tests that reach a line; then all that reach its module are looked at
FIRST = ("pytest", "hypothesis", "numpy", "regex", "ftfy", "datasketch", "_pytest.doctest")  # loaded once, for all


class Learnt:
    """A pytest plugin that notes, by test, the lines it reaches and its time."""

    def __init__(self, measured: Any) -> None:
        self.measured = measured
        self.seconds: dict[str, float] = {}

    def pytest_runtest_logstart(self, nodeid: str, location: object) -> None:
        self.measured.switch_context(nodeid)

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.when == "call" and report.passed:
            self.seconds[report.nodeid] = report.duration


def learn(copy: Path, to: Path) -> None:
    """Run all tests in *copy* and write which of them reach which line."""
    import coverage
    import pytest

    os.chdir(copy)
    measured = coverage.Coverage(data_file=None, source=["newsclean"], config_file=False)
    measured.start()
    plugin = Learnt(measured)
    pytest.main([*TESTS, *LEFT_OUT], plugins=[plugin])
    measured.stop()
    data = measured.get_data()
    reached: dict[str, dict[int, list[str]]] = {}
    for name in data.measured_files():
        lines = data.contexts_by_lineno(name)
        reached[os.path.relpath(name, copy)] = {
            line: [test for test in tests if test in plugin.seconds] for line, tests in lines.items()
        }
    to.write_text(json.dumps({"seconds": plugin.seconds, "reached": reached}))


class Choice:
    """Which tests to try a mutant with."""

    def __init__(self, learnt: dict[str, Any], copy: Path) -> None:
        self._copy = copy
        self.seconds: dict[str, float] = learnt["seconds"]
        self._reached: dict[str, dict[str, list[str]]] = learnt["reached"]
        self._reach = Counter(test for lines in self._reached.values() for tests in lines.values() for test in tests)

    def tests_for(self, mutant: Mutant, source: str) -> list[str]:
        """Return tests that reach the mutant, some of the quickest and some of those that reach little else."""
        lines = self._reached.get(mutant.path, {})
        tests = set(lines.get(str(mutant.line), ()))
        if not tests:  # it runs when the module is loaded: those that reach its users
            tests = {test for line in _users(source, mutant.line) for test in lines.get(str(line), ())}
        if len(tests) < FEW:  # what is remembered between calls is reached by the first test alone
            tests |= {test for entry in lines.values() for test in entry}
        if not tests:
            tests = self._of_files_that_import(mutant.path)
        here = Counter(test for entry in lines.values() for test in entry)
        quickest = sorted(tests, key=lambda test: (self.seconds[test], test))
        nearest = sorted(tests, key=lambda test: (-here[test] / (self._reach[test] or 1), self.seconds[test], test))
        return list(dict.fromkeys((*self._some(nearest), *self._some(quickest))))

    def _of_files_that_import(self, path: str) -> set[str]:
        """Return the tests of the files that name the module: of mere tables no test runs a line."""
        module = path.removeprefix("src/").removesuffix(".py").replace("/", ".")
        files = {test.partition("::")[0] for test in self.seconds}
        named = {file for file in files if module in (self._copy / file).read_text(encoding="utf-8")}
        return {test for test in self.seconds if test.partition("::")[0] in named}

    def _some(self, tests: list[str]) -> list[str]:
        sums = itertools.accumulate(self.seconds[test] for test in tests)
        return [test for n, (test, total) in enumerate(zip(tests, sums, strict=True)) if not n or total < SECONDS]


def _users(source: str, line: int) -> set[int]:
    """Return the lines that use what is defined in *line* of a module."""
    names: set[str] = set()
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or 0):
            names |= {
                name.id for name in ast.walk(node) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
            }
            if isinstance(node, ast.FunctionDef) and line < node.body[0].lineno:
                return {node.body[0].lineno, node.body[-1].lineno}  # a default
    return {node.lineno for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in names}


def tried(copy: Path, mutant: Mutant, tests: list[str], limit: float) -> str:
    """Return ``killed``, ``time`` or ``survived``: what became of *mutant* in a process of its own."""
    file = copy / mutant.path
    original = file.read_text(encoding="utf-8")
    for compiled in (file.parent / "__pycache__").glob(f"{file.stem}.*"):
        compiled.unlink()
    file.write_text(mutant.source, encoding="utf-8")
    try:
        child = os.fork()
        if not child:
            code = 1
            try:
                os.setsid()
                quiet = os.open(os.devnull, os.O_WRONLY)
                os.dup2(quiet, 1)
                os.dup2(quiet, 2)
                os.chdir(copy)
                import pytest

                code = int(pytest.main([*LEFT_OUT, *FAIL_FAST, *tests]))
            finally:
                os._exit(code)
        until = time.monotonic() + limit
        while time.monotonic() < until:
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                return "survived" if status == 0 else "killed"
            time.sleep(0.02)
        os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return "time"
    finally:
        file.write_text(original, encoding="utf-8")


def _same(name: str, mutants: list[Mutant]) -> Mutant | None:
    """Return the mutant that had this *name* when lines may have stood elsewhere; None where there is none."""
    path, _, rest = name.partition(":")
    line, _, change = rest.partition(":")
    alike = [mutant for mutant in mutants if mutant.path == path and mutant.name.endswith(f":{change}")]
    return min(alike, key=lambda mutant: abs(mutant.line - int(line)), default=None)


def _entries(out: Path | None) -> list[dict[str, Any]]:
    """Return what was written with ``--out``, if there is such a file; of a mutant tried twice the last counts."""
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()] if out and out.exists() else []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=300, help="mutants to try")
    parser.add_argument("--minutes", type=float, default=90, help="stop after this time")
    parser.add_argument("--only", nargs="*", default=[""], help="modules whose path has one of these in it")
    parser.add_argument("--learnt", type=Path, help="keep what the first run of the tests shows here, or read it")
    parser.add_argument("--tests", nargs="*", default=[], help="try with these, instead of those that reach the mutant")
    parser.add_argument("--again", type=Path, help="try what survived in this file, written with --out, once more")
    parser.add_argument(
        "--out", type=Path, help="add a line of JSON for each mutant here; what it says was noticed is not tried"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name).resolve() / "newsclean"
        ignored = shutil.ignore_patterns(".*", "__pycache__", "node_modules", "dist", "build", "site")
        shutil.copytree(ROOT, copy, ignore=ignored)
        sys.path[:0] = [str(copy / "src"), str(copy / "tests")]
        os.environ |= {"PYTHONPATH": str(copy / "src"), "HYPOTHESIS_PROFILE": "ci", "PYTHONHASHSEED": "0"}
        run(copy, options)


def run(copy: Path, options: argparse.Namespace) -> None:
    learnt_file = options.learnt or copy / "learnt.json"
    if not learnt_file.exists() and not options.tests:
        code = "import sys, pathlib; sys.path.insert(0, {!r}); import run; run.learn(*map(pathlib.Path, sys.argv[1:]))"
        command = [sys.executable, "-c", code.format(str(Path(__file__).parent)), str(copy), str(learnt_file)]
        subprocess.run(command, check=True)
    learnt = {"seconds": {}, "reached": {}} if options.tests else json.loads(learnt_file.read_text())
    choice = Choice(learnt, copy)
    for module in FIRST:
        importlib.import_module(module)
    sys.dont_write_bytecode = True
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    paths = sorted(path for part in PACKAGES for path in (copy / "src/newsclean" / part).rglob("*.py"))
    every = [
        mutant
        for path in paths
        if any(part in str(path.relative_to(copy)) for part in options.only)
        for mutant in mutants_of(str(path.relative_to(copy)), path.read_text(encoding="utf-8"))
    ]
    chosen = random.Random(options.seed).sample(every, min(options.sample, len(every)))
    if options.again:
        outcome_of = {entry["mutant"]: entry["outcome"] for entry in _entries(options.again)}
        left = [name for name, outcome in outcome_of.items() if outcome in ("survived", "untested")]
        chosen = list(filter(None, (_same(name, every) for name in left)))
    print(f"{len(every)} mutants, of which {len(chosen)} are tried", flush=True)
    same = paths[-1].relative_to(copy).as_posix()
    unchanged = Mutant(same, 1, "", "", paths[-1].read_text(encoding="utf-8"))
    if (outcome := tried(copy, unchanged, options.tests or sorted(choice.seconds)[::40], 600)) != "survived":
        raise SystemExit(f"the tests fail without any change: {outcome}")
    until = time.monotonic() + 60 * options.minutes
    found: dict[str, list[Mutant]] = defaultdict(list)
    known = {entry["mutant"]: entry["outcome"] for entry in _entries(options.out)}
    for mutant in chosen:
        if time.monotonic() > until:
            break
        if known.get(mutant.name) in ("killed", "time"):  # a run that was stopped goes on
            found[known[mutant.name]].append(mutant)
            continue
        tests = options.tests or choice.tests_for(mutant, (copy / mutant.path).read_text(encoding="utf-8"))
        began = time.monotonic()
        expected = sum(choice.seconds.get(test, 30.0) for test in tests)
        outcome = tried(copy, mutant, tests, 60 + 5 * expected) if tests else "untested"
        found[outcome].append(mutant)
        if options.out:
            with options.out.open("a", encoding="utf-8") as out:
                told = {"outcome": outcome, "mutant": mutant.name, "tests": len(tests)}
                out.write(json.dumps(told | {"seconds": round(time.monotonic() - began, 1)}) + "\n")
    total = sum(map(len, found.values()))
    killed = len(found["killed"]) + len(found["time"])
    print(f"{total} tried, {killed} noticed ({killed / max(1, total):.1%}), {len(found['time'])} of them by the clock")
    for outcome in ("untested", "survived"):
        for mutant in sorted(found[outcome], key=lambda mutant: (mutant.path, mutant.line)):
            print(f"{outcome}: {mutant.name}")


if __name__ == "__main__":
    main()
