"""What must be left alone. These come first: losing a sentence of reporting is worse than leaving ten adverts."""

import pytest

import newsclean

LEAD = (
    "The council of Alton voted on Tuesday night to close the old bridge for two years, "
    "after engineers found cracks in both of its piers."
)
CLOSE = "Work is to begin in the spring, and the ferry will run every quarter of an hour until the new bridge opens."

# id (why it is left alone) -> the lines between two paragraphs of prose
ALONE = {
    "verse with a refrain on neighbouring lines": (
        "The wood is dark and the road is long,\n"
        "And the river sings an older song.\n"
        "And I have far to walk tonight,\n"
        "And I have far to walk tonight."
    ),
    "chorus that returns after each stanza": (
        "Row the boat home, Mary, row the boat home\n\nThe tide is high and the stars are small\n\n"
        "Row the boat home, Mary, row the boat home\n\nThe moon has gone behind the wall\n\n"
        "Row the boat home, Mary, row the boat home"
    ),
    "doubled words for emphasis": "Never again. Never again.",
    "a chant": "Four more years! Four more years!",
    "a chant in quotes": "“Whose streets? Our streets! Whose streets? Our streets!” they shouted.",
    "a place that repeats": "New York, New York",
    "transcript with the same short answers": (
        "COUNSEL: Did you see the car?\nWITNESS: No, sir.\nCOUNSEL: Did you hear it?\nWITNESS: No, sir.\n"
        "COUNSEL: Were you there at all?\nWITNESS: No, sir."
    ),
    "interview that asks everybody the same": (
        "What do you remember of that night?\n\nThe noise, said the baker. It went on until four in the morning.\n\n"
        "What do you remember of that night?\n\nThe silence afterwards, said the nurse. Nobody spoke for an hour.\n\n"
        "What do you remember of that night?\n\nNothing, said the boy. I slept through all of it."
    ),
    "results with equal cells": "Alton 2 Marsh End 2\nDraw\nKelby 1 Thorne 1\nDraw\nFenwick 0 Holt 0\nDraw",
    "a table": "Year | Rain | Sun\n2019 | 801 | 1,400\n2020 | 801 | 1,400\n2021 | 640 | 1,512",
    "list of steps": "- Boil the water\n- Add the salt\n- Boil the water\n- Add the rice",
    "charges that differ by a number": "Count 1: theft of a motor vehicle in the night\nCount 2: theft of a motor vehicle in the night",
    "live blog": (
        "4:14 p.m.\nThe first engines arrive at the mill on Harbour Road.\n4:32 p.m.\nPolice close the bridge.\n"
        "5:05 p.m.\nThe roof falls in.\n6:40 p.m.\nThe fire is out, the brigade says."
    ),
    "chronology headed by dates": (
        "1 March 2021\nThe first cracks are seen.\n9 April 2021\nThe bridge closes to lorries.\n"
        "2 May 2021\nThe engineers report.\n30 June 2021\nThe council votes."
    ),
    "fixtures": "Saturday\nAlton v Kelby, 15:00\nThorne v Holt, 15:00\nMarsh End v Fenwick, 17:30",
    "reporting about advertising": "Advertisement spending rose by a tenth, the agency said.",
    "reporting about a hidden advert": "Hide ads from children, the regulator told the platforms on Monday.",
    "police report in German": "Die Frau hat Anzeige erstattet. Die Anzeige gegen Unbekannt liegt seit Montag vor.",
    "advert word in a German sentence": "Anzeige gegen Unbekannt",
    "advice to read": "“Read more books this year,” she said.",
    "advice to read, without quotes": "Read more books this year, she said.",
    "more than": "More than 100 people were at the meeting.",
    "related to": "Related to this, the price of grain rose.",
    "date at the start of a sentence": "Date night in Alton is back: the cinema reopens on Friday.",
    "a date that is the subject": "2022-04-11 was the day the bridge closed.",
    "by and a weekday": "By Tuesday the river had risen two metres.",
    "by and the sea": "By the Sea",
    "a name that begins like a German byline": "Von der Leyen sagte am Montag ab.",
    "a name that begins like an Italian byline": "Di Maio ha detto di no.",
    "French adverb that begins like a byline": "Par conséquent, le pont reste fermé.",
    "declined to comment": "He declined to comment.",
    "comments as news": "Comments by the mayor drew anger.",
    "shares as news": "Shares of the mill dropped by a fifth.",
    "sharing as a topic": "Share prices fell. So did rents.",
    "story that continues in court": "The story continues in court on Monday.",
    "photos as evidence": "Photos released online show the bridge under water.",
    "newsletter as news": "Subscribers said the newsletter had not reached their inboxes since May.",
    "an agency as the subject": "Reuters reported the vote first.",
    "a company of that name": "Facebook said it would appeal.",
    "following as a verb": "Follow the money, the auditor said.",
    "short paragraphs": "It was late.\n\nNobody spoke.\n\nThen the lights went out.",
    "sub-heading": "What happens next",
    "all capitals": "WHAT THE ENGINEERS FOUND IN THE NORTHERN PIER",
    "a correction that says update": "Update: February 29, 2024: An earlier version of this article named the wrong street.",
    "a question alone": "What do you think?",
    "script without spaces": "川の水位は月曜日の夜に二メートル上がった。橋は閉鎖された。",
    "script without capitals": "ارتفع منسوب النهر ليلة الاثنين مترين كاملين وأغلق الجسر أمام السيارات.",
    "typographic quotes, ligatures and full width": "“Naïve” ﬁre — ‘ＷＩＤＥ’ … ½ €5",
    "blank lines and spaces as they were": "First.\n\n\n\n  Indented.  \n\n\nLast.",
}


