"""An article that ends in short sentences keeps them, and what stands over them: they are too short to be prose."""

import pytest

import newsclean

LEAD = "The council of Alton voted on Tuesday night to close the old bridge for two years, after engineers found cracks in it."
PROSE = "Work is to begin in the spring, and the ferry will run every quarter of an hour until the new bridge opens."


def cleaned(*lines: str) -> newsclean.CleanResult:
    return newsclean.clean("\n".join(lines))


class TestSubHeadingsStay:
    def test_the_dates_of_a_chronology(self):
        lines = (LEAD, "12 March 2019", "An inspector finds a crack.", "3 June 2021", "Lorries are banned.")
        text = "\n".join((LEAD, "It began small.", *lines[1:]))
        result = newsclean.clean(text)
        assert result.text == text, result.explain()
        assert result.metadata.date is None
        assert [mention.raw for mention in result.metadata.dates] == ["12 March 2019", "3 June 2021"]

    @pytest.mark.parametrize("lines", [(LEAD, "Nobody could call."), (LEAD, PROSE)], ids=["short", "prose"])
    def test_the_names_of_networks(self, lines):
        text = "\n".join((*lines, "WhatsApp", "It fell silent at ten.", "Twitter", "It filled with jokes."))
        result = newsclean.clean(text)
        assert result.text == text, result.explain()

    def test_a_headline_with_a_cue(self):
        text = f"Video: Mayor speaks after the vote on the bridge\n{LEAD}\n{PROSE}"
        assert newsclean.clean(text).text == text


class TestWhatIsNoSubHeadingGoes:
    def test_one_date_under_the_headline_and_a_standfirst(self):
        result = cleaned("Old bridge to close", "Ferry will run instead.", "12 March 2019", LEAD, PROSE)
        assert "2019" not in result.text
        assert str(result.metadata.date) == "2019-03-12"

    def test_a_row_of_networks(self):
        assert cleaned(LEAD, PROSE, "Facebook", "Twitter", "WhatsApp").text == f"{LEAD}\n{PROSE}"

    def test_a_cue_between_paragraphs(self):
        line = "Video: Mayor speaks after the vote on the bridge"
        assert cleaned(LEAD, PROSE, line).text == f"{LEAD}\n{PROSE}"


class TestTheLastSentenceStays:
    def test_under_a_heading_for_teasers(self):
        end = "All will be told by Friday."
        result = cleaned(LEAD, PROSE, "Related articles", "Mill to close", "River rises again in the south", end)
        assert end in result.text, result.explain()

    def test_but_not_a_teaser_that_ends_with_an_initial(self):
        teasers = ("Related articles", "Mill to close", "A visit to the castle of Prince Hans-Adam II.")
        assert cleaned(LEAD, PROSE, *teasers).text == f"{LEAD}\n{PROSE}"
