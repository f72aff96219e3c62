"""More articles than fit in memory: cleaned and flagged from files, in bounded memory, by many processes.

:func:`~newsclean.scale.flow.flag_records` is what ``newsclean run`` and ``newsclean dedup`` call; it finds what
:func:`newsclean.find_duplicates` finds. What it has done it keeps in a :class:`~newsclean.io.store.Store`.
"""

from newsclean.scale.budget import MEMORY, parse_memory
from newsclean.scale.flow import Flagged, flag_records

__all__ = ["MEMORY", "Flagged", "flag_records", "parse_memory"]
