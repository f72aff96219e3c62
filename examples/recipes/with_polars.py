"""Clean a column and flag copies in a Polars DataFrame. Run: python examples/recipes/with_polars.py."""

from pathlib import Path

import polars as pl

import newsclean

cleaner = newsclean.Cleaner()


def cleaned(texts: pl.Series) -> pl.Series:
    """Return the column of cleaned texts; an empty cell stays empty."""
    return pl.Series([None if text is None else cleaner.clean(text).text for text in texts], dtype=pl.String)


frame = pl.read_ndjson(Path(__file__).parents[1] / "articles.jsonl")
frame = frame.with_columns(pl.col("text").map_batches(cleaned, return_dtype=pl.String))

found = newsclean.find_duplicates(newsclean.Article(text, id=id) for id, text in frame.select("id", "text").rows())
frame = frame.with_columns(duplicate=pl.col("id").is_in(list(found.drop)))
print(frame.filter("duplicate").select("id", "site"))
