"""Cleaning with a site profile: what recurs goes and is explained; what is an article's own stays where it is its own."""

import pickle

import pytest
from hypothesis import given, settings

from newsclean import Article, Cleaner, SiteProfile, SiteProfiles
from newsclean.errors import OptionError
from site_pages import PROMO, page, prose
from strategies import any_text, articles

SITE = "alton.example"


def fit(texts):
    return SiteProfile.fit(texts, site=SITE)


def cleaned(known, text, **options):
    title = options.pop("title", None)
    keep = {"boilerplate", *options.pop("keep", ())}  # no score: what the profile does by itself
    return Cleaner(site_profile=known, keep=keep, **options).clean(text, title=title)


def taken(result):
    return [r for r in result.removed if r.kind == "site_recurring"]


PAGES = [page(n, PROMO, "Your paper since yesteryear") for n in range(12)]


class TestLeftAlone:
    """No-op cases: recurring, and reporting all the same."""

    @given(text=any_text)
    @settings(max_examples=40)
    def test_an_empty_profile_changes_nothing(self, text):
        assert cleaned(fit([]), text) == Cleaner(keep={"boilerplate"}).clean(text)

    @pytest.mark.parametrize(
        ("line", "on"),
        [
            pytest.param("Background", 20, id="a standing sub-heading of few words"),
            pytest.param("What do you fear most?", 20, id="a question of a round of interviews"),
            pytest.param("What the neighbours say about it:", 20, id="a sub-heading that announces"),
            pytest.param("How the coast has changed since then", 7, id="a sub-heading on a third of the articles"),
            pytest.param(prose("the running story", 20), 7, id="what a running story is about"),
            pytest.param(prose("the long running story", 35), 7, id="the same, longer"),
            pytest.param(PROMO, 1, id="seen on one article"),
            pytest.param(PROMO, 2, id="seen on two of twenty"),
        ],
    )
    def test_in_the_middle_of_the_text(self, line, on):
        texts = [page(n, *([line] if n < on else []), prose(f"{n} last")) for n in range(20)]
        result = cleaned(fit(texts), texts[0])
        assert result.text == Cleaner().clean(texts[0]).text == texts[0]
        assert not taken(result)

    def test_what_two_of_three_have_is_a_hint(self):
        texts = [page(n, *([PROMO] if n < 2 else [])) for n in range(3)]
        result = cleaned(fit(texts), texts[0])
        assert result.text == texts[0]
        assert [(f.kind, f.strength) for f in result.flagged] == [("site_recurring", "C")]
        assert cleaned(fit(texts), texts[0], profile="strict").text == page(0)

    def test_results_under_a_standing_heading(self):
        tables = [["Results at a glance", *(prose(f"{n} {k}", 2) + f" {n}:{k}" for k in range(5))] for n in range(12)]
        result = cleaned(fit([page(n, *table) for n, table in enumerate(tables)]), page(3, *tables[3]))
        assert all(row in result.text for row in tables[3][1:])
        assert [f.rule for f in result.flagged] == ["site_recurring.block"]

    def test_what_is_the_report_s_own_mark(self):
        credit = "(Reporting by Anna Berg; Editing by Tom Hale)"
        texts = [page(n, credit) for n in range(12)]
        result = cleaned(fit(texts), texts[0])
        assert result.text == texts[0]
        assert [f.kind for f in result.flagged] == ["agency_credit"]


