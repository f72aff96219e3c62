"""What a report quotes stays: the words are a banner's, the line is the reporter's."""

import pytest

from newsclean import Cleaner
from newsclean.clean.detectors.quoted import Quoted, is_quotation
from newsclean.rules import shipped_rules
from newsclean.rules.schema import Vocabulary

LEAD = "The council of Alton voted on Tuesday night to close the old bridge for two years, after engineers found cracks in it."
CLOSE = "Work is to begin in the spring, and the ferry will run every quarter of an hour until the new bridge opens."
CLEANERS = {profile: Cleaner(profile=profile) for profile in ("safe", "balanced")}
PLACES = {
    "amid": "{lead}\n{line}\n{close}",
    "first": "{line}\n{lead}\n{close}",
    "last": "{lead}\n{close}\n{line}",
}
QUOTED = [
    "“Sign up for our daily newsletter,” the sign on the door said.",
    "Subscribe to our newsletter, the box said. Nine thousand people did, and then the paper closed.",
    "“Follow us on Facebook”",
    "This site uses cookies to give you the best experience, the notice read.",
    "„Folgen Sie uns auf Facebook“, stand auf dem Schild.",
    "„Wir verwenden Cookies“",
    "Weitere Informationen finden Sie in unserer Datenschutzerklärung, stand auf dem Zettel.",
    "« Suivez-nous sur Facebook », disait la pancarte.",
    "« Abonnez-vous à notre newsletter »",
    "«Síguenos en Facebook», decía el cartel.",
    "«Iscriviti alla newsletter», diceva il cartello.",
    "«Siga-nos no Facebook», dizia o cartaz.",
    "'Volg ons op Facebook', stond er nog op zijn deur.",
    "'Schrijf je in voor onze nieuwsbrief'",
    "„Zapisz się do newslettera”, głosił napis.",
    "«Подписывайтесь на наш канал», гласила вывеска.",
    "「この記事をシェア」と看板に書かれていた。",
]


class TestWhatIsQuotedStays:
    @pytest.mark.parametrize("place", PLACES)
    @pytest.mark.parametrize("profile", CLEANERS)
    @pytest.mark.parametrize("line", QUOTED, ids=[line[:40] for line in QUOTED])
    def test_wherever_it_stands(self, line, profile, place):
        text = PLACES[place].format(lead=LEAD, line=line, close=CLOSE)
        result = CLEANERS[profile].clean(text)
        assert result.text == text, result.explain()

    @pytest.mark.parametrize("rule", [r for r in shipped_rules().rules if r.match == "line"], ids=lambda r: r.id)
    def test_each_rule_for_whole_lines_spares_its_hits_in_quotation_marks(self, rule):
        for hit in rule.hits:
            if not hit.isprintable() or hit[0] in "\"'«»„“":
                continue
            text = f"{LEAD}\n“{hit}”\n{CLOSE}"
            result = CLEANERS["safe"].clean(text)
            assert result.text == text, result.explain()

    def test_the_report_says_why(self):
        result = CLEANERS["balanced"].clean(f"{LEAD}\n“Hide Ad”\n{CLOSE}")
        (finding,) = result.flagged
        assert finding.strength == "C"
        assert "kept: the whole line is a quotation" in finding.evidence


class TestWhatIsNotQuotedGoes:
    @pytest.mark.parametrize("line", ["Hide Ad", "» Hide Ad «", "Read more: “We were never asked”"])
    def test_the_page_itself(self, line):
        assert CLEANERS["balanced"].clean(f"{LEAD}\n{line}\n{CLOSE}").text == f"{LEAD}\n{CLOSE}"

    def test_a_teaser_in_which_somebody_speaks(self):
        text = f"{LEAD}\nREAD NEXT: Rain for a week, says weather office\n{CLOSE}"
        assert CLEANERS["safe"].clean(text).text == f"{LEAD}\n{CLOSE}"

    def test_a_caption_that_quotes(self):
        text = f"{LEAD}\n“We shall rebuild it,” said Anna Berg on Monday. (AP Photo/Juan Ortega)\n{CLOSE}"
        assert CLEANERS["safe"].clean(text).text == f"{LEAD}\n{CLOSE}"


class TestShapes:
    @pytest.mark.parametrize("line", ["“Hide Ad”", "„Anzeige“", "«Publicité».", "'Delen'", "「広告」", "« Publicité »"])
    def test_a_quotation(self, line):
        assert is_quotation(line)

    @pytest.mark.parametrize("line", ["Hide Ad", "» More «", "It's", "“Hide” or show", '"'])
    def test_none(self, line):
        assert not is_quotation(line)

    def test_the_words_of_saying_are_the_languages_own(self):
        line = "Sign up for our newsletter, klaw the box"
        assert Quoted([Vocabulary(language="xx", said=("klaw",))]).sign(line, "newsletter") == "it tells who said it"
        assert Quoted([Vocabulary(language="xx")]).sign(line, "newsletter") is None
