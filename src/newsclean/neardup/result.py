"""What comes back: pairs, groups, and what to keep and what to drop."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from newsclean.errors import OptionError, UnknownIdError
from newsclean.model import ArticleId
from newsclean.neardup.background import Background, describe
from newsclean.neardup.bands import BANDS, ROWS
from newsclean.neardup.compare import Comparison, compare_texts
from newsclean.neardup.decide import Group, Pair, decide
from newsclean.neardup.evidence import Collection, Evidence
from newsclean.neardup.options import Options, check_share
from newsclean.neardup.signatures import FAMILY, SEED, SLOTS, Signatures
from newsclean.neardup.verify import Counts

__all__ = ["Duplicates"]


@dataclass(frozen=True, slots=True)
class Duplicates:
    """The near-duplicates of a collection. Nothing is removed: ``keep`` and ``drop`` are advice, with its reasons."""

    pairs: tuple[Pair, ...]
    """Each article of a group with the one it was verified against; and templates, a pair each."""
    groups: tuple[Group, ...]
    """Disjoint; in the order of their first articles."""
    keep: tuple[ArticleId, ...]
    """Ids in input order: articles in no group, and the one kept of each."""
    drop: tuple[ArticleId, ...]
    """Ids in input order: the other articles of the groups. With ``keep`` all ids, none twice."""
    options: Options = field(repr=False)
    background: Background | None = field(repr=False)
    """What the articles were compared with; None: every shingle weighed the same."""
    _collection: Collection = field(repr=False)
    _length: Counts = field(repr=False)
    _evidence: Evidence = field(repr=False)
    _places: Mapping[ArticleId, int] = field(repr=False)

    @property
    def signatures(self) -> Signatures:
        """MinHash signatures, for use with datasketch."""
        articles = self._collection.articles
        return Signatures({id: articles[place].text for id, place in self._places.items()})

    def explain(self, a: ArticleId, b: ArticleId) -> Comparison:
        """Return what articles *a* and *b* share and where they differ, with spans.

        Works for any two articles, also for two that are no duplicates. The spans refer to ``text_a`` and ``text_b``
        of the result: the cleaned texts if a cleaner was given.

        Raises:
            UnknownIdError: no article has one of the ids.

        >>> from newsclean.neardup import find_duplicates
        >>> found = find_duplicates(["Rain fell on the old town.", "Snow fell on the old town."])
        >>> print(found.explain(0, 1))
        0 and 1: near, jaccard 0.600, containment 0.750
          both  [5:25] [5:25] 5 words: fell on the old town
          only 0  [0:4]: Rain
          only 1  [0:4]: Snow
        """
        text_a, text_b = (self._collection.articles[self._place(id)].text for id in (a, b))
        return compare_texts(text_a, text_b, self.options.threshold, self.options.containment, a, b, self.background)

    def versions(self, id: ArticleId) -> tuple[ArticleId, ...]:
        """Return the articles of *id*'s group in order of time: the versions of one story as they appeared.

        Articles without a date come last; input order decides ties. An article in no group is its only version.

        Raises:
            UnknownIdError: no article has this id.

        >>> from newsclean import Article, find_duplicates
        >>> update = Article("Rain fell on the old town.", id="update", date="2024-03-02")
        >>> first = Article("Snow fell on the old town.", id="first", date="2024-03-01")
        >>> find_duplicates([update, first]).versions("update")
        ('first', 'update')
        """
        self._place(id)
        members = next((group.members for group in self.groups if id in group.members), (id,))
        return tuple(sorted(members, key=self._day))

    def _day(self, id: ArticleId) -> dt.date:
        return self._collection.articles[self._places[id]].date or dt.date.max

    def _place(self, id: ArticleId) -> int:
        if id not in self._places:
            raise UnknownIdError(f"no article has the id {id!r}; ids are those of the articles, or their positions")
        return self._places[id]

    def rethreshold(self, *, threshold: float | None = None, containment: float | None = None) -> Duplicates:
        """Return the result at stricter thresholds, from the pairs already verified: what a new run would give.

        A threshold that is not given stays as it is.

        Raises:
            OptionError: a threshold is looser than that of this result, whose looser pairs were not kept.

        >>> from newsclean.neardup import find_duplicates
        >>> found = find_duplicates(["Rain fell on the old town.", "Snow fell on the old town."])
        >>> found.drop, found.rethreshold(threshold=0.8).drop
        ((1,), ())
        """
        options = replace(
            self.options,
            threshold=_stricter("threshold", self.options.threshold, threshold),
            containment=_stricter("containment", self.options.containment, containment),
        )
        decision = decide(self._collection, self._length, self._evidence, options)
        return replace(
            self,
            pairs=decision.pairs,
            groups=decision.groups,
            keep=decision.keep,
            drop=decision.drop,
            options=options,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the result, without texts and signatures, as JSON takes it.

        >>> from newsclean.neardup import find_duplicates
        >>> found = find_duplicates(["Rain fell on the old town.", "Rain fell on  the old town."])
        >>> found.to_dict()["groups"]
        [{'members': [0, 1], 'kept': 0, 'kind': 'exact', 'linkage': 'direct'}]
        """
        options = self.options
        keep = (
            options.keep if isinstance(options.keep, str) else "function" if callable(options.keep) else [*options.keep]
        )
        return {
            "format": "newsclean.duplicates",
            "version": 1,
            "threshold": options.threshold,
            "containment": options.containment,
            "keep_policy": keep,
            "window_days": options.window_days,
            "linkage": options.linkage,
            "background": describe(self.background),
            "sketch": {
                "family": FAMILY,
                "seed": SEED,
                "slots": SLOTS,
                "bands": BANDS,
                "rows": ROWS,
                "shingle": "word-3",
            },
            "pairs": [
                {
                    "id": pair.id,
                    "representative": pair.representative,
                    "kind": pair.kind,
                    "jaccard": pair.jaccard,
                    "containment": pair.containment,
                }
                for pair in self.pairs
            ],
            "groups": [
                {"members": [*group.members], "kept": group.kept, "kind": group.kind, "linkage": group.linkage}
                for group in self.groups
            ],
            "keep": [*self.keep],
            "drop": [*self.drop],
        }


def _stricter(name: str, now: float, value: float | None) -> float:
    if value is None:
        return now
    if check_share(name, value) < now:
        raise OptionError(
            f"rethreshold goes to stricter values only: {name} is {now}, not down to {value!r}; "
            "call find_duplicates again with the looser one"
        )
    return float(value)
