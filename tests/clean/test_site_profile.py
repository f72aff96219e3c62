"""What is learnt of a site: counted rightly, merged exactly, saved and loaded whole; with a naive count beside it."""

import json
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsclean import Article, SiteLine, SiteProfile, SiteProfiles
from newsclean.clean.sites import load_profiles, profiles
from newsclean.clean.sites.counter import BLOCK
from newsclean.errors import ArticleError, ArticleTypeError, FileError, OptionError
from site_pages import prose
from strategies import any_text

FURNITURE = ["Follow the Alton Gazette", "Share this story", "Most read", "Your paper from the coast", "12 comments"]


def story(seed, *furniture):
    return "\n".join([prose(f"{seed} lede"), prose(f"{seed} end"), *furniture])


furniture = st.lists(st.sampled_from(FURNITURE), max_size=4)
stories = st.lists(st.tuples(st.integers(0, 10_000), furniture), max_size=8, unique_by=lambda pair: pair[0]).map(
    lambda pairs: [story(n, *lines) for n, lines in pairs]
)


def fit(texts):
    return SiteProfile.fit(texts, site="alton.example")


class TestFit:
    """A line counts once for each otherwise different article it stands in."""

    @given(texts=stories)
    @settings(max_examples=40)
    def test_counts_are_those_of_a_naive_count(self, texts):
        found = {line.line: line.articles for line in fit(texts).recurring()}
        naive = {f.lower(): sum(f in text.split("\n") for text in texts) for f in FURNITURE}
        assert found == {line: count for line, count in naive.items() if count > 1}

    @given(texts=stories, draw=st.randoms(use_true_random=False))
    @settings(max_examples=30)
    def test_order_makes_no_difference(self, texts, draw):
        shuffled = [*texts, *texts[:3]]
        draw.shuffle(shuffled)
        assert fit(shuffled) == fit(texts)

    def test_a_story_forty_times_is_one(self):
        assert fit([story(1, "Share this story")] * 40).recurring() == ()

    def test_extractions_of_one_page_are_one(self):
        lines = [prose(n) for n in range(8)]
        whole = "\n".join([*lines, *FURNITURE])
        cuts = [whole, "\n".join(lines), " ".join(lines), "\n".join(lines[:4]), "\n".join([*FURNITURE, *lines[3:]])]
        profile = fit(cuts)
        assert (profile.articles, profile.recurring()) == (1, ())

    def test_updated_versions_are_one(self):
        versions = ["\n".join(prose(f"line {n}") for n in range(k, k + 8)) for k in range(4)]
        assert fit(versions).articles == 1

    def test_where_a_line_stands(self):
        texts = ["\n".join(["Share this story", prose(n), prose(-n), "Most read", "A word", "Two words"])
                 for n in range(1, 5)]  # fmt: skip
        assert fit(texts).recurring() == (
            SiteLine("a word", 4, 0, 0),
            SiteLine("most read", 4, 0, 4),
            SiteLine("share this story", 4, 4, 0),
            SiteLine("two words", 4, 0, 0),
        )

    def test_headlines_are_not_learnt(self):
        texts = [Article(f"The weather in Alton\n{prose(n)}", title="The Weather in Alton") for n in range(4)]
        assert fit(texts).recurring() == ()

    @given(text=any_text)
    @settings(max_examples=50)
    def test_any_text_is_taken(self, text):
        profile = fit([text, text])
        assert profile.recurring() == ()
        assert profile.articles <= 1

    def test_site_is_what_the_articles_say(self):
        assert SiteProfile.fit([Article("a", site="Alton")]).site == "Alton"
        assert SiteProfile.fit([Article("a", site=" ALTON "), Article("b"), Article("c", site="alton")]).articles == 3
        with pytest.raises(ArticleError, match=r"article 1 \(counted from 0\) is of 'berg', not of 'alton'"):
            SiteProfile.fit([Article("a", site="alton"), Article("b", site="berg")])
        with pytest.raises(ArticleError, match=r"article 0 .* is of 'berg', not of 'alton'"):
            SiteProfile.fit([Article("b", site="berg")], site="alton")
        with pytest.raises(ArticleTypeError):
            SiteProfile.fit("one text")


