"""Headlines, alerts, posts: in a few words, one other word or figure is another story."""

import pytest
from neardup_samples import PEOPLE, PLACES, article, edited

from newsclean.neardup import compare, find_duplicates

POST = (
    "Firefighters are still at the old mill by the harbour, where the roof has come down, and nobody is missing, "
    "says the chief of the brigade."
)


@pytest.mark.parametrize(
    "form",
    [
        pytest.param("Police appeal after crash in {} leaves two injured", id="a place in the middle"),
        pytest.param("Fire crews called to house fire in {}", id="a place at the end"),
        pytest.param("{} council approves new budget after a long debate", id="a place at the beginning"),
        pytest.param(
            "Traffic alert: the road to {0} is closed at {0} bridge. Expect delays until noon.", id="an alert"
        ),
        pytest.param(
            "Rain in {}. Follow us for more, and subscribe to our channel #news #breaking", id="a fixed ending"
        ),
    ],
)
def test_one_other_name_is_another_story(form):
    assert find_duplicates([form.format(place) for place in PLACES]).pairs == ()


@pytest.mark.parametrize(
    "form",
    [
        "The winning numbers in the draw on Saturday were {0}, {1}, {2} and {3}, and one ticket won the jackpot.",
        "Shares in the maker of engines for the merchant navy closed at {0} pence, down {1} on the day before it.",
        "The sea at the old harbour of the town of Alton will be highest at {0} tonight, says the coast guard there.",
    ],
)
def test_other_figures_are_a_form(form):
    texts = [form.format(*(7 * i + 3 * k for k in range(4))) for i in range(1, 8)]
    found = find_duplicates(texts)
    assert found.drop == ()
    assert {pair.kind for pair in found.pairs} <= {"template"}


@pytest.mark.parametrize(
    "copy",
    [
        pytest.param("RT @reporter: " + POST, id="passed on"),
        pytest.param(POST + " https://t.example/a1b2 #fire #mill", id="with a link and tags"),
        pytest.param(POST.upper().replace(",", ""), id="in capitals"),
        pytest.param(POST[:-22] + "…", id="cut short"),
    ],
)
def test_what_stands_around_a_copy_or_is_cut_from_it(copy):
    assert len(find_duplicates([POST, copy, POST.replace("mill", "kiln")[:40]]).drop) == 1


@pytest.mark.parametrize("words", [50, 80, 200])
def test_from_50_words_on_a_few_changed_words_are_a_copy(words):
    text = " ".join(article(3, 16).split()[:words]).translate(str.maketrans("0123456789", "x" * 10))
    assert compare(text, edited(text, 1, 0.05)).kind == "near"


def test_the_briefer_the_more_must_agree():
    text = [word for word in article(4, 16).split() if word.isalpha()]
    kinds = []
    for words in range(6, 60):
        copy = [*text[: words // 2], PEOPLE[0] + "x", *text[words // 2 + 1 : words]]
        kinds.append(compare(" ".join(text[:words]), " ".join(copy)).kind)
    assert kinds == sorted(kinds, key=str)  # no duplicates up to some length, near from there on
    assert kinds.index("near") + 6 == pytest.approx(25, abs=3)
