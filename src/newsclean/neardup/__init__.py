"""Near-duplicate articles: found, explained, grouped.

Two articles are duplicates when they tell the same story in the same words: reprints of agency copy, with another
headline, cut to half, with a site's furniture around them, or with scanning errors. Two reporters' accounts of one
event are not, and neither are the weather reports of two days.

>>> from newsclean.neardup import find_duplicates
>>> story = "The river rose by two metres overnight, the council said on Monday, and the old bridge was closed."
>>> found = find_duplicates([story, "A storm is due, forecasters say.", story.upper() + " Read more"])
>>> found.drop
(0,)
>>> found.pairs[0].kind, found.pairs[0].representative
('near', 2)

Every pair is checked exactly before it counts, every member of a group against the group's leader; ``explain`` shows
for any two articles which passages they share. The steps stand in :mod:`newsclean.neardup.finder`, in order.
"""

from newsclean.neardup.background import Background
from newsclean.neardup.compare import Comparison, compare
from newsclean.neardup.decide import Group, Pair
from newsclean.neardup.finder import find_duplicates
from newsclean.neardup.params import BandParams, suggest_params
from newsclean.neardup.passages import Passage
from newsclean.neardup.result import Duplicates
from newsclean.neardup.signatures import Signatures, minhash

__all__ = [
    "Background",
    "BandParams",
    "Comparison",
    "Duplicates",
    "Group",
    "Pair",
    "Passage",
    "Signatures",
    "compare",
    "find_duplicates",
    "minhash",
    "suggest_params",
]
