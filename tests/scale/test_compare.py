"""More articles than fit in memory: the same pairs, groups and kept copies as in memory, whatever the portions."""

import datetime as dt
import itertools
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from neardup_samples import article, edited, forecast

from newsclean import find_duplicates
from newsclean.io.store import Store
from newsclean.model import Article
from newsclean.neardup import bands
from newsclean.neardup.options import check_options
from newsclean.scale import compare as steps
from newsclean.scale.budget import Budget
from newsclean.scale.compare import compare_all
from newsclean.scale.corpus import Corpus, sketch_batch


def some_text(kind, seed, change):
    text = article(seed, 5)
    return {
        "article": text,
        "spaced": text.replace(" ", "  ", change + 1),
        "edited": edited(text, change, 0.05 * (change + 1)),
        "part": text[: len(text) * 2 // 3],
        "around": f"{article(seed + 50, 4)}\n{text}",
        "form": forecast(10 * seed + change),
        "empty": " " * change,
        "short": "one two three"[: 3 + 4 * change],
    }[kind]


kinds = st.sampled_from(["article", "spaced", "edited", "edited", "part", "around", "form", "empty", "short"])
texts = st.builds(some_text, kinds, st.integers(0, 3), st.integers(0, 4))
dates = st.none() | st.integers(0, 6).map(lambda day: dt.date(2024, 3, 1) + dt.timedelta(day))
sites = st.sampled_from([None, "a.example", "b.example", "c.example"])
collections = st.lists(st.tuples(texts, dates, sites), max_size=24)
options = st.fixed_dictionaries(
    {
        "threshold": st.sampled_from([0.2, 0.45, 0.8]),
        "containment": st.sampled_from([0.4, 0.65, 1.0]),
        "keep": st.sampled_from(["longest", "earliest", "latest", "first", ["b.example", "a.example"]]),
        "window_days": st.none() | st.integers(0, 3),
        "linkage": st.sampled_from(["direct", "component"]),
    }
)


def verdicts_of(found):
    """Return what is to be said of each article, from what was found in memory."""
    alone = {"keep": True, "kept": None, "kind": None, "members": 1, "representative": None}
    verdicts = {
        id: {**alone, "jaccard": None, "containment": None, "templates": []} for id in (*found.keep, *found.drop)
    }
    for group in found.groups:
        for id in group.members:
            verdicts[id].update(keep=id == group.kept, kept=group.kept, kind=group.kind, members=len(group.members))
    for pair in found.pairs:
        if pair.kind == "template":
            verdicts[pair.id]["templates"].append(pair.representative)
        else:
            told = ("kind", "representative", "jaccard", "containment")
            verdicts[pair.id].update({name: getattr(pair, name) for name in told})
    return verdicts


def on_disk(folder, articles, asked, budget=None, batch=5, commit=2):
    """Return the verdict on each article, added in batches, every so many committed."""
    store = Store(str(folder), None)
    corpus = Corpus(store)
    for number, at in enumerate(range(0, len(articles), batch)):
        some = articles[at : at + batch]
        corpus.add(some, sketch_batch([one.text for one in some]))
        if number % commit == 0:
            corpus.commit()
    corpus.commit()
    found = compare_all(corpus, check_options(**asked), budget or Budget.of("1GB", 1))
    verdicts = {one.id: found[place] for place, one in enumerate(articles)}
    found.close()
    store.remove()
    return verdicts, found


class TestAsInMemory:
    """Every verdict is that of find_duplicates, under all options, in the smallest portions."""

    @settings(max_examples=40)
    @given(collections, options, st.integers(1, 30), st.sampled_from([1, 50, 10**6]))
    def test_verdicts(self, tmp_path_factory, collection, asked, portion, compact):
        articles = [Article(t, id=f"n{n}", date=day, site=site) for n, (t, day, site) in enumerate(collection)]
        with mock.patch.object(bands, "COMPACT", compact):
            expected = find_duplicates(articles, **asked)
            budget = Budget(keys=portion, pairs=portion * 60, shingles=portion * 40)
            verdicts, found = on_disk(tmp_path_factory.mktemp("store"), articles, asked, budget, batch=portion)
        assert verdicts == verdicts_of(expected)
        assert found.dropped == len(expected.drop)
        assert sum(found.groups_by_kind.values()) == len(expected.groups)

    @pytest.mark.parametrize("window_days", [None, 2])
    def test_crowds_and_forms(self, tmp_path, monkeypatch, window_days):
        monkeypatch.setattr(bands, "COMPACT", 500)
        days = itertools.cycle([None, *(f"2024-03-0{day}" for day in range(1, 8))])
        made = [edited(article(1), seed, 0.04) for seed in range(60)] + [forecast(seed) for seed in range(40)]
        made += [article(seed) for seed in range(20)] + [article(seed)[:900] for seed in range(20)]
        articles = [Article(text, id=n, date=next(days)) for n, text in enumerate(made)]
        asked = {
            "threshold": 0.4,
            "containment": 0.65,
            "keep": "earliest",
            "window_days": window_days,
            "linkage": "direct",
        }
        verdicts, _ = on_disk(tmp_path / "store", articles, asked, Budget(keys=40, pairs=2000, shingles=5000), batch=7)
        expected = find_duplicates(articles, **asked)
        assert verdicts == verdicts_of(expected)
        assert len(expected.drop) > 50
        assert any(pair.kind == "template" for pair in expected.pairs)


def test_what_is_done_is_not_done_again(tmp_path, monkeypatch):
    articles = [Article(edited(article(n % 9), n, 0.05), id=n) for n in range(60)]
    asked = check_options(0.45, 0.65, "longest", None, "direct")
    budget = Budget(keys=20, pairs=2000, shingles=3000)

    def begun():
        return Corpus(Store(str(tmp_path / "store"), {"of": "this"}))

    corpus = begun()
    corpus.add(articles, sketch_batch([one.text for one in articles]))
    corpus.commit()
    calm = compare_all(corpus, asked, budget)
    corpus.store.close()
    again = begun()
    assert again.count == 60
    assert len(list((tmp_path / "store").glob("verified-*"))) > 3
    monkeypatch.setattr(steps, "gather_candidates", None)
    monkeypatch.setattr(steps, "verify_pairs", None)
    found = compare_all(again, asked, budget)
    assert [found[place] for place in range(60)] == [calm[place] for place in range(60)]
    assert found.dropped > 40
    monkeypatch.undo()
    other = compare_all(again, asked, Budget(keys=20, pairs=2000, shingles=1700))  # in other portions
    assert [other[place] for place in range(60)] == [calm[place] for place in range(60)]
    other.close()
    calm.close()
    found.close()
