"""What stands around a line may make reporting of it, however sure a rule is of its words."""

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

    @pytest.mark.parametrize("label", ["Cookies", "Terms and conditions"])
    @pytest.mark.parametrize("profile", ["safe", "balanced"])
    def test_what_the_paragraph_is_about(self, label, profile):
        text = f"{LEAD}\nNobody reads the small print.\n{label}\nThe word appears 41 times.\n{PROSE}"
        result = newsclean.clean(text) if profile == "balanced" else newsclean.Cleaner(profile=profile).clean(text)
        assert result.text == text, result.explain()


class TestProgrammesStay:
    @pytest.mark.parametrize("profile", ["safe", "balanced"])
    @pytest.mark.parametrize(
        "dates",
        [
            ("12 May 2024, 7.30pm", "19 May 2024, 3pm"),
            ("Sunday, 12 May 2024, 15:00", "Sunday, 19 May 2024, 15:00"),
            ("12. Mai 2024, 19.30 Uhr", "19. Mai 2024, 15 Uhr"),
            ("12 de mayo de 2024, 20:30", "19 de mayo de 2024, 15:00"),
            ("12 мая 2024, 20:30", "19 мая 2024, 15:00"),
        ],
    )
    def test_days_with_their_time_over_what_is_on(self, dates, profile):
        text = "\n".join((LEAD, dates[0], "Town hall: the Dray Quartet", dates[1], "St Mary's: organ recital", PROSE))
        result = newsclean.Cleaner(profile=profile).clean(text)
        assert result.text == text, result.explain()
        assert result.metadata.date is None

    def test_but_the_stamps_of_the_page_go(self):
        lines = ("12 May 2024, 10:00", "13 May 2024, 09:00", LEAD, PROSE)
        assert newsclean.Cleaner(profile="safe").clean("\n".join(lines)).text == f"{LEAD}\n{PROSE}"


class TestListsOfLabelsStay:
    @pytest.mark.parametrize("profile", ["safe", "balanced"])
    @pytest.mark.parametrize(
        "labels",
        [
            ("Director: Joan Pike", "Camera: Mira Holt", "Photos: Ed Marsh", "Music: Lil Poe"),
            ("Regie: Joan Pike", "Foto: Ed Marsh", "Musik: Lil Poe"),
            ("Reporter of the year: Tom Hale", "Newsletter: The Alton Letter", "Video: Inside the mill"),
            ("Watch: The Glass Ferry, Channel 4", "Listen: The Moral Maze, Radio 4", "Read: The Quiet Lock"),
        ],
    )
    def test_in_which_a_rule_knows_some(self, labels, profile):
        text = "\n".join((LEAD, *labels, PROSE))
        result = newsclean.Cleaner(profile=profile).clean(text)
        assert result.text == text, result.explain()

    def test_but_two_credits_go(self):
        text = f"{LEAD}\nPhoto: Anna Berg\nPhoto: Ed Marsh\n{PROSE}"
        assert newsclean.Cleaner(profile="safe").clean(text).text == f"{LEAD}\n{PROSE}"


class TestInterviewsStay:
    @pytest.mark.parametrize(
        "question", ["What do you think?", "Was meinen Sie?", "¿Qué opina?", "Qu'en pensez-vous ?"]
    )
    def test_a_question_that_comment_sections_ask(self, question):
        text = "\n".join((LEAD, PROSE, "That is what I told them.", question, "I think it is over.", "So do I."))
        result = newsclean.clean(text)
        assert result.text == text, result.explain()

    @pytest.mark.parametrize("answer", ["Facebook, Instagram, X.", "No comment."])
    def test_an_answer(self, answer):
        text = "\n".join((LEAD, "What do your pupils use?", answer, PROSE))
        result = newsclean.clean(text)
        assert result.text == text, result.explain()


class TestAParagraphWithACreditStays:
    @pytest.mark.parametrize("profile", ["safe", "balanced"])
    @pytest.mark.parametrize(
        "line",
        [
            f"{PROSE[:-1]}, the council said on Monday. Photo: Anna Berg",
            "Die Brücke bleibt bis zum Frühjahr gesperrt, teilte die Stadt am Montag mit, und die Fähre fährt alle Viertelstunde. "
            "Wer kann, soll früher losfahren, damit er nicht warten muss. Foto: dpa",
            "Le pont restera fermé jusqu'au printemps, a annoncé la mairie lundi, et le bac passera tous les quarts d'heure. "
            "Chacun est invité à partir tôt. Photo AFP",
        ],
    )
    def test_where_somebody_speaks_in_it(self, line, profile):
        text = f"{LEAD}\n{line}\n{PROSE}"
        result = newsclean.Cleaner(profile=profile).clean(text)
        assert result.text == text, result.explain()


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


def test_short_answers_of_an_interview_stay():
    asked = "Which apps do your pupils use?\nFacebook, Instagram, X.\nAnd what do they say?\nNo comment."
    text = f"{LEAD}\n{asked}\n{PROSE}"
    assert newsclean.Cleaner().clean(text).text == text
