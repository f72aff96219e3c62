"""Clean a column and flag copies in a pandas DataFrame. Run: python examples/recipes/with_pandas.py."""

from pathlib import Path

import pandas as pd

import newsclean

frame = pd.read_json(Path(__file__).parents[1] / "articles.jsonl", lines=True)

results = list(newsclean.Cleaner().clean_many(frame["text"]))
frame["text"] = [result.text for result in results]
frame["removed"] = [[removal.kind for removal in result.removed] for result in results]
frame["date_found"] = pd.to_datetime([result.metadata.date for result in results])

found = newsclean.find_duplicates(
    newsclean.Article(row.text, id=row.id, site=row.site) for row in frame.itertuples(index=False)
)
frame["duplicate"] = frame["id"].isin(found.drop)
print(frame.loc[frame["duplicate"], ["id", "site", "removed"]].to_string(index=False))
