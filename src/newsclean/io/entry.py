"""What every format's reader yields, and what they share: bytes to text, and how much is read for one record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from newsclean.errors import RecordError
from newsclean.io.records import Record

__all__ = ["LENGTH_HINT", "Entry", "decoded", "most_bytes", "too_long"]

LENGTH_HINT = "raise --max-chars if it is an article"
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")
_COMPRESSED = (b"\x1f\x8b", b"\xfd7zXZ", b"BZh", b"\x28\xb5\x2f\xfd")  # gzip, xz, bzip2, Zstandard
_CONVERT = "convert it to UTF-8, for example with iconv -f {} -t UTF-8"
_OTHER_FIELDS = 1 << 20  # bytes that a record may have beside the longest text


@dataclass(frozen=True, slots=True)
class Entry:
    """One record as it stands in its file, not looked into yet."""

    raw: Callable[[], bytes]
    """Returns it as it stands, for the rejects."""
    parse: Callable[[], Record]
    """Returns the record, or raises :class:`~newsclean.errors.RecordError`."""


def most_bytes(max_chars: int) -> int:
    """Return how many bytes are read for one record: four a character, and 1 MB for its other fields."""
    return 4 * max_chars + _OTHER_FIELDS


def too_long(source: str, line: int | None, max_chars: int) -> RecordError:
    """Return the error for a record that is not read to its end."""
    problem = f"longer than a record with a text of {max_chars:,} characters can be, and not read to its end"
    return RecordError(source, line, None, problem, LENGTH_HINT)


def decoded(raw: bytes, source: str, line: int | None) -> str:
    """Return the text in *raw*, UTF-8.

    Raises:
        RecordError: it is something else.
    """
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        wide = raw.startswith(_WIDE_BOMS) or b"\0" in raw[:100]
        problem = f"no UTF-8: byte 0x{raw[error.start]:02x} at offset {error.start}"
        if line is None:
            problem += f" (line {raw.count(10, 0, error.start) + 1})"
        step = _CONVERT.format("UTF-16" if wide else "WINDOWS-1252")
        if raw.startswith(_COMPRESSED):
            step = (
                "it looks compressed: give the file the suffix of its compression, such as .gz, or decompress it first"
            )
        raise RecordError(source, line, None, problem, step) from error
