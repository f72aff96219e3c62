"""Clean extracted news text, and flag near-duplicate articles, with a reason for every removal.

newsclean starts where extractors stop: the text is out of the page, and still carries captions printed twice,
``Hide Ad``, bylines, ``date 2022-04-11`` glued to the first sentence, and the same wire story forty times over.

>>> import newsclean
>>> result = newsclean.clean('''date 2022-04-11 The river rose by two metres overnight, the council said.
... Hide Ad
... Nobody was hurt.''')
>>> print(result.text)
The river rose by two metres overnight, the council said.
Nobody was hurt.
>>> for removal in result.removed:
...     print(removal.kind, removal.rule, removal.spans)
meta_prefix meta_prefix.date_iso ((0, 16),)
ad_marker ad_marker.label_en ((74, 81),)
>>> result.metadata.date
datetime.date(2022, 4, 11)

Nothing is lost: :meth:`CleanResult.restore` gives the input back, :meth:`CleanResult.explain` shows every line with
what became of it. :class:`Cleaner` takes the options, :meth:`Cleaner.clean_many` cleans in bulk.

>>> wire = "The river rose by two metres overnight and the old bridge was closed, the council of Alton said on Monday."
>>> found = newsclean.find_duplicates([wire, "A storm is due on Friday.", wire + " More follows."])
>>> found.keep, found.drop
((1, 2), (0,))

:func:`find_duplicates` takes texts or :class:`Article` values, verifies every pair exactly, and groups without
chaining; :func:`compare` shows what two texts share. :class:`DuplicateIndex` does so for articles as they come, and
keeps what it needs on disk. Errors are in :mod:`newsclean.errors`.
"""

from typing import TYPE_CHECKING, Any

# First, not when its turn comes: measured, numpy takes a third more of the whole import when much is loaded before it.
import numpy  # noqa: F401

# isort: split

from newsclean.clean import Cleaner, CleanResult, DateMention, Edit, Finding, Metadata, Removal, clean
from newsclean.errors import NewscleanError
from newsclean.model import Article
from newsclean.rules import KINDS, Rule
from newsclean.text.repair import Repair

if TYPE_CHECKING:
    from newsclean.clean.sites import SiteLine, SiteProfile, SiteProfiles
    from newsclean.index import DuplicateIndex, Match
    from newsclean.neardup import (
        Background,
        BandParams,
        Comparison,
        Duplicates,
        Group,
        Pair,
        Passage,
        Signatures,
        compare,
        find_duplicates,
        minhash,
        suggest_params,
    )

__all__ = [
    "KINDS",
    "Article",
    "Background",
    "BandParams",
    "CleanResult",
    "Cleaner",
    "Comparison",
    "DateMention",
    "DuplicateIndex",
    "Duplicates",
    "Edit",
    "Finding",
    "Group",
    "Match",
    "Metadata",
    "NewscleanError",
    "Pair",
    "Passage",
    "Removal",
    "Repair",
    "Rule",
    "Signatures",
    "SiteLine",
    "SiteProfile",
    "SiteProfiles",
    "__version__",
    "clean",
    "compare",
    "find_duplicates",
    "minhash",
    "suggest_params",
]

__version__ = "0.1.0"


_INDEX = ("DuplicateIndex", "Match")


def __getattr__(name: str) -> Any:
    """Load what has to do with near-duplicates when it is first asked for: half of the import is for that alone.

    Site profiles, too: most cleaning is done without.
    """
    if name in ("SiteLine", "SiteProfile", "SiteProfiles"):
        from newsclean.clean import sites

        globals()[name] = value = getattr(sites, name)
        return value
    if name in ("neardup", "index") or (name in __all__ and name != "__version__"):
        from importlib import import_module

        module = import_module(f"newsclean.{name if name == 'index' else 'index' if name in _INDEX else 'neardup'}")
        value = module if name in ("neardup", "index") else getattr(module, name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
