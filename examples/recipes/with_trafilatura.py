"""Clean what trafilatura extracts. Run: python examples/recipes/with_trafilatura.py."""

from pathlib import Path

import trafilatura

import newsclean

html = Path(__file__).with_name("page.html").read_text(encoding="utf-8")  # or trafilatura.fetch_url(...)
found = trafilatura.bare_extraction(html, url="https://dales-echo.example/story/beck-mill", with_metadata=True)

result = newsclean.clean(found.text, title=found.title, site=found.hostname)
for removal in result.removed:
    print(f"removed ({removal.kind}): {[found.text[start:end] for start, end in removal.spans]}")
print(result.text)
