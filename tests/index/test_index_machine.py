"""The index against its sequential twin, whatever is done to it in whatever order."""

import datetime as dt
import os
import tempfile
from functools import cache

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from neardup.neardup_samples import article, edited, forecast
from newsclean import Article, Background, compare, find_duplicates
from newsclean.index import DuplicateIndex, Match, files
from newsclean.neardup.bands import BAND_SLOTS
from newsclean.neardup.evidence import sketch

MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # waiting for a disk is all that it would add
STORIES = [article(n, sentences=10) for n in range(4)]
TEXTS = [
    *STORIES,
    *(edited(story, n, share=0.04 + 0.04 * n) for story in STORIES[:2] for n in range(3)),
    *(story[: len(story) * 2 // 3] for story in STORIES[:3]),
    STORIES[0] + "\n\n" + STORIES[1],
    STORIES[0].replace(" ", "  "),
    *(forecast(n) for n in range(3)),
    "",
    "...",
    "Rain",
    "Rain fell.",
]
BACKGROUND = Background.fit([f"{article(n + 50, 3)} {' '.join(STORIES[2].split()[:40])}" for n in range(15)])
SIGNATURES = sketch(TEXTS, workers=1).signatures


@cache
def verified(a, b, weighed):
    """Return kind, Jaccard and containment of two of the texts, or None: every pair that shares a band, compared."""
    if not any((SIGNATURES[a][slots] == SIGNATURES[b][slots]).all() for slots in BAND_SLOTS):
        return None
    pair = compare(TEXTS[a], TEXTS[b], background=BACKGROUND if weighed else None)
    return None if pair.kind is None else (pair.kind, pair.jaccard, pair.containment)


@settings(max_examples=15, stateful_step_count=25)
class IndexMachine(RuleBasedStateMachine):
    """For each article in turn the best verified pair among those before it; groups as ``find_duplicates`` makes them."""

    @initialize(window=st.sampled_from([None, None, 2]), weighed=st.booleans())
    def make(self, window, weighed):
        self.flush, files.FLUSH = files.FLUSH, 7
        self.folder = tempfile.TemporaryDirectory(dir=MEMORY)
        self.window, self.weighed, self.count = window, weighed, 0
        self.twin = {}  # Article and number of its text by id, in order
        background = BACKGROUND if weighed else None
        self.index = DuplicateIndex.open(self.folder.name + "/i", window_days=window, background=background)
        self.reader = DuplicateIndex.open(self.folder.name + "/i", readonly=True)

    def teardown(self):
        if hasattr(self, "folder"):
            self.index.close()
            self.reader.close()
            self.folder.cleanup()
            files.FLUSH = self.flush

    def near_in_time(self, a, b):
        return self.window is None or None in (a.date, b.date) or abs((a.date - b.date).days) <= self.window

    def expected(self, new, text, before):
        """Return all matches with the articles *before*, the best first, of each text the first."""
        found, seen = [], set()
        for place, (old, other) in enumerate(before):
            key = (" ".join(TEXTS[other].split()), old.date if self.window is not None else None)
            if self.near_in_time(new, old) and key not in seen and (pair := verified(text, other, self.weighed)):
                seen.add(key)
                kind, jaccard, containment = pair
                merit = (kind == "template", kind != "exact", -jaccard, -containment, place)
                found.append((merit, Match(new.id, old.id, kind, jaccard, containment)))
        return tuple(match for _, match in sorted(found, key=lambda entry: entry[0]))

    def best(self, new, text, before):
        copies = [match for match in self.expected(new, text, before) if match.kind != "template"]
        return copies[0] if copies else None

    def draw(self, text, day):
        self.count += 1
        date = None if day is None else dt.date(2024, 3, 1 + day)
        return Article(TEXTS[text], id=f"a{self.count}", date=date, site="xyz"[self.count % 3])

    places = st.integers(0, len(TEXTS) - 1)
    days = st.sampled_from([None, 0, 1, 2, 3, 9])

    @rule(text=places, day=days)
    def add(self, text, day):
        new = self.draw(text, day)
        assert self.index.add(new) == self.best(new, text, self.twin.values())
        self.twin[new.id] = (new, text)

    @rule(some=st.lists(st.tuples(places, days), max_size=9), workers=st.sampled_from([1, 1, 2]))
    def add_many(self, some, workers):
        new = [(self.draw(text, day), text) for text, day in some]
        matches = self.index.add_many((one for one, _ in new), workers=workers)
        for (one, text), match in zip(new, matches, strict=True):
            assert match == self.best(one, text, self.twin.values())
            self.twin[one.id] = (one, text)

    @precondition(lambda self: self.twin)
    @rule(data=st.data())
    def add_again(self, data):
        old, text = self.twin[data.draw(st.sampled_from([*self.twin]))]
        before = [*self.twin.values()][: [*self.twin].index(old.id)]
        assert self.index.add(old) == self.best(old, text, before)

    @precondition(lambda self: self.twin)
    @rule(data=st.data())
    def remove(self, data):
        id = data.draw(st.sampled_from([*self.twin]))
        self.index.remove(id)
        del self.twin[id]
        assert id not in self.index

    @rule(text=places, day=days)
    def query(self, text, day):
        asked = self.draw(text, day)
        wanted = self.expected(asked, text, self.twin.values())
        assert self.index.query(asked) == wanted
        assert self.reader.query(asked) == wanted

    @rule()
    def compact(self):
        self.index.compact()

    @rule()
    def open_again(self):
        self.index.close()
        self.index = DuplicateIndex.open(self.folder.name + "/i")

    @rule(keep=st.sampled_from(["longest", "earliest", "first", ["x", "y"]]))
    def groups(self, keep):
        background = BACKGROUND if self.weighed else Background.fit([])
        found = find_duplicates(
            [one for one, _ in self.twin.values()], keep=keep, window_days=self.window, background=background
        )
        assert self.index.groups(keep=keep) == found.groups

    @invariant()
    def same_size(self):
        if hasattr(self, "twin"):
            assert len(self.index) == len(self.twin) == len(self.reader)


TestIndexMachine = IndexMachine.TestCase
