"""The line score: what it takes and leaves, what it says, and that its weights are what the code measures."""

import json
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from plain_score import plain_features

import newsclean
from newsclean import Cleaner
from newsclean.clean.decide import SCORE_REASON, SCORE_RULE, Policy, decide
from newsclean.clean.findings import Sighting
from newsclean.clean.score.context import CONTEXT
from newsclean.clean.score.features import BASE, read_texts
from newsclean.clean.score.letters import class_of, count_letters
from newsclean.clean.score.lines import Look, score_lines, score_looks
from newsclean.clean.score.model import FIRST, SECOND, Model, design_first, design_second, shipped_model
from newsclean.clean.score.place import PLACE, place
from newsclean.clean.score.words import WORDS
from newsclean.clean.zones import Zones
from newsclean.errors import RuleFileError
from newsclean.text.lines import Lines
from strategies import any_text

A = "The council of Alton voted on Tuesday night to close the old bridge for two years after cracks were found."
B = "Nobody had crossed it on foot since the winter flood, when the water stood as high as the railings for a week."
C = "Work is to begin in the spring, and the ferry will run every quarter of an hour until the new one opens."
# Lines that no rule knows, but for the one of accounts.
MENU = "Home\nSport\nOur valley\nYour ferry newsletter\nFollow us on Facebook and Twitter\nNewsletter for walkers\nGarden videos"
TEXT = f"{A}\n{B}\n{C}\n{MENU}"


def scored(result):
    return [r for r in (*result.removed, *result.flagged) if r.rule == "boilerplate.score"]


def test_lines_that_many_signs_give_away_go_and_the_article_stays():
    result = newsclean.clean(TEXT)
    assert scored(result)
    assert result.text.startswith(f"{A}\n{B}\n{C}")
    assert result.restore() == TEXT


def test_a_removal_names_its_score_and_its_largest_contributions():
    for removal in scored(newsclean.clean(TEXT)):
        assert removal.kind == "boilerplate"
        assert removal.evidence[0].startswith("score ")
        assert len(removal.evidence) >= 3
        assert all("(+" in sign for sign in removal.evidence[1:5])


def test_keep_and_protect_win():
    assert not [r for r in Cleaner(keep={"boilerplate"}).clean(TEXT).removed if r.rule == "boilerplate.score"]
    assert "Follow us on Facebook" in Cleaner(protect=["follow us on facebook"]).clean(TEXT).text


def test_profiles_are_points_on_one_curve():
    limits = shipped_model().thresholds
    assert limits["safe"] > limits["balanced"] > limits["strict"]
    left = [len(Cleaner(profile=profile).clean(TEXT).text) for profile in ("safe", "balanced", "strict")]
    assert left == sorted(left, reverse=True)


def test_an_article_whose_short_lines_and_prose_take_turns_is_left_alone():
    rounds = "\n".join(f"Subscribe to our newsletter, said guest {n}\n{A}" for n in range(12))
    assert not scored(newsclean.clean(rounds))


def test_without_an_article_nothing_goes_by_score():
    assert not scored(newsclean.clean(MENU))


def shipped_table():
    return json.loads(files("newsclean.clean.score").joinpath("weights.json").read_text(encoding="utf-8"))


def asked(tree):
    """Yield the signs that a table asks for, and how many questions stand above each."""
    if isinstance(tree, list):
        yield tree[0], 0
        for side in tree[3:]:
            yield from ((name, depth + 1) for name, depth in asked(side))


def test_weights_name_signs_that_are_measured_and_every_sign_has_words():
    data = shipped_table()
    questions = [found for tree in data["second"]["tables"] for found in asked(tree)]
    assert set(data["first"]["signs"]) <= set(FIRST)
    assert {name for name, _ in questions} <= set(SECOND)
    assert max(depth for _, depth in questions) == 2
    assert set(WORDS) >= {*BASE, *PLACE, *CONTEXT} - {"score", "suspect"}
    assert {idea for idea in WORDS.values() if idea != idea.strip().lower()} == set()  # parts of a sentence
    assert data["about"]["date"]
    assert data["about"]["source"]


