"""Clean the entries of a feed and flag the copies. Run: python examples/recipes/with_feedparser.py."""

import html
import re
from pathlib import Path

import feedparser

import newsclean

feed = feedparser.parse(Path(__file__).with_name("feed.xml").read_bytes())  # or an address


def text_of(entry):
    """Return the entry's text, a line a paragraph: feeds hold HTML, newsclean takes text."""
    markup = entry.content[0].value if "content" in entry else entry.summary
    lines = re.sub(r"<(?:br|/p)\b[^>]*>\s*", "\n", markup)
    return html.unescape(re.sub(r"<[^>]+>", "", lines)).strip()


articles = [newsclean.Article(text_of(entry), id=entry.id, title=entry.title) for entry in feed.entries]
for article, result in zip(articles, newsclean.Cleaner().clean_many(articles), strict=True):
    print(article.id, [removal.kind for removal in result.removed])
found = newsclean.find_duplicates(articles, cleaner=newsclean.Cleaner())
print("drop", found.drop)