class TestBounded:
    """Memory does not grow with the articles; a count is never too high and at most ``missed`` too low."""

    def test_of_many_articles_little_is_held(self):
        def many():
            for n in range(5 * BLOCK + 50):
                lines = ["Always there on every page"] + ["Every seventh page has it"] * (n % 7 == 0)
                yield story(n, *lines)

        profile = fit(many())
        assert profile.articles == 5 * BLOCK + 50
        assert profile.missed == 5
        assert len(profile.counts()) <= 2 * 50 + 2
        for line, true in {"always there on every page": 1050, "every seventh page has it": 150}.items():
            assert true - profile.missed <= profile.count_of(line)[0] <= true

    def test_up_to_a_block_nothing_is_forgotten(self):
        assert fit(story(n) for n in range(BLOCK)).missed == 0
        assert len(fit(story(n) for n in range(BLOCK)).counts()) == 2 * BLOCK

    def test_many_sites(self, monkeypatch):
        monkeypatch.setattr(profiles, "MOST_LINES", 100)
        articles = [Article(story(n, "Share this story"), site=f"site {n % 20}") for n in range(600)]
        found = SiteProfiles.fit(articles)
        assert sum(len(profile.counts()) for profile in found.values()) <= 100
        for profile in found.values():
            assert profile.articles == 30
            assert 30 - profile.missed <= profile.count_of("share this story")[0] <= 30


class TestMerge:
    """Merging is adding up: in any order and grouping, and the same as learning from all at once."""

    @given(a=stories, b=stories, c=stories)
    @settings(max_examples=30)
    def test_commutative_and_associative(self, a, b, c):
        a, b, c = fit(a), fit(b), fit(c).trimmed()
        assert a | b == b | a
        assert (a | b) | c == a | (b | c)
        assert a | fit([]) == a

    @given(texts=stories, cut=st.integers(0, 8))
    @settings(max_examples=40)
    def test_the_same_as_fitting_all(self, texts, cut):
        assert fit(texts[:cut]) | fit(texts[cut:]) == fit(texts)

    def test_two_sites_are_not_mixed(self):
        with pytest.raises(OptionError, match=r"two sites, 'a' and 'b'.*SiteProfiles"):
            SiteProfile.fit(["x"], site="a") | SiteProfile.fit(["x"], site="b")
        a, b = (SiteProfiles([SiteProfile.fit([story(1)], site=name)]) for name in "ab")
        assert sorted(a | b) == ["a", "b"]
        assert (a | b | a)["a"].articles == 2

    def test_of_many_sites_as_of_each(self):
        articles = [Article(story(n, *FURNITURE[: n % 4]), site="ab"[n % 2]) for n in range(20)]
        mixed = SiteProfiles.fit(articles)
        assert dict(mixed) == {s: SiteProfile.fit([a for a in articles if a.site == s]) for s in "ab"}
        assert dict(SiteProfiles.fit(articles[:7]) | SiteProfiles.fit(articles[7:])) == dict(mixed)


class TestAge:
    def test_what_is_gone_fades(self):
        old, new = (fit(story(f"{name} {n}", f"The {name} looks of the page") for n in range(20)) for name in ("old", "new"))  # fmt: skip
        profile = old
        for _ in range(3):
            profile = profile.aged(0.5) | new
        assert profile.count_of("the old looks of the page")[0] == 2
        assert profile.count_of("the new looks of the page")[0] > 0.9 * (profile.articles - 2)

    @given(texts=stories, share=st.floats(0, 1))
    @settings(max_examples=30)
    def test_nothing_counts_more_than_its_share(self, texts, share):
        before, after = fit(texts), fit(texts).aged(share)
        assert after.articles <= share * before.articles
        for line, (stands, opening, leads) in after.counts().items():
            assert max(1, opening, leads) <= stands <= min(after.articles, share * before.count_of(line)[0])
        assert before.aged(1) == before

    @pytest.mark.parametrize("share", [-0.1, 1.5])
    def test_no_other_share(self, share):
        with pytest.raises(OptionError, match="0 to 1"):
            fit([]).aged(share)


