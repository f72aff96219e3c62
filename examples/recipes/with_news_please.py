"""Clean what news-please extracts, or the JSON files it wrote. Run: python examples/recipes/with_news_please.py."""

from pathlib import Path

from newsplease import NewsPlease

import newsclean

html = Path(__file__).with_name("page.html").read_text(encoding="utf-8")  # or NewsPlease.from_url(...)
record = NewsPlease.from_html(html, url="https://dales-echo.example/story/beck-mill", fetch_images=False).get_dict()

# Its JSON files hold the same names, so a crawl already on disk needs no news-please: json.load gives `record`.
article = newsclean.Article(
    record["maintext"],
    id=record["url"],
    title=record["title"],
    site=record["source_domain"],
    date=record["date_publish"],
    language=record["language"],
)
result = newsclean.Cleaner().clean(article)
record["maintext"] = result.text
for removal in result.removed:
    print(f"removed ({removal.kind}): {[article.text[start:end] for start, end in removal.spans]}")
print(record["maintext"])
