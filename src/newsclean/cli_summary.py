"""What a run says when it is done: a small chart on a terminal, plain lines where it is piped."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from typing import Any

import rich.console
import rich.table
import rich.text

from newsclean.cli_text import one_line, plural

__all__ = ["copies", "counted", "figures", "most_by_site", "removals", "say_summary"]

_BAR = 24  # characters of the longest bar
_SITES = 5
_KINDS = 12  # bars shown; the others are counted in one line


def say_summary(before: Iterable[str], kinds: Counter[str] | None, after: Iterable[str]) -> None:
    """Write *before*, the removals by kind (None: nothing was cleaned), then *after* to standard error.

    Empty lines are left out.
    """
    before, after = [line for line in before if line], [line for line in after if line]
    if not sys.stderr.isatty():
        for line in (*before, *([] if kinds is None else [removals(kinds)]), *after):
            print(one_line(line), file=sys.stderr)
        return
    console = rich.console.Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)
    for line in before:
        console.print(rich.text.Text(one_line(line), "bold"))
    if kinds:
        console.print(f"{plural(sum(kinds.values()), 'removal')}:")
        console.print(_chart(kinds, "█" if (console.encoding or "").startswith("utf") else "#"))
    elif kinds is not None:
        console.print("nothing to remove")
    for line in after:
        console.print(rich.text.Text(one_line(line)))


def _chart(kinds: Counter[str], block: str) -> rich.table.Table:
    table = rich.table.Table.grid(padding=(0, 1))
    table.add_column(style="cyan")
    table.add_column(justify="right")
    table.add_column(style="dim")
    ranked = kinds.most_common()
    for kind, count in ranked[:_KINDS]:
        table.add_row(f"  {kind}", str(count), block * max(1, round(_BAR * count / ranked[0][1])))
    if others := ranked[_KINDS:]:
        table.add_row(f"  {plural(len(others), 'more kind')}", str(sum(count for _, count in others)), "")
    return table


def counted(counts: Counter[Any]) -> str:
    """Return the counts as `` (kind 3, other 1)``, most first; empty for none.

    >>> counted(Counter(near=2, exact=5))
    ' (exact 5, near 2)'
    """
    return f" ({', '.join(f'{kind} {count}' for kind, count in counts.most_common())})" if counts else ""


def copies(read: int, duplicates: dict[str, Any]) -> tuple[str, str]:
    """Return what is said of *duplicates*, as in :func:`figures`, among so many articles *read*."""
    groups, pairs = Counter(duplicates["groups_by_kind"]), duplicates["template_pairs"]
    return (
        f"{plural(read, 'article')}: {duplicates['kept']} to keep, {plural(duplicates['dropped'], 'copy', 'copies')} "
        f"in {plural(groups.total(), 'group')}{counted(groups)}",
        f"{plural(pairs, 'pair')} on one template, kept" if pairs else "",
    )


def most_by_site(sites: dict[str, Counter[str]]) -> str:
    """Return of how much was removed on which *sites*, in one line; empty where no article names one."""
    totals = Counter({site: kinds.total() for site, kinds in sites.items() if site})
    if not totals:
        return ""
    most = ", ".join(f"{site} {count}" for site, count in totals.most_common(_SITES))
    return f"most removals: {most}" if len(totals) > _SITES else f"removals by site: {most}"


def figures(
    *,
    read: int,
    written: int,
    rejected: int,
    sites: dict[str, Counter[str]],
    duplicates: dict[str, Any] | None,
    seconds: float,
    stages: dict[str, float],
    memory: float | None,
) -> dict[str, Any]:
    """Return the figures of a run, as ``--stats`` writes them."""
    kinds: Counter[str] = sum(sites.values(), Counter())
    return {
        "format": "newsclean.stats",
        "version": 1,
        "articles": {"read": read, "written": written, "rejected": rejected},
        "removed": {
            "total": kinds.total(),
            "by_kind": dict(kinds.most_common()),
            "by_site": {site: dict(found.most_common()) for site, found in sorted(sites.items())},
        },
        "duplicates": duplicates,
        "seconds": round(seconds, 3),
        "seconds_by_stage": stages,
        "peak_memory_mb": memory,
    }


def removals(kinds: Counter[str]) -> str:
    """Return the removals in one line.

    >>> removals(Counter(ad_marker=1))
    '1 removal (ad_marker 1)'
    """
    return f"{plural(sum(kinds.values()), 'removal')}{counted(kinds)}"