class TestSiblingTeaser:
    """What is a teaser on other pages is an article's own headline, standfirst and beginning on its page."""

    HEADLINE = "The bridge that would not fall after all"
    STANDFIRST = prose("bridge first")
    SECOND = prose("bridge second")
    OWN = page("bridge", top=[HEADLINE])

    @staticmethod
    def sibling(n, *teaser):
        return page(n, *(prose(f"{n} {k}") for k in range(6)), "Most read", *teaser)

    @pytest.fixture
    def profile(self):
        texts = [self.sibling(n, self.HEADLINE, self.STANDFIRST, self.SECOND) for n in range(41)]
        others = [self.sibling(n) for n in range(100, 115)]
        return fit([*texts, *others, self.OWN])

    @pytest.mark.parametrize("profile_name", ["safe", "balanced", "strict"])
    @pytest.mark.parametrize("title", [None, HEADLINE])
    def test_stays_where_it_is_the_article_s_own(self, profile, profile_name, title):
        result = cleaned(profile, self.OWN, title=title, profile=profile_name)
        assert not taken(result)
        for own in (self.HEADLINE, self.STANDFIRST, self.SECOND):
            assert own in result.text

    def test_goes_where_it_is_a_teaser(self, profile):
        result = cleaned(profile, self.sibling(3, self.HEADLINE, self.STANDFIRST, self.SECOND))
        assert result.text == self.sibling(3).removesuffix("\nMost read")
        # The article itself shares so much with one of them that it counts as one story with it.
        assert f"on 41 of 56 articles of {SITE}" in {e for r in taken(result) for e in r.evidence}

    def test_stays_where_the_profile_never_saw_the_article(self):
        texts = [self.sibling(n, self.HEADLINE, self.STANDFIRST) for n in range(20)]
        assert cleaned(fit(texts), self.OWN).text == self.OWN

    def test_a_brief_without_prose_keeps_its_lines(self):
        brief = "The ferry is late\nIt left at nine\nNobody knows why"
        texts = [page(n, "Most read", *brief.split("\n")) for n in range(20)]
        assert cleaned(fit(texts), brief).text == brief

    def test_the_title_stays_even_where_all_articles_have_it(self):
        texts = [page(n, top=["The weather in Alton today"]) for n in range(20)]
        assert cleaned(fit(texts), texts[0], title="The weather in Alton today").text == texts[0]


class TestTaken:
    """What recurs goes, with the count as its reason, like any other finding."""

    def test_at_the_end(self):
        result = cleaned(fit(PAGES), PAGES[0])
        assert result.text == page(0)
        assert result.restore() == PAGES[0]
        first, _ = taken(result)
        assert (first.rule, first.strength, first.action) == ("site_recurring.line", "A", "drop")
        assert first.reason == f"The same line stands on 12 of 12 articles of {SITE}."
        assert "stands on 12 of 12 articles of alton.example" in result.explain()
        assert PAGES[0][slice(*first.spans[0])] == PROMO

    def test_in_the_middle_on_half_of_the_articles_or_more(self):
        texts = [page(n, PROMO, prose(f"{n} last")) for n in range(10)]
        assert cleaned(fit(texts), texts[0], profile="safe").text == page(0, prose("0 last"))

    def test_above_the_text_where_it_stands_there_on_others(self):
        texts = [page(n, top=["Listen to this page in full", f"A headline of its own {n}"]) for n in range(10)]
        assert cleaned(fit(texts), texts[0]).text == page(0, top=["A headline of its own 0"])

    def test_under_a_heading_that_stands_over_lists(self):
        # Each teaser is on two of thirty pages only; the heading gives them away.
        texts = [page(n, "Talk of the quay", f"Teaser {prose(n // 2, 5)}", f"Teaser {prose(-n // 2, 5)}")
                 for n in range(30)]  # fmt: skip
        result = cleaned(fit(texts), texts[4])
        assert result.text == page(4)
        (block,) = [r for r in taken(result) if r.rule == "site_recurring.block"]
        assert block.reason == f"Under 'Talk of the quay', over a list on 30 of 30 articles of {SITE}."

    def test_case_and_typography_make_no_difference(self):
        texts = [page(n, "Don't miss our “weekend” page") for n in range(6)]
        assert cleaned(fit(texts), page(1, '» DON’T MISS OUR "WEEKEND" PAGE')).text == page(1)


class TestPolicies:
    """Profiles, keep, drop, protect and the guard hold for what a profile knows, too."""

    FEW = tuple(page(n, *([PROMO] if n < 4 else [])) for n in range(12))

    def test_safe_takes_what_is_certain_alone(self):
        assert PROMO in cleaned(fit(self.FEW), self.FEW[0], profile="safe").text
        assert PROMO not in cleaned(fit(self.FEW), self.FEW[0]).text

    @pytest.mark.parametrize(
        "options", [{"keep": {"site_recurring"}}, {"keep": {"site_recurring.line"}}, {"protect": ["alton gazette"]}]
    )
    def test_keep_and_protect(self, options):
        result = cleaned(fit(PAGES), PAGES[0], **options)
        assert PROMO in result.text
        assert "site_recurring" in {f.kind for f in result.flagged}

    def test_drop(self):
        text = page(0, PROMO, prose("last"))
        assert PROMO in cleaned(fit(self.FEW), text).text
        assert PROMO not in cleaned(fit(self.FEW), text, drop={"site_recurring"}).text

    def test_the_guard_holds_back_a_profile_that_takes_the_article(self):
        own = [prose(k) for k in range(8)]
        wrong = SiteProfile(SITE, 50, dict.fromkeys(fit(["\n".join(own)]).counts(), (40, 40, 0)), 0)
        text = "\n".join([*own, prose("last"), "Hide Ad"])
        result = cleaned(wrong, text)
        assert result.text == text.removesuffix("\nHide Ad")
        assert any("only what is certain was removed" in warning for warning in result.warnings)
        assert {f.evidence[-1] for f in result.flagged} == {"left in place by the document guard"}


