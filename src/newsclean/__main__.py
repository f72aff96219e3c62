"""``python -m newsclean`` and the ``newsclean`` command."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line; say what to install where its libraries are missing."""
    try:
        import click  # noqa: F401  the command line is an extra
        import rich  # noqa: F401
    except ImportError as error:
        print(f"newsclean: the command line needs {error.name}; pip install 'newsclean[cli]'", file=sys.stderr)
        return 1
    from newsclean.cli import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
