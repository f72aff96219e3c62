"""What makes a pair a copy, a part or a form, count by count: against the sentences of the documentation in plain Python."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsclean import Background
from newsclean.errors import FileError
from newsclean.neardup.kinds import CONTAINED, EXACT, NEAR, NONE, TEMPLATE, classify
from newsclean.neardup.templates import are_brief_forms, lost_figures
from newsclean.neardup.verify import Overlaps

counts = st.integers(0, 120)


@st.composite
def pairs(draw):
    """Return the counts of one pair that may be: shared at most the smaller one, figures at most all."""
    larger = draw(st.integers(1, 150))
    smaller = draw(st.integers(1, larger))
    shared = draw(st.integers(0, smaller))
    fewer = draw(st.integers(0, smaller))
    figures = draw(st.integers(0, min(fewer, shared)))
    return shared, figures, smaller, larger, fewer


def overlaps_of(shared, figures, smaller, larger, fewer):
    columns = (shared, figures, smaller, larger, fewer, shared, smaller, larger)
    return Overlaps(*(np.array([value]) for value in columns))


@given(pairs())
def test_figures_are_lost_where_they_agree_far_less_than_the_words(pair):
    shared, figures, smaller, _, fewer = pair
    far_less = (figures / fewer if fewer else 0) < 0.7 * (shared / smaller)
    many = fewer >= 8 and fewer >= 0.1 * smaller
    assert lost_figures(overlaps_of(*pair)).tolist() == [far_less and many]


@given(pairs(), st.integers(1, 90))
def test_in_a_brief_text_one_figure_is_enough(pair, words):
    shared, figures, smaller, _, fewer = pair
    far_less = (figures / fewer if fewer else 0) < 0.7 * (shared / smaller)
    assert are_brief_forms(overlaps_of(*pair), np.array([words])).tolist() == [far_less and fewer > 0 and words < 60]


@pytest.mark.parametrize(("figures", "fewer", "shared", "smaller", "lost"), [
    (5, 8, 90, 100, False),  # a figure in thirty words, but of a hundred shingles: fewer than ten
    (5, 10, 100, 100, True), (7, 10, 100, 100, False), (6, 10, 85, 100, False), (0, 7, 60, 60, False), (0, 8, 60, 60, True),
])  # fmt: skip
def test_figures(figures, fewer, shared, smaller, lost):
    assert lost_figures(overlaps_of(shared, figures, smaller, smaller, fewer)).tolist() == [lost]


@given(pairs(), st.integers(1, 90), st.booleans(), st.booleans())
def test_kinds(pair, words, same, form):
    shared, _, smaller, larger, _ = pair
    jaccard, containment = shared / (smaller + larger - shared), shared / smaller
    part = shared >= 30 and words >= 40 and containment >= 0.65
    copy = containment >= 1 - 0.01 * max(words - 10, 0) and jaccard >= 0.45
    wanted = EXACT if same else TEMPLATE if form and (part or copy) else NEAR if copy else CONTAINED if part else NONE
    found = classify(overlaps_of(*pair), np.array([words]), np.array([same]), np.array([form]), 0.45, 0.65)
    assert found.tolist() == [wanted]


@pytest.mark.parametrize("shingles", [[1, 5, 3], [5, 1], [1, 1], [2, 3, 3]])
def test_a_background_out_of_order_is_refused(tmp_path, shingles):
    values = np.array(shingles, dtype=np.uint64)
    Background(values, np.full(len(values), 2, dtype=np.uint32), 9).save(tmp_path / "b.npz")
    with pytest.raises(FileError, match="damaged"):
        Background.load(tmp_path / "b.npz")


@pytest.mark.parametrize(("words", "brief"), [(59, True), (60, False)])
def test_a_text_of_sixty_words_is_not_brief(words, brief):
    assert are_brief_forms(overlaps_of(40, 0, 50, 50, 3), np.array([words])).tolist() == [brief]


# Words of the shorter text, shingles shared of so many, and what that makes of them; each on both sides of a limit.
LIMITS = [
    (40, 30, 40, CONTAINED), (39, 30, 40, NONE), (40, 29, 40, NONE), (40, 65, 100, CONTAINED), (40, 64, 100, NONE),
    (10, 8, 8, NEAR), (11, 99, 100, NEAR), (10, 99, 100, NONE), (11, 98, 100, NONE), (30, 80, 100, NEAR), (30, 79, 100, NONE),
]  # fmt: skip


@pytest.mark.parametrize(("words", "shared", "size", "kind"), LIMITS)
def test_limits(words, shared, size, kind):
    larger = 10 * size if words in (39, 40) else size  # near where the other text is no longer
    found = classify(
        overlaps_of(shared, 0, size, larger, 0), np.array([words]), np.array([False]), np.array([False]), 0.45, 0.65
    )
    assert found.tolist() == [kind]


@pytest.mark.parametrize(("larger", "kind"), [(190, NEAR), (191, NONE)])
def test_the_limit_of_a_jaccard(larger, kind):
    found = classify(
        overlaps_of(90, 0, 100, larger, 0), np.array([30]), np.array([False]), np.array([False]), 0.45, 0.65
    )
    assert found.tolist() == [kind]


@pytest.mark.parametrize(
    ("words", "shared", "size", "larger", "kind"),
    [
        *(
            (words, shared, size, 10 * size if words in (39, 40) else size, kind)
            for words, shared, size, kind in LIMITS
        ),
        (30, 90, 100, 190, NEAR),
        (30, 90, 100, 191, NONE),
    ],
)
def test_a_form_has_the_limits_of_a_copy_though_all_that_is_shared_weighs_a_tenth(words, shared, size, larger, kind):
    own = overlaps_of(shared, 0, size, larger, 0)
    weighed = replace(
        own,
        weight=own.shared,
        lighter=own.shared + 10 * (own.smaller - own.shared),
        heavier=own.shared + 10 * (own.larger - own.shared),
    )
    found = classify(weighed, np.array([words]), np.array([False]), np.array([True]), 0.45, 0.65)
    assert found.tolist() == [NONE if kind == NONE else TEMPLATE]
