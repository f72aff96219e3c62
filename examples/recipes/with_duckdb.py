"""Clean in SQL: a DuckDB function over Arrow arrays. Run: python examples/recipes/with_duckdb.py."""

from pathlib import Path

import duckdb
import pyarrow as pa

import newsclean

cleaner = newsclean.Cleaner()


def clean_text(texts):
    """Return the Arrow array of cleaned texts; a null stays null."""
    return pa.array([None if text is None else cleaner.clean(text).text for text in texts.to_pylist()], pa.string())


path = Path(__file__).parents[1] / "articles.jsonl"
with duckdb.connect() as database:
    database.create_function("clean_text", clean_text, ["VARCHAR"], "VARCHAR", type="arrow", null_handling="special")
    query = f"SELECT id, length(text) AS before, clean_text(text) AS text FROM read_json('{path}')"
    cleaned = database.sql(query).to_arrow_table()  # Arrow, for whatever comes next
    print(database.sql("SELECT count(*) AS articles, sum(before - length(text)) AS gone FROM cleaned"))
    database.remove_function("clean_text")

rows = zip(cleaned["id"].to_pylist(), cleaned["text"].to_pylist(), strict=True)
print("drop", newsclean.find_duplicates(newsclean.Article(text, id=id) for id, text in rows).drop)
