import json
import pickle
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from neardup_samples import article, edited, plain_shingles, wordy_text

from newsclean.errors import FileError, OptionError
from newsclean.model import Article
from newsclean.neardup import Background, background, compare, find_duplicates, verify
from newsclean.neardup.shingles import shingle_sets

FURNITURE = [article(f"furniture {site}", 9) for site in range(4)]


def dressed(text, site):
    """Return *text* between the two halves of a site's furniture: 145 words, the same in all of its articles."""
    lines = FURNITURE[site].split(". ")
    return ". ".join(lines[:4]) + "\n\n" + text + "\n\n" + ". ".join(lines[4:])


def newsroom(seed, count=60):
    """Return different articles of four sites, furniture 40 to 60 % of their words."""
    return [dressed(article(f"{seed} {i}", 6 + i % 7), i % 4) for i in range(count)]


NEWSROOM = newsroom("archive")
FITTED = Background.fit(NEWSROOM)


class TestFurnitureIsNoLikeness:
    """Articles that share half of their words with their site, and nothing else, are different; copies are not."""

    def test_different_stories_in_the_same_furniture(self):
        texts = [dressed(article(f"new {i}", 5), 0) for i in range(20)]
        assert find_duplicates(texts).drop  # plain counts take the furniture for the story
        assert find_duplicates(texts, background=FITTED).pairs == ()

    def test_one_story_in_the_furniture_of_different_sites(self):
        stories = [article(f"story {i}", 12) for i in range(10)]
        texts = [dressed(story, site) for story in stories for site in (1, 2)]
        assert not find_duplicates(texts).drop
        found = find_duplicates(texts, background=FITTED)
        assert [group.members for group in found.groups] == [(i, i + 1) for i in range(0, 20, 2)]

    def test_heavily_edited_copies_in_different_furniture(self):
        texts = [dressed(article(1, 8), 1), dressed(edited(article(1, 8), 5, 0.08), 2)]
        assert find_duplicates(texts, background=FITTED).drop == (0,) or find_duplicates(
            texts, background=FITTED
        ).drop == (1,)

    def test_a_background_of_unrelated_articles_changes_nothing(self):
        other = Background.fit([article(f"other {i}") for i in range(30)])
        texts = [article(i // 2) if i % 2 else edited(article(i // 2), i, 0.1) for i in range(20)]
        assert find_duplicates(texts, background=other).pairs == find_duplicates(texts).pairs


class TestCopiesCountOnce:
    """A story that fifty papers print is not its own background."""

    @pytest.mark.parametrize("share", [0, 0.03, 0.05])
    def test_fifty_copies(self, share):
        story = article(1, 20)
        texts = [edited(story, i, share) if share else story for i in range(50)]
        fitted = Background.fit(texts)
        assert fitted.articles <= 3
        assert len(fitted) == 0

    def test_texts_without_words_do_not_count(self):
        assert Background.fit(["", "...", " "]).articles == 0

    def test_nothing_is_common_in_few_articles(self):
        assert len(Background.fit(NEWSROOM[:10])) == 0


class TestEarlierPairsStay:
    """With a given background, articles that come later change no pair that was found before."""

    @given(st.integers(0, 1000), st.integers(1, 40))
    @settings(max_examples=10, deadline=None)
    def test_verified_pairs(self, seed, more):
        rng = random.Random(seed)
        stories = [article(f"{seed} {rng.randrange(6)}", 6) for _ in range(12)]
        texts = [dressed(edited(story, i, 0.05), rng.randrange(4)) for i, story in enumerate(stories)]
        before = find_duplicates(texts, background=FITTED)
        later = [dressed(article(f"later {seed} {i}", 6), rng.randrange(4)) for i in range(more)]
        assert find_duplicates(texts + later, background=FITTED).pairs == before.pairs


class TestWeightedScoresAgreeWithPythonSets:
    """A common shingle weighs a tenth of another, in both scores, and everything stays symmetric and in range."""

    @given(st.lists(wordy_text.filter(str.strip), min_size=2, max_size=5), st.randoms(use_true_random=False))
    def test_all_pairs(self, texts, rng):
        sets = [set(plain_shingles(text)) for text in texts]
        common = {value for one in sets for value in one if rng.random() < 0.5}
        pairs = [(a, b) for a in range(len(texts)) for b in range(len(texts))]
        first, second = (np.array(side) for side in zip(*pairs, strict=True))
        counted = verify.count_overlaps(shingle_sets(texts), first, second, np.array(sorted(common), dtype=np.uint64))

        def weight(shingles):
            return sum(1 if value in common else 10 for value in shingles)

        for number, (a, b) in enumerate(pairs):
            both = weight(sets[a] & sets[b])
            assert counted.jaccard[number] == both / weight(sets[a] | sets[b])
            assert counted.containment[number] == both / min(weight(sets[a]), weight(sets[b]))
            assert counted.shared[number] == len(sets[a] & sets[b])

    def test_a_part_is_contained(self):
        text = dressed(article(3), 2)
        assert compare(" ".join(text.split()[30:120]), text, background=FITTED).containment == 1

    def test_all_common_is_as_good_as_none(self):
        plain = compare(FURNITURE[0], edited(FURNITURE[0], 1))
        weighted = compare(FURNITURE[0], FURNITURE[0] + " More.", background=FITTED)
        assert plain.kind == "near"
        assert weighted.kind == "near"


class TestCounts:
    """The counts are those of plain Python; blocks, merging and workers add up."""

    @given(st.lists(st.integers(0, 15), min_size=1, max_size=30))
    @settings(max_examples=8, deadline=None)
    def test_of_different_articles(self, seeds):
        texts = sorted({dressed(article(seed, 12), seed % 3) for seed in seeds})
        sets = [set(plain_shingles(text)) for text in texts]
        expected = {s for one in sets for s in one if sum(s in other for other in sets) > background.COMMON}
        assert set(Background.fit(texts).common.tolist()) == expected

    def test_merging_adds_up(self):
        halves = Background.fit(NEWSROOM[:30]), Background.fit(NEWSROOM[30:])
        merged = halves[0] | halves[1]
        assert merged == halves[1].merge(halves[0])
        assert merged.articles == FITTED.articles
        assert set(merged.common.tolist()) <= set(FITTED.common.tolist())
        assert len(merged) > 0.9 * len(FITTED)

    def test_workers_make_no_difference(self):
        assert Background.fit(NEWSROOM, workers=2) == FITTED

    def test_order_makes_no_difference(self):
        assert Background.fit(NEWSROOM[::-1]) == FITTED

    def test_memory_is_bounded(self, monkeypatch):
        monkeypatch.setattr(background, "MOST", 200)
        small = Background.fit(NEWSROOM[:30]) | Background.fit(NEWSROOM[30:])
        assert len(small._shingles) <= 200
        assert set(small.common.tolist()) <= set(FITTED.common.tolist())

    def test_a_block_at_a_time(self, monkeypatch):
        monkeypatch.setattr(background, "BLOCK", 30_000)
        fitted = Background.fit(text for text in NEWSROOM)
        assert fitted.articles == FITTED.articles
        assert set(fitted.common.tolist()) <= set(FITTED.common.tolist())
        assert len(fitted) > 0.9 * len(FITTED)


class TestSaved:
    """What was saved comes back; anything else is refused with the reason."""

    def test_round_trip(self, tmp_path):
        FITTED.save(tmp_path / "news.background")
        again = Background.load(tmp_path / "news.background")
        assert again == FITTED
        assert again.common.tolist() == FITTED.common.tolist()
        assert [entry.name for entry in tmp_path.iterdir()] == ["news.background"]

    def test_pickled(self):
        assert pickle.loads(pickle.dumps(FITTED)) == FITTED

    @pytest.mark.parametrize(
        ("name", "value"),
        [("format", "x"), ("version", 2), ("family", "md5"), ("seed", "0"), ("shingle", "word-5")],
    )
    def test_made_otherwise(self, tmp_path, monkeypatch, name, value):
        path = tmp_path / "b"
        if name in ("format", "version"):
            monkeypatch.setattr(background, name.upper(), value)
        else:
            monkeypatch.setitem(background._ALIKE, name, value)
        FITTED.save(path)
        monkeypatch.undo()
        with pytest.raises(FileError, match=f"{name} is {value!r}"):
            Background.load(path)

    @pytest.mark.parametrize("data", [b"", b"{}", b"PK\x03\x04 no archive", None])
    def test_no_background(self, tmp_path, data):
        path = tmp_path / "b"
        if data is not None:
            path.write_bytes(data)
        with pytest.raises(FileError, match="cannot read a background"):
            Background.load(path)

    def test_cut_off(self, tmp_path):
        path = tmp_path / "b"
        FITTED.save(path)
        path.write_bytes(path.read_bytes()[:-40])
        with pytest.raises(FileError):
            Background.load(path)

    def test_a_failed_save_leaves_the_old_file(self, tmp_path, monkeypatch):
        path = tmp_path / "b"
        FITTED.save(path)
        old = path.read_bytes()

        def full(*_, **__):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(np, "savez_compressed", full)
        with pytest.raises(FileError, match="No space left"):
            FITTED.save(path)
        assert path.read_bytes() == old
        assert [entry.name for entry in tmp_path.iterdir()] == ["b"]

    def test_a_folder_that_is_not_there(self, tmp_path):
        with pytest.raises(FileError, match="cannot be written"):
            FITTED.save(tmp_path / "no" / "b")


def test_explanations_say_what_was_common():
    texts = [Article(dressed(article(1, 5), 0), id="a"), Article(dressed(article(2, 5), 0), id="b")]
    found = find_duplicates(texts, background=FITTED)
    why = found.explain("a", "b")
    assert why.kind is None
    assert max(why.shared, key=lambda passage: passage.words).common == 1
    assert "100% common" in str(why)
    assert f"common shingles of {FITTED.articles} articles weigh a tenth" in str(why)
    assert why.to_dict()["background"] == found.to_dict()["background"]
    assert found.to_dict()["background"]["articles"] == FITTED.articles
    assert json.loads(json.dumps(why.to_dict())) == why.to_dict()
    assert find_duplicates(texts).explain("a", "b").to_dict()["background"] is None


def test_rethreshold_keeps_the_weights():
    texts = [dressed(edited(article(i // 2, 8), i, 0.06), i % 4) for i in range(12)]
    loose, strict = (find_duplicates(texts, background=FITTED, threshold=t) for t in (0.3, 0.6))
    assert loose.rethreshold(threshold=0.6).to_dict() == strict.to_dict()


def test_something_else_is_no_background():
    with pytest.raises(OptionError, match=r"Background\.fit"):
        find_duplicates([], background={})
    with pytest.raises(OptionError, match=r"Background\.fit"):
        compare("a", "b", background="x")


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "background.npz"
    Background.fit(NEWSROOM[:20]).save(path)
    return path


class TestDamage:
    """A background that was cut off or changed on disk is refused by name, or still the same."""

    def same_or_named(self, path, data, original):
        path.write_bytes(data)
        try:
            loaded = Background.load(path)
        except FileError as error:
            told = str(error)
        else:
            assert loaded == original
            return
        assert str(path) in told

    def test_cut_off_anywhere(self, saved, tmp_path):
        data, original = saved.read_bytes(), Background.load(saved)
        for length in [*range(600), *range(600, len(data), 53), *range(len(data) - 400, len(data))]:
            self.same_or_named(tmp_path / "cut.npz", data[:length], original)

    def test_with_bits_flipped(self, saved, tmp_path):
        data, original = saved.read_bytes(), Background.load(saved)
        chance = random.Random(7)
        for _ in range(1000):
            changed = bytearray(data)
            for _ in range(chance.choice((1, 1, 2, 8))):
                changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            self.same_or_named(tmp_path / "flipped.npz", bytes(changed), original)
