"""The values both flows share: the article that travels, and the protocols through which the flows meet.

Cleaning and near-duplicates do not know each other. What one needs of the other is written here as a
protocol: :class:`TextCleaner` is all that ``find_duplicates(cleaner=...)`` asks for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, runtime_checkable

from newsclean.errors import ArticleError, ArticleTypeError

__all__ = ["Article", "ArticleId", "Cleaned", "Span", "TextCleaner", "as_article", "as_articles", "each_article"]

Span: TypeAlias = tuple[int, int]
"""Start and end (exclusive) in code points, as ``text[start:end]`` takes them."""

ArticleId: TypeAlias = int | str

_NO_EXTRA: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Article:
    """One article: its text and what is known about it.

    A plain ``str`` is accepted everywhere an Article is. ``date`` may be given as ``datetime.date``,
    ``datetime.datetime`` or an ISO 8601 string (``2022-04-11``, ``2022-04-11T08:30:00Z``) and is stored as a date.
    ``extra`` is carried along untouched.

    Raises:
        ArticleTypeError: *text* is not a ``str``, or *id* neither ``int`` nor ``str``.
        ArticleError: *date* is not a date.

    >>> Article("The river rose.", id="a1", date="2022-04-11").date
    datetime.date(2022, 4, 11)
    """

    text: str
    id: ArticleId | None = None
    title: str | None = None
    site: str | None = None
    """The site or publication it comes from, by any name used consistently."""
    date: dt.date | None = None
    language: str | None = None
    """ISO 639-1 code such as ``en``."""
    extra: Mapping[str, Any] = field(default_factory=lambda: _NO_EXTRA)

    if TYPE_CHECKING:  # what may be given for the date is more than what is stored

        def __init__(
            self,
            text: str,
            id: ArticleId | None = None,
            title: str | None = None,
            site: str | None = None,
            date: dt.date | str | None = None,
            language: str | None = None,
            extra: Mapping[str, Any] = ...,
        ) -> None: ...

    def __post_init__(self) -> None:
        if not isinstance(self.text, str):
            raise ArticleTypeError(_not_text("an article's text", self.text))
        if self.id is not None and (not isinstance(self.id, int | str) or isinstance(self.id, bool)):
            raise ArticleTypeError(f"an article's id is an int or a str, not {type(self.id).__name__}: {self.id!r}")
        for name in ("title", "site", "language"):
            value = getattr(self, name)
            if value is not None and not isinstance(value, str):
                raise ArticleTypeError(f"an article's {name} is a str or None, not {type(value).__name__}")
        object.__setattr__(self, "date", _as_date(self.date))

    def __reduce__(self) -> tuple[Any, ...]:
        # A mappingproxy cannot be pickled; articles travel to worker processes.
        extra = dict(self.extra)
        return (Article, (self.text, self.id, self.title, self.site, self.date, self.language, extra))


def _as_date(value: object) -> dt.date | None:
    if value is None:
        return None
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, str):
        try:
            return dt.datetime.fromisoformat(value.strip()).date()
        except ValueError:
            pass
    raise ArticleError(
        f"an article's date is a datetime.date, a datetime or an ISO 8601 string such as '2022-04-11', not {value!r}"
    )


def _not_text(what: str, value: object) -> str:
    message = f"{what} must be a str, not {type(value).__name__}"
    if isinstance(value, bytes | bytearray):
        message += "; decode it first, for example with .decode('utf-8')"
    return message


def as_article(value: str | Article, position: int | None = None) -> Article:
    """Return *value* as an Article; *position* (from 0) becomes the id of one that has none.

    Raises:
        ArticleTypeError: *value* is neither a ``str`` nor an :class:`Article`.

    >>> as_article("Rain fell.", position=3)
    Article(text='Rain fell.', id=3, title=None, site=None, date=None, language=None, extra=mappingproxy({}))
    """
    given: object = value  # callers without a type checker pass anything
    if isinstance(given, str):
        return Article(given, id=position)
    if isinstance(given, Article):
        if given.id is not None or position is None:
            return given
        return Article(given.text, position, given.title, given.site, given.date, given.language, given.extra)
    where = "an article" if position is None else f"article {position} (counted from 0)"
    raise ArticleTypeError(_not_text(where, given).replace("a str,", "a str or an Article,"))


def as_articles(values: Iterable[str | Article]) -> Iterator[Article]:
    """Yield *values* as Articles with ids, in order; an article without an id has its position (from 0) as id.

    Memory: one entry an id, to find ids met twice.

    Raises:
        ArticleTypeError: *values* is one ``str`` (a collection is wanted), not iterable, or holds something else.
        ArticleError: an id is met twice.

    >>> [a.id for a in as_articles(["one", Article("two", id="x")])]
    [0, 'x']
    """
    seen: dict[ArticleId, int] = {}
    for position, article in enumerate(each_article(values)):
        assert article.id is not None
        first = seen.setdefault(article.id, position)
        if first != position:
            raise ArticleError(
                f"articles {first} and {position} (counted from 0) have the same id {article.id!r}; give each its own"
            )
        yield article


def each_article(values: Iterable[str | Article]) -> Iterator[Article]:
    """Yield *values* as Articles, in order, ids not checked: :func:`as_articles` for those who need them.

    Raises:
        ArticleTypeError: *values* is one ``str`` or Article (a collection is wanted), or holds something else.
    """
    if isinstance(values, str | bytes | bytearray | Article | Mapping) or not isinstance(values, Iterable):
        raise ArticleTypeError(
            f"a collection of articles is wanted, such as a list of str or Article, not one {type(values).__name__}"
        )
    return (as_article(value, position) for position, value in enumerate(values))


@runtime_checkable
class Cleaned(Protocol):
    """What a cleaner gives back for one article, as far as the other flow cares."""

    @property
    def text(self) -> str:
        """The cleaned text."""


@runtime_checkable
class TextCleaner(Protocol):
    """Anything that cleans articles in order; :class:`newsclean.Cleaner` is one."""

    def clean_many(self, texts: Iterable[str | Article], *, workers: int = 1) -> Iterator[Cleaned]:
        """Yield one result an article, in input order."""
