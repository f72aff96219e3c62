"""On Spark as in memory: the same rows, whatever the articles, their order, the partitions and the stages done before."""

import random
import shutil
import subprocess

import pytest

from neardup.neardup_samples import article, edited, forecast, sentence
from newsclean import Article, Background, Cleaner, SiteProfiles
from newsclean.errors import ArticleError, ArticleTypeError, FileError, OptionError
from newsclean.neardup import background, bands
from newsclean.scale import spark as on_spark
from newsclean.scale.spark import candidates, compare, components
from scale.spark_cluster import articles_of, frame, rows_of, said, session

pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("default")]


@pytest.fixture(scope="module")
def spark():
    found = session()
    yield found
    found.stop()


def newsroom(seed, stories=25):
    """Return texts of all kinds: copies, cut, edited and enlarged ones, forms, brief ones, none."""
    rng = random.Random(f"newsroom {seed}")
    texts = []
    for n in range(stories):
        text = article(f"{seed} {n}", rng.randrange(3, 16))
        texts.append(text)
        for copy in range(rng.choice([0, 0, 1, 2, 5])):
            changed = edited(text, f"{seed} {n} {copy}", rng.choice([0.02, 0.1, 0.2, 0.3]))
            cut = changed[: int(len(changed) * rng.choice([0.4, 0.7, 1]))]
            texts.append(rng.choice([cut, text, f"{sentence(rng)} {changed}\n\nHide Ad", text.replace(" ", "\n ")]))
    texts += [forecast(f"{seed} {n}") for n in range(rng.randrange(3))]
    texts += [f"Police appeal after crash in {place}" for place in ("Alton", "Berg", "Alton")]
    return [*texts, "", " ", "one", "one two", "One, two!"]


def chain(length):
    """Return texts each of which shares most with the next, and nothing with the one after some."""
    rng = random.Random("chain")
    sentences = [sentence(rng) for _ in range(length + 9)]
    return [" ".join(sentences[n : n + 10]) for n in range(length)]


def crowd(count, share=0.05):
    """Return copies of one story, each with changes of its own: each is a candidate of all others."""
    text = article("crowd", 12)
    return [edited(text, f"crowd {n}", share) for n in range(count)]


CORPORA = {
    "news": (lambda: articles_of(newsroom(1), 1), {}),
    "news, names as ids": (lambda: articles_of(newsroom(2), 2, ids=str), {"keep": ["site2", "site0"]}),
    "news, in a window": (lambda: articles_of(newsroom(3, 40), 3), {"window_days": 4, "keep": "earliest"}),
    "news, against a background": (
        lambda: articles_of(newsroom(4), 4),
        {"background": Background.fit([forecast(f"old {n}") for n in range(30)] + newsroom(4)), "keep": "latest"},
    ),
    "a chain": (lambda: articles_of(chain(150), 5), {}),
    "a chain that is followed": (lambda: articles_of(chain(150), 6), {"linkage": "component", "keep": "first"}),
    "crowds, forms that many fill in": (
        lambda: articles_of([*crowd(60), *(forecast(n) for n in range(60)), *newsroom(7, 8)], 7),
        {"threshold": 0.5, "containment": 0.7},
    ),
    "one article": (lambda: [Article("The river rose by two metres overnight.", id=1)], {}),
    "no words": (lambda: [Article(text, id=n) for n, text in enumerate(["", "...", " "])], {"window_days": 0}),
}


@pytest.mark.parametrize("name", CORPORA)
def test_the_rows_are_those_found_in_memory(spark, tmp_path, name):
    make, options = CORPORA[name]
    articles = make()
    partitions = random.Random(name).choice([1, 2, 5])
    stages = str(tmp_path / "of a [b]{c}")
    flagged = on_spark.find_duplicates(frame(spark, articles, partitions), stages=stages, **options)
    wanted = said(sorted(articles, key=lambda one: one.id), **options)
    assert rows_of(flagged) == wanted


def test_partitions_order_and_rounds_make_no_difference(spark, tmp_path, monkeypatch):
    monkeypatch.setattr(bands, "COMPACT", 500)  # pairs are counted and cut down many times,
    monkeypatch.setattr(bands, "GROWTH", 20)  # in rounds that grow with the collection,
    monkeypatch.setattr(candidates, "_KEYS", 5_000)  # and every step has several tasks
    monkeypatch.setattr(compare, "_SHINGLES", 5_000)
    monkeypatch.setattr(components, "_PAIRS", 50)
    articles = articles_of([*crowd(70, 0.08), *chain(60), *newsroom(8, 15)], 8)
    wanted = said(articles)  # in an order that is not that of the ids
    for number, (partitions, tasks) in enumerate([(1, 1), (6, 4)]):
        df = frame(spark, articles, partitions, seed=number)
        stages = tmp_path / str(number)
        flagged = on_spark.find_duplicates(df, stages=str(stages), order_field="n", partitions=tasks)
        assert rows_of(flagged) == wanted
        assert {(row["id"], row["text"], row["n"]) for row in flagged.collect()} == {
            (one.id, one.text, n) for n, one in enumerate(articles)
        }
        rounds = sorted(path.name for path in stages.glob("c*-[1-9]"))
        assert "counted-1" in rounds
        assert any(name.startswith("cut-") for name in rounds)
        assert (stages / "verified-components-0.json").exists()


