"""More articles than fit in memory: the same pairs, groups and kept copies as in memory, whatever the portions."""

import contextlib
import datetime as dt
import itertools
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from neardup_samples import article, edited, forecast, notice

from newsclean import find_duplicates
from newsclean.errors import FileError
from newsclean.io.store import Store
from newsclean.model import Article
from newsclean.neardup import Background, bands
from newsclean.neardup.options import check_options
from newsclean.neardup.signatures import SLOTS
from newsclean.scale import candidates
from newsclean.scale import compare as steps
from newsclean.scale.budget import Budget
from newsclean.scale.candidates import Candidates, gather_candidates
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


def crowded(seed, count):
    """Return signatures of which many agree in many bands: those of crowds, of pairs of twins, and by chance."""
    rng = np.random.default_rng(seed)
    stories = rng.integers(0, 2**32, (count // 40 + 1, SLOTS), dtype=np.uint32)
    rows = stories[rng.integers(0, len(stories), count)]
    changed = rng.random(rows.shape) < rng.choice([0, 0.1, 0.5], (count, 1))
    rows[changed] = rng.integers(0, 3, int(changed.sum()))
    return rows


def gathered(folder, rows, *, keys=10**6, pairs=10**6, about=None, progress=lambda done, total: None):
    """Return the store and the candidates of texts with the signatures *rows*."""
    store = Store(str(folder), about)
    return store, gather_candidates(
        store, lambda slot: rows[:, slot], len(rows), keys=keys, pairs=pairs, progress=progress
    )


def pairs_of(found):
    return sorted(
        pair
        for number in range(found.portions)
        for pair in zip(*map(np.ndarray.tolist, found.portion(number)), strict=True)
    )


class TestCandidates:
    """Pair for pair those in memory, however few are held at a time, and no more are held."""

    @settings(max_examples=12)
    @given(
        st.integers(0, 99), st.integers(0, 300), st.sampled_from([40, 700, 10**6]), st.sampled_from([50, 3_000, 10**6])
    )
    def test_pairs(self, tmp_path_factory, seed, count, compact, pairs):
        rows = crowded(seed, count)
        with mock.patch.object(bands, "COMPACT", compact):
            first, second = bands.candidate_pairs(rows, np.arange(count))
            store, found = gathered(tmp_path_factory.mktemp("store"), rows, keys=count // 3 + 1, pairs=pairs)
        assert pairs_of(found) == [*zip(first.tolist(), second.tolist(), strict=True)]
        store.remove()

    def test_a_pair_in_more_buckets_than_a_byte_counts(self, tmp_path):
        """Twins that come second and third in every bucket share 256; of many candidates that is the best one."""
        rng = np.random.default_rng(1)
        rows = np.tile(rng.integers(0, 2**32, SLOTS, dtype=np.uint32), (60, 1))
        rows[:40] = rng.integers(0, 2**32, (40, SLOTS), dtype=np.uint32)
        for band, slots in enumerate(bands.BAND_SLOTS):
            rows[band % 40, slots] = rows[-1, slots]
        first, second = bands.candidate_pairs(rows, np.arange(60))
        store, found = gathered(tmp_path / "store", rows)
        assert (40, 41) in pairs_of(found)
        assert pairs_of(found) == [*zip(first.tolist(), second.tolist(), strict=True)]
        store.remove()

    def test_no_more_are_held_than_there_is_room_for(self, tmp_path, monkeypatch):
        held, rows = [], crowded(3, 1500)
        plain_merge, plain_count = candidates.merge_counts, candidates.count_pairs
        monkeypatch.setattr(bands, "COMPACT", 10**5)
        monkeypatch.setattr(
            candidates, "merge_counts", lambda some: (held.append(sum(len(a) for a, _ in some)), plain_merge(some))[1]
        )
        monkeypatch.setattr(candidates, "count_pairs", lambda some: (held.append(len(some)), plain_count(some))[1])
        store, _ = gathered(tmp_path / "store", rows, keys=200, pairs=6000)
        store.remove()
        assert max(held) < 6000 + bands.BANDS * (bands.COMPLETE - 1)  # those of a text are not parted
        assert sum(held) > 5 * 10**5

    def test_rounds_stay_few_as_the_collection_grows(self, tmp_path, monkeypatch):
        monkeypatch.setattr(bands, "COMPACT", 2_000)
        monkeypatch.setattr(bands, "GROWTH", 4)
        rounds = []
        monkeypatch.setattr(candidates, "cut_down", lambda pairs, buckets, _: (pairs[:0], buckets[:0]))
        monkeypatch.setattr(
            Candidates, "_end_round", lambda self, plain=Candidates._end_round: (rounds.append(self), plain(self))[1]
        )
        for count in (500, 3000):
            store, _ = gathered(tmp_path / str(count), np.zeros((count, SLOTS), dtype=np.uint32), pairs=30_000)
            store.remove()
        assert len(rounds) == 2 * -(-bands.BANDS // (bands.A_TEXT // (bands.HEADS + 1) + 1))

    def test_a_round_that_was_interrupted_is_gone_on_with(self, tmp_path, monkeypatch):
        monkeypatch.setattr(bands, "COMPACT", 30_000)
        rows = crowded(4, 400)
        first, second = bands.candidate_pairs(rows, np.arange(400))
        done = []

        def stop(band, total):
            done.append(band)
            if band in (37, 90):
                raise KeyboardInterrupt

        about = {"of": "this"}
        for _ in range(2):
            with pytest.raises(KeyboardInterrupt):
                gathered(tmp_path / "store", rows, pairs=1000, about=about, progress=stop)
        assert len(done) <= 92  # a band may have to be done again, not a round
        runs = sorted((tmp_path / "store").glob("run-*"))
        assert len(runs) > 3
        whole = runs[1].read_bytes()
        runs[1].write_bytes(whole[:-9] + b"123456789")
        with pytest.raises(FileError, match="candidates in it are damaged"):
            gathered(tmp_path / "store", rows, pairs=1000, about=about)
        runs[1].write_bytes(whole)
        store, found = gathered(tmp_path / "store", rows, pairs=500, about=about)
        assert pairs_of(found) == [*zip(first.tolist(), second.tolist(), strict=True)]
        assert not [*(tmp_path / "store").glob("run-*"), *(tmp_path / "store").glob("counted*")]
        store.remove()


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