def by_hand(tree, signs):
    while isinstance(tree, list):
        tree = tree[4] if signs[SECOND.index(tree[0])] > tree[1] else tree[3]
    return tree


@pytest.mark.parametrize("text", [TEXT, f"{MENU}\n{A}\n{B}\n{C}\nHide Ad\n{MENU}", f"{MENU}\n{TEXT}"])
def test_scores_are_the_plain_sums_of_what_the_file_says(text):
    model, data = shipped_model(), shipped_table()
    lines = Lines(text)
    indices = lines.written()
    zones = Zones.of(lines, indices, ())
    measured = Look.at(lines, indices, Cleaner().sightings(text), zones).measured(model.words)
    where = place(measured)
    everything = np.arange(len(indices))
    signs = design_first(measured, where, everything)
    weights = dict.fromkeys(FIRST, (0.0, 0.0)) | data["first"]["signs"]
    plain = [
        sum((value - weights[name][1]) * weights[name][0] for name, value in zip(FIRST, row, strict=True))
        for row in signs
    ]
    assert model.first.score(measured, where) == pytest.approx(np.array(plain) + data["first"]["constant"], abs=0.01)
    scores = model.score(measured)
    second = design_second(measured, where, scores.around, scores.rows)
    found, _ = model.second.score(second)
    for row, value in zip(second, found.tolist(), strict=True):
        total = data["second"]["constant"] + sum(by_hand(tree, row) for tree in data["second"]["tables"])
        assert value == pytest.approx(total, abs=1e-9)


def test_what_each_answer_added_sums_up_to_the_score():
    model = shipped_model()
    lines = Lines(TEXT)
    indices = lines.written()
    measured = Look.at(lines, indices, [], Zones.of(lines, indices, ())).measured(model.words)
    scores = model.score(measured)
    start = model.second.constant + model.second.means[0].sum()
    signs = design_second(measured, place(measured), scores.around, scores.rows)
    for row, end in zip(signs, scores.ends, strict=True):
        _, added = model.second.parts(end[None])
        assert start + added.sum() == pytest.approx(model.second.score(row[None])[0][0], abs=1e-9)


def test_a_text_of_very_many_lines_is_no_article():
    text = "\n".join([A, B, C, *["Subscribe to our newsletter for free", "Follow us on Facebook"] * 3000])
    assert not scored(Cleaner(keep={"newsletter", "social_follow"}).clean(text))


@pytest.mark.parametrize("change", [{"format": "other"}, {"version": 99}])
def test_weights_of_another_format_are_refused(change):
    data = json.loads(files("newsclean.clean.score").joinpath("weights.json").read_text(encoding="utf-8"))
    with pytest.raises(RuleFileError):
        Model.from_table({**data, **change}, "here")


def by_score(lines, i, strength):
    return Sighting((i,), "boilerplate", SCORE_RULE, strength, SCORE_REASON, ("score 9.0",), text=lines.texts[i],
                    spans=((lines.starts[i], lines.ends[i]),))  # fmt: skip


@pytest.mark.parametrize(("kind", "goes"), [("site_recurring", True), ("newsletter", False)])
def test_under_safe_the_doubt_of_a_rule_stands_and_a_site_profile_has_none(kind, goes):
    model = replace(shipped_model(), thresholds=dict.fromkeys(("safe", "balanced", "strict"), 0.0))
    lines = Lines(TEXT)
    indices = lines.written()
    i = lines.texts.index("Follow us on Facebook and Twitter")
    seen = [Sighting((i,), kind, f"{kind}.line", "B", "Why.", (), text=lines.texts[i])]
    look = Look.at(lines, indices, seen, Zones.of(lines, indices, ()))
    found = score_lines(look, score_looks([look], model)[0], seen, Policy(profile="safe"), model)
    assert ((i,) in [sighting.lines for sighting in found]) == goes


