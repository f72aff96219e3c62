"""kill -9 at random moments: the same command again and again ends with the bytes of a run that nobody disturbed."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest
from neardup_samples import article, edited, forecast, notice

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX signals")


def write(path, count):
    """Write articles: copies, forms of two kinds, boilerplate."""
    with path.open("w") as file:
        for n in range(count):
            kind = n % 10
            text = (
                notice(n) if kind == 0 else forecast(n) if kind == 1 else edited(article(n % (count // 3), 5), n, 0.03)
            )
            record = {"id": n, "site": f"{n % 7}.example", "text": f"{text}\nHide Ad\nShare this article\n"}
            file.write(json.dumps(record) + "\n")


def kill_and_resume(folder, count, kills, longest):
    """Kill runs over *count* articles *kills* times, each after up to *longest* seconds; return how many came to an end."""
    write(folder / "in.jsonl", count)
    command = [sys.executable, "-m", "newsclean", "run", str(folder / "in.jsonl"), "-q", "--workers", "2"]
    calm = folder / "calm.jsonl"
    subprocess.run([*command, "-o", str(calm)], check=True)
    draw = random.Random(count)
    done = ended = 0
    out = folder / "out.jsonl"
    whole = False
    while done < kills or not whole:  # the last run comes to its end, whatever came before
        with subprocess.Popen([*command, "-o", str(out), "--resume"]) as process:
            if done < kills:
                try:
                    process.wait(draw.uniform(0.2, longest))
                except subprocess.TimeoutExpired:
                    process.kill()
            process.wait()
        whole = process.returncode == 0
        if process.returncode == -signal.SIGKILL:
            done += 1
            # Killed between the two, it had renamed the output already and only the parts were still to go.
            assert not out.exists() or out.read_bytes() == calm.read_bytes()
            continue
        assert whole
        assert out.read_bytes() == calm.read_bytes()
        out.unlink()
        ended += 1
    assert sorted(path.name for path in folder.iterdir()) == ["calm.jsonl", "in.jsonl"]
    return ended


def test_a_few_kills(tmp_path):
    kill_and_resume(tmp_path, 120, 2, 2)


@pytest.mark.slow
@pytest.mark.parametrize(("count", "kills", "longest"), [(5_000, 100, 8), (50_000, 20, 20)])
def test_many_kills(tmp_path, count, kills, longest):
    began = time.monotonic()
    ended = kill_and_resume(tmp_path, count, kills, longest)
    print(f"{kills} kills, {ended} runs came to their end, {time.monotonic() - began:.0f} s", file=sys.stderr)
