"""Articles on their way into an index: with or without an id, there already or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from newsclean.errors import ArticleError
from newsclean.index.segment import Segment
from newsclean.index.store import Store, name_of
from newsclean.model import Article, ArticleId, as_article, each_article

__all__ = ["check_same", "each_unnamed", "given_id", "with_ids"]


def each_unnamed(values: Iterable[str | Article]) -> Iterator[Article]:
    """Yield *values* as Articles; those without an id have none still."""
    each_article(values)  # raises what one text, or no collection, deserves
    for position, value in enumerate(values):
        article = as_article(value, position)
        yield article if article is value else replace(article, id=None)


def given_id(article: Article) -> ArticleId:
    """Return the id of an article that has been given one."""
    assert article.id is not None
    return article.id


def with_ids(articles: Sequence[Article], store: Store, following: int) -> tuple[list[Article], dict[str, int]]:
    """Return *articles*, each with an id, and the numbers of those that the index has already, by name.

    One without an id gets the number it will have, counting from *following*.
    """
    there = store.numbers_of([name_of(article.id) for article in articles if article.id is not None])
    coming = range(following, following + len(articles)) if any(article.id is None for article in articles) else ()
    taken = store.numbers_of([name_of(id) for id in coming])  # looked up at once: one by one takes as long as sketching
    named: list[Article] = []
    new: set[str] = set()
    for article in articles:
        if article.id is None:
            article = replace(article, id=following + len(new))
            if name_of(given_id(article)) in new or name_of(given_id(article)) in taken:
                raise ArticleError(
                    f"an article without an id would be {article.id}, but another article has that id; "
                    "give every article an id"
                )
        named.append(article)
        if name_of(given_id(article)) not in there:
            new.add(name_of(given_id(article)))
    return named, there


def check_same(a: Segment, row: int, b: Segment, other: int, article: Article) -> None:
    """Raise ArticleError unless two entries that have the id of *article* have one text, too."""
    if (a.digests[row] != b.digests[other]).any():
        raise ArticleError(
            f"the id {article.id!r} is in the index, or was given before, with another text; "
            "remove that article first, or give this one an id of its own"
        )