class TestWhoseProfile:
    """A profile is for articles of its site; another site's are cleaned without it, and that is said."""

    PROFILE = fit(PAGES)

    @pytest.mark.parametrize("site", [None, SITE, " Alton.Example", ""])
    def test_used(self, site):
        result = Cleaner(site_profile=self.PROFILE).clean(Article(PAGES[0], site=site))
        assert (result.text, result.warnings) == (page(0), ())

    def test_another_site(self):
        cleaner = Cleaner(site_profile=self.PROFILE)
        for result in (cleaner.clean(Article(PAGES[0], site="berg.example")), cleaner.clean(PAGES[0], site="berg.example")):  # fmt: skip
            assert result.text == Cleaner().clean(PAGES[0]).text
            assert result.warnings == (
                "the site profile is of 'alton.example', this article of 'berg.example': cleaned without it",
            )
        assert cleaner.clean(Article(PAGES[0], site="berg.example"), site=SITE).text == page(0)

    def test_a_profile_of_no_site_is_for_all(self):
        assert Cleaner(site_profile=SiteProfile.fit(PAGES)).clean(PAGES[0], site="any").text == page(0)

    def test_of_many_the_right_one(self):
        berg = [page(n, "Der Bergbote ist immer bei Ihnen") for n in range(100, 112)]
        known = SiteProfiles([self.PROFILE, SiteProfile.fit(berg, site="berg.example")])
        cleaner = Cleaner(site_profile=known)
        both = page(0, PROMO, "Der Bergbote ist immer bei Ihnen")
        assert cleaner.clean(both, site=SITE).text == page(0, "Der Bergbote ist immer bei Ihnen")
        assert cleaner.clean(both, site="berg.example").text == page(0, PROMO)
        for site in (None, "third.example"):
            assert cleaner.clean(both, site=site).text == both
        assert (
            Cleaner(site_profile=SiteProfiles([self.PROFILE])).clean(both).text == cleaner.clean(both, site=SITE).text
        )

    @pytest.mark.parametrize("wrong", ["profile.json", {}, SiteProfile])
    def test_nothing_else_is_a_profile(self, wrong):
        with pytest.raises(OptionError, match=r"site_profile is a newsclean\.SiteProfile or"):
            Cleaner(site_profile=wrong)


class TestPromises:
    """With a profile as without one: restorable, stateless, the same in every process."""

    CLEANER = Cleaner(site_profile=fit([*PAGES, *(page(n, "Read more", "Share", "Hide Ad") for n in range(20, 30))]))

    @given(text=articles())
    @settings(max_examples=40)
    def test_restore(self, text):
        text = f"{text}\n{PROMO}\nShare"
        assert self.CLEANER.clean(text).restore() == text

    def test_nothing_is_remembered(self):
        known = pickle.dumps(self.CLEANER.site_profile.counts())
        first = [self.CLEANER.clean(text) for text in PAGES]
        assert [self.CLEANER.clean(text) for text in PAGES] == first
        assert pickle.dumps(self.CLEANER.site_profile.counts()) == known

    def test_a_second_cleaning_finds_nothing(self):
        for text in PAGES:
            once = self.CLEANER.clean(text).text
            assert self.CLEANER.clean(once).text == once

    def test_workers(self):
        texts = [Article(text, site=SITE) for text in PAGES]
        assert list(self.CLEANER.clean_many(texts, workers=2)) == list(self.CLEANER.clean_many(texts))
        assert pickle.loads(pickle.dumps(self.CLEANER)).clean(PAGES[0]) == self.CLEANER.clean(PAGES[0])

    def test_other_rules_same_profile(self):
        assert self.CLEANER.with_rules(self.CLEANER.rules).clean(PAGES[0]).text == page(0)
