"""Shipped rules keep their word; a rule file's faults are reported together, with the place of each."""

import tomllib
from pathlib import Path

import pytest

from newsclean import Cleaner
from newsclean.clean.selfcheck import examine, seen_in
from newsclean.errors import FileError, OptionError, RuleFileError, RuleTimeError
from newsclean.rules import KINDS, Rule, RuleSet, hostile, load_rule_file, schema, shipped_languages, shipped_rules

RULES = shipped_rules()
TRAPS = tomllib.loads((Path(__file__).parents[1] / "clean" / "traps.toml").read_text(encoding="utf-8"))
GOOD = """
[[rule]]
id = "ad_marker.mine"
kind = "ad_marker"
match = "line"
phrases = ["our partner's message"]
strength = "A"
why = "A label of paid matter."
source = "seen on our own site"
hits = ["Our partner's message", "OUR PARTNER’S MESSAGE:"]
keeps = ["Our partner's message was clear.", "Her partner's message"]
"""
PATTERN = GOOD.replace('phrases = ["our partner\'s message"]', "regex = '{}'").replace('"line"', '"inline"')
DOUBLING = "[fragments]\na0 = 'xxxxxxxxxx'\n" + "".join(f"a{n + 1} = '{{{{a{n}}}}}{{{{a{n}}}}}'\n" for n in range(30))


@pytest.fixture(scope="module")
def cleaner():
    return Cleaner()


def test_there_are_packs_for_the_languages_promised():
    promised = {"cs", "da", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "no", "pl", "pt", "ru", "sv", "tr", "uk"}
    assert promised <= set(shipped_languages())


def test_each_language_with_a_pack_has_traps():
    assert set(TRAPS) >= set(shipped_languages())


def test_every_shipped_rule_keeps_its_word():
    assert examine(RULES) == []


@pytest.mark.parametrize("rule", RULES.rules, ids=lambda rule: rule.id)
def test_each_hit_is_caught_by_its_own_rule(cleaner, rule):
    for text in rule.hits:
        assert rule.id in {s.rule for s in seen_in(cleaner, text, rule.zone)}


@pytest.mark.parametrize("rule", RULES.rules, ids=lambda rule: rule.id)
def test_no_rule_at_all_touches_a_near_miss(cleaner, rule):
    for text in rule.keeps:
        assert seen_in(cleaner, text) == []


def test_a_phrase_belongs_to_one_rule_of_its_pack():
    owners: dict[tuple[str, str, str], list[str]] = {}
    for rule in RULES.rules:
        for phrase in rule.phrases:
            owners.setdefault((rule.language, rule.match, phrase), []).append(rule.id)
    assert {key: ids for key, ids in owners.items() if len(ids) > 1} == {}


def test_a_pack_can_be_used_alone():
    assert Cleaner(languages=["de"]).clean("Anzeige\nHide Ad").text == "Hide Ad"