def test_a_hot_bucket_of_20_000(spark, tmp_path):
    """All in one bucket of most bands, and no two of them the same."""
    text = article("hot", 4)
    articles = [Article(f"{text} Number {n}.", id=n) for n in range(20_000)]
    flagged = on_spark.find_duplicates(frame(spark, articles), stages=str(tmp_path))
    assert rows_of(flagged) == said(articles)


OF_STAGES = articles_of(newsroom(9, 10), 9)


@pytest.fixture(scope="module")
def done(spark, tmp_path_factory):
    stages = tmp_path_factory.mktemp("done")
    on_spark.find_duplicates(frame(spark, OF_STAGES), stages=str(stages))
    return stages


class TestStages:
    """What is finished is not done again, and what is not whole is not taken for whole."""

    @pytest.fixture
    def stages(self, done, tmp_path):
        shutil.copytree(done, tmp_path / "stages")
        return tmp_path / "stages"

    def flag(self, spark, stages, articles=None, **options):
        return on_spark.find_duplicates(frame(spark, articles or OF_STAGES), stages=str(stages), **options)

    def test_a_rerun_goes_on_from_the_last_finished(self, spark, stages):
        sketches = {path.name: path.stat().st_mtime_ns for path in (stages / "sketches").iterdir()}
        for name in ("counted-0", "promising", "verified", "verified-components", "crowds", "verdicts"):
            (stages / f"{name}.json").unlink()
        for path in (stages / "verified").glob("*.parquet"):
            path.unlink()  # as a job leaves it that was killed while it wrote
        assert rows_of(self.flag(spark, stages, partitions=1)) == said(OF_STAGES)  # there were three
        assert {path.name: path.stat().st_mtime_ns for path in (stages / "sketches").iterdir()} == sketches

    def test_a_stage_that_lost_rows_is_told(self, spark, stages):
        largest = max((stages / "sketches").glob("*.parquet"), key=lambda path: path.stat().st_size)
        largest.unlink()
        with pytest.raises(FileError, match=r"stage sketches .* has \d+ rows, and \d+ were written; delete"):
            self.flag(spark, stages)

    def test_other_articles_or_options_are_told(self, spark, stages):
        with pytest.raises(OptionError, match=r"another job \(threshold: 0.45, not 0.5\)"):
            self.flag(spark, stages, threshold=0.5)
        first, *rest = OF_STAGES
        with pytest.raises(OptionError, match="those of other articles"):
            self.flag(spark, stages, [Article(first.text + " More.", first.id, site=first.site), *rest])


def test_cleaned_rows_are_those_of_the_cleaner(spark):
    articles = articles_of(newsroom(10, 12), 10)
    articles = [Article(f"date 2022-04-11 {one.text}", one.id, site=one.site) for one in articles]
    df = frame(spark, articles).withColumnRenamed("text", "body")
    cleaner = Cleaner(keep={"ad_marker"})
    cleaned = on_spark.clean(df, cleaner, text_field="body", report_field="why")
    assert cleaned.columns == [*df.columns, "why"]
    wanted = {one.id: cleaner.clean(one).text for one in articles}
    assert {row["id"]: row["body"] for row in cleaned.collect()} == wanted
    assert cleaned.drop("body", "why").exceptAll(df.drop("body")).count() == 0


def test_site_profiles_are_those_learnt_in_memory(spark):
    rng = random.Random("sites")
    articles = [
        Article(f"{article(n, 2)}\nSign up for the letter of {site.strip().title()}", n, site=site)
        for n in range(450)
        for site in [rng.choice(["Alton", "alton", " alton", "alton", "berg", ""])]
    ]
    named = [one for one in articles if one.site]
    assert on_spark.learn_site_profiles(frame(spark, articles)) == SiteProfiles.fit(named).trimmed()


