"""Clean a Hugging Face dataset with map, and leave copies out. Run: python examples/recipes/with_datasets.py."""

import json
from pathlib import Path

from datasets import Dataset

import newsclean
from newsclean.io import clean_batch

lines = Path(__file__).parents[1].joinpath("articles.jsonl").read_text(encoding="utf-8").splitlines()
dataset = Dataset.from_list([json.loads(line) for line in lines])  # or load_dataset(...)
dataset = dataset.with_format("arrow").map(clean_batch, batched=True)  # num_proc=8 for eight processes
dataset = dataset.with_format(None)  # the column "newsclean" says what was removed and why

found = newsclean.find_duplicates(newsclean.Article(row["text"], id=row["id"]) for row in dataset)
dropped = set(found.drop)
unique = dataset.filter(lambda id: id not in dropped, input_columns="id")
print(len(dataset), "articles,", len(unique), "without copies:", sorted(dropped))
