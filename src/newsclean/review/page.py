"""One self-contained HTML page for looking over the cleaner's shoulder: no network, no script but its own.

The articles are in the page as JSON, and its script builds what is on the screen from text nodes alone, so that
nothing in an article is ever read as HTML. A content security policy forbids everything else.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from newsclean.clean.result import CleanResult
from newsclean.errors import ArticleTypeError, MissingExtraError, OptionError
from newsclean.files import shipped_text
from newsclean.io.records import REPORT_FIELD, Record
from newsclean.model import Article, ArticleId, Span
from newsclean.neardup import compare
from newsclean.review.entries import Entry, entries_of_records, entries_of_reports, entries_of_results, pieces

if TYPE_CHECKING:
    from newsclean.neardup import Duplicates

__all__ = ["MOST", "page", "page_of_records", "page_of_reports", "require_jinja"]

MOST = 2000
"""How many articles a page shows unless told otherwise; the counts are of all."""
_MOST_GROUPS = 200
_MOST_COPIES = 10  # of one group, beside the kept one
_FOLDER = "page_files"


def page(
    results: Iterable[CleanResult],
    found: Duplicates | None = None,
    *,
    articles: Iterable[str | Article] | None = None,
    title: str = "newsclean review",
    most: int = MOST,
) -> str:
    """Return a page, HTML in one ``str``, that shows *results* and the groups of *found*.

    Each article is shown with what was removed struck through in place, with kind, rule, strength, reason and
    evidence; each group of copies with the one kept, and the passages that agree and differ side by side.

    Args:
        results: what :meth:`Cleaner.clean` returned, in any number.
        found: what :func:`find_duplicates` returned for the same articles.
        articles: the articles, in the order of *results*: their ids, titles and sites are shown. Without them ids
            are positions from 0, as in :func:`find_duplicates`.
        title: the page's heading.
        most: how many articles the page shows, 1 or more. Of more articles every second, third, ... is shown; the
            counts are of all.

    Raises:
        ArticleTypeError: *results* holds something else, or *articles* do not fit it.
        MissingExtraError: Jinja2 is not installed.
        OptionError: *most* is below 1.

    >>> import newsclean
    >>> from newsclean.review import page
    >>> html = page([newsclean.clean("The river rose.\\nHide Ad")])
    >>> "Hide Ad" in html, html.count("<script")
    (True, 2)
    """
    entries = entries_of_results(results, articles)
    groups = _groups_found(found) if found else []
    known = {entry.article.id for entry in entries}
    for kept, _, others in groups:
        for id in (kept, *(other for other, _ in others)):
            if id not in known:
                raise ArticleTypeError(f"found names {id!r}, which no result is of; give the articles, in order")
    return _render(entries, groups, title, most)


def page_of_records(
    records: Iterable[Record], *, report_field: str = REPORT_FIELD, title: str = "newsclean review", most: int = MOST
) -> str:
    """Return the page for what ``newsclean run``, ``clean`` or ``dedup`` wrote; see :func:`page`.

    Memory: the records, all of them.

    Raises:
        MissingExtraError: Jinja2 is not installed.
        OptionError: *most* is below 1.
        RecordError: a record has no report, or one that this version does not read.
    """
    entries = list(entries_of_records(records, report_field))
    return _render(entries, _groups_written(entries), title, most)


def page_of_reports(
    reports: Iterable[tuple[Record, str, str]], *, title: str = "newsclean review", most: int = MOST
) -> str:
    """Return the page for records at hand, each with its cleaned text and its report in JSON; see :func:`page`.

    Memory: the reports, all of them.

    Raises:
        MissingExtraError: Jinja2 is not installed.
        OptionError: *most* is below 1.
    """
    entries = list(entries_of_reports(reports))
    return _render(entries, _groups_written(entries), title, most)


def require_jinja() -> Any:
    """Return the module ``jinja2``: long work asks before, not after, it is done.

    Raises:
        MissingExtraError: Jinja2 is not installed.
    """
    try:
        import jinja2
    except ImportError as error:
        raise MissingExtraError("a review page needs Jinja2; pip install 'newsclean[review]'") from error
    return jinja2


Group = tuple[ArticleId, str, list[tuple[ArticleId, str]]]  # the kept one, the kind, the others with theirs


def _groups_found(found: Duplicates) -> list[Group]:
    kinds = {pair.id: pair.kind for pair in found.pairs if pair.kind != "template"}
    return [
        (group.kept, group.kind, [(id, kinds.get(id, group.kind)) for id in group.members if id != group.kept])
        for group in found.groups
    ]


def _groups_written(entries: Sequence[Entry]) -> list[Group]:
    groups: dict[ArticleId, Group] = {}
    for entry in entries:
        verdict = entry.verdict
        if verdict and verdict.get("kept") is not None:
            group = groups.setdefault(verdict["kept"], (verdict["kept"], str(verdict["kind"]), []))
            if entry.article.id is not None and entry.article.id != verdict["kept"]:
                group[2].append((entry.article.id, str(verdict["kind"])))
    return list(groups.values())


def _render(entries: Sequence[Entry], groups: Sequence[Group], title: str, most: int) -> str:
    if not isinstance(most, int) or most < 1:
        raise OptionError(f"most is how many articles to show, 1 or more, not {most!r}")
    jinja2 = require_jinja()
    template = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined).from_string(_file("page.html"))
    style, script = _file("page.css"), _file("page.js")
    html: str = template.render(
        title=title,
        style=style,
        style_digest=_digest(style),
        script=script,
        script_digest=_digest(script),
        data=_embedded(_data(entries, groups, most)),
    )
    return html


def _file(name: str) -> str:
    return shipped_text(__package__, f"{_FOLDER}/{name}")


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _embedded(data: object) -> str:
    """Return *data* as JSON in ASCII that can stand inside a script element: no ``<`` can end it or begin another."""
    text = json.dumps(data, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _data(entries: Sequence[Entry], groups: Sequence[Group], most: int) -> dict[str, Any]:
    shown = entries[:: -(-len(entries) // most)] if entries else []
    texts = {entry.article.id: entry for entry in entries}
    listed = [group for group in groups if group[0] in texts][:_MOST_GROUPS]
    removed = [finding for entry in entries for gone, finding in entry.findings if gone]
    length = sum(len(entry.article.text) for entry in entries)
    return {
        "totals": {
            "articles": len(entries),
            "shown": len(shown),
            "touched": sum(any(gone for gone, _ in entry.findings) for entry in entries),
            "removals": len(removed),
            "characters": length,
            "gone": sum(len(entry.article.text) - len(entry.cleaned) for entry in entries),
            "groups": len(groups),
            "groupsShown": len(listed),
            "copies": sum(len(group[2]) for group in groups),
        },
        "kinds": Counter(finding["kind"] for finding in removed).most_common(),
        "copyKinds": Counter(kind for group in groups for _, kind in group[2]).most_common(),
        "sites": Counter(
            entry.article.site or "" for entry in entries for gone, _ in entry.findings if gone
        ).most_common(12),
        "articles": [_article(entry) for entry in shown],
        "groups": [_group(group, texts) for group in listed],
    }


def _article(entry: Entry) -> dict[str, Any]:
    text = entry.article.text
    findings = [{**finding, "gone": gone} for gone, finding in entry.findings]
    repairs = entry.clean.get("repairs", [])
    spans = [((int(start), int(end)), n) for n, f in enumerate(findings) for start, end in f["spans"]]
    cut = pieces(len(text), spans)
    return {
        **_named(entry.article),
        # Pieces, not offsets: the page's script counts characters in another way than Python does.
        "pieces": [[text[piece.span[0] : piece.span[1]], list(piece.marks)] for piece in cut],
        "findings": [
            {
                **{key: f[key] for key in ("kind", "rule", "strength", "reason", "evidence", "action", "gone")},
                "texts": [text[start:end] for start, end in f["spans"]],
            }
            for f in findings
        ],
        "repairs": [[r["kind"], r["before"][:80], r["after"][:80]] for r in repairs if r["kind"] != "line_end"],
        "warnings": list(entry.clean.get("warnings", ())),
    }


def _named(article: Article) -> dict[str, Any]:
    return {"id": str(article.id), "title": article.title or "", "site": article.site or ""}


def _group(group: Group, texts: dict[ArticleId | None, Entry]) -> dict[str, Any]:
    kept, kind, others = group
    return {
        "kept": _named(texts[kept].article),
        "kind": kind,
        "more": max(0, len(others) - _MOST_COPIES),
        "copies": [
            {**_named(texts[id].article), "kind": kind, **_side_by_side(texts[kept].cleaned, texts[id].cleaned)}
            for id, kind in others[:_MOST_COPIES]
            if id in texts
        ],
    }


def _side_by_side(kept: str, copy: str) -> dict[str, Any]:
    both = compare(kept, copy)

    def side(text: str, own: Sequence[Span]) -> list[list[Any]]:
        cut = pieces(len(text), [(span, n) for n, span in enumerate(own)])
        return [[text[piece.span[0] : piece.span[1]], bool(piece.marks)] for piece in cut]

    return {
        "jaccard": round(both.jaccard, 3),
        "containment": round(both.containment, 3),
        "a": side(kept, both.only_a),  # pieces, each with whether it is not in the other text
        "b": side(copy, both.only_b),
    }
