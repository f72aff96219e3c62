"""Clean a Hugging Face dataset with map, and leave copies out. Run: python examples/recipes/with_datasets.py."""

import json
from pathlib import Path

from datasets import Dataset

import newsclean


def clean_batch(batch):
    """Return the columns to set: the cleaned text, and the report as JSON."""
    results = list(newsclean.Cleaner().clean_many(batch["text"]))
    reports = [json.dumps(result.to_dict()["removed"]) for result in results]
    return {"text": [result.text for result in results], "removed": reports}


lines = Path(__file__).parents[1].joinpath("articles.jsonl").read_text(encoding="utf-8").splitlines()
dataset = Dataset.from_list([json.loads(line) for line in lines])  # or load_dataset(...)
dataset = dataset.map(clean_batch, batched=True, batch_size=100)  # num_proc=8 for eight processes

found = newsclean.find_duplicates(newsclean.Article(row["text"], id=row["id"]) for row in dataset)
dropped = set(found.drop)
unique = dataset.filter(lambda id: id not in dropped, input_columns="id")
print(len(dataset), "articles,", len(unique), "without copies:", sorted(dropped))
