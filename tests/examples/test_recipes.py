"""Each recipe with the library it is for, as a newcomer runs it.

Where a library is missing its recipe is skipped, and the reason says so; ``python tests/check.py recipes`` has all of
them in an environment of its own, and there none may be missing.
"""

import gzip
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

RECIPES = Path(__file__).parents[2] / "examples" / "recipes"
COPIES = ("ferry-courier", "ferry-echo", "ferry-gazette", "mill-echo")
# Each recipe: the module it needs, and what it prints.
CASES = {
    "with_trafilatura.py": ("trafilatura", ["removed (ad_marker): ['Hide Ad']", "bought the building for £310,000"]),
    "with_newspaper4k.py": ("newspaper", ["removed (ad_marker): ['Hide Ad']", "bought the building for £310,000"]),
    "with_news_please.py": ("newsplease", ["removed (ad_marker): ['Hide Ad']", "bought the building for £310,000"]),
    "with_feedparser.py": ("feedparser", ["hallin-pass ['ad_marker']", "drop ('hallin-pass-2',)"]),
    "with_pandas.py": ("pandas", COPIES),
    "with_polars.py": ("polars", COPIES),
    "with_datasets.py": ("datasets", ["24 articles, 20 without copies", *COPIES]),
    "with_duckdb.py": ("duckdb", COPIES),
    "with_sklearn.py": ("sklearn", ["24 articles; 'hide' is a word: False"]),
    "with_datatrove.py": ("datatrove", []),
    "with_scrapy.py": ("scrapy", []),
    "with_fastapi.py": ("fastapi", []),
}


def need(module):
    if importlib.util.find_spec(module) is None:
        if os.environ.get("NEWSCLEAN_RECIPES") == "all":
            pytest.fail(f"{module} is not installed; the extra `recipes` has it")
        pytest.skip(f"needs {module}: pip install '.[recipes]'")


def run(name, *arguments, cwd):
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(cwd / "hf"), "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, str(RECIPES / name), *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, encoding="utf-8", timeout=300)
    assert done.returncode == 0, done.stderr
    return done


def test_every_recipe_is_tried_and_short():
    scripts = {path.name for path in RECIPES.iterdir() if path.suffix in (".py", ".sh")}
    assert scripts == {*CASES, "nightly.sh", "with_spark.py"}  # the last is tried in tests/scale
    for name in scripts:
        assert len((RECIPES / name).read_text(encoding="utf-8").splitlines()) < 30, name


@pytest.mark.parametrize("name", [name for name, (_, shown) in CASES.items() if shown])
def test_what_a_recipe_prints(name, tmp_path):
    module, shown = CASES[name]
    need(module)
    out = run(name, cwd=tmp_path).stdout
    assert [text for text in shown if text not in out] == [], out
    assert "Shots" not in out.partition("bought")[2]


def test_datatrove_writes_cleaned_documents(tmp_path):
    need("datatrove")
    run("with_datatrove.py", tmp_path / "out", cwd=tmp_path)
    (file,) = tmp_path.glob("out/*.jsonl.gz")
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        documents = [json.loads(line) for line in lines]
    assert len(documents) == 24
    assert "ad_marker" in documents[0]["metadata"]["removed"]
    assert not any("Hide Ad" in document["text"].splitlines() for document in documents)


def test_scrapy_items_come_out_clean(tmp_path):
    need("scrapy")
    run("with_scrapy.py", (RECIPES / "page.html").as_uri(), tmp_path / "items.jsonl", cwd=tmp_path)
    (item,) = map(json.loads, (tmp_path / "items.jsonl").read_text(encoding="utf-8").splitlines())
    assert item["removed"] == ["video_promo", "ad_marker", "ad_marker"]
    assert "Hide Ad" not in item["text"]
    assert "Ellen Stroud" in item["text"]


def test_the_endpoint_answers(monkeypatch):
    need("fastapi")
    from fastapi.testclient import TestClient

    monkeypatch.syspath_prepend(str(RECIPES))
    from with_fastapi import app

    client = TestClient(app)
    answer = client.post("/clean", json={"text": "The river rose.\nHide Ad"})
    assert (answer.status_code, answer.json()["text"]) == (200, "The river rose.")
    bad = client.post("/clean", json={"text": "The river rose.", "date": "soon"})
    assert bad.status_code == 422
    assert "soon" in bad.text
    assert client.post("/clean", json={}).status_code == 422


@pytest.mark.skipif(os.name == "nt", reason="a shell script")
def test_the_nightly_job_does_each_day_once(tmp_path):
    for day in ("2024-03-04", "2024-03-05"):
        folder = tmp_path / "incoming" / day
        folder.mkdir(parents=True)
        shutil.copy(RECIPES.parent / "articles.jsonl", folder)
    folder.joinpath("bad.jsonl").write_text("{}\n")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    command = ["sh", str(RECIPES / "nightly.sh"), str(tmp_path / "incoming"), str(tmp_path / "cleaned")]
    environment = os.environ | {"PATH": path}
    subprocess.run(command, env=environment, check=True, timeout=120)
    made = {path.name: path.read_bytes() for path in (tmp_path / "cleaned").iterdir()}
    ends = ("html", "jsonl", "stats.json")
    wanted = {f"{day}.{end}" for day in ("2024-03-04", "2024-03-05") for end in ends}
    assert {*made} == wanted | {"2024-03-05.jsonl.rejects.jsonl"}
    subprocess.run(command, env=environment, check=True, timeout=120)
    assert {path.name: path.read_bytes() for path in (tmp_path / "cleaned").iterdir()} == made
