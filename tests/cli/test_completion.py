"""Completion as a shell asks for it, and the scripts that make it ask."""

import os
import shutil
import subprocess
import sys

import pytest


def asked(*words, shell="bash"):
    """The words that newsclean offers where *words* stand on the line, the last of them unfinished."""
    line = ["newsclean", *words]
    environment = {"_NEWSCLEAN_COMPLETE": f"{shell}_complete", "COMP_WORDS": " ".join(line)}
    environment["COMP_CWORD"] = words[-1] if shell == "fish" else str(len(line) - 1)
    done = subprocess.run(
        [sys.executable, "-m", "newsclean"], env=os.environ | environment, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["ru"], ["plain,rules", "plain,run"]),
        (["run", "--prof"], ["plain,--profile"]),
        (["run", "--profile", "s"], ["plain,safe", "plain,strict"]),
        (["clean", "--keep", "byl"], ["plain,byline"]),
        (["rules", "show", "ad_marker.label_en"], ["plain,ad_marker.label_en"]),
        (["run", "arti"], ["file,arti"]),
        (["run", "-o", "arti"], ["file,arti"]),
    ],
    ids=" ".join,
)
def test_what_is_offered(words, offered):
    assert asked(*words) == offered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_one_the_shell_reads(shell):
    done = subprocess.run(
        [sys.executable, "-m", "newsclean", "completion", shell], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0
    assert f"_NEWSCLEAN_COMPLETE={shell}_complete" in done.stdout
    if shutil.which(shell):
        read = subprocess.run([shell, "-n"], input=done.stdout, capture_output=True, text=True, timeout=60)
        assert (read.returncode, read.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_bash_completes_by_it():
    script = """
    eval "$(newsclean completion bash)"
    COMP_WORDS=(newsclean rules sh); COMP_CWORD=2
    _newsclean_completion newsclean sh rules
    printf '%s\\n' "${COMPREPLY[@]}"
    """
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-c", script], env=os.environ | {"PATH": path}, capture_output=True, text=True, timeout=60
    )
    assert (done.stdout, done.stderr) == ("show\n", "")
