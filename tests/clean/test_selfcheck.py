"""A rule that does not keep its word is told so, fault by fault; one that does is not."""

import pytest

from newsclean.clean.cleaner import Cleaner
from newsclean.clean.selfcheck import examine, seen_in
from newsclean.rules import RuleSet, load_rule_file, shipped_rules

RULE = """
[[rule]]
id = "ad_marker.{name}"
kind = "ad_marker"
match = "line"
phrases = ["our partner's {name}"]
strength = "A"
why = "A label of paid matter."
source = "seen on our own site"
hits = ["Our partner's {name}", "OUR PARTNER'S {name}"{hits}]
keeps = ["Our partner's {name} was clear.", "Her partner's {name}"{keeps}]
known_misses = ["O U R  P A R T N E R"{misses}]
"""


def rules(tmp_path, *texts):
    path = tmp_path / "rules.toml"
    path.write_text("".join(texts), encoding="utf-8")
    return load_rule_file(path)


def rule(name="message", hits="", keeps="", misses=""):
    return RULE.format(name=name, hits=hits, keeps=keeps, misses=misses)


def test_a_rule_that_keeps_its_word(tmp_path):
    assert examine(rules(tmp_path, rule(), rule("offer"))) == []


FAULTS = {
    "a hit that is none": (rule(hits=', "Her message"'), "its hit 'Her message' is not caught by it"),
    "a near miss that is caught": (
        rule(keeps=', "OUR PARTNER’S MESSAGE"'),
        "its near miss 'OUR PARTNER’S MESSAGE' is caught by ad_marker.message",
    ),
    "a known miss that is caught": (
        rule(misses=', "Our Partner’s Message"'),
        "its known miss 'Our Partner’s Message' is caught; move it to the hits",
    ),
}


@pytest.mark.parametrize(("text", "fault"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault(tmp_path, text, fault):
    assert examine(rules(tmp_path, text)) == [f"ad_marker.message: {fault}"]


def test_near_misses_hold_for_the_rules_of_both_sides_and_only_where_one_is_mine(tmp_path):
    mine, other = rule(), rule("offer", keeps=', "Our partner\'s message"')
    assert examine(rules(tmp_path, mine, other)) == [
        'ad_marker.offer: its near miss "Our partner\'s message" is caught by ad_marker.message'
    ]
    beside = rules(tmp_path, other)
    assert len(examine(rules(tmp_path, mine), beside=beside)) == 1  # mine catches what another rule keeps
    broken = rules(tmp_path, rule("offer", keeps=', "Our partner\'s offer"'))
    assert examine(rules(tmp_path, mine), beside=broken) == []  # the other's own fault is not mine


def test_examples_stand_where_their_rule_says():
    ad = next(r for r in shipped_rules(("en",)).rules if r.id == "ad_marker.label_en")
    cleaner = Cleaner(languages=("en",))
    for zone in ("any", "first", "head", "tail", "edge"):
        assert [s.rule for s in seen_in(cleaner, "Hide Ad", zone)] == [ad.id]
    assert examine(RuleSet((ad,))) == []
