"""Pages a person looks at: what was removed and why, and what is a copy of what.

:func:`page` makes one from results at hand; :func:`page_of_records` from the output of ``newsclean run``.
"""

from newsclean.review.entries import Entry, entries_of_records, entries_of_results
from newsclean.review.page import MOST, page, page_of_records

__all__ = ["MOST", "Entry", "entries_of_records", "entries_of_results", "page", "page_of_records"]
