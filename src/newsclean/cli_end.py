"""How a command ends: what went wrong as one message on standard error, and the exit code for it."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable

import click

from newsclean.cli_complete import VARIABLE
from newsclean.cli_text import one_line, visible
from newsclean.errors import NewscleanError, OptionError, RuleFileError

__all__ = ["ended"]


def ended(command: Callable[[], object]) -> int:
    """Run *command* and return the exit code; whatever it raises that is no fault of newsclean's own is told."""
    try:
        code = command()
        sys.stdout.flush()
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        shown = io.StringIO()
        error.show(shown)
        message = error.format_message()
        told = shown.getvalue()
        for written in (message, click.unstyle(message)):  # click leaves out colours where there is no terminal
            told = told.replace(written, one_line(message))
        print(visible(told), end="", file=sys.stderr)
        return error.exit_code
    except RuleFileError as error:
        _complain(str(error), show=visible)  # it lists its faults, one a line
        return 1
    except NewscleanError as error:
        _complain(str(error))
        return 2 if isinstance(error, OptionError) else 1
    except (BrokenPipeError, SystemExit) as done:  # click makes the one into the other, and ends completion so
        if VARIABLE in os.environ and isinstance(done, SystemExit):
            return done.code if isinstance(done.code, int) else 0
        _close_output()
        return 141
    except OSError as error:
        _close_output()
        _complain(f"{error.filename or 'standard output'}: {error.strerror or error}; check its space and permissions")
        return 1
    except MemoryError:
        _complain("memory ran out; try again with fewer --workers, or fewer articles at a time")
        return 1
    except (KeyboardInterrupt, click.Abort):
        _complain("interrupted")
        return 130
    return code if isinstance(code, int) else 0


def _close_output() -> None:
    # Nothing more can be written there; the interpreter would try once more at its end, and complain.
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(message: str, show: Callable[[str], str] = one_line) -> None:
    print(show(f"newsclean: error: {message}"), file=sys.stderr)
