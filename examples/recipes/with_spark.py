"""Clean and flag articles with Spark, here on two cores. Run: python examples/recipes/with_spark.py."""

import os
import sys
import tempfile
from pathlib import Path

from pyspark.sql import SparkSession

from newsclean.scale import spark

os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # or the executors take whatever python3 there is
builder = SparkSession.builder.master("local[2]")  # or spark://host:7077; spark-submit names its own
session = builder.config("spark.sql.shuffle.partitions", 4).config("spark.ui.enabled", "false").getOrCreate()

with tempfile.TemporaryDirectory() as folder:  # on a cluster: storage that all share, such as s3a://...
    articles = session.read.json(str(Path(__file__).parents[1] / "articles.jsonl"))
    spark.clean(articles).write.parquet(f"{folder}/cleaned")
    flagged = spark.find_duplicates(session.read.parquet(f"{folder}/cleaned"), stages=f"{folder}/stages")
    flagged.where("not duplicate.keep").select("id", "site", "duplicate.kind", "duplicate.kept").show(truncate=False)
session.stop()
