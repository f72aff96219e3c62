"""What is a copy of what, as arrays by article, and as the words of a report."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from newsclean.model import ArticleId
from newsclean.neardup.decide import decide
from newsclean.neardup.evidence import Verified
from newsclean.neardup.kinds import KINDS, TEMPLATE
from newsclean.neardup.options import Options
from newsclean.scale.corpus import Texts

__all__ = ["Verdicts"]


class Verdicts:
    """What is a copy of what, by the place of an article in the input, from 0.

    Memory: 40 bytes an article.
    """

    def __init__(self, texts: Texts, pairs: Verified, options: Options) -> None:
        self._texts = texts
        count = len(texts.collection.articles)
        decision = decide(texts.collection, texts.length, pairs, options)
        self._kept = np.full(count, -1, dtype=np.int64)
        self._members = np.ones(count, dtype=np.int32)
        self._kind = np.full(count, -1, dtype=np.int8)
        self._representative = np.full(count, -1, dtype=np.int64)
        self._scores = np.zeros((count, 2))
        self._templates: dict[int, list[int]] = {}
        self.groups = len(decision.groups)
        self.groups_by_kind = Counter(str(group.kind) for group in decision.groups)
        """How many groups there are of each kind."""
        for group in decision.groups:
            places = np.array(group.members, dtype=np.int64)
            self._kept[places] = group.kept
            self._members[places] = len(places)
            self._kind[places] = KINDS.index(group.kind)
        for pair in decision.pairs:
            place, representative = int(pair.id), int(pair.representative)
            if pair.kind == KINDS[TEMPLATE]:
                self._templates.setdefault(place, []).append(representative)
            else:
                self._representative[place] = representative
                self._scores[place] = pair.jaccard, pair.containment
                self._kind[place] = KINDS.index(pair.kind)
        self.template_pairs = sum(map(len, self._templates.values()))
        """How many articles share their form with an earlier one."""
        self.dropped = len(decision.drop)
        """How many articles are copies, not to be kept."""

    def __len__(self) -> int:
        return len(self._kept)

    def keep(self, place: int) -> bool:
        """Return whether to keep the article: it is in no group, or the one that its group keeps."""
        return int(self._kept[place]) in (-1, place)

    def __getitem__(self, place: int) -> dict[str, Any]:
        """Return what the report says of copies; ids are the articles' own."""
        if not 0 <= place < len(self):
            raise IndexError(place)
        kept, kind, representative = (int(by[place]) for by in (self._kept, self._kind, self._representative))
        jaccard, containment = self._scores[place].tolist()
        return {
            "keep": self.keep(place),
            "kept": None if kept < 0 else self.id(kept),
            "kind": None if kind < 0 else KINDS[kind],
            "members": int(self._members[place]),
            "representative": None if representative < 0 else self.id(representative),
            "jaccard": None if representative < 0 else jaccard,
            "containment": None if representative < 0 else containment,
            "templates": [self.id(other) for other in self._templates.get(place, ())],
        }

    def id(self, place: int) -> ArticleId:
        """Return the id of the article."""
        return self._texts.id(place)

    def close(self) -> None:
        """Close the files that ids are looked up in."""
        self._texts.close()
