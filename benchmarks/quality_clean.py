"""What cleaning does to labelled extractions: ``python benchmarks/quality_clean.py DATA [--profile balanced ...]``.

DATA is JSON Lines, plain or gzipped, as ``fit_score.py`` reads it, with ``gold`` (the article as people wrote it down),
``extractor`` and ``lang``. Printed per profile, for every extractor, for English, German and other languages, and for
all: F1 of four-word shingles against the gold before and after (F1 of the mean precision and recall), the share of
boilerplate characters removed, of content characters lost, and of texts that lost over 1 % of their content. A line
counts as gone when it was dropped; a text that lost lines is counted by their characters. ``--rules-only`` leaves the
score out. Figures on the texts that the weights were fitted on flatter: ``--models DIR`` takes the models that
``fit_score.py --folds DIR`` wrote, each for the sites it has not seen.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import unicodedata
from bisect import bisect_right
from collections import Counter, defaultdict
from pathlib import Path

import newsclean
from newsclean.clean.score.model import Model, shipped_model

TOKEN = re.compile(r"[぀-ヿ㐀-䶿一-鿿가-힯]|[^\W_぀-ヿ㐀-䶿一-鿿가-힯]+")


def read(path: Path):
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def shingles(text: str) -> Counter:
    words = [t.lower() for t in TOKEN.findall(unicodedata.normalize("NFKC", text))]
    return Counter([tuple(words)] if 0 < len(words) < 4 else zip(*(words[k:] for k in range(4)), strict=False))


def shares(text: Counter, gold: Counter) -> tuple[float, float]:
    both = (text & gold).total()
    return both / text.total() if text else 1.0, both / gold.total() if gold else 1.0


class Tally:
    def __init__(self) -> None:
        self.texts = self.hurt = 0
        self.sums = [0.0] * 4
        self.size: Counter[str] = Counter()

    def add(self, figures, size, hurt) -> None:
        self.texts += 1
        self.hurt += hurt
        self.sums = [a + b for a, b in zip(self.sums, figures, strict=True)]
        self.size.update(size)

    def row(self, name: str) -> str:
        p0, r0, p1, r1 = (total / self.texts for total in self.sums)
        before, after = (2 * p * r / (p + r) if p + r else 0.0 for p, r in ((p0, r0), (p1, r1)))
        removed, lost = (self.size[f"{k} gone"] / max(self.size[k], 1) for k in ("boilerplate", "content"))
        return (f"| {name} | {self.texts} | {before:.4f} | {after:.4f} | {after - before:+.4f} | {removed:.1%} "
                f"| {lost:.3%} | {self.hurt / self.texts:.2%} |")  # fmt: skip


def measure(record, result, gold) -> tuple[tuple[float, ...], Counter, bool]:
    gone = sorted(span for r in result.removed if r.action == "drop" for span in r.spans)
    starts = [a for a, _ in gone]
    size: Counter[str] = Counter()
    for line in record["lines"]:
        length = line["end"] - line["start"]
        size[line["label"]] += length
        k = bisect_right(starts, line["start"]) - 1
        if k >= 0 and gone[k][1] >= line["end"]:
            size[f"{line['label']} gone"] += length
    before = shingles(record["text"])
    after = before if result.text == record["text"] else shingles(result.text)
    return (*shares(before, gold), *shares(after, gold)), size, size["content gone"] > 0.01 * size["content"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--profile", action="append", choices=["safe", "balanced", "strict"])
    parser.add_argument("--models", type=Path, help="folder of models, each for the sites it has not seen")
    parser.add_argument("--rules-only", action="store_true")
    args = parser.parse_args()
    unseen: dict[str, Model] = {}
    for path in sorted(args.models.glob("*.json")) if args.models else ():
        table = json.loads(path.read_text(encoding="utf-8"))
        model = Model.from_table({**table, "thresholds": shipped_model().thresholds}, str(path))
        unseen.update(dict.fromkeys(table["about"]["unseen_sites"], model))
    shipped = shipped_model()
    using = [shipped]
    sys.modules["newsclean.clean.score.model"].shipped_model = lambda: using[0]  # where the cleaner gets it
    for profile in args.profile or ("safe", "balanced", "strict"):
        cleaner = newsclean.Cleaner(profile=profile, keep={"boilerplate"} if args.rules_only else ())
        tallies: dict[str, Tally] = defaultdict(Tally)
        written, gold = None, Counter()
        for record in read(args.data):
            if record["gold"] != written:
                written, gold = record["gold"], shingles(record["gold"])
            using[0] = unseen.get(record.get("site", ""), shipped)
            figures = measure(record, cleaner.clean(record["text"]), gold)
            language = record["lang"][:2] if record["lang"][:2] in ("en", "de") else "other languages"
            for name in (record["extractor"], f"({language})", "all"):
                tallies[name].add(*figures)
        print(
            f"\n### {profile}\n\n| | texts | F1 before | after | rise | removed | lost | texts hurt |\n|---|"
            + "---:|" * 7
        )
        for name in sorted(tallies, key=lambda n: (n == "all", n.startswith("("), n)):
            print(tallies[name].row(name), flush=True)


if __name__ == "__main__":
    main()
