"""The page in a real browser: it opens from a file, filters, escapes, and saves what was marked as wrong."""

import json
import shutil
from pathlib import Path

import pytest

import newsclean
from newsclean.review import page

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the path; on Debian: apt-get install chromium")

WIRE = (
    "The river rose by two metres overnight and the old bridge was closed, the council of Alton said on Monday. Lorries were "
    "sent round by the coast road, which took them an hour longer, and the ferry ran every quarter of an hour from the northern "
    "quay. The engineers will measure both piers again once the water has fallen, and the mayor hopes to open one lane by Friday."
)
HOSTILE = "</script><script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"
TEXTS = [
    newsclean.Article(
        f"{WIRE}\nHide Ad\n{HOSTILE} was what the hacker typed.", id="hack", title=HOSTILE, site="a.example"
    ),
    newsclean.Article(f"{WIRE}\nADVERTISEMENT\nNobody was hurt.", id="wire", site="b.example"),
    newsclean.Article("Snow fell on the old town, and the trams stood still until noon.", id="snow", site="b.example"),
]


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


OUTSIDE = """[...document.querySelectorAll("aside *, main *")]
  .filter((node) => node.getClientRects().length && node.getBoundingClientRect().right > window.innerWidth + 1)
  .map((node) => node.tagName + " " + node.id)"""
EXAMPLES = Path(__file__).parents[2] / "examples" / "articles.jsonl"


def examples():
    records = map(json.loads, EXAMPLES.read_text(encoding="utf-8").splitlines())
    return [newsclean.Article(r["text"], id=r["id"], title=r["title"], site=r["site"]) for r in records]


def page_of(articles, **options):
    cleaner = newsclean.Cleaner()
    results = [cleaner.clean(article) for article in articles]
    found = newsclean.find_duplicates(articles, cleaner=cleaner)
    return page(results, found, articles=articles, title="Look", **options)


@pytest.fixture
def shown(request):
    """What makes the page; a test that wants other articles names it as a parameter."""
    return getattr(request, "param", lambda: page_of(TEXTS))


@pytest.fixture
def opened(browser, tmp_path, shown):
    path = tmp_path / "review.html"
    path.write_text(shown(), encoding="utf-8")
    context = browser.new_context(accept_downloads=True, offline=True)
    tab = context.new_page()
    faults: list[str] = []
    asked: list[str] = []
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(path.as_uri())
    tab.wait_for_selector("article")
    yield tab
    assert faults == []
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    context.close()


def test_it_shows_every_article_and_reads_none_as_markup(opened) -> None:
    assert opened.locator("article").count() == 3
    assert opened.title() == "Look"
    assert opened.locator("img").count() == 0
    assert HOSTILE in opened.locator("article").first.inner_text()
    assert opened.locator("del").first.inner_text() == "Hide Ad"


def test_filters_narrow_and_reset(opened) -> None:
    opened.select_option("#site", "b.example")
    assert opened.locator("article").count() == 2
    opened.select_option("#kind", "ad_marker")
    assert opened.locator("article").count() == 1
    opened.get_by_role("button", name="Show all").click()
    opened.fill("#words", "trams")
    assert opened.locator("article").count() == 1


def test_the_keyboard_reaches_a_reason_and_marks_it(opened) -> None:
    opened.keyboard.press("n")
    note = opened.locator(".note").first
    assert note.is_visible()
    assert "ad_marker" in note.inner_text()
    opened.keyboard.press("w")
    assert "1 removal marked as wrong" in opened.locator("#marks").inner_text()
    opened.keyboard.press("Escape")
    assert not note.is_visible()


def test_what_was_marked_wrong_is_kept_by_the_next_run(opened, tmp_path) -> None:
    opened.locator(".why").first.click()
    opened.get_by_role("button", name="This was wrong").first.click()
    saved = save_marks(opened, tmp_path)
    assert "Hide Ad" in newsclean.Cleaner(rules=[saved]).clean(TEXTS[0]).text
    assert "ADVERTISEMENT" not in newsclean.Cleaner(rules=[saved]).clean(TEXTS[1]).text


