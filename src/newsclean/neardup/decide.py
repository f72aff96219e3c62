"""From verified pairs to groups, and to what is kept and what dropped."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from newsclean.model import ArticleId
from newsclean.neardup.evidence import Collection, Verified
from newsclean.neardup.groups import Joins, join_components, join_direct
from newsclean.neardup.keep import choose
from newsclean.neardup.kinds import CONTAINED, EXACT, KINDS, NONE, TEMPLATE, Kind
from newsclean.neardup.options import Linkage, Options
from newsclean.neardup.verify import Counts

__all__ = ["Decision", "Group", "Pair", "decide"]


@dataclass(frozen=True, slots=True)
class Pair:
    """An article and the one it was verified against, with exact scores."""

    id: ArticleId
    representative: ArticleId
    """The leader of its group; of a template, an article of the same form. May be an id of the archive."""
    kind: Kind
    """``exact``, ``near``, ``contained`` or ``template``."""
    jaccard: float
    """Shared over all distinct shingles of the two, 0 to 1."""
    containment: float
    """Shared over the distinct shingles of the smaller one, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Group:
    """Articles that tell the same story in the same words: two or more, one of them kept."""

    members: tuple[ArticleId, ...]
    """All ids in input order, the kept one among them; an article of the archive comes first."""
    kept: ArticleId
    kind: Kind
    """The loosest kind among its pairs: exact, then near, then contained."""
    linkage: Linkage
    """``direct``: each member was verified against the leader; ``component``: against some member."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Everything that depends on thresholds and policies."""

    pairs: tuple[Pair, ...]
    groups: tuple[Group, ...]
    keep: tuple[ArticleId, ...]
    drop: tuple[ArticleId, ...]


def decide(collection: Collection, length: Counts, evidence: Verified, options: Options) -> Decision:
    """Return pairs, groups, keep and drop under *options*, from verified pairs of texts.

    *length* is in words, by text. Of the articles only ids, dates and sites are read, and what a keep function reads.
    """
    kinds = evidence.kinds(options)
    alike = np.flatnonzero((kinds != NONE) & (kinds != TEMPLATE))
    archived = collection.archived()
    first, second = evidence.first[alike], evidence.second[alike]
    if options.linkage == "direct":
        joins = join_direct(first, second, length, archived, evidence.spread[alike])
    else:
        joins = join_components(first, second, length, archived)
    members: dict[int, list[int]] = {}
    leaders = np.array(joins.leader, dtype=np.int64)
    articles = np.bincount(leaders, weights=[len(places) for places in collection.members], minlength=len(leaders))
    # A text without words is nobody's duplicate, not even its like's.
    for text in np.flatnonzero((articles[leaders] > 1) & (length > 0)).tolist():
        members.setdefault(joins.leader[text], []).append(text)

    draft = _Draft(collection, length, evidence, kinds, alike, joins, options)
    for leader, texts in members.items():
        draft.add_group(leader, texts, archive=bool(archived[leader]))
    draft.add_templates(archived.tolist())
    return draft.finish()


