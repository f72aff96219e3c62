"""Write the picture of a review page, from the example articles: python docs/make_screenshot.py.

Needs Playwright's Python package (in the extra ``test``) and Chromium.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Make the page with the command that the README shows, open it, and show the reason for one removal."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page = Path(folder) / "review.html"
        articles = str(ROOT / "examples" / "articles.jsonl")
        command = ["-m", "newsclean", "run", articles, "-o", f"{folder}/out.jsonl", "--review", str(page), "--quiet"]
        subprocess.run([sys.executable, *command], check=True)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 1040, "height": 700}, color_scheme="light")
        tab.goto(page.as_uri())
        for _ in range(3):
            tab.keyboard.press("n")
        tab.evaluate("window.scrollTo(0, 0)")
        tab.screenshot(path=str(ROOT / "docs" / "images" / "review.png"))
        browser.close()


if __name__ == "__main__":
    main()
