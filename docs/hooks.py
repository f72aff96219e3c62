"""What the site takes from elsewhere in the repository, so that nothing is written twice."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]
PAGES = {"benchmarks.md": "benchmarks/README.md", "contributing.md": "CONTRIBUTING.md", "changelog.md": "CHANGELOG.md"}
REFERENCE = re.compile(r":(?:class|func|meth|mod|data|attr):<code>~?(?:newsclean\.(?:\w+\.)*)?([\w.]+)</code>")


def on_files(files: Files, config: Any) -> Files:
    """Add pages and pictures that stand beside the code they are about."""
    for target, source in PAGES.items():
        files.append(File.generated(config, target, abs_src_path=str(ROOT / source)))
    for picture in sorted(ROOT.glob("benchmarks/*.svg")):
        files.append(File.generated(config, picture.name, abs_src_path=str(picture)))
    return files


def on_page_content(html: str, **_: Any) -> str:
    """Show references of docstrings, such as :func:`~newsclean.clean`, as names in code."""
    return re.sub(
        r":(?:class|func|meth|mod|data|attr):<code>~?(?:newsclean\.(?:\w+\.)*)?([\w.]+)</code>",
        r"<code>\1</code>",
        html,
    )
