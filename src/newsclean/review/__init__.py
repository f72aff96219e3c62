"""Pages a person looks at: what was removed and why, and what is a copy of what.

:func:`page` makes one from results at hand; :func:`page_of_records` from the output of ``newsclean run``, and
:func:`page_of_reports` from a run that is not written yet.
"""

from newsclean.review.entries import Entry, entries_of_records, entries_of_reports, entries_of_results
from newsclean.review.page import MOST, page, page_of_records, page_of_reports, require_jinja

__all__ = [
    "MOST",
    "Entry",
    "entries_of_records",
    "entries_of_reports",
    "entries_of_results",
    "page",
    "page_of_records",
    "page_of_reports",
    "require_jinja",
]