@pytest.mark.parametrize("strength", ["A", "B"])
@pytest.mark.parametrize("taken", [(0, 1), (0, 1, 2)])
def test_no_score_however_high_empties_an_article(strength, taken):
    lines = Lines(f"{A}\n{B}\n{C}")
    indices = lines.written()
    decision = decide(
        lines, indices, [by_score(lines, i, strength) for i in taken], Zones.of(lines, indices, ()), Policy()
    )
    assert decision.removed == []
    assert [s.evidence[-1] for s in decision.left] == ["left in place by the document guard"] * len(taken)
    assert "of this text would have been removed" in decision.warnings[0]


def test_the_guard_takes_the_score_back_and_leaves_drop_alone():
    lines = Lines(f"{A}\n{B}\n{C}")
    indices = lines.written()
    sightings = [by_score(lines, i, "A") for i in (0, 1)]
    decision = decide(lines, indices, sightings, Zones.of(lines, indices, ()), Policy(drop=frozenset({"boilerplate"})))
    assert len(decision.removed) == 2


RANKING = [
    "Ten radio plays of the year, picked by the listeners of the regional stations in a vote that closed on Sunday night, "
    "are listed here with their makers.",
    "Six of them will be repeated on Saturday evening from eight, and the authors read from their next plays afterwards.",
    *(
        line
        for n, (play, house) in enumerate(
            [("The Ferry", "Radio North"), ("Salt", "Studio Alder"), ("Night Bus", "Radio North"),
             ("The Weir", "Harbour FM"), ("Low Water", "Studio Alder"), ("Quay", "Harbour FM")], 1
        )
        for line in (f"{n} {play}", f"From: {house}", "Hosted by: Alder Audio", f"Trailer {n}")
    ),
]  # fmt: skip


@pytest.mark.parametrize("profile", ["safe", "balanced", "strict"])
@pytest.mark.parametrize("extra", [[], ["Share", "Follow us", "Newsletter", "Log in"]])
def test_a_ranking_set_as_lines_is_left_alone(profile, extra):
    text = "\n".join([*RANKING, *extra])
    left = Cleaner(profile=profile).clean(text).text
    assert [line for line in RANKING if line not in left.split("\n")] == []


@given(text=st.one_of(any_text, st.just(TEXT), st.just("\n".join(RANKING))))
def test_a_line_measures_what_each_feature_says(text):
    model = shipped_model()
    lines = Lines(text)
    indices = lines.written()
    [reading] = read_texts([(lines, indices)], model.words)
    for row, i in zip(reading.alone, indices, strict=True):
        plain = plain_features(lines.texts[i].strip(), model.words.weights)
        assert dict(zip(BASE, row.tolist(), strict=False)) == pytest.approx(plain, abs=0.0005)


def test_every_character_has_its_class():
    for start in range(0, 0x10000, 0x1000):
        characters = "".join(map(chr, range(start, start + 0x1000))).replace("\n", " ")
        counts = count_letters([characters], np.array([len(characters)])).classes[0]
        classes = [class_of(character) for character in characters]
        assert counts.tolist()[1:] == [classes.count(kind) for kind in range(1, 16)]  # 0 is the line's end


@given(text=st.one_of(any_text, st.just(f"{MENU}\n{TEXT}")), gone=st.sets(st.integers(0, 12)))
def test_what_was_measured_before_does_not_change_what_is_measured_after(text, gone):
    model, lines = shipped_model(), Lines(text)
    look = Look.at(lines, lines.written(), [], Zones.of(lines, [], ()))
    left = look.without(gone)
    assume(len(left.indices) >= 2)
    score_looks([look], model)
    before = left.measured(model.words).base
    lines.forget()
    assert np.array_equal(before, left.measured(model.words).base)
