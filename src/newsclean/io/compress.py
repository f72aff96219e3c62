"""Compressed files, told by their suffix: read bounded and checked to their end, written the same bytes every time.

A file that is cut off is an error that names it, for all four formats: some libraries take it for a short one. A file
that swells beyond all measure (a "decompression bomb") is given up rather than read to its end.
"""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import lzma
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Literal, TypeAlias, cast

from newsclean.errors import FileError, MissingExtraError

__all__ = ["Compression", "Counted", "compressed", "compression_of", "decompressed", "stem_of"]

Compression: TypeAlias = Literal[".gz", ".xz", ".bz2", ".zst"]
_SUFFIXES: tuple[Compression, ...] = (".gz", ".xz", ".bz2", ".zst")

# News packs 3 to 10 times smaller, one story a thousand times over up to some hundred times. Below the floor
# nothing can do harm.
_MOST_RATIO = 500
_FLOOR = 64 << 20  # bytes
# One call of zstandard's decompressor gives all that the bytes it gets swell to: at most 128 kB for each four.
_ZST_STEP = 512


def compression_of(name: str) -> Compression | None:
    """Return how the file *name* is compressed, by its suffix; None for a plain one.

    >>> compression_of("articles.jsonl.GZ"), compression_of("articles.jsonl")
    ('.gz', None)
    """
    suffix = Path(name).suffix.lower()
    return next((known for known in _SUFFIXES if known == suffix), None)


def stem_of(name: str) -> str:
    """Return *name* without the suffix of its compression, if it has one.

    >>> stem_of("articles.jsonl.gz"), stem_of("articles.jsonl")
    ('articles.jsonl', 'articles.jsonl')
    """
    found = compression_of(name)
    return name[: -len(found)] if found else name


class Counted(io.RawIOBase):
    """A stream that counts the bytes read from it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.count = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read up to ``len(buffer)`` bytes, as many as are there; 0 at the end."""
        read1 = getattr(self._stream, "read1", self._stream.read)
        data = read1(len(buffer))
        buffer[: len(data)] = data
        self.count += len(data)
        return len(data)


def decompressed(stream: Counted, compression: Compression, name: str) -> BinaryIO:
    """Return the content of *stream*, the compressed file *name*.

    Reading it raises :class:`~newsclean.errors.FileError` where the file is cut off, damaged, or swells to more than
    500 times its size (and more than 64 MB). Several compressed parts one after the other are one content.

    Raises:
        MissingExtraError: it is a ``.zst`` file, and zstandard is not installed.
    """
    return cast(BinaryIO, io.BufferedReader(_Checked(stream, compression, name), 1 << 16))


class _Checked(io.RawIOBase):
    def __init__(self, stream: Counted, compression: Compression, name: str) -> None:
        self._from = stream
        self._name = name
        self._given = 0
        source = cast(BinaryIO, io.BufferedReader(stream, 1 << 16))
        self._content: Any
        if compression == ".gz":
            self._content = gzip.GzipFile(fileobj=source, mode="rb")
        elif compression == ".xz":
            self._content = lzma.LZMAFile(source)  # noqa: SIM115  lives as long as this stream
        elif compression == ".bz2":
            self._content = bz2.BZ2File(source)
        else:
            self._content = _ZstFile(source, name)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._content.read1(len(buffer))
        except EOFError as error:
            raise self._broken("is cut off: its end is missing") from error
        except (zlib.error, lzma.LZMAError, _ZstError) as error:
            raise self._broken(f"is damaged: {error}") from error
        except OSError as error:
            # gzip and bz2 call a damaged file this; an error of the disk has a number.
            if error.errno is not None:
                raise
            raise self._broken(f"is damaged: {error}") from error
        if not data and not self._from.count:
            raise self._broken("is empty, which no compressed file is")
        self._given += len(data)
        if self._given > max(_FLOOR, _MOST_RATIO * self._from.count):
            raise FileError(
                f"{self._name}: swells to more than {_MOST_RATIO} times its size, which no file of articles does; "
                "if it is one, decompress it yourself and give the plain file"
            )
        buffer[: len(data)] = data
        return len(data)

    def _broken(self, what: str) -> FileError:
        return FileError(f"{self._name}: {what}; fetch or make the file again")


class _ZstError(Exception):
    pass


class _ZstFile:
    """What the standard library has for the others; zstandard's own reader takes a cut-off file for a short one."""

    def __init__(self, source: BinaryIO, name: str) -> None:
        self._library = _zstandard(name)
        self._source = source
        self._frame: Any = None
        self._rest = b""
        self._ready = memoryview(b"")

    def read1(self, size: int) -> bytes:
        while not self._ready:
            packed = self._rest or self._source.read(_ZST_STEP)
            self._rest = b""
            if not packed:
                if self._frame is not None:
                    raise EOFError
                return b""
            if self._frame is None:
                self._frame = self._library.ZstdDecompressor().decompressobj()
            try:
                self._ready = memoryview(self._frame.decompress(packed))
            except self._library.ZstdError as error:
                raise _ZstError(error) from error
            if self._frame.eof:
                self._rest, self._frame = self._frame.unused_data, None
        data, self._ready = bytes(self._ready[:size]), self._ready[size:]
        return data


def _zstandard(name: str) -> Any:
    try:
        import zstandard
    except ImportError as error:
        raise MissingExtraError(f"{name}: .zst files need zstandard; pip install 'newsclean[formats]'") from error
    return zstandard


@contextlib.contextmanager
def compressed(stream: BinaryIO, name: str) -> Iterator[BinaryIO]:
    """Open the file *name*, which *stream* writes, for content compressed as its suffix says.

    The same content gives the same bytes: no time and no name stands in them. The *stream* stays open.

    Raises:
        MissingExtraError: it is a ``.zst`` file, and zstandard is not installed.
    """
    compression = compression_of(name)
    if compression is None:
        yield stream
        return
    packed: Any
    if compression == ".gz":
        packed = gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=stream, mtime=0)
    elif compression == ".xz":
        packed = lzma.LZMAFile(stream, "wb")  # noqa: SIM115  closed below
    elif compression == ".bz2":
        packed = bz2.BZ2File(stream, "wb")
    else:
        packed = _zstandard(name).ZstdCompressor().stream_writer(stream, closefd=False)
    with packed:
        yield packed