class TestOwnRules:
    def test_a_file_enters_by_the_same_door(self, tmp_path):
        path = tmp_path / "mine.toml"
        path.write_text(GOOD, encoding="utf-8")
        result = Cleaner(rules=[path]).clean("The river rose.\nOur partner’s message\nNobody was hurt.")
        assert result.text == "The river rose.\nNobody was hurt."
        assert result.removed[0].rule == "ad_marker.mine"
        assert examine(load_rule_file(path), beside=RULES) == []

    def test_a_rule_value_will_do(self):
        rule = Rule(
            id="custom.mine", kind="custom", match="suffix", strength="A", why="Ours.", source="here",
            hits=("It rained. END", "x. END"), keeps=("The END of it", "END"), regex=r"\s+(?-i:END)",
        )  # fmt: skip
        assert Cleaner(rules=[rule]).clean("It rained all night. END").text == "It rained all night."

    def test_parts_that_stay_are_told_once_however_often_the_line_is_looked_at(self):
        """What is cut out has the line looked at again; what stays is seen each time."""
        rules = [
            Rule(
                id=f"custom.{name}", kind="custom", match=match, strength=strength, why="Ours.", source="here",
                hits=(f"It rained {name} again.", f"He said {name} twice."), keeps=("It rained.", "A river rose."),
                regex=rf"\s*\b{name}\b",
            )
            for name, match, strength in [("cut", "inline", "A"), ("hint", "inline", "B"), ("doubt", "inline", "B")]
        ]  # fmt: skip
        text = "It rained hint and hint all night and doubt said cut the mayor."
        found = [(s.rule, text[slice(*s.spans[0])].strip()) for s in Cleaner(rules=rules).sightings(text)]
        assert sorted(found) == [("custom.cut", "cut"), ("custom.doubt", "doubt"), *[("custom.hint", "hint")] * 2]
        spans = [s.spans for s in Cleaner(rules=rules).sightings(text)]
        assert len(set(spans)) == 4

    def test_a_near_miss_that_is_hit_is_reported(self):
        rule = Rule(
            id="custom.greedy", kind="custom", match="line", strength="A", why="Ours.", source="here",
            hits=("Top", "Top!"), keeps=("Top of the league", "On top"), regex=r"top\b.*",
        )  # fmt: skip
        faults = examine(RuleSet((rule,)), beside=RULES)
        assert len(faults) == 1
        assert "Top of the league" in faults[0]

    def test_a_pattern_that_hangs_is_reported(self):
        rule = Rule(
            id="custom.slow", kind="custom", match="line", strength="A", why="Ours.", source="here",
            hits=("ab", "aab"), keeps=("c", "d"), regex=r"(?:(?:a{1,9}b?){1,30}){1,40}",
        )  # fmt: skip
        assert any("nested repeats" in fault for fault in examine(RuleSet((rule,))))

    def test_an_id_taken_already_is_refused(self, tmp_path):
        path = tmp_path / "mine.toml"
        path.write_text(GOOD.replace("ad_marker.mine", "ad_marker.label_en"), encoding="utf-8")
        with pytest.raises(RuleFileError, match=r"ad_marker\.label_en"):
            Cleaner(rules=[path])


BAD = """
[[rule]]
id = "Ad Marker"
kind = "advert"
match = "somewhere"
phrases = []
strength = "Z"
why = ""
source = "x"
hits = ["one"]
keeps = "near miss"
colour = "red"

[[rule]]
id = "custom.pattern"
kind = "custom"
match = "line"
regex = "(unclosed"
strength = "A"
why = "x"
source = "x"
hits = ["a", "b"]
keeps = ["c", "d"]

[[rule]]
id = "custom.empty"
kind = "custom"
match = "line"
regex = "{{nothing_of_this_name}}|a*"
max_words = 0
strength = "A"
why = "x"
source = "x"
hits = ["a", "b"]
keeps = ["c", "d"]
"""


