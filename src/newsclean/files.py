"""Write a file whole or not at all; read the files that newsclean ships.

What is written goes to a temporary file in the same folder, is forced to disk and then takes the name of the one
before it in one step. A run that ends early, by an error or a kill, leaves what was there as it was.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from typing import BinaryIO

from newsclean.errors import FileError, NewscleanError

__all__ = ["shipped_text", "whole_file"]


def shipped_text(package: str, name: str) -> str:
    """Return the text of the file *name* that stands beside the modules of *package*."""
    # Here, not above: `import newsclean` reads no file yet, and this module alone is a tenth of its time.
    from importlib import resources

    return resources.files(package).joinpath(name).read_text(encoding="utf-8")


@contextlib.contextmanager
def whole_file(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Open *path* for bytes that appear there when the ``with`` block ends, and only if it ends without an error.

    A link stays a link to the file it names; that file's permissions stay. Devices and pipes are written as they are.

    Raises:
        FileError: the file or its folder cannot be written.
    """
    target = os.path.realpath(path)
    if os.path.exists(target) and not stat.S_ISREG(os.stat(target).st_mode):
        with _named(path), open(target, "wb") as stream:
            yield stream
        return
    folder, name = os.path.split(target)
    with _named(path):
        import tempfile  # here for the same reason

        handle, temporary = tempfile.mkstemp(prefix=f".{name[:100]}.", suffix=".tmp", dir=folder)
    try:
        with _named(path):
            with os.fdopen(handle, "wb") as stream:
                os.chmod(temporary, _mode(target))
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(temporary, target)
            _sync_folder(folder)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


@contextlib.contextmanager
def _named(path: str | os.PathLike[str]) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if isinstance(error, NewscleanError | BrokenPipeError):  # what is known already, a rule that runs away for one
            raise
        raise FileError(
            f"{path}: cannot be written: {error.strerror or error}; check the folder, its permissions and its space"
        ) from error


def _mode(target: str) -> int:
    with contextlib.suppress(OSError):
        return stat.S_IMODE(os.stat(target).st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _sync_folder(folder: str) -> None:
    if os.name == "nt":
        return  # folders cannot be opened there
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
