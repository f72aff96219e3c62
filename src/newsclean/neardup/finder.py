"""The steps from articles to decisions, in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from newsclean.errors import ArticleError, OptionError
from newsclean.model import Article, TextCleaner, as_articles
from newsclean.neardup.background import Background, check_background
from newsclean.neardup.decide import decide
from newsclean.neardup.evidence import collect_and_sketch, verify_candidates
from newsclean.neardup.keep import KeepPolicy
from newsclean.neardup.options import CONTAINMENT, THRESHOLD, Linkage, check_options
from newsclean.neardup.result import Duplicates
from newsclean.parallel import check_workers

__all__ = ["find_duplicates"]


def find_duplicates(
    articles: Iterable[str | Article],
    *,
    threshold: float = THRESHOLD,
    containment: float = CONTAINMENT,
    keep: KeepPolicy = "longest",
    window_days: int | None = None,
    cleaner: TextCleaner | None = None,
    background: Background | None = None,
    against: Iterable[str | Article] | None = None,
    linkage: Linkage = "direct",
    workers: int = 1,
) -> Duplicates:
    """Return which articles are copies of one another, why, and which one of each group to keep.

    Nothing is removed or changed. Different articles about the same event are no duplicates, nor are reports on one
    form with other figures (weather, markets: flagged as ``template`` pairs, not dropped), nor texts without words.
    Case, accents, punctuation and white space make no difference. The result does not depend on *workers*, nor on
    the machine; input order decides ties alone.

    Memory: the texts, about 1 kB a distinct text, 8 bytes a word of the first 67 million words (a word of all others is
    looked at again where it matters), and twice 8 bytes a word of the texts that have candidates.

    Args:
        articles: texts or Articles; one without an id has its position (from 0) as id.
        threshold: the least Jaccard similarity of word shingles of a ``near`` pair, above 0 and up to 1. Sketches
            find pairs at .35 with probability .99, at .45 always, at .2 in 6 cases of 10: a small part of a long
            article may be missed.
        containment: the least share of the smaller text's shingles that a ``contained`` pair has in common, above 0
            and up to 1. Only counts from 30 shared shingles and 40 words on.
        keep: ``longest`` (in words), ``earliest`` or ``latest`` (by date, undated last), ``first`` (in input order), a
            list of sites, the best first, or a function from a group's articles to the one to keep. Ties: input order.
        window_days: articles whose dates lie further apart are not compared. An article without a date is
            compared with all.
        cleaner: cleans the texts first, such as ``newsclean.Cleaner()``; spans then refer to the cleaned texts.
        background: how common each shingle is among other articles; a common one (furniture, forms, stock phrases)
            then weighs a tenth. Helps where articles carry much of their sites' furniture. With a given background,
            articles that come later change no pair found earlier; one fitted on the articles at hand changes with them.
        against: an archive. Its articles are matched, never dropped, and not compared with one another; a copy of one
            of them is dropped, whatever *keep* says. Its ids must differ from those of *articles*.
        linkage: ``direct``: every member of a group was verified against its leader. ``component``: chains are
            followed, each member was verified against some other.
        workers: processes to clean with, threads to sketch and to compare with.

    Raises:
        ArticleTypeError: something in *articles* or *against* is neither a ``str`` nor an Article.
        ArticleError: two articles have the same id.
        OptionError: an argument is out of its range.
        WorkerError: a worker process died.

    >>> story = "The river rose by two metres overnight, the council said on Monday, and the old bridge was closed."
    >>> found = find_duplicates([story, "A storm is due.", "HEADLINES " + story + " Share this"])
    >>> found.keep, found.drop
    ((1, 2), (0,))
    >>> found.groups
    (Group(members=(0, 2), kept=2, kind='near', linkage='direct'),)

    >>> find_duplicates([story, "HEADLINES " + story], keep="first").keep
    (0,)

    >>> monday, friday = (Article(story, id=day, date=f"2024-03-0{day}") for day in (4, 8))
    >>> find_duplicates([monday, friday], window_days=2).drop
    ()

    >>> find_duplicates([story], against=[Article(story, id="old")]).pairs
    (Pair(id=0, representative='old', kind='exact', jaccard=1.0, containment=1.0),)
    """
    options = check_options(threshold, containment, keep, window_days, linkage)
    check_workers(workers)
    check_background(background)
    new = _cleaned(articles, cleaner, workers)
    archive = [] if against is None else _cleaned(against, cleaner, workers)
    places = {article.id: place for place, article in enumerate([*new, *archive]) if article.id is not None}
    if len(places) < len(new) + len(archive):
        raise ArticleError(
            "an id is both in articles and in against; give the archive's articles ids of their own, "
            "such as Article(text, id='archive-1')"
        )

    collection, sketches = collect_and_sketch(new, archive, by_date=window_days is not None, workers=workers)
    common = None if background is None else background.common
    evidence = verify_candidates(collection, sketches, options, common, workers=workers)
    decision = decide(collection, sketches.length, evidence, options)
    return Duplicates(
        decision.pairs,
        decision.groups,
        decision.keep,
        decision.drop,
        options,
        background,
        collection,
        sketches.length,
        evidence,
        places,
    )


def _cleaned(articles: Iterable[str | Article], cleaner: TextCleaner | None, workers: int) -> list[Article]:
    whole = list(as_articles(articles))
    if cleaner is None:
        return whole
    if not isinstance(cleaner, TextCleaner):
        raise OptionError(f"cleaner is an object with clean_many, such as newsclean.Cleaner(), not {cleaner!r}")
    results = cleaner.clean_many(whole, workers=workers)
    return [replace(article, text=result.text) for article, result in zip(whole, results, strict=True)]
