import pytest
from neardup_samples import article

from newsclean.errors import OptionError
from newsclean.model import Article
from newsclean.neardup import find_duplicates

STORY = article(1)
PARAGRAPHS = STORY.split("\n\n")
OPENING = "\n\n".join(PARAGRAPHS[:2])  # contained, far from near


def copy(id, words="", site=None, date=None, text=STORY):
    return Article(text + " " + words, id=id, site=site, date=date)


THREE = [
    copy("a", "Two more", "a.example", "2024-03-02"),
    copy("b", "Three more words", "b.example", "2024-03-01"),
    copy("c", "One", "c.example", "2024-03-03"),
]


@pytest.mark.parametrize(
    ("keep", "kept"),
    [
        ("longest", "b"),
        ("earliest", "b"),
        ("latest", "c"),
        ("first", "a"),
        (["c.example", "b.example"], "c"),
        (("nowhere.example", "a.example"), "a"),
        (["nowhere.example"], "b"),
        (lambda group: group[-1], "c"),
        (lambda group: min(group, key=lambda a: len(a.text)).id, "c"),
    ],
)
def test_the_one_kept(keep, kept):
    found = find_duplicates(THREE, keep=keep)
    assert [group.kept for group in found.groups] == [kept]
    assert found.keep == (kept,)
    assert found.drop == tuple(a.id for a in THREE if a.id != kept)


@pytest.mark.parametrize("keep", ["longest", "earliest", "latest", "first", ["s.example"]])
def test_input_order_decides_ties(keep):
    same = [copy(id, site="s.example", date="2024-03-01") for id in "zyx"]
    assert find_duplicates(same, keep=keep).keep == ("z",)
    assert find_duplicates(same[::-1], keep=keep).keep == ("x",)


@pytest.mark.parametrize("keep", ["earliest", "latest"])
def test_a_dated_article_goes_before_undated_ones(keep):
    assert find_duplicates([copy("a"), copy("b", date="2024-03-01"), copy("c")], keep=keep).keep == ("b",)


@pytest.mark.parametrize("keep", ["longest", "earliest", "latest", "first"])
@pytest.mark.parametrize("turned", [False, True])
def test_a_contained_copy_is_not_kept_beside_the_longer_article(keep, turned):
    part = copy("part", date="2024-03-02" if keep == "latest" else "2024-03-01", text=OPENING)
    whole = copy("whole", date="2024-03-01" if keep == "latest" else "2024-03-02")
    found = find_duplicates([whole, part] if turned else [part, whole], keep=keep)
    assert found.groups[0].kind == "contained"
    assert found.keep == ("whole",)


def test_nor_are_its_near_copies():
    parts = [copy(f"part{i}", f"and {i}", text=OPENING) for i in range(4)]
    found = find_duplicates([*parts, copy("whole")], keep="first")
    assert len(found.groups) == 1
    assert found.keep == ("whole",)


def test_an_explicit_choice_may_keep_a_contained_copy():
    both = [copy("whole", site="a.example"), copy("part", site="b.example", text=OPENING)]
    assert find_duplicates(both, keep=["b.example"]).keep == ("part",)
    assert find_duplicates(both, keep=lambda group: "part").keep == ("part",)


def test_the_function_sees_the_articles_of_a_group_in_input_order():
    seen = []

    def choose(group):
        seen.append([article.id for article in group])
        return group[0]

    find_duplicates([copy("a"), Article(article(2), id="alone"), copy("b"), copy("c")], keep=choose)
    assert seen == [["a", "b", "c"]]


@pytest.mark.parametrize("answer", [None, "alone", 7, Article("x", id="y")])
def test_a_function_that_returns_something_else(answer):
    articles = [copy("a"), copy("b"), Article(article(2), id="alone")]
    with pytest.raises(OptionError, match="must return one of the articles it was given"):
        find_duplicates(articles, keep=lambda group: answer)


@pytest.mark.parametrize("keep", ["shortest", "", None, 3, [], [1], b"first", {"a"}])
def test_no_policy(keep):
    with pytest.raises(OptionError, match="keep"):
        find_duplicates(["one"], keep=keep)
