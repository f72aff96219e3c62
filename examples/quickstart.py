"""Clean a small corpus, see what went and why, flag the near-duplicates. Run: python examples/quickstart.py."""

import json
import sys
from pathlib import Path

import newsclean

sys.stdout.reconfigure(encoding="utf-8")  # for consoles that are not

# Load: the fields that newsclean knows by name, everything else in `extra`, which is passed through.
articles = []
with Path(__file__).with_name("articles.jsonl").open(encoding="utf-8") as file:
    for line in file:
        record = json.loads(line)
        url = record.pop("url")
        articles.append(newsclean.Article(**record, extra={"url": url}))

# Clean all of them.
cleaner = newsclean.Cleaner()
results = dict(zip((article.id for article in articles), cleaner.clean_many(articles), strict=True))
untouched = sum(not result.edits for result in results.values())
print(f"{len(articles)} articles, {untouched} of them left exactly as they were")

# What went out of one article, and why. The input can be had back, character for character.
article = articles[0]
result = results[article.id]
print(f"\nRemoved from {article.id!r} ({article.extra['url']}):")
for removal in result.removed:
    for start, end in removal.spans:
        print(f"  {removal.kind:15} {article.text[start:end][:60]!r}")
    print(f"  {'':15} because: {removal.reason}")
print(f"By {', '.join(result.metadata.authors)}, {result.metadata.date}")
assert result.restore() == article.text

# Near-duplicates, compared without the dirt. Nothing is deleted: keep and drop are advice.
found = newsclean.find_duplicates(articles, cleaner=cleaner)
print("\nDuplicates:")
for group in found.groups:
    print(f"  keep {group.kept}, drop {', '.join(id for id in group.members if id in found.drop)}")
for pair in found.pairs:
    print(f"  {pair.id} and {pair.representative}: {pair.kind}, jaccard {pair.jaccard:.2f}")

# Why: what two articles share and where they differ.
print()
print(found.explain("mill-echo", "mill-herald"))
