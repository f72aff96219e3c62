"""Write a file whole or not at all; read the files that newsclean ships.

What is written goes to a temporary file in the same folder, is forced to disk and then takes the name of the one
before it in one step. A run that ends early, by an error or a kill, leaves what was there as it was.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Iterator
from typing import BinaryIO

from newsclean.errors import FileError, NewscleanError

__all__ = ["locked", "naming", "remove_leftovers", "shipped_text", "whole_file"]


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
        with naming(path), open(target, "wb") as stream:
            yield stream
        return
    folder, name = os.path.split(target)
    with naming(path):
        import tempfile  # here for the same reason

        handle, temporary = tempfile.mkstemp(prefix=f".{name[:100]}.", suffix=".tmp", dir=folder)
    try:
        with naming(path):
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
def locked(path: str | os.PathLike[str]) -> Iterator[None]:
    """Keep others who would write *path* under this lock away while the ``with`` block runs.

    A process that dies lets go of it. Devices and pipes are not locked.

    Raises:
        FileError: another process has it, or the folder cannot be written.
    """
    target = os.path.realpath(path)
    if os.path.exists(target) and not stat.S_ISREG(os.stat(target).st_mode):
        yield
        return
    folder, name = os.path.split(target)
    lock = os.path.join(folder, f".{name[:100]}.lock")
    with naming(path):
        while True:
            handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o666)
            try:
                _lock(handle)
            except OSError as error:
                os.close(handle)
                raise FileError(
                    f"{path}: another run is writing it; wait for its end, or write to another file"
                ) from error
            # Whoever had it before may have deleted it between the two steps; then this lock holds nothing.
            with contextlib.suppress(OSError):
                if os.path.samestat(os.fstat(handle), os.stat(lock)):
                    break
            os.close(handle)
    _held.add(handle)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            os.unlink(lock)
        _held.discard(handle)
        os.close(handle)


_held: set[int] = set()


def _let_go() -> None:
    """In a process that was forked: a worker that outlives its parent must not keep the lock."""
    for handle in _held:
        with contextlib.suppress(OSError):
            os.close(handle)
    _held.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go)


def _lock(handle: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]  # only there
        return
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def remove_leftovers(path: str | os.PathLike[str]) -> None:
    """Delete what runs that were killed left beside *path*: its temporary files and folders. Only under its lock."""
    import shutil  # here, not above: `import newsclean` needs none of it

    folder, name = os.path.split(os.path.realpath(path))
    left = re.compile(rf"\.{re.escape(name[:100])}\.[a-z0-9_]{{8}}\.tmp")
    with contextlib.suppress(OSError):
        for entry in os.scandir(folder):
            if left.fullmatch(entry.name):
                if entry.is_dir(follow_symlinks=False):
                    shutil.rmtree(entry.path, ignore_errors=True)
                else:
                    os.unlink(entry.path)


@contextlib.contextmanager
def naming(path: str | os.PathLike[str]) -> Iterator[None]:
    """Turn an error of the system into one that names *path* and the next step."""
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
