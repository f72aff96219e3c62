"""What a page says of results and of written output, without a browser."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import newsclean
from newsclean.errors import ArticleTypeError, OptionError, RecordError
from newsclean.io import Fields, find_sources, read_records
from newsclean.review import page, page_of_records
from newsclean.review.entries import pieces

WIRE = "The river rose by two metres overnight and the old bridge was closed, the council of Alton said on Monday."
HOSTILE = '</script><script>alert(1)</script> <img src=x onerror=alert(2)> & "quoted" \u2028 \U0001f600 \x1b[31m'


def data_of(html: str) -> dict:
    found = re.findall(r'<script type="application/json" id="data">(.*?)</script>', html, re.S)
    assert len(found) == 1
    return json.loads(found[0])


def spans(length: int) -> st.SearchStrategy:
    place = st.integers(0, length)
    return st.lists(st.tuples(place, place).map(lambda both: (min(both), max(both))), max_size=8)


@given(st.integers(0, 30).flatmap(lambda length: st.tuples(st.just(length), spans(length))))
def test_pieces_are_the_whole_text_and_know_what_covers_them(case) -> None:
    length, given_spans = case
    cut = pieces(length, [(span, n) for n, span in enumerate(given_spans)])
    assert [place for piece in cut for place in range(*piece.span)] == list(range(length))
    for piece in cut:
        for place in range(*piece.span):
            assert set(piece.marks) == {n for n, (start, end) in enumerate(given_spans) if start <= place < end}


@given(st.text(max_size=80))
def test_the_input_is_on_the_page_character_for_character(text: str) -> None:
    result = newsclean.clean(text)
    [article] = data_of(page([result]))["articles"]
    assert "".join(part for part, _ in article["pieces"]) == text


def test_what_was_removed_is_marked_in_place_with_its_reason() -> None:
    result = newsclean.clean(f"\U0001f600 {WIRE}\nHide Ad\nNobody was hurt.")
    [article] = data_of(page([result]))["articles"]
    [(part, [mark])] = [piece for piece in article["pieces"] if piece[1]]
    assert part == "Hide Ad"
    finding = article["findings"][mark]
    assert finding["gone"]
    assert (finding["kind"], finding["reason"]) == (result.removed[0].kind, result.removed[0].reason)


def test_nothing_in_an_article_ends_the_script_it_stands_in() -> None:
    article = newsclean.Article(f"{HOSTILE}\nHide Ad", id=HOSTILE, title=HOSTILE, site=HOSTILE)
    html = page([newsclean.clean(article)], articles=[article], title=HOSTILE)
    assert html.count("<script") == html.count("</script") == 2
    assert "<img" not in html
    assert data_of(html)["articles"][0]["title"] == HOSTILE


def test_groups_show_the_kept_copy_and_where_the_others_differ() -> None:
    articles = [newsclean.Article(WIRE, id=1), newsclean.Article(f"{WIRE} Nobody was hurt.", id="1")]
    cleaner = newsclean.Cleaner()
    found = newsclean.find_duplicates(articles, cleaner=cleaner)
    data = data_of(page([cleaner.clean(a) for a in articles], found, articles=articles))
    [group] = data["groups"]
    [copy] = group["copies"]
    kept = found.groups[0].kept
    assert group["kept"]["id"] == str(kept)
    longer = copy["a"] if kept == "1" else copy["b"]
    assert "".join(part for part, _ in longer) == f"{WIRE} Nobody was hurt."
    assert [part for part, differs in longer if differs] == ["Nobody was hurt"]


def test_many_articles_are_shown_evenly_and_counted_wholly() -> None:
    results = [newsclean.clean(f"Rain fell on day {n}.\nHide Ad") for n in range(10)]
    data = data_of(page(results, most=4))
    assert [article["id"] for article in data["articles"]] == ["0", "3", "6", "9"]
    assert data["totals"]["articles"] == 10
    assert data["kinds"] == [["ad_marker", 10]]


@pytest.mark.parametrize("most", [0, -1, "many", 1.5])
def test_a_page_shows_one_article_at_least(most) -> None:
    with pytest.raises(OptionError, match="1 or more"):
        page([newsclean.clean("Rain fell.")], most=most)


def test_articles_must_fit_the_results() -> None:
    result = newsclean.clean("Rain fell.")
    with pytest.raises(ArticleTypeError, match="1 results and 2 articles"):
        page([result], articles=["a", "b"])
    with pytest.raises(ArticleTypeError, match="result 0 is a str"):
        page(["Rain fell."])
    found = newsclean.find_duplicates([newsclean.Article(WIRE, id="a"), newsclean.Article(WIRE, id="b")])
    with pytest.raises(ArticleTypeError, match="give the articles"):
        page([newsclean.clean(WIRE)] * 2, found)


def test_no_articles_make_an_empty_page() -> None:
    assert data_of(page([]))["articles"] == []


def records(path):
    return read_records(find_sources([str(path)], format="jsonl")[0], Fields(report=""))


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ({"text": "Rain fell."}, "holds no report"),
        ({"text": "Rain fell.", "newsclean": 5}, "holds no report"),
        ({"text": "Rain fell.", "newsclean": {"clean": {"format": "newsclean.clean", "version": 99}}}, "version 99"),
        (
            {
                "text": "Rain fell.",
                "newsclean": {"clean": {"format": "newsclean.clean", "version": 1, "removed": [{"spans": [[0, 99]]}]}},
            },
            "reaches to 99",
        ),
    ],
)
def test_a_record_without_a_good_report_is_named(tmp_path, line, what) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text(json.dumps(line) + "\n")
    with pytest.raises(RecordError, match=what) as caught:
        page_of_records(records(path))
    assert f"{path}:1" in str(caught.value)
