"""What the Spark tests share: a session that stays on this machine, and what is said of articles, as rows."""

import os
import random
import shutil
import sys

import pytest

pytest.importorskip("pyspark", reason="needs PySpark: pip install 'newsclean[spark]'")
if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
    pytest.skip("needs Java 17", allow_module_level=True)

os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
os.environ["PYSPARK_PYTHON"] = sys.executable

from newsclean import Article, find_duplicates

SETTINGS = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "2g",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "3",
}


def session(master="local[2]", **settings):
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(master).appName("newsclean tests")
    for name, value in {**SETTINGS, **settings}.items():
        builder = builder.config(name, value)
    found = builder.getOrCreate()
    found.sparkContext.setLogLevel("OFF")
    return found


COLUMNS = ("id", "text", "site", "date", "n")


def rows_in_no_order(articles, seed=0):
    rows = [(a.id, a.text, a.site, None if a.date is None else str(a.date), n) for n, a in enumerate(articles)]
    random.Random(seed).shuffle(rows)
    return rows


def frame(spark, articles, partitions=4, seed=0):
    """Return *articles* as a DataFrame whose rows are in no order, over some partitions."""
    kind = "string" if isinstance(articles[0].id, str) else "long"
    schema = f"id {kind}, text string, site string, date string, n long"
    made = spark.createDataFrame(rows_in_no_order(articles, seed), schema)
    return made.repartition(partitions)


def said(articles, **options):
    """Return what find_duplicates says of each article, by id: the form that the column ``duplicate`` has."""
    found = find_duplicates(articles, **options)
    alone = {"keep": True, "kept": None, "kind": None, "members": 1, "representative": None}
    rows = {id: {**alone, "jaccard": None, "containment": None, "templates": []} for id in (*found.keep, *found.drop)}
    for group in found.groups:
        for id in group.members:
            rows[id].update(keep=id == group.kept, kept=group.kept, kind=group.kind, members=len(group.members))
    for pair in found.pairs:
        if pair.kind == "template":
            rows[pair.id]["templates"].append(pair.representative)
        else:
            scores = {"jaccard": pair.jaccard, "containment": pair.containment}
            rows[pair.id].update(kind=pair.kind, representative=pair.representative, **scores)
    assert {id for id, row in rows.items() if not row["keep"]} == {*found.drop}
    return rows


def rows_of(flagged):
    return {row["id"]: row["duplicate"].asDict() for row in flagged.select("id", "duplicate").collect()}


def articles_of(texts, seed=0, ids=int):
    """Return *texts* in a drawn order as articles with sites and some dates."""
    rng = random.Random(f"order {seed}")
    texts = list(texts)
    rng.shuffle(texts)
    return [
        Article(
            text,
            id=f"a{rng.randrange(10)}-{n}" if ids is str else 3 * n,
            site=f"site{rng.randrange(4)}",
            date=f"2024-01-{rng.randrange(1, 29):02d}" if rng.random() < 0.9 else None,
        )
        for n, text in enumerate(texts)
    ]
