"""More articles than fit in memory: the same pairs, groups and kept copies as in memory, whatever the portions."""

import contextlib
import datetime as dt
import itertools
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from neardup_samples import article, edited, forecast, notice

from newsclean import find_duplicates
from newsclean.io.store import Store
from newsclean.model import Article
from newsclean.neardup import Background, bands
from newsclean.neardup.options import check_options
from newsclean.scale import candidates
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
        "notice": notice(10 * seed + change),
        "page": f"{notice(10 * seed + change)}\n{text}",
        "empty": " " * change,
        "short": "one two three"[: 3 + 4 * change],
    }[kind]


kinds = st.sampled_from(
    ["article", "spaced", "edited", "edited", "part", "around", "form", "notice", "notice", "page", "empty", "short"]
)
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
    @given(collections, options, st.integers(1, 30), st.sampled_from([1, 50, 10**6]), st.booleans())
    def test_verdicts(self, tmp_path_factory, collection, asked, portion, compact, crowd):
        drawn = [Article(t, id=f"n{n}", date=day, site=site) for n, (t, day, site) in enumerate(collection)]
        articles = drawn + [Article(notice(n), id=f"c{n}", site="a.example") for n in range(12 if crowd else 0)]
        with mock.patch.object(bands, "COMPACT", compact):
            expected = find_duplicates(articles, **asked)
            budget = Budget(keys=portion, pairs=portion * 60, shingles=portion * 40)
            verdicts, found = on_disk(tmp_path_factory.mktemp("store"), articles, asked, budget, batch=portion)
        assert verdicts == verdicts_of(expected)
        assert found.dropped == len(expected.drop)
        assert sum(found.groups_by_kind.values()) == len(expected.groups)

    @pytest.mark.parametrize("window_days", [None, 2])
    @pytest.mark.parametrize("compact", [500, 10**6])
    def test_crowds_that_fill_in_a_form(self, tmp_path, monkeypatch, window_days, compact):
        monkeypatch.setattr(bands, "COMPACT", compact)
        days = itertools.cycle([None, *(f"2024-03-0{day}" for day in range(1, 5))])
        made = [notice(seed) for seed in range(40)] + [edited(article(1), seed, 0.05) for seed in range(15)]
        made += [article(seed, 3) for seed in range(10)] + [f"PUBLIC NOTICE {notice(7)}", notice(9).upper()]
        articles = [Article(text, id=n, date=next(days)) for n, text in enumerate(made)]
        asked = {"threshold": 0.45, "containment": 0.65, "keep": "longest", "window_days": window_days}
        asked["linkage"] = "direct"
        verdicts, _ = on_disk(tmp_path / "store", articles, asked, Budget(keys=20, pairs=400, shingles=3000), batch=7)
        expected = find_duplicates(articles, **asked)
        assert verdicts == verdicts_of(expected)
        assert expected.background is not None
        plain = find_duplicates(articles, **asked, background=Background.fit([]))
        assert 2 < len(expected.drop) < len(plain.drop)

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
    texts = [edited(article(n % 9), n, 0.05) for n in range(60)] + [notice(n) for n in range(20)]
    articles = [Article(text, id=n) for n, text in enumerate(texts)]
    asked = check_options(0.45, 0.65, "longest", None, "direct")
    budget = Budget(keys=20, pairs=2000, shingles=3000)
    folder = tmp_path / "store"

    def begun():
        return Corpus(Store(str(folder), {"of": "this"}))

    def verdicts_within(corpus, budget):
        with contextlib.closing(compare_all(corpus, asked, budget)) as found:
            return [found[place] for place in range(80)]

    corpus = begun()
    corpus.add(articles, sketch_batch([one.text for one in articles]))
    corpus.commit()
    calm = verdicts_within(corpus, budget)
    assert sum(not verdict["keep"] for verdict in calm) > 40
    corpus.store.close()
    again = begun()
    assert again.count == 80
    assert len(list(folder.glob("verified-*"))) > 3
    weighed = sorted(folder.glob("weighed-*"))
    assert len(weighed) > 3
    with monkeypatch.context() as patch:
        patch.setattr(candidates, "bucket_pairs", None)
        patch.setattr(steps, "verify_pairs", None)
        assert verdicts_within(again, budget) == calm
    weighed[1].unlink()  # as if killed in the second round
    with monkeypatch.context() as patch:
        patch.setattr(candidates, "bucket_pairs", None)
        assert verdicts_within(again, budget) == calm
    assert verdicts_within(again, Budget(keys=20, pairs=2000, shingles=1700)) == calm  # in other portions
