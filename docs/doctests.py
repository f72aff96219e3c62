"""Examples in docstrings as code: where no heading announces them, ``>>>`` would be read as quotations."""

from __future__ import annotations

import re
from typing import Any

import griffe

# From a prompt to the next blank line or the docstring's end.
EXAMPLE = re.compile(r"^( *)>>> .*(?:\n.*\S.*)*", re.M)
LITERAL = re.compile(r"^::\n\n((?: {4}.*\n|\n)+)", re.M)


class Doctests(griffe.Extension):
    """Fences examples and literal blocks."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Fence what the docstring of *obj* shows."""
        if obj.docstring is not None:
            text = EXAMPLE.sub(lambda found: f"{found[1]}```pycon\n{found[0]}\n{found[1]}```", obj.docstring.value)
            obj.docstring.value = LITERAL.sub(lambda found: f"```text\n{found[1].rstrip()}\n```\n\n", text)