class _Draft:
    """The decision while it grows, in places of articles rather than ids."""

    def __init__(
        self,
        collection: Collection,
        length: Counts,
        evidence: Verified,
        kinds: np.ndarray[tuple[int], np.dtype[np.int8]],
        alike: Counts,
        joins: Joins,
        options: Options,
    ) -> None:
        self.collection = collection
        self.length = length.data  # as a list of numbers, at a quarter of its memory
        self.evidence = evidence
        self.kinds = kinds.data
        self.jaccard = evidence.jaccard.data
        self.containment = evidence.containment.data
        self.alike = alike.data
        self.joins = joins
        self.options = options
        self.pairs: list[tuple[int, Pair]] = []
        self.groups: list[tuple[int, Group]] = []
        self.dropped: set[int] = set()

    def add_group(self, leader: int, texts: list[int], *, archive: bool) -> None:
        """Add the group of *texts*, if it has two articles or more."""
        collection = self.collection
        head = collection.head(leader)
        places = sorted(place for text in texts for place in collection.members[text] if place < collection.new)
        if len(places) + archive < 2:
            return
        loosest = EXACT
        for text in texts:
            for place in collection.members[text]:
                if place == head or place >= collection.new:
                    continue
                if text == leader:
                    self.add_pair(place, head, None)
                else:
                    edge = self.alike[self.joins.edge[text]]
                    loosest = max(loosest, self.kinds[edge])
                    self.add_pair(place, collection.head(self.joins.via[text]), edge)
        kept = head if archive else self.kept(leader, texts, places)
        self.dropped.update(place for place in places if place != kept)
        ids = tuple(self.id(place) for place in ([head, *places] if archive else places))
        self.groups.append((places[0], Group(ids, self.id(kept), KINDS[loosest], self.options.linkage)))

    def kept(self, leader: int, texts: list[int], places: list[int]) -> int:
        """Return the place of the article that the policy keeps."""
        inside = self.contained(leader, texts)
        articles = self.collection.articles
        text_of = self.collection.text_of
        chosen = choose(
            self.options.keep, [(articles[p], self.length[text_of[p]], text_of[p] in inside) for p in places]
        )
        return next(place for place in places if articles[place].id == chosen)

    def contained(self, leader: int, texts: list[int]) -> set[int]:
        """Return the texts of a group that are contained copies of a longer one in it.

        When that is so of the leader, the members near to it are as much contained, unless longer themselves.
        """
        inside: set[int] = set()
        longest = 0
        for text in texts:
            edge = self.joins.edge[text]
            if edge >= 0 and self.kinds[self.alike[edge]] == CONTAINED:
                pair = sorted((text, self.joins.via[text]), key=lambda t: self.length[t])
                inside.add(pair[0])
                if pair[0] == leader:
                    longest = max(longest, self.length[pair[1]])
        inside.update(text for text in texts if leader in inside and self.length[text] < longest)
        return inside

    def add_templates(self, archived: list[bool]) -> None:
        """Add a pair for each text that shares its form with an earlier one; members of groups are left out."""
        partner: dict[int, tuple[bool, int, int]] = {}
        for edge, kind in enumerate(self.kinds):
            if kind != TEMPLATE:
                continue
            ends = (int(self.evidence.first[edge]), int(self.evidence.second[edge]))
            if any(self.joins.leader[text] != text for text in ends):
                continue
            earlier, later = sorted(ends, key=lambda text: (not archived[text], text))
            key = (not archived[earlier], earlier, edge)
            partner[later] = min(partner.get(later, key), key)
        for text, (_, other, edge) in partner.items():
            self.add_pair(self.collection.head(text), self.collection.head(other), edge, KINDS[TEMPLATE])

    def add_pair(self, place: int, representative: int, edge: int | None, kind: Kind | None = None) -> None:
        """Add a pair of articles; no *edge* means the same text."""
        scores = (1.0, 1.0) if edge is None else (self.jaccard[edge], self.containment[edge])
        found = kind or KINDS[EXACT if edge is None else self.kinds[edge]]
        self.pairs.append((place, Pair(self.id(place), self.id(representative), found, *scores)))

    def id(self, place: int) -> ArticleId:
        id = self.collection.articles[place].id
        assert id is not None  # as_articles gave every article one
        return id

    def finish(self) -> Decision:
        """Return the decision, everything in input order."""
        places = range(self.collection.new)
        return Decision(
            tuple(pair for _, pair in sorted(self.pairs, key=lambda entry: entry[0])),
            tuple(group for _, group in sorted(self.groups, key=lambda entry: entry[0])),
            tuple(self.id(place) for place in places if place not in self.dropped),
            tuple(self.id(place) for place in places if place in self.dropped),
        )
