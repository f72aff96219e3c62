"""Headings and what stands under them: teasers with their standfirsts, readers' comments, author boxes."""

import pytest

import newsclean
from newsclean import Cleaner

A = "The council of Alton voted on Tuesday night to close the old bridge for two years after cracks were found."
B = "Nobody had crossed it on foot since the winter flood, when the water stood as high as the railings for a week."
C = "Work is to begin in the spring, and the ferry will run every quarter of an hour until the new one opens."
ARTICLE = f"{A}\n{B}\n{C}"
RULES = Cleaner(keep={"boilerplate"})  # no score: what the headings do by themselves
DECK = "The mill by the river has stood empty since the flood, and now its owner wants to sell it."

HEADINGS = {
    "Related articles",
    "Latest news",
    "Related stories",
    "Most popular names",
    "More from Alton",
    "More on Brussels",
}
LEFT = {
    "one teaser with a standfirst: it may be a sub-heading and the last paragraph": f"{A}\n{B}\nRelated articles\nWhat happens to the mill\n{C}",
    "a heading before the article": f"Latest news\nAlton closes its old bridge for two years\nCracks in both piers\n{ARTICLE}",
    "a heading inside, with a sub-heading under it": f"{A}\nRelated stories\nWho pays for it\n{B}\n{C}",
    "a question inside, and its answers": f"{A}\nMost popular names\nAnna\nTom\nIda\n{B}\n{C}",
    "what ends like a sentence": f"{A}\nMore from Alton\nThe mill was sold on Monday.\nNobody came to the sale.\n{B}\n{C}",
    "a heading and a list that is announced": f"{A}\nMore on Brussels\nHere are the points of the long letter:\n{B}\n{C}",
    "comments without a sign of a reader": f"{A}\nComments\n{B}\n{C}\nNobody in the town hall wanted to be named.",
}


@pytest.mark.parametrize("text", LEFT.values(), ids=LEFT.keys())
def test_the_lines_under_it_are_left_alone(text):
    heading = {line for line in text.split("\n") if line in HEADINGS}
    left = RULES.clean(text).text.split("\n")
    assert left == [line for line in text.split("\n") if line in left or line not in heading]


GONE = {
    "teasers": "More from Coast Media\nRiver rises again\nMill to close\nTen walks for spring",
    "teasers with standfirsts, which read like prose": f"Most read\nMill by the river is for sale\n{DECK}\nFerry sinks at its moorings\n{DECK}",
    "two headings": "Related articles\nRiver rises again\nTrending now\nMill to close",
    "comments written in whole sentences": f"3 Comments\nTom H.\n2 days ago\n{DECK}\nReply\nIda\n1 day ago\n{DECK}\nReply",
    "comments, then teasers": f"Comments\nTom H. says:\n{DECK}\nReply\nRelated articles\nRiver rises again\nMill to close",
    "an author's box": f"About the author\nAnna Berg\n{DECK}",
}


@pytest.mark.parametrize("tail", GONE.values(), ids=GONE.keys())
def test_the_lines_under_it_go_to_the_end_of_the_page(tail):
    result = RULES.clean(f"{ARTICLE}\n{tail}")
    assert result.text == ARTICLE
    assert result.restore() == f"{ARTICLE}\n{tail}"


def test_teasers_inside_the_article_go_and_the_line_before_the_prose_stays():
    text = f"{A}\nRelated articles\nThe mill that would not close its doors\nTen walks along the river for the spring\nWho pays for it\n{B}\n{C}"
    assert RULES.clean(text).text == f"{A}\nWho pays for it\n{B}\n{C}"


def test_safe_removes_no_block():
    text = f"{ARTICLE}\n{GONE['teasers']}"
    assert "Mill to close" in Cleaner(profile="safe", keep={"boilerplate"}).clean(text).text


def test_more_comments_than_article_go_all_the_same():
    comments = "\n".join(f"Reader {n}\n{n} days ago\n{DECK} {DECK}\nReply" for n in range(2, 12))
    result = newsclean.clean(f"{ARTICLE}\n10 comments\n{comments}")
    assert result.text == ARTICLE
    assert result.warnings == ()


def test_a_heading_may_be_a_pattern_in_a_file_of_ones_own(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        """
[[rule]]
id = "related_block.mine"
kind = "related_block"
match = "block"
regex = 'zum weiterlesen(?: in .{1,20})?'
strength = "B"
why = "Ours."
source = "here"
hits = ["Zum Weiterlesen in Sport\\nEins", "Zum Weiterlesen\\nZwei"]
keeps = ["Zum Weiterlesen kam er nicht.", "Weiterlesen"]
""",
        encoding="utf-8",
    )
    cleaner = Cleaner(rules=[path], keep={"boilerplate"})
    assert cleaner.clean(f"{ARTICLE}\nZum Weiterlesen in Sport\nDer Fluss steigt\nMühle zu").text == ARTICLE
