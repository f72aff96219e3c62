"""The signs of the score: a table of what is measured of made-up texts, and what a line's neighbours and place are told.

The weights were fitted to these numbers: a sign that is measured otherwise than when they were is another sign.
"""

import pytest
from signs import GROUP, first_signs_of, golden_table, measured_anew, signs_of

from newsclean.clean.score.context import CONTEXT
from newsclean.clean.score.features import BASE, NAMED
from newsclean.clean.score.model import FIRST, NEIGHBOUR, SECOND
from newsclean.clean.score.place import PLACE

GOLDEN = golden_table()
TEXTS = pytest.mark.parametrize("text", GOLDEN["texts"], ids=lambda text: text["name"])


@TEXTS
def test_signs_are_those_of_the_table(text):
    now = measured_anew({**GOLDEN, "texts": [text]})["texts"][0]["signs"]
    assert {name: row for name, row in now.items() if row != text["signs"][name]} == {}


def test_the_table_has_every_sign_with_more_than_one_value():
    assert set(SECOND) >= {*BASE, *PLACE, *CONTEXT}
    values = {name: {v for text in GOLDEN["texts"] for v in text["signs"][name]} for name in SECOND}
    assert [name for name, seen in values.items() if len(seen) < 2] == []


@TEXTS
def test_a_first_score_beyond_6_either_way_says_no_more_than_6(text):
    first, seen, lines = zip(*text["lines"], strict=True)
    far = [8 * score for score in first]
    assert min(far) < -6 < 6 < max(far)
    bounded = [min(max(score, -6), 6) for score in far]
    assert signs_of(lines, far, seen, GOLDEN["says"]) == signs_of(lines, bounded, seen, GOLDEN["says"])
    less = [min(max(score, -5.75), 5.75) for score in far]
    assert signs_of(lines, far, seen, GOLDEN["says"]) != signs_of(lines, less, seen, GOLDEN["says"])


def test_a_line_of_which_nothing_is_left_ends_and_begins_in_no_way():
    found = signs_of(["The river rose.", "", "Hide Ad"], [0, 0, 0], ["", "", ""], {})
    shape = {name: row[1] for name, row in found.items() if name.startswith(("ends_", "starts_"))}
    assert len(shape) == 11
    assert set(shape.values()) == {0}


@pytest.mark.parametrize("mark", [*"\"”»)]}'", *".!?…:7xX-|—。？」字", ".”", "?)", "]]"])
def test_how_a_line_of_a_mark_or_two_ends(mark):
    found = signs_of(["The river rose.", mark], [0, 0], ["", ""], {})
    ends = [name for name, row in found.items() if name.startswith("ends_") and row[1]]
    plain = mark.rstrip("”)]") or mark
    stop = ["ends_stop"] * (plain in ".!?。？")
    more = {"?": ["ends_question"], "？": ["ends_question"], "!": ["ends_exclamation"], "…": ["ends_ellipsis"]}
    other = {":": ["ends_colon"], "7": ["ends_digit"]}
    assert ends == stop + (more | other).get(plain, [])


@pytest.mark.parametrize(
    ("line", "so"),
    [
        ("QUAY", False),
        ("RIVER", True),
        ("RIVEr", False),
        ("BRIDGe", True),
        ("THE RIVEr rOSE", True),
        ("THE RIvEr rOSE", False),
        ("12 OF 19", False),
    ],
)
def test_a_line_in_capitals_has_five_letters_and_more_than_four_fifths_are_capital(line, so):
    assert signs_of(["The river rose.", line], [0, 0], ["", ""], {})["all_caps"] == [0, 1024 * so]


def shifted(row, by):
    """Return *row* as the lines see it that stand *by* lines below (or above) it, 0 where there is no line."""
    return [row[i - by] if 0 <= i - by < len(row) else 0 for i in range(len(row))]


def plain_first(text):
    """Return the signs of the first pass by name, from those of the table."""
    own = text["signs"]
    kinds = [seen if seen not in ("B", "C") else "" for _, seen, _ in text["lines"]]
    told = {name: own[name] for name in NEIGHBOUR}
    for n, group in enumerate(NAMED):
        told[f"named_{group}"] = [1024 * (kind != "" and GROUP[kind] == n) for kind in kinds]
    told["named"] = [1024 * (kind != "") for kind in kinds]
    signs = {name: own[name] for name in (*BASE, *PLACE)}
    for where, by in {"up": 1, "down": -1, "up2": 2, "down2": -2}.items():
        signs |= {f"{name}@{where}": shifted(row, by) for name, row in told.items()}
    for zone in ("head", "tail"):
        signs |= {f"{name}*{zone}": [v * z / 1024 for v, z in zip(own[name], own[zone], strict=True)] for name in BASE}
    return signs


@TEXTS
def test_the_first_pass_is_told_of_two_neighbours_on_each_side_and_of_head_and_tail(text):
    _, seen, lines = zip(*text["lines"], strict=True)
    found, plain = first_signs_of(lines, seen, GOLDEN["says"]), plain_first(text)
    assert set(found) == set(plain) == set(FIRST)
    assert {name: row for name, row in found.items() if row != plain[name]} == {}


@TEXTS
def test_where_a_line_stands_by_plain_counting(text):
    own = text["signs"]
    prose = [value > 0 for value in own["prose"]]
    n, those = len(prose), [i for i, one in enumerate(prose) if one]
    for i in range(n):
        up = min([i - p for p in those if p < i] + [20])
        down = min([p - i for p in those if p > i] + [20])
        run = 0 if prose[i] else up + down - 1
        near = prose[max(i - 5, 0) : i + 6]
        expected = {
            "head": bool(those) and i < those[0], "tail": bool(those) and i > those[-1], "no_prose": not those,
            "first": i == 0, "last": i == n - 1, "to_prose_up": up / 20, "to_prose_down": down / 20,
            "block_2": run >= 2, "block_4": run >= 4, "block_10": run >= 10, "prose_around": sum(near) / len(near),
            "prose_share": len(those) / n, "short_body": 1 - len(those) / n,
        }  # fmt: skip
        assert {name: own[name][i] for name in expected} == {name: round(1024 * v) for name, v in expected.items()}


def test_without_weights_words_say_nothing():
    found = signs_of(["By the council", "Newsletter", "Follow us"], [0.0, 1.0, 2.0], ["", "", ""], {})
    assert {value for name in found if name.startswith("words_say") for value in found[name]} == {0}


@pytest.mark.parametrize(
    ("line", "sign"),
    [("?”", "ends_question"), ("!)", "ends_exclamation"), (":”", "ends_colon"), ("…”", "ends_ellipsis")],
)
def test_how_a_line_of_two_characters_ends(line, sign):
    assert signs_of([line, "Alton"], [0.0, 0.0], ["", ""], {})[sign] == [1024, 0]