class TestSaved:
    """A file holds it all, as text a person can read, and nothing else is taken for one."""

    @given(texts=st.lists(any_text, max_size=4))
    @settings(max_examples=40)
    def test_there_and_back(self, texts, tmp_path_factory):
        path = tmp_path_factory.mktemp("saved") / "profile.json"
        profile = fit(texts)
        profile.save(path)
        assert SiteProfile.load(path) == profile
        assert pickle.loads(pickle.dumps(profile)) == profile

    def test_many_sites_there_and_back(self, tmp_path):
        found = SiteProfiles.fit(Article(story(n, "Share"), site=f"s{n % 3}") for n in range(9))
        found.save(tmp_path / "all.json")
        assert dict(SiteProfiles.load(tmp_path / "all.json")) == dict(found)
        assert dict(pickle.loads(pickle.dumps(found))) == dict(found)  # as other processes get them
        found["s1"].save(tmp_path / "one.json")
        assert dict(SiteProfiles.load(tmp_path / "one.json")) == {"s1": found["s1"]}
        with pytest.raises(FileError, match=r"holds the profiles of 3 sites; use SiteProfiles\.load"):
            SiteProfile.load(tmp_path / "all.json")

    def test_what_a_person_reads(self, tmp_path):
        texts = [story(n, "Share this story", "Grüße aus Alton") for n in range(4)]
        SiteProfile.fit(texts, site="alton.example").trimmed().save(tmp_path / "p.json")
        assert (tmp_path / "p.json").read_text(encoding="utf-8") == (
            '{"format": "newsclean.site_profiles", "version": 1, "folding": 1, '
            '"columns": ["line", "articles", "opening", "leads"], "sites": [\n'
            '{"site": "alton.example", "articles": 4, "missed": 1, "lines": [\n'
            '  ["grüsse aus alton", 4, 0, 0],\n'
            '  ["share this story", 4, 0, 0]\n'
            "]}\n]}\n"
        )

    def test_no_paragraph_is_saved_whole(self, tmp_path):
        texts = [story(n) for n in range(3)]
        fit(texts).save(tmp_path / "p.json")
        saved = (tmp_path / "p.json").read_text()
        assert not any(line.lower()[:80] in saved for text in texts for line in text.split("\n"))
        assert len(fit(texts).trimmed().counts()) == 0

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"version": 2}, r"version is 2, .* needs 1; learn the profiles again with `newsclean learn`"),
            ({"folding": 9}, "folding is 9, .* needs 1; learn the profiles again"),
            ({"format": "newsclean.background"}, "holds no site profiles; `newsclean learn` makes the file"),
            ({"sites": 3}, "'sites' is no list"),
            ({"sites": [3]}, "site 1: is no object"),
            ({"sites": [{"site": 3}]}, "site 1: 'site' is no string"),
            ({"sites": [{"articles": -1}]}, "'articles' is no whole number"),
            ({"sites": [{"articles": 3}]}, "'missed' is no whole number"),
            ({"sites": [{"articles": 3, "missed": 0}]}, "'lines' is no list"),
            ({"sites": [{"articles": 3, "missed": 0, "lines": [["a", 2, "x", 0]]}]}, "is no line with its three counts"),
            ({"sites": [{"articles": 3, "missed": 0, "lines": [["a", 4, 0, 0]]}]}, "counts more articles than there are"),
            ({"sites": [{"articles": 3, "missed": 0, "lines": [["a", 2, 0, 0]] * 2}]}, "there twice"),
        ],
    )  # fmt: skip
    def test_a_mismatch_is_said(self, tmp_path, change, said):
        path = tmp_path / "p.json"
        fit([]).save(path)
        path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
        with pytest.raises(FileError, match=said) as raised:
            SiteProfiles.load(path)
        assert str(path) in str(raised.value)

    @pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[]", b"{", b'"x"'])
    def test_no_profile_at_all(self, tmp_path, content):
        (tmp_path / "p.json").write_bytes(content)
        with pytest.raises(FileError, match="newsclean learn"):
            SiteProfile.load(tmp_path / "p.json")
        with pytest.raises(FileError, match="cannot read site profiles"):
            SiteProfile.load(tmp_path / "none.json")

    def test_a_profile_of_no_site(self, tmp_path):
        SiteProfile.fit([story(1)]).save(tmp_path / "p.json")
        assert load_profiles(tmp_path / "p.json") == SiteProfile.fit([story(1)])
        with pytest.raises(FileError, match="needs a site"):
            SiteProfiles.load(tmp_path / "p.json")


def test_profiles_need_different_sites():
    with pytest.raises(ArticleError, match=r"article 1 \(counted from 0\) names no site"):
        SiteProfiles.fit([Article("a", site="a"), Article("b", site=" ")])
    with pytest.raises(OptionError, match="two profiles are of 'A'"):
        SiteProfiles([SiteProfile.fit([], site="a"), SiteProfile.fit([], site="A")])
