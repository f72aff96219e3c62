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
    "under a heading": f"{A}\n{B}\n{C}\n{D}\nKommentare\nAnmelden und kommentieren\nDatenschutz\nImpressum\nMehr zum Thema",
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
