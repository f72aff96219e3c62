"""Articles in files: read them with their other fields, write them whole or not at all.

:func:`~newsclean.io.sources.find_sources` expands what the caller named, :func:`~newsclean.io.read.read_records`
yields one :class:`~newsclean.io.records.Record` an article, :func:`newsclean.files.whole_file` writes.
"""

from newsclean.io.batches import clean_batch
from newsclean.io.flows import clean_records
from newsclean.io.read import Reject, read_records
from newsclean.io.records import Fields, Record
from newsclean.io.sources import Source, find_sources

__all__ = [
    "Fields",
    "Record",
    "Reject",
    "Source",
    "clean_batch",
    "clean_records",
    "find_sources",
    "read_records",
]
