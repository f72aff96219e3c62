"""How much memory a run may take, and what each of its parts gets of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from newsclean.errors import OptionError

__all__ = ["MEMORY", "Budget", "parse_memory"]

MEMORY = "2GB"
"""What a run may take unless the caller says otherwise."""

_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]?)(I?)B?\s*", re.IGNORECASE)

# Measured: the interpreter with numpy, pyarrow and the rules; what a worker process has of its own, its batch included.
_BASE = 200_000_000
_WORKER = 150_000_000
_LEAST = 100_000_000

# Bytes, measured as the peak of the stage over what it holds: the key of a band while keys are sorted and the pairs of
# large buckets made; a candidate pair while pairs are counted, merged or cut down, or signatures compared; a shingle of
# a pair while the sets are merged.
_KEY, _PAIR, _SHINGLE = 120, 100, 60

SHINGLES = 8_000_000
"""Shingles merged at a time where memory allows: a portion of some seconds, which is what a kill costs."""


def parse_memory(size: str | int) -> int:
    """Return *size*, such as ``2GB`` or ``500 MB``, in bytes; a whole number is bytes already.

    >>> parse_memory("2GB"), parse_memory("1.5 GiB"), parse_memory(10**9)
    (2000000000, 1610612736, 1000000000)

    Raises:
        OptionError: it is no size.
    """
    if isinstance(size, int) and not isinstance(size, bool):
        return size
    found = _SIZE.fullmatch(size) if isinstance(size, str) else None
    if found is None:
        raise OptionError(f"memory is a size such as '2GB' or '500MB', not {size!r}")
    unit = _UNITS[found[2].upper()]
    if found[3]:
        unit = 1024 ** list(_UNITS).index(found[2].upper())
    return int(float(found[1]) * unit)


@dataclass(frozen=True, slots=True)
class Budget:
    """What the stages may take beside what every article needs; see :func:`Budget.of`."""

    keys: int
    """Texts whose band keys are sorted at a time."""
    pairs: int
    """Candidate pairs held at a time."""
    shingles: int
    """Shingles of pairs merged at a time."""

    @classmethod
    def of(cls, memory: str | int, workers: int) -> Budget:
        """Return what *memory* leaves, in all processes together, when *workers* processes have what they need.

        Raises:
            OptionError: it is no size, or too small for them.
        """
        spare = parse_memory(memory) - _BASE - (_WORKER * workers if workers > 1 else 0)
        if spare < _LEAST:
            least = (_BASE + _LEAST + (_WORKER * workers if workers > 1 else 0)) // 10**6
            raise OptionError(f"memory: {memory} is too little for workers={workers}; give {least}MB or more")
        half = spare // 2  # the other half is what the articles themselves need, some 100 bytes each
        return cls(half // _KEY, half // _PAIR, min(half // _SHINGLE, SHINGLES))
