"""What a site profile adds to cleaning: ``python benchmarks/quality_sites.py DATA [--profile balanced ...]``.

DATA is JSON Lines, plain or gzipped, as ``quality_clean.py`` reads it, with ``site`` and ``id`` (the part before the
last ``/`` is the page). Every text is cleaned twice: without a profile, and with one learnt, without labels, from all
extractions of the *other* pages of its site; what is left of a page never teaches how to clean it. With ``--own`` the
page itself is among them, as it is for whoever learns from the articles to be cleaned. Printed per profile, for sites of
so many pages: removed boilerplate and lost content without and with, texts hurt (over 1 % of their content lost), and
what the profile alone added, with every line of content among it.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from pathlib import Path

from quality_clean import Tally, read, shares, shingles

import newsclean

GROUPS = {"all": 1, "sites of 2 pages or more": 2, "sites of 3 pages or more": 3, "sites of 4 pages or more": 4}


def lines_gone(record, result) -> list[bool]:
    gone = [span for r in result.removed if r.action == "drop" for span in r.spans]
    return [any(a <= line["start"] and line["end"] <= b for a, b in gone) for line in record["lines"]]


def tally(record, result, gone, gold) -> tuple[tuple[float, ...], Counter, bool]:
    size: Counter[str] = Counter()
    for line, is_gone in zip(record["lines"], gone, strict=True):
        length = line["end"] - line["start"]
        size[line["label"]] += length
        size[f"{line['label']} gone"] += length * is_gone
    figures = (*shares(shingles(record["text"]), gold), *shares(shingles(result.text), gold))
    return figures, size, size["content gone"] > 0.01 * size["content"]


def profiles(sites, own: bool) -> dict[tuple[str, str], newsclean.SiteProfile]:
    """Return, by site and page, what the site's pages (but for that page) teach."""
    found = {}
    for site, pages in sites.items():
        for page in pages:
            texts = [r["text"] for other, records in pages.items() if own or other != page for r in records]
            found[site, page] = newsclean.SiteProfile.fit(texts, site=site)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--profile", action="append", choices=["safe", "balanced", "strict"])
    parser.add_argument("--own", action="store_true", help="learn from the page itself, too")
    args = parser.parse_args()
    sites: dict[str, dict[str, list]] = defaultdict(lambda: defaultdict(list))
    for record in read(args.data):
        sites[record["site"]][record["id"].rsplit("/", 1)[0]].append(record)
    learnt = profiles(sites, args.own)
    stories = Counter(len(sites[site]) - (not args.own) - p.articles for (site, _), p in learnt.items())
    print(f"pages less stories, by profile: {dict(sorted(stories.items()))}")
    for profile in args.profile or ("safe", "balanced", "strict"):
        plain = newsclean.Cleaner(profile=profile)
        tallies: dict[tuple[str, str], Tally] = defaultdict(Tally)
        wrong: Counter[str] = Counter()
        for site, pages in sites.items():
            groups = [name for name, least in GROUPS.items() if len(pages) >= least]
            for page, records in pages.items():
                knowing = newsclean.Cleaner(profile=profile, site_profile=learnt[site, page])
                gold = shingles(records[0]["gold"])
                for record in records:
                    before = plain.clean(record["text"], site=site)
                    after = knowing.clean(record["text"], site=site)
                    gone = lines_gone(record, before), lines_gone(record, after)
                    for name in groups:
                        tallies[name, "without"].add(*tally(record, before, gone[0], gold))
                        tallies[name, "with"].add(*tally(record, after, gone[1], gold))
                    for line, was, now in zip(record["lines"], *gone, strict=True):
                        if line["label"] == "content" and now and not was:
                            wrong[f"{site}: {record['text'][line['start'] : line['end']][:90]}"] += 1
        print(f"\n### {profile}\n\n| | texts | F1 before | after | rise | removed | lost | hurt |\n|---|" + "---:|" * 7)
        for name in GROUPS:
            for kind in ("without", "with"):
                print(tallies[name, kind].row(f"{name}, {kind}"))
        for line, count in wrong.most_common(20):
            print(f"content lost by the profile, {count} times: {line}")


if __name__ == "__main__":
    main()
