"""Clean a Polars DataFrame by way of Arrow, and flag copies. Run: python examples/recipes/with_polars.py."""

from pathlib import Path

import polars as pl

import newsclean
from newsclean.io import clean_batch

frame = pl.read_ndjson(Path(__file__).parents[1] / "articles.jsonl")
frame = pl.from_arrow(clean_batch(frame))  # the column "newsclean" says what was removed and why

found = newsclean.find_duplicates(newsclean.Article(text, id=id) for id, text in frame.select("id", "text").rows())
frame = frame.with_columns(duplicate=pl.col("id").is_in(list(found.drop)))
print(frame.filter("duplicate").select("id", "site"))
