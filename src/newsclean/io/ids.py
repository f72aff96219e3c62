"""Which ids were met, and where: as digests in a table, so that a hundred million fit where a dictionary has no room.

Two ids are taken for one when 128 bits of their digests agree, which no collection ever sees by chance.
"""

from __future__ import annotations

from array import array
from hashlib import blake2b

from newsclean.model import ArticleId

__all__ = ["Ids"]

_FULL = 0.7  # of the table, then it doubles
_LINE_BITS = 40


class Ids:
    """Ids with the places where they first stood; 35 to 70 bytes an id, and half as much again while it grows."""

    def __init__(self) -> None:
        self._count = 0
        self._mask = 1023
        self._table = array("Q", [0]) * (3 * (self._mask + 1))  # digest in two halves, place + 1 (0: free)
        self._sources: list[str] = []

    def add(self, id: ArticleId, source: str, line: int | None) -> str | None:
        """Remember that *id* stands at *line* of *source*; return the place (``file:line``) where it stood before.

        >>> ids = Ids()
        >>> ids.add("a1", "in.jsonl", 3), ids.add(7, "in.jsonl", 4), ids.add("a1", "in.jsonl", 9)
        (None, None, 'in.jsonl:3')
        """
        if not self._sources or self._sources[-1] != source:
            self._sources.append(source)
        digest = blake2b(f"{type(id).__name__} {id}".encode("utf-8", "surrogatepass"), digest_size=16).digest()
        key, rest = int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")
        place = (len(self._sources) - 1) << _LINE_BITS | (0 if line is None else line)
        before = self._set(key, rest, place + 1)
        if before is not None:
            where, at = divmod(before - 1, 1 << _LINE_BITS)
            return f"{self._sources[where]}:{at}" if at else self._sources[where]
        self._count += 1
        if self._count > _FULL * (self._mask + 1):
            self._grow()
        return None

    def _set(self, key: int, rest: int, place: int) -> int | None:
        table = self._table
        slot = key & self._mask
        while found := table[3 * slot + 2]:
            if table[3 * slot] == key and table[3 * slot + 1] == rest:
                return found
            slot = (slot + 1) & self._mask
        table[3 * slot], table[3 * slot + 1], table[3 * slot + 2] = key, rest, place
        return None

    def _grow(self) -> None:
        old = self._table
        self._mask = 2 * self._mask + 1
        self._table = array("Q", [0]) * (3 * (self._mask + 1))
        for at in range(0, len(old), 3):
            if old[at + 2]:
                self._set(old[at], old[at + 1], old[at + 2])
