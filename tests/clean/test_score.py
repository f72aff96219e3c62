"""The line score: what it takes and leaves, what it says, and that its weights are what the code measures."""

import json
from importlib import import_module
from importlib.resources import files

import pytest

import newsclean
from newsclean import Cleaner
from newsclean.clean.decide import SCORE_REASON, SCORE_RULE, Policy, decide
from newsclean.clean.findings import Sighting
from newsclean.clean.score.features import BASE, PLACE
from newsclean.clean.score.model import CONTEXT, FIRST, SECOND, Model, shipped_model
from newsclean.clean.score.words import WORDS
from newsclean.clean.zones import Zones
from newsclean.errors import RuleFileError
from newsclean.text.lines import Lines

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


def test_weights_name_signs_that_are_measured_and_every_sign_has_words():
    data = json.loads(files("newsclean.clean.score").joinpath("weights.json").read_text(encoding="utf-8"))
    assert set(data["first"]["signs"]) <= set(FIRST)
    assert set(data["second"]["signs"]) <= set(SECOND)
    assert set(WORDS) >= {*BASE, *PLACE, *CONTEXT} - {"score", "suspect"}
    assert data["about"]["date"]
    assert data["about"]["source"]


@pytest.mark.parametrize("change", [{"format": "other"}, {"version": 99}])
def test_weights_of_another_format_are_refused(change):
    data = json.loads(files("newsclean.clean.score").joinpath("weights.json").read_text(encoding="utf-8"))
    with pytest.raises(RuleFileError):
        Model.from_table({**data, **change}, "here")


def by_score(lines, i, strength):
    return Sighting((i,), "boilerplate", SCORE_RULE, strength, SCORE_REASON, ("score 9.0",), text=lines.texts[i],
                    spans=((lines.starts[i], lines.ends[i]),))  # fmt: skip


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


def test_leaving_out_the_second_pass_changes_no_result(monkeypatch):
    texts = [TEXT, MENU, f"{A}\n{B}\n{C}", f"Home\n{A}\n{B}", f"{MENU}\n{A}\n{B}\n{C}", f"{A}\nSubscribe now\n{B}\n{C}"]
    cleaners = [Cleaner(profile=profile) for profile in ("safe", "balanced", "strict")]
    quick = [cleaner.clean(text).text for cleaner in cleaners for text in texts]
    monkeypatch.setattr(import_module("newsclean.clean.score.lines"), "_NEAR", float("inf"))
    assert quick == [cleaner.clean(text).text for cleaner in cleaners for text in texts]


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
