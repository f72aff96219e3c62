"""Clean what newspaper4k extracts. Run: python examples/recipes/with_newspaper4k.py."""

from pathlib import Path

import newspaper

import newsclean

html = Path(__file__).with_name("page.html").read_text(encoding="utf-8")
article = newspaper.Article("https://dales-echo.example/story/beck-mill", language="en")
article.download(input_html=html)  # without input_html it fetches the page
article.parse()

result = newsclean.clean(article.text, title=article.title, site=article.source_url)
for removal in result.removed:
    print(f"removed ({removal.kind}): {[article.text[start:end] for start, end in removal.spans]}")
print(result.text)
