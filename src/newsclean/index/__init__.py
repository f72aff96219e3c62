"""The on-disk duplicate index: articles in the order they come, each matched with all before it.

>>> import tempfile
>>> from newsclean.index import DuplicateIndex
>>> story = "The river rose by two metres overnight, the council said on Monday, and the old bridge was closed."
>>> with tempfile.TemporaryDirectory() as folder, DuplicateIndex.open(folder + "/news.index") as index:
...     index.add_many([story, "A storm is due, forecasters say.", "HEADLINES " + story])[2]
Match(id=2, earlier=0, kind='near', jaccard=0.9411764705882353, containment=1.0)

How it is kept stands in :mod:`newsclean.index.store`, how it is searched in :mod:`newsclean.index.match`.
"""

from newsclean.index.index import DuplicateIndex, IndexStats
from newsclean.index.match import Match
from newsclean.index.shared import redis_lsh

__all__ = ["DuplicateIndex", "IndexStats", "Match", "redis_lsh"]