class TestBackground:
    """It is the one that is fitted in memory, whatever the blocks, the partitions and the order of the rows."""

    @pytest.mark.parametrize("seed", range(4))
    def test_counts_are_those_of_one_process(self, spark, monkeypatch, seed):
        rng = random.Random(f"background {seed}")
        texts = [*newsroom(f"background {seed}", rng.randrange(1, 20)), *crowd(rng.randrange(20))]
        texts += [f"{forecast(n)} {article(n % 3, 2)}" for n in range(rng.randrange(30))]
        articles = articles_of(texts, seed, ids=rng.choice([int, str]))
        monkeypatch.setattr(background, "BLOCK", rng.choice([1, 3_000, 40_000, 10**6]))
        order = (None, "n", "time", "date and time")[seed]
        in_order = articles if order else sorted(articles, key=lambda one: one.id)
        wanted = Background.fit(in_order)
        assert len(wanted.counts[0]) > 5 or background.BLOCK == 1
        df = frame(spark, articles, rng.choice([1, 4]), seed=seed)
        df = df.selectExpr("*", "timestamp_seconds(n) as time", "string(timestamp_seconds(n)) as `date and time`")
        assert on_spark.fit_background(df, order_field=order, partitions=rng.choice([1, 3])) == wanted

    def test_what_is_too_much_is_forgotten_at_the_end(self, spark, monkeypatch):
        articles = articles_of(newsroom("forgotten", 30) + [f"{article(n, 3)} {article(n % 5, 2)}" for n in range(60)])
        monkeypatch.setattr(background, "BLOCK", 8_000)
        everything = Background.fit(articles)
        counts = everything.counts[1]
        monkeypatch.setattr(background, "MOST", 1 + int((counts > counts.min()).sum()))
        wanted = everything.merge(Background.fit([]))
        assert 0 < len(wanted.counts[0]) < background.MOST < len(counts)
        df = frame(spark, articles)
        found = on_spark.fit_background(df, order_field="n")
        assert found == wanted
        assert found != Background.fit(articles)  # which forgets on the way

    def test_no_articles(self, spark):
        assert on_spark.fit_background(spark.createDataFrame([], "id long, text string")) == Background.fit([])

    @pytest.mark.parametrize(
        ("row", "schema", "error", "message"),
        [
            (("x",), "text string", OptionError, "no column 'id' to tell the order .* order_field"),
            ((1, "x"), "id long, body string", OptionError, "no column 'text'"),
            ((1, None), "id long, text string", ArticleTypeError, "text, or its order, is null"),
            ((None, "x"), "id long, text string", ArticleTypeError, "text, or its order, is null"),
        ],
    )
    def test_what_is_wrong_is_said(self, spark, row, schema, error, message):
        with pytest.raises(error, match=message):
            on_spark.fit_background(spark.createDataFrame([row], schema))


class TestBadInput:
    """The error is this library's, says what is wrong and what to do, and comes before anything is written."""

    @pytest.mark.parametrize(
        ("rows", "schema", "options", "error", "message"),
        [
            ([(1, "x")], "id long, body string", {}, OptionError, "no column 'text' among 'id', 'body'; .*text_field"),
            ([(1, 2)], "id long, text long", {}, OptionError, "'text' holds bigint, and strings are wanted"),
            ([(1.0, "x")], "id double, text string", {}, OptionError, "'id' holds double.* id_field"),
            ([("x",)], "text string", {}, OptionError, "no column 'id'"),
            ([(1, "x", 1)], "id long, text string, duplicate long", {}, OptionError, "'duplicate' is there already"),
            ([(1, "x")], "id long, text string", {"keep": max}, OptionError, "keep as a function"),
            ([(1, "x")], "id long, text string", {"partitions": 0}, OptionError, "partitions is a whole number"),
            ([(1, None)], "id long, text string", {}, ArticleError, "article 1: its text is null"),
            ([(None, "x")], "id long, text string", {}, ArticleError, "an article's id is null"),
            (
                [(1, "x"), (2, "y"), (1, "z")],
                "id long, text string",
                {},
                ArticleError,
                r"same id, such as 1 \(2 times\)",
            ),
            (
                [(1, "x", "soon")],
                "id long, text string, date string",
                {"window_days": 1},
                ArticleError,
                "article 1: .* not 'soon'",
            ),
        ],
    )
    def test_what_is_wrong_is_said(self, spark, tmp_path, rows, schema, options, error, message):
        df = spark.createDataFrame(rows, schema)
        with pytest.raises(error, match=message):
            on_spark.find_duplicates(df, stages=str(tmp_path), **options)
        assert not (tmp_path / "verdicts.json").exists()

    def test_a_folder_that_cannot_be_written(self, spark, tmp_path):
        (tmp_path / "file").write_text("")
        with pytest.raises(FileError, match="file"):
            on_spark.find_duplicates(
                spark.createDataFrame([(1, "x")], "id long, text string"), stages=str(tmp_path / "file" / "stages")
            )

    def test_a_disk_that_is_full(self, spark, tmp_path):
        if subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=500k", "tmpfs", str(tmp_path)], capture_output=True
        ).returncode:
            pytest.skip("may not mount a small disk here")
        try:
            articles = [Article(article(n, 40), id=n) for n in range(300)]
            with pytest.raises(FileError, match="a disk is full"):
                on_spark.find_duplicates(frame(spark, articles), stages=str(tmp_path / "stages"))
            assert not (tmp_path / "stages" / "sketches.json").exists()
        finally:
            subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)

    def test_an_executor_with_another_version(self, spark, tmp_path, monkeypatch):
        from newsclean.errors import WorkerError
        from newsclean.scale.spark import session as sessions

        monkeypatch.setattr(sessions, "__version__", "0.0.1")
        with pytest.raises(WorkerError, match=r"an executor has newsclean .*, the driver 0.0.1"):
            on_spark.find_duplicates(spark.createDataFrame([(1, "x")], "id long, text string"), stages=str(tmp_path))
