import pytest
from datasketch import MinHashLSH

from newsclean.errors import OptionError
from newsclean.neardup import BandParams, suggest_params


@pytest.mark.parametrize("threshold", [0.1, 0.3, 0.5, 0.8, 0.95, 1.0])
@pytest.mark.parametrize("recall", [0.5, 0.95, 0.999])
def test_the_recall_asked_for_is_reached(threshold, recall):
    try:
        params = suggest_params(threshold=threshold, recall=recall)
    except OptionError:
        # Then not even bands of one slot reach it.
        assert 1 - (1 - threshold) ** 128 < recall
        return
    assert params.slots <= 128
    assert 1 - (1 - threshold**params.rows) ** params.bands >= recall


def test_datasketchs_optimum_stays_where_it_is_good_enough():
    lsh = MinHashLSH(threshold=0.5, num_perm=128)
    assert suggest_params(threshold=0.5, recall=0.5) == BandParams(lsh.b, lsh.r)


def test_more_recall_never_takes_more_rows():
    rows = [suggest_params(threshold=0.6, recall=recall).rows for recall in (0.5, 0.9, 0.99, 0.9999)]
    assert rows == sorted(rows, reverse=True)
    assert rows[0] > rows[-1]


def test_the_curve_rises_from_0_to_1():
    curve = BandParams(20, 5).curve
    assert curve[0] == (0, 0)
    assert curve[-1] == (1, 1)
    assert [p for _, p in curve] == sorted(p for _, p in curve)
    assert dict(curve)[0.5] == pytest.approx(0.470, abs=0.001)


def test_the_params_fit_datasketch():
    params = suggest_params(threshold=0.7, recall=0.99, slots=256)
    index = MinHashLSH(num_perm=256, params=(params.bands, params.rows))
    assert (index.b, index.r) == (params.bands, params.rows)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"threshold": 0}, "threshold is a number above 0"),
        ({"threshold": "0.5"}, "threshold is a number"),
        ({"threshold": 0.5, "recall": 1.5}, "recall is a number"),
        ({"threshold": 0.5, "recall": 1}, "below 1"),
        ({"threshold": 0.01, "recall": 0.99}, "more slots"),
        ({"threshold": 0.5, "slots": 1}, "slots is a whole number"),
        ({"threshold": 0.5, "slots": True}, "slots is a whole number"),
    ],
)
def test_errors_say_what_to_do(options, message):
    with pytest.raises(OptionError, match=message):
        suggest_params(**options)


@pytest.mark.parametrize("slots", [2, 3, 16, 128, 256])
@pytest.mark.parametrize("threshold", [0.5, 0.9, 0.99, 0.9999])
def test_where_datasketch_would_have_a_single_band(threshold, slots):
    """It raised datasketch's own ValueError: "The number of bands are too small"."""
    params = suggest_params(threshold=threshold, recall=0.5, slots=slots)
    assert params.slots <= slots
    assert params.probability(threshold) >= 0.5
