"""A whole feed with crowds, forms and copies of copies: the same groups as in memory, before and after removals."""

import random

import pytest

from neardup.neardup_samples import article, edited, forecast, notice
from newsclean import Article, Background, find_duplicates
from newsclean.index import DuplicateIndex, files

# An index knows no crowds of what comes later: without a background it takes every shingle for as good as another.
KNOWS_NOTHING = Background.fit([])


def feed(count):
    rng = random.Random(1)
    made = []
    for n in range(count):
        before = rng.choice(made).text if made else ""
        chance = rng.random()
        if chance < 0.4 or n < 5:
            text = article(n)
        elif chance < 0.5:
            text = forecast(n)
        elif chance < 0.57:
            text = before
        elif chance < 0.67:
            text = notice(n)
        elif chance < 0.8:
            text = edited(before, n)
        else:
            text = before[: int(len(before) * 0.6)]
        made.append(Article(text, id=f"a{n}", site=rng.choice("xyz"), date=f"2024-03-{rng.randrange(1, 9):02}"))
    return made


def test_stories_of_a_round_up_are_not_one_group(tmp_path):
    stories = [article(f"story {n}", 6) for n in range(3)]
    articles = [*stories, "News in brief\n\n" + "\n\n".join(stories), *(edited(story, 1) for story in stories)]
    with DuplicateIndex.open(tmp_path / "news.index") as index:
        index.add_many(articles)
        groups = index.groups()
    assert groups == find_duplicates(articles, background=KNOWS_NOTHING).groups
    assert len(groups) == 3


@pytest.mark.parametrize("window_days", [None, 2])
def test_groups_of_a_feed(tmp_path, monkeypatch, window_days):
    monkeypatch.setattr(files, "FLUSH", 40)
    articles = feed(200)
    with DuplicateIndex.open(tmp_path / "one by one", window_days=window_days) as index:
        matches = index.add_many(articles[:120])
        matches += [index.add(one) for one in articles[120:]]
        groups = index.groups()
        options = {"window_days": window_days, "background": KNOWS_NOTHING}
        assert groups == find_duplicates(articles, **options).groups
        assert len(groups) > 20
        latest = {"keep": "latest", "linkage": "component"}
        assert index.groups(**latest) == find_duplicates(articles, **options, **latest).groups
        left = articles
        for group in groups[:12]:  # what others matched: they find their next best
            index.remove(group.members[0])
            left = [one for one in left if one.id != group.members[0]]
        wanted = find_duplicates(left, **options).groups
        assert index.groups() == wanted
        index.compact()
        assert index.groups() == wanted
        after = index.add_many(left)
    with DuplicateIndex.open(tmp_path / "at once", window_days=window_days) as index:
        assert index.add_many(articles) == matches
    with DuplicateIndex.open(tmp_path / "without them", window_days=window_days) as index:
        assert index.add_many(left) == after


def test_a_crowd_that_fills_in_a_form_counts_with_a_background_alone(tmp_path):
    articles = [Article(notice(n), id=n) for n in range(30)]
    found = find_duplicates(articles)
    with DuplicateIndex.open(tmp_path / "plain") as index:
        index.add_many(articles)
        assert index.groups() == find_duplicates(articles, background=KNOWS_NOTHING).groups != found.groups
    with DuplicateIndex.open(tmp_path / "weighed", background=found.background) as index:
        index.add_many(articles)
        assert index.groups() == found.groups
