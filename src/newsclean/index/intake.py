"""Articles on their way into an index: with or without an id, there already or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from newsclean.errors import ArticleError
from newsclean.index.segment import Segment
from newsclean.model import Article, ArticleId, as_article, each_article

__all__ = ["check_same", "each_unnamed", "given_id"]


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


def check_same(a: Segment, row: int, b: Segment, other: int, article: Article) -> None:
    """Raise ArticleError unless two entries that have the id of *article* have one text, too."""
    if (a.digests[row] != b.digests[other]).any():
        raise ArticleError(
            f"the id {article.id!r} is in the index, or was given before, with another text; "
            "remove that article first, or give this one an id of its own"
        )
