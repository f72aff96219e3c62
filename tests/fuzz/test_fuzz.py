"""Whatever the bytes, there is an answer or an error of newsclean's own: a bounded run; ``run.py`` is the long one."""

import importlib.util
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pyarrow")
pytest.importorskip("zstandard")

from fuzz.targets import TARGETS

SPLICES = [
    b"\x00",
    b"\xff\xff\xff\xff",
    b"\xed\xa0\x80",
    b"&amp;" * 9,
    b'"',
    b"\n",
    b"[" * 2000,
    b"1e999",
    b"\xe2\x80\xae",
    b"(?R)",
]


def changed(data, chance):
    """Return *data* changed in a few places: bytes flipped, cut out, doubled, or something awkward put in."""
    out = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        begin = chance.randrange(len(out) + 1)
        end = min(len(out), begin + chance.choice((0, 1, 4, 50)))
        match chance.randrange(5):
            case 0 if out:
                out[begin % len(out)] ^= 1 << chance.randrange(8)
            case 1:
                del out[begin:end]
            case 2:
                out[begin:begin] = out[begin:end] * chance.choice((1, 3, 40))
            case 3:
                out[begin:begin] = chance.choice(SPLICES)
            case _:
                out[begin:end] = chance.randbytes(end - begin)
    return bytes(out)


@pytest.mark.parametrize("name", TARGETS)
def test_changed_bytes(name):
    function, seed = TARGETS[name]
    data, chance = seed(), random.Random(name)
    function(data)
    for _ in range(10):
        function(changed(data, chance))


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="pip install atheris")
@pytest.mark.parametrize("name", TARGETS)
def test_guided(name, tmp_path):
    command = [sys.executable, str(Path(__file__).with_name("run.py")), name, "-max_total_time=60"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    print(name, re.findall(r"Done .*", done.stderr))
    assert done.returncode == 0, done.stderr[-4000:]
