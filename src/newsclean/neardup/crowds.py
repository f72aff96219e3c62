"""Forms, known by the crowd that fills them in: notices, appointments, obituaries, weather in words.

Two notices to creditors differ in four names, as two scans of one story do in four words. No look at the two tells
which it is; a look at a dozen does. When one story is copied over and over, each copy changes words of its own choice,
so that after a while every passage is missing somewhere. When a form is filled in, as many words differ, but always the
same ones: the frame stands whole in all of them. So for each leader and the more than ``COMMON`` texts that were
verified against it:

* *other*: the share of a text's shingles that another one lacks, on the mean. At least ``OTHER``.
* *frame*: the share of its shingles that (nearly) all of them have. At least ``FRAME``, and ``TIMES`` what would be
  left if the others had changed as many words at random.
* *slots*: the shingles outside the frame stand in short runs (``SLOT`` on the mean, weighted by length). Where forty
  sites put their furniture around a story, or cut it somewhere else each, runs are long, and it is no form.

The frame of a form then weighs a tenth, like any common shingle (:mod:`~newsclean.neardup.background`): texts that
share nothing else are no copies, and the same notice in two papers still is one. What now and then goes into a slot
(sunny, Monday) keeps its weight: were it light too, all would be, and the weights would cancel out.

Where it fails: forms that ten texts or fewer fill in; reports that add a long passage of their own to a long standing
one (press releases): they count as copies of one another when it is most of the text, unless a background is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from newsclean.neardup.background import COMMON, Background
from newsclean.neardup.evidence import Verified
from newsclean.neardup.groups import join_direct
from newsclean.neardup.kinds import EXACT, NONE
from newsclean.neardup.options import Options
from newsclean.neardup.shingles import Hashes, Ragged, distinct
from newsclean.neardup.verify import Counts

__all__ = ["Crowd", "find_crowds", "fit_crowds", "frame_of", "join_frames"]

# Chosen by eye on made-up forms and on copies with errors in 2 to 12 % of their words; no labelled set has a crowd.
OTHER = 0.08
FRAME = 0.1
TIMES = 3
SLOT = 12  # shingles: a slot of ten words
_ALL = 33  # of up to so many texts the frame is in every one; of more in 97 %, or a typing error would break it

LIGHT = 0.5  # the share of a form's texts that have a shingle, from which on it weighs a tenth
SAMPLE = 256  # texts of a crowd that are looked at, at most


def fit_crowds(
    evidence: Verified, length: Counts, options: Options, in_order: Callable[[Counts], Ragged]
) -> Background | None:
    """Return the frames of the forms that crowds of texts fill in, as a background; None if there are none.

    *evidence* are pairs verified without a background, *length* is in words by text, *in_order* gives the shingles of
    some texts in reading order. Time grows with the verified pairs alone.
    """
    frames = ((frame_of(in_order(crowd.sample)), crowd.size) for crowd in find_crowds(evidence, length, options))
    return join_frames((frame, size) for frame, size in frames if frame is not None)


@dataclass(frozen=True, slots=True)
class Crowd:
    """The texts that were verified against one leader."""

    leader: int
    size: int
    sample: Counts
    """Those of them that are looked at, by length."""


def find_crowds(evidence: Verified, length: Counts, options: Options) -> Iterator[Crowd]:
    """Yield the crowds among pairs verified without a background, in the order of their leaders.

    A crowd lies in one component of the pairs, and what there is in others makes no difference to it.
    """
    kinds = evidence.kinds(options)
    alike = np.flatnonzero((kinds != NONE) & (kinds != EXACT))
    first, second = evidence.first[alike], evidence.second[alike]
    if not len(alike) or max(np.bincount(first).max(), np.bincount(second).max()) < COMMON // 2:
        return
    joins = join_direct(first, second, length, np.zeros(len(length), dtype=np.bool_))
    leaders = np.array(joins.leader, dtype=np.int64)
    sizes = np.bincount(leaders, minlength=len(leaders))
    for leader in np.flatnonzero(sizes > COMMON).tolist():
        members = np.flatnonzero(leaders == leader)
        members = members[np.argsort(length[members], kind="stable")]  # so that input order decides ties alone
        sample = members[np.linspace(0, len(members) - 1, min(SAMPLE, len(members))).astype(np.int64)]
        yield Crowd(leader, len(members), sample)


def join_frames(frames: Iterable[tuple[Hashes, int]]) -> Background | None:
    """Return the background of *frames*, each with how many texts fill it in; None if there are none."""
    fitted: Background | None = None
    for frame, size in frames:
        one = Background(frame, np.full(len(frame), size, dtype=np.uint32), size)
        fitted = one if fitted is None else fitted.merge(one)
    return fitted if fitted is not None and len(fitted) else None


def frame_of(sequences: Ragged) -> Hashes | None:
    """Return the shingles that half of a form's texts or more have; None if it is no form.

    *sequences* are the shingles of a crowd's sample in reading order, the rows in the order of the sample.
    """
    texts = len(sequences.offsets) - 1
    sets = distinct(Ragged(sequences.values.copy(), sequences.offsets))
    shingles, which, counts = np.unique(sets.values, return_inverse=True, return_counts=True)
    share = counts / texts
    everywhere = share > 1 - 1 / _ALL
    other = 1 - share[which].mean()
    frame = everywhere[which].mean()
    # A random change in one of two texts is what one lacks of the other, so half of it is due to each.
    by_chance = (1 - other / 2) ** min(texts, _ALL)
    if other < OTHER or frame < max(FRAME, TIMES * by_chance):
        return None
    return shingles[share >= LIGHT] if _mean_run(sequences, shingles[~everywhere]) <= SLOT else None


def _mean_run(sequences: Ragged, slots: Hashes) -> float:
    """Return how long a run of *slots* one of them stands in, on the mean."""
    inside = np.isin(sequences.values, slots)
    starts = sequences.offsets[:-1]
    edges = np.flatnonzero(np.diff(np.concatenate(([False], inside, [False]))))
    edges = np.union1d(edges, starts[inside[np.minimum(starts, len(inside) - 1)]])  # a run ends with its text
    runs = np.diff(edges)[inside[edges[:-1]]]
    return float((runs * runs).sum() / max(1, runs.sum()))