def test_copies_stand_side_by_side(opened) -> None:
    opened.get_by_role("button", name="Copies").click()
    opened.locator("#items summary").first.click()
    assert opened.locator(".sides").first.is_visible()
    assert "Nobody was hurt" in " ".join(opened.locator(".differs").all_inner_texts())


def save_marks(opened, tmp_path):
    with opened.expect_download() as download:
        opened.get_by_role("button", name="Save as a rule file").click()
    saved = tmp_path / "corrections.toml"
    download.value.save_as(saved)
    return saved


@pytest.mark.parametrize("shown", [lambda: page_of(examples())], ids=["examples"], indirect=True)
def test_where_all_was_marked_wrong_nothing_goes_any_more(opened, tmp_path) -> None:
    while True:
        opened.evaluate("document.querySelectorAll('.note button').forEach((button) => button.click())")
        following = opened.get_by_role("button", name="Next", exact=True)
        if following.is_disabled():
            break
        following.click()
    cleaner = newsclean.Cleaner(rules=[save_marks(opened, tmp_path)])
    left = {article.id: cleaner.clean(article) for article in examples()}
    assert {id: [r.rule for r in result.removed] for id, result in left.items() if result.removed} == {}


def test_copies_have_a_filter_of_their_own(opened) -> None:
    assert not opened.locator("#copy").is_visible()
    opened.get_by_role("button", name="Copies", exact=True).click()
    assert opened.locator("#copy").is_visible()
    assert not opened.locator("#kind").is_visible()
    (kind,) = [k for k in opened.locator("#copy option").all_inner_texts() if k != "all"]
    opened.select_option("#copy", kind)
    assert opened.locator("article").count() == 1


def test_a_bar_of_the_charts_filters(opened) -> None:
    opened.locator("#charts").get_by_role("button", name="b.example").click()
    assert opened.locator("#site").input_value() == "b.example"
    assert opened.locator("article").count() == 2


def test_the_reason_shows_on_hover(opened) -> None:
    title = opened.locator("del").first.get_attribute("title")
    assert "ad_marker (A): A label" in title
    assert "the whole line is the phrase 'hide ad'" in title
    note = opened.locator(".note").first
    opened.locator(".why").first.hover()
    assert note.is_visible()
    opened.locator("h1").hover()
    assert not note.is_visible()


def many(count):
    articles = [newsclean.Article(f"{WIRE} Day {n}.\nHide Ad", id=n, site=f"s{n % 7}.example") for n in range(count)]
    one = newsclean.clean(articles[0])
    return page([one] * count, articles=articles, most=count)


@pytest.mark.parametrize("shown", [lambda: many(10_000)], ids=["10,000"], indirect=True)
def test_ten_thousand_articles_come_a_page_at_a_time(opened) -> None:
    assert "10,000 articles; 1 to 20 shown" in opened.locator("#status").inner_text()
    opened.get_by_role("button", name="Next", exact=True).click()
    assert "21 to 40 shown" in opened.locator("#status").inner_text()
    assert opened.locator("article").count() == 20
    opened.select_option("#site", "s3.example")
    assert "1,429 articles; 1 to 20 shown" in opened.locator("#status").inner_text()


@pytest.mark.parametrize("shown", [lambda: page_of(examples())], ids=["examples"], indirect=True)
@pytest.mark.parametrize("width", [380, 1200])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_stands_out_of_the_page_and_no_serious_finding_of_axe(opened, width, scheme) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    opened.set_viewport_size({"width": width, "height": 800})
    opened.emulate_media(color_scheme=scheme)
    assert opened.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert opened.evaluate(OUTSIDE) == []
    opened.locator(".why").first.click()
    for button in ("Articles", "Copies"):
        opened.get_by_role("button", name=button, exact=True).click()
        found = axe.Axe().run(opened).response["violations"]
        assert [f["id"] for f in found if f["impact"] in ("serious", "critical")] == []
