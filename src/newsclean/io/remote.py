"""Files elsewhere, by the address that fsspec knows: ``s3://``, ``gs://``, ``https://``, ``sftp://`` and more."""

from __future__ import annotations

import contextlib
import re
from typing import Any, BinaryIO

from newsclean.errors import FileError, MissingExtraError

__all__ = ["find_remote", "is_remote", "open_remote", "remote_state"]

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+(?:::[a-z0-9+.-]+)*://", re.IGNORECASE)


def is_remote(name: str) -> bool:
    """Return whether *name* is an address rather than a path.

    >>> is_remote("s3://bucket/news.jsonl"), is_remote("C:/news.jsonl")
    (True, False)
    """
    return _ADDRESS.match(name) is not None


def find_remote(address: str) -> list[str]:
    """Return the files that *address* names: itself, or, if it is a pattern, those it matches, in order.

    Raises:
        FileError: there are none.
        MissingExtraError: fsspec is not installed, or what it needs for this kind of address.
    """
    with _telling(address):
        system, path = _system(address)
        if not any(sign in address for sign in "*?["):
            if not system.exists(path):
                raise FileError(f"{address}: is not there; check the address")
            return [address]
        found = sorted(system.glob(path))
        if not found:
            raise FileError(f"{address}: no file matches; check the pattern")
        return [str(system.unstrip_protocol(one)) for one in found]


def open_remote(address: str) -> contextlib.AbstractContextManager[BinaryIO]:
    """Open the file at *address* to read its bytes."""
    with _telling(address):
        system, path = _system(address)
        opened: contextlib.AbstractContextManager[BinaryIO] = system.open(path, "rb")
        return opened


def remote_state(address: str) -> tuple[int | str, ...]:
    """Return the size of the file at *address* and what else its server says that changes with it."""
    with _telling(address):
        system, path = _system(address)
        about = system.info(path)
        marks = [f"{name}={about[name]}" for name in ("ETag", "etag", "mtime", "LastModified") if about.get(name)]
        return (int(about.get("size") or 0), *marks)


def _system(address: str) -> tuple[Any, str]:
    try:
        import fsspec
    except ImportError as error:
        raise MissingExtraError(f"{address}: remote files need fsspec; pip install 'newsclean[remote]'") from error
    try:
        found: tuple[Any, str] = fsspec.core.url_to_fs(address)
    except ImportError as error:
        raise MissingExtraError(f"{address}: {error}") from error
    return found


@contextlib.contextmanager
def _telling(address: str) -> Any:
    try:
        yield
    except (FileError, MissingExtraError):
        raise
    except Exception as error:  # each kind of address has errors of its own
        cause = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise FileError(f"{address}: cannot be read: {cause}; check the address and your access") from error