@pytest.mark.parametrize("lines", ALONE.values(), ids=ALONE.keys())
@pytest.mark.parametrize("profile", ["safe", "balanced"])
def test_reporting_is_left_alone_inside_an_article(lines, profile):
    text = f"{LEAD}\n\n{lines}\n\n{CLOSE}"
    result = newsclean.Cleaner(profile=profile).clean(text)
    assert result.text == text
    assert result.removed == ()


@pytest.mark.parametrize("lines", ALONE.values(), ids=ALONE.keys())
def test_reporting_is_left_alone_without_context(lines):
    assert newsclean.clean(lines).text == lines


@pytest.mark.parametrize("text", ["", " ", "\n", "\n\n \n", "One line.", "One line.\n", "\tTabs\t stay\t\n"])
def test_text_without_dirt_is_returned_as_it_is(text):
    result = newsclean.clean(text)
    assert (result.text, result.removed, result.repairs, result.warnings) == (text, (), (), ())


WRAPPED = """\
    Alton Mills Inc said it earned four mln dlrs in the first
quarter, and that it would pay a dividend of ten cents a
share.
    The company said it had spent less in the period on
advertising
and would go on to do so, and that the board had agreed to
share
the gains with its workers.
    It said the paper fell after a long premium was paid on the
index.
    The contract with the union of the mill workers ends on
March 30 1987.
    A spokesman said of the coming year that sales would be
more difficult in 1988 because of weaker growth and
fiercer competition in the region.
"""


@pytest.mark.parametrize("profile", ["safe", "balanced"])
def test_wrapped_sentences_stay_whole(profile):
    result = newsclean.Cleaner(profile=profile).clean(WRAPPED)
    assert result.text == WRAPPED
    said = {evidence for finding in result.flagged for evidence in finding.evidence}
    assert "kept: it goes on with the sentence of the line above" in said


def test_one_wrapped_line_is_told_by_its_two_ends():
    text = "The mill will pay a dividend of ten cents a\nshare."
    assert newsclean.Cleaner().clean(text).text == text
    assert newsclean.Cleaner(drop={"share_widget"}).clean(text).text == "The mill will pay a dividend of ten cents a"


@pytest.mark.parametrize("label", ["share", "Share", "SHARE."])
def test_a_label_below_a_headline_is_no_sentence_of_it(label):
    text = "River floods forty houses in the lower town"
    story = "The river rose by two metres on Monday night and flooded forty houses in the lower town, the mayor said."
    assert newsclean.Cleaner().clean(f"{text}\n{label}\n{story}").text == f"{text}\n{story}"