class TestFaults:
    def test_all_are_reported_at_once_with_their_places(self, tmp_path):
        path = tmp_path / "bad.toml"
        path.write_text(BAD, encoding="utf-8")
        with pytest.raises(RuleFileError) as caught:
            load_rule_file(path)
        message = str(caught.value)
        assert message.startswith(str(path))
        for part in (
            "line 2 (Ad Marker): unknown field 'colour'", "field 'why'", "field 'hits' needs two", "field 'keeps' must be a list",
            "match 'somewhere'", "strength 'Z'", "kind 'advert'", "an id is lower-case", "field 'phrases' is empty",
            "line 14 (custom.pattern): the regex does not compile", "line 25 (custom.empty): the regex names a fragment",
            "the regex matches an empty text", "field 'max_words'",
        ):  # fmt: skip
            assert part in message
        assert len(caught.value.faults) >= 13

    @pytest.mark.parametrize(
        ("text", "part"),
        [
            ("[[rule]\n", "not valid TOML"),
            ("[rules]\na = 1\n", "unknown table [rules]"),
            ("rule = 3\n", "rules are tables"),
            (GOOD + GOOD, "given to two rules"),
            ("[vocabulary]\nmonths = ['jan']\n", "twelve entries"),
            ("[vocabulary]\nmoons = ['jan']\n", "unknown field 'moons'"),
            ("[fragments]\na = 1\n", "[fragments] must hold strings"),
            ("vocabulary = 3\n", "[vocabulary] must be a table"),
            ("pack = 3\n", "[pack] must be a table"),
            ("[pack]\nlanguage = 3\n", "[pack] must be a table with a language"),
            ("a = " + "[" * 5000, "nested too deeply"),
            ("a = " + "{a = " * 3000, "nested too deeply"),
            ("a = " + "9" * 10_000, "not valid TOML"),
            ("a." * 100_000 + "a = 1\n", "a key has more than 64 parts"),
            ("[['a'. " + '"b" .c-d . ' * 50_000 + "a]]\n", "a key has more than 64 parts"),
            ("x = [{a" + ".a" * 100_000 + " = 1}]\n", "a key has more than 64 parts"),
            ("a" * 200_000 + " = 1\n", "unknown table"),
            ("protect = ['(?R)']\n", "never ends"),
            ("protect = ['(?:a|aa)+$b']\n", "repeats inside repeats"),
            (DOUBLING, "over 100,000 characters with others put in"),
            (GOOD.replace("our partner's message\"]", '..."]'), "'...' is nothing but symbols"),
            (
                GOOD.replace('"line"', '"lines"').replace("our partner's message\"]", '!", "»»"]'),
                "'»»' is nothing but symbols",
            ),
            (GOOD + "max_words = 99999999999999999999\n", "from 1 to 600"),
            (PATTERN.format("(" * 5000), "nested too deeply"),
            (PATTERN.format("(?R)"), "never ends, even on an empty text"),
            (PATTERN.format("(?x) ours # partner"), "does not compile"),
            (PATTERN.format("(?:a|aa)+$b"), "takes over 2 s on a line like"),
        ],
    )
    def test_of_the_file_as_a_whole(self, tmp_path, text, part, monkeypatch):
        monkeypatch.setattr(hostile, "_TRIED", 0.2)
        path = tmp_path / "bad.toml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(RuleFileError) as caught:
            load_rule_file(path)
        assert part in str(caught.value)

    def test_a_file_that_is_not_there(self, tmp_path):
        with pytest.raises(FileError, match="check the path"):
            load_rule_file(tmp_path / "none.toml")

    def test_a_file_that_is_not_utf8(self, tmp_path):
        path = tmp_path / "bad.toml"
        path.write_bytes(b"# \xff\n")
        with pytest.raises(RuleFileError, match="not UTF-8 at byte 2"):
            load_rule_file(path)

    def test_a_path_that_no_file_can_have(self):
        with pytest.raises(FileError, match="check the path"):
            load_rule_file("a\0b")

    def test_of_a_rule_value(self):
        rule = Rule(
            id="custom.mine", kind="custom", match="lines", phrases=("...",), strength="A", why="Ours.", source="here",
            hits=("a", "b"), keeps=("c", "d"),
        )  # fmt: skip
        with pytest.raises(RuleFileError, match="nothing but symbols"):
            Cleaner(rules=[rule])

    @pytest.mark.parametrize("match", ["line", "prefix", "suffix", "inline"])
    def test_a_pattern_that_runs_away_is_stopped_and_named(self, match, monkeypatch):
        monkeypatch.setattr(hostile, "LIMIT", 0.2)
        rule = Rule(
            id="custom.slow", kind="custom", match=match, regex="(?:x|xx)+[yz]$w", strength="A", why="Ours.",
            source="here", hits=("xyw", "xzw"), keeps=("c", "d"),
        )  # fmt: skip
        monkeypatch.setattr(schema, "hard_line", lambda *args: None)  # one that the trial at loading does not see
        cleaner = Cleaner(rules=[rule])
        with pytest.raises(RuleTimeError, match=r"custom\.slow: its pattern took too long"):
            cleaner.clean("x" * 150)

    def test_a_protect_pattern_that_runs_away_is_stopped_and_named(self, monkeypatch):
        monkeypatch.setattr(hostile, "LIMIT", 0.2)
        with pytest.raises(RuleTimeError, match=r"protect '\(\?:x\|xx\)\+\[yz\]\$w': its pattern took too long"):
            Cleaner(protect=["(?:x|xx)+[yz]$w"]).clean("x" * 150)

    def test_a_language_without_a_pack(self):
        with pytest.raises(OptionError, match="no rules for language 'xx'"):
            Cleaner(languages=["xx"])


def test_kinds_are_named_as_ids_begin():
    assert all(rule.kind in KINDS for rule in RULES.rules)
