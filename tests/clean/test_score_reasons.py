"""What goes by score says why: the largest contributions, each worked out here the slow way from the file of weights."""

import json
from collections import defaultdict
from importlib.resources import files

import pytest
from signs import looked_at

from newsclean import Cleaner
from newsclean.clean.score.model import FIRST, SECOND
from newsclean.clean.score.words import WORDS

A = "The council of Alton voted on Tuesday night to close the old bridge for two years after cracks were found."
B = "Nobody had crossed it on foot since the winter flood, when the water stood as high as the railings for a week."
C = "Work is to begin in the spring, and the ferry will run every quarter of an hour until the new one opens."
D = "The mayor, who had announced the plan in March, told reporters that the county would pay for most of the work."
E = "Until then the people of the northern quay will have to take the train, or the long way round by the old mill."
MENU = "Home\nSport\nOur valley\nYour ferry newsletter\nFollow us on Facebook and Twitter\nNewsletter for walkers\nGarden videos"
TEXTS = {
    "below": f"{A}\n{B}\n{C}\n{MENU}",
    "around": f"{MENU}\n{A}\n{B}\n{C}\nHide Ad\n{MENU}",
    "inside": f"{A}\n{B}\n{C}\nSubscribe to our newsletter for free\nMore videos for you\n{D}\n{E}\n{MENU}",
    "under a heading": f"{A}\n{B}\n{C}\n{D}\nKommentare\nRund ums Haus\nUnser Wetter\nReisen im Herbst\nDatenschutz\nMehr zum Thema",
}
WEIGHTS = json.loads(files("newsclean.clean.score").joinpath("weights.json").read_text(encoding="utf-8"))


def idea(name):
    return "what the neighbouring lines look like" if "@" in name else WORDS.get(name.split("*")[0], "")


def plain_reasons(first, second):
    """Return the four largest contributions to the score of a line with these signs, by name."""
    amounts, carried = defaultdict(float), 0.0
    for tree in WEIGHTS["second"]["tables"]:
        while isinstance(tree, list):
            name, limit, mean, no, yes = tree
            tree = yes if second[name] > limit else no
            added = (tree[2] if isinstance(tree, list) else tree) - mean
            amounts[idea(name)] += added
            carried += added if name == "score" else 0
    raised = defaultdict(float)
    for name, (weight, usual) in WEIGHTS["first"]["signs"].items():
        raised[idea(name)] += (first[name] - round(usual * 1024) / 1024) * weight
    total = max(sum(max(amount, 0) for amount in raised.values()), 1)
    for name, amount in raised.items():
        amounts[name] += max(carried, 0) * max(amount, 0) / total
    best = sorted((-amount, name) for name, amount in amounts.items() if name and amount > 0.05)
    return [f"{name} (+{-amount:.1f})" for amount, name in best[:4]]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
@pytest.mark.parametrize("profile", ["safe", "balanced", "strict"])
def test_the_largest_contributions_are_named(text, profile):
    """Of the lines that go at the first look; what goes later is weighed among what is left."""
    limits = WEIGHTS["thresholds"]
    told = {r.spans[0]: r for r in Cleaner(profile=profile).clean(text).removed if r.rule == "boilerplate.score"}
    looked = 0
    for span, value, first, second in looked_at(text):
        if value < limits[profile] or span not in told:
            continue
        score, *signs = told[span].evidence
        assert score == f"score {value:.1f}"
        reasons = plain_reasons(dict(zip(FIRST, first, strict=True)), dict(zip(SECOND, second, strict=True)))
        assert signs[: len(reasons)] == reasons
        strength = "A" if value >= limits["safe"] else "B" if value >= limits["balanced"] else "C"
        assert told[span].strength == strength
        looked += 1
    assert looked or profile == "safe"


BELOW = "\n".join((A, B, C, D, MENU))


@pytest.mark.parametrize("profile", ["balanced", "strict"])
def test_the_report_s_own_marks_never_go_by_score(profile):
    """An agency's credit at the foot of a page scores like a button there."""
    credit, limit = "Reporting by Anna Berg", WEIGHTS["thresholds"]["balanced"]
    text = f"{BELOW}\n{credit}"
    assert [value for span, value, *_ in looked_at(text) if text[slice(*span)] == credit and value >= limit]
    assert Cleaner(profile=profile).clean(text).text.endswith(credit)
    assert credit not in Cleaner(profile=profile, drop={"agency_credit"}).clean(text).text


@pytest.mark.parametrize("captions", ["drop", "collapse", "keep"])
def test_what_a_rule_has_a_hint_of_may_go_by_score(captions):
    text = f"{BELOW}\n(AFP)"
    found = [(s.kind, s.strength) for s in Cleaner().sightings(text) if s.text == "(AFP)"]
    assert found == [("source_line", "C")]
    assert "(AFP)" not in Cleaner(captions=captions).clean(text).text


def test_a_line_that_a_rule_explains_is_not_explained_by_score():
    for removal in Cleaner(profile="strict").clean(f"{BELOW}\nHide Ad").removed:
        lines = (BELOW + "\nHide Ad")[slice(*removal.spans[0])]
        assert (removal.rule == "boilerplate.score") != any(
            s.text == lines and s.strength in "AB" for s in Cleaner().sightings(BELOW + "\nHide Ad")
        )


def test_drop_takes_whatever_the_score_suspects_and_keep_nothing():
    strict = Cleaner(profile="strict").clean(BELOW)
    assert [r for r in strict.removed if r.rule == "boilerplate.score"]
    for name in ("boilerplate", "boilerplate.score"):
        kept = Cleaner(profile="strict", keep={name}).clean(BELOW)
        assert [r for r in (*kept.removed, *kept.flagged) if r.rule == "boilerplate.score"] == []
