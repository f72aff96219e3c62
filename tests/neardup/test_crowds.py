"""A form without figures is known by the crowd that fills it in; a story that a crowd copies is not taken for one."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from neardup_samples import PEOPLE, PLACES, THINGS, article, edited, notice

from newsclean.neardup import Background, compare, crowds, find_duplicates
from newsclean.neardup.shingles import Ragged


def appointment(seed):
    rng = random.Random(f"appointment {seed}")
    who, firm, old, boss = (f"{rng.choice(PEOPLE)}{chr(97 + rng.randrange(26)) * 2}" for _ in range(4))
    return (
        f"{firm} Holdings has appointed {who} as head of {rng.choice(THINGS)}. {who} joins from {old} Partners and spent "
        f"many years in a number of senior roles there. {boss}, who leads the board, said: We are delighted to welcome "
        f"{who} at such an exciting time for the business. {who} brings a wealth of experience and will play a key role "
        f"in driving our strategy for growth in {rng.choice(PLACES)}. {who} said: I am thrilled to be joining and look "
        "forward to working with such a talented team on all that lies ahead."
    )


@pytest.mark.parametrize("form", [notice, appointment])
def test_forms_filled_in_by_a_crowd_are_no_copies(form):
    few = find_duplicates([form(seed) for seed in range(4)])
    assert few.background is None
    found = find_duplicates([form(seed) for seed in range(60)] + [article(seed) for seed in range(10)])
    assert found.background is not None
    assert len(found.drop) <= 1


@pytest.mark.parametrize(("count", "known"), [(10, False), (11, True), (12, True)])
def test_a_crowd_is_more_than_ten(count, known):
    found = find_duplicates([notice(seed) for seed in range(count)])
    assert (found.background is not None) == known


def test_a_copy_of_one_notice_is_found_in_the_crowd():
    notices = [notice(seed) for seed in range(40)]
    found = find_duplicates([*notices, "PUBLIC NOTICE " + notices[7] + " Read more notices.", notices[9].upper()])
    assert [group.members for group in found.groups] == [(7, 40), (9, 41)]


def test_the_same_as_with_the_background_that_was_found():
    texts = [notice(seed) for seed in range(30)] + [edited(article(1), seed, 0.1) for seed in range(20)]
    found = find_duplicates(texts)
    assert find_duplicates(texts, background=found.background).to_dict() == found.to_dict()
    one, other = found.explain(0, 1), compare(texts[0], texts[1], background=found.background)
    assert (one.kind, one.jaccard, one.kind) == (other.kind, other.jaccard, None)
    assert compare(texts[0], texts[1]).jaccard > 2 * one.jaccard
    assert "weigh a tenth" in str(one)
    assert found.rethreshold(threshold=0.6).to_dict() == find_duplicates(texts, threshold=0.6).to_dict()


def test_one_that_knows_nothing_turns_it_off():
    texts = [notice(seed) for seed in range(30)]
    assert len(find_duplicates(texts, background=Background.fit([])).drop) > 20


def copies(kind, rng, count=40):
    """Return copies of one story, as news sites make them."""
    story = article(f"crowd {kind}", 18)
    words = story.split()
    for i in range(count):
        if kind == "errors":
            yield edited(story, rng.random(), rng.choice((0.02, 0.05, 0.08)))
        elif kind == "few errors":
            yield edited(story, rng.random(), 0.03)
        elif kind == "many errors":
            yield edited(story, rng.random(), 0.06)
        elif kind == "cut":
            yield " ".join(words[: rng.randrange(len(words) // 2, len(words))])
        elif kind == "own furniture":
            yield f"{article(f'top {i}', 2)}\n{story}\n{article(f'end {i}', 4)}"
        elif kind == "captions put in":
            paragraphs = story.split("\n\n")
            yield "\n\n".join(f"{p}\n\n{article(f'{i} {n}', 1)}" for n, p in enumerate(paragraphs))
        elif kind == "own paragraph":
            yield f"{story}\n\n{article(f'own {i}', 3)}"
        else:  # paragraphs left out, and errors
            yield edited("\n\n".join(p for p in story.split("\n\n") if rng.random() < 0.85), rng.random(), 0.02)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "kind",
    [
        "errors", "few errors", "many errors", "cut", "own furniture", "captions put in", "own paragraph", "left out",
    ],
)  # fmt: skip
def test_a_story_that_a_crowd_copies_is_no_form(kind, seed):
    texts = list(copies(kind, random.Random(f"{kind} {seed}")))
    found = find_duplicates(texts)
    assert found.background is None
    assert len(found.drop) >= 30


def test_nothing_to_fit():
    assert find_duplicates([article(seed) for seed in range(20)]).background is None


@pytest.mark.parametrize("workers", [1, 2])
def test_order_and_workers_make_no_difference(workers):
    texts = [notice(seed) for seed in range(80)]
    kept = find_duplicates(texts, workers=workers)
    again = find_duplicates(texts[::-1], workers=workers)
    assert kept.background == again.background


def plain_frame(rows):
    """The twin of the look at one crowd, a shingle at a time."""
    sets = [set(row) for row in rows]
    share = {value: sum(value in one for one in sets) / len(sets) for one in sets for value in one}
    shares = [share[value] for one in sets for value in one]
    other = 1 - sum(shares) / len(shares)
    frame = sum(s > 1 - 1 / 33 for s in shares) / len(shares)
    if other < 0.08 or frame < max(0.1, 3 * (1 - other / 2) ** min(len(sets), 33)):
        return None
    runs = []
    for row in rows:
        run = 0
        for value in [*row, None]:
            if value is not None and share[value] <= 1 - 1 / 33:
                run += 1
            elif run:
                runs.append(run)
                run = 0
    return {value for value, s in share.items() if s >= 1 / 2} if sum(r * r for r in runs) <= 12 * sum(runs) else None


@given(st.integers(1, 40), st.integers(0, 13), st.integers(0, 40), st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_a_crowd_looked_at_in_plain_python(texts, slot, frame, seed):
    rng, rows = random.Random(seed), []
    for text in range(texts):
        row = []
        for part in range(4):
            row += [part * 100 + i for i in range(frame) if rng.random() < 0.999]
            row += [10_000 * (text + 1) + part * 10 + i for i in range(slot + rng.randrange(2))]
        rows.append(row or [1])
    found = crowds.frame_of(
        Ragged(np.concatenate([np.array(row, np.uint64) for row in rows]), np.cumsum([0, *map(len, rows)]))
    )
    expected = plain_frame(rows)
    assert (found is None) == (expected is None)
    if found is not None:
        assert set(found.tolist()) == expected


@given(
    st.lists(st.lists(st.integers(1, 6), min_size=0, max_size=8), min_size=1, max_size=5), st.sets(st.integers(1, 6))
)
def test_how_long_a_run_of_slots_is(rows, slots):
    """On the mean by length; a run ends with its text, though the next one may begin with a slot."""
    sequences = Ragged(np.array([value for row in rows for value in row], np.uint64), np.cumsum([0, *map(len, rows)]))
    if not len(sequences.values):
        return
    runs = [len(run) for row in rows for run in "".join("x" if value in slots else " " for value in row).split()]
    expected = sum(run * run for run in runs) / max(1, sum(runs))
    assert crowds._mean_run(sequences, np.array(sorted(slots), np.uint64)) == pytest.approx(expected)
