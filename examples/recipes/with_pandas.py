"""Clean a pandas DataFrame by way of Arrow, and flag copies. Run: python examples/recipes/with_pandas.py."""

import json
from pathlib import Path

import pandas as pd

import newsclean
from newsclean.io import clean_batch

frame = pd.read_json(Path(__file__).parents[1] / "articles.jsonl", lines=True)
frame = clean_batch(frame).to_pandas()  # the column "newsclean" says what was removed and why

reports = [json.loads(report)["clean"] for report in frame["newsclean"]]
frame["removed"] = [[removal["kind"] for removal in report["removed"]] for report in reports]
frame["date_found"] = pd.to_datetime([report["metadata"]["date"] for report in reports])

found = newsclean.find_duplicates(
    newsclean.Article(row.text, id=row.id, site=row.site) for row in frame.itertuples(index=False)
)
frame["duplicate"] = frame["id"].isin(found.drop)
print(frame.loc[frame["duplicate"], ["id", "site", "removed"]].to_string(index=False))
