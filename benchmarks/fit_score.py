"""Fit the weights of the line score from labelled text: ``python benchmarks/fit_score.py DATA --out weights.json``.

DATA is JSON Lines, plain or gzipped, one text a line: ``text``; ``lines`` with ``start``, ``end`` and ``label``
(``content`` and ``boilerplate`` count, other labels do not); ``site``, by which folds are made so that no site is on
both sides; ``page`` or ``id`` (the part before the last ``/``) by which several extractions of one page share their
weight. Each pass is a ridge-penalised logistic regression (L-BFGS); the second pass is fitted on what first passes
fitted on other sites say. ``--folds DIR`` also writes the model of each outer fold with the sites it has not seen.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gzip
import hashlib
import json
from bisect import bisect_right
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from newsclean import Cleaner
from newsclean.clean.decide import decide
from newsclean.clean.score.lines import Scored
from newsclean.clean.score.model import (
    FIRST,
    FORMAT,
    SECOND,
    VERSION,
    Model,
    context,
    design_second,
    length_discount,
    vetoed,
)  # fmt: skip

RIDGE = 10.0  # 1 / C; between 3 and 30 the cross-validated curve is the same within its noise
STEPS = 30  # stopping early is a second penalty: 60 and 250 steps remove 1 to 2 % less at the same loss
OUTER, INNER = 5, 4


def fold_of(site: str, salt: str, folds: int) -> int:
    return int(hashlib.md5(f"{site}{salt}".encode()).hexdigest()[:6], 16) % folds


def read(path: Path):
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


class Document:
    """One text: what the rules do with it, and its lines measured."""

    def __init__(self, record, cleaner: Cleaner) -> None:
        lines, found, indices, zones = cleaner._examine(record["text"], record.get("title"), cleaner.policy)
        labels = {bisect_right(lines.starts, line["start"]) - 1: line["label"] for line in record["lines"]}
        by_rules = decide(lines, indices, found, zones, cleaner.policy).removed
        gone = {i for s in by_rules if s.action == "drop" for i in s.lines}
        self.scored = Scored(lines, indices, found)
        left = self.scored.indices
        self.site = record.get("site", record.get("id", ""))
        self.page = record.get("page") or str(record.get("id", "")).rsplit("/", 1)[0]
        self.label = np.array([{"content": 0, "boilerplate": 1}.get(labels.get(i, ""), -1) for i in left], int)
        self.size = np.array([len(lines.texts[i].strip()) for i in left], float)
        self.by_rules = np.array([i in gone for i in left], bool)
        sure = [(labels.get(i, ""), len(lines.texts[i].strip())) for i in indices if i not in set(left)]
        self.sure = {name: sum(size for label, size in sure if label == name) for name in ("content", "boilerplate")}


def regression(x, y, weight):
    """Return weights, usual values (the mean over content) and constant of a ridge-penalised logistic regression."""
    usual = (x[y == 0] * weight[y == 0, None]).sum(0) / weight[y == 0].sum()
    x = x - usual
    sign = np.where(y == 1, 1.0, -1.0)

    def loss(theta):
        margin = sign * (x @ theta[:-1] + theta[-1])
        value = (weight * np.logaddexp(0, -margin)).sum() + RIDGE / 2 * (theta[:-1] ** 2).sum()
        slope = -weight * sign / (1 + np.exp(np.clip(margin, -500, 500)))
        return value, np.concatenate((x.T @ slope + RIDGE * theta[:-1], [slope.sum()]))

    start = np.zeros(x.shape[1] + 1)
    start[-1] = np.log(weight[y == 1].sum() / weight[y == 0].sum())
    theta = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS, "ftol": 1e-7}).x
    return theta[:-1], usual, float(theta[-1])


def table(names, fitted):
    weight, usual, constant = fitted
    signs = {n: [round(float(w), 4), round(float(u), 4)] for n, w, u in zip(names, weight, usual, strict=True)}
    return {"constant": round(constant, 4), "signs": signs}


class Fit:
    def __init__(self, documents) -> None:
        self.documents = documents
        self.first = np.vstack([d.scored.first for d in documents])
        self.y = np.concatenate([d.label for d in documents])
        self.size = np.concatenate([d.size for d in documents])
        self.owner = np.repeat(np.arange(len(documents)), [len(d.label) for d in documents])
        pages = [d.page for d in documents]
        share = np.array([1 / np.sqrt(pages.count(page)) for page in pages])
        self.weight = np.minimum(self.size, 400) ** 0.5 * share[self.owner]
        self.ends = np.cumsum([len(d.label) for d in documents])

    def rows(self, test) -> np.ndarray:
        return np.array([test(d) for d in self.documents], bool)[self.owner]

    def second(self, score) -> np.ndarray:
        parts = zip(self.documents, np.split(score, self.ends[:-1]), strict=True)
        return np.vstack([design_second(d.scored.first, context(d.scored.measured, s)) for d, s in parts])

    def train(self, inside) -> Model:
        """Return the model fitted on the rows *inside*."""
        used = inside & (self.y >= 0)

        def pass_on(x, rows):
            return regression(x[rows], self.y[rows], self.weight[rows])

        score = np.zeros(len(self.y))
        for fold in range(INNER):
            here = self.rows(lambda d, fold=fold: fold_of(d.site, "i", INNER) == fold)
            weight, usual, constant = pass_on(self.first, used & ~here)
            score[here] = (self.first[here] - usual) @ weight + constant
        first = pass_on(self.first, used)
        second = pass_on(self.second(score), used)
        data = {"format": FORMAT, "version": VERSION, "thresholds": {}, "first": table(FIRST, first),
                "second": table(SECOND, second)}  # fmt: skip
        self.last = data
        return Model.from_table(data, "fit")

    def apply(self, model: Model, documents) -> dict[int, np.ndarray]:
        out = {}
        for k in documents:
            d = self.documents[k]
            around = context(d.scored.measured, model.first.score(d.scored.first))
            score = model.second.score(design_second(d.scored.first, around))
            score = score - length_discount(d.scored.measured, around)
            out[k] = np.where(vetoed(d.scored.measured, around), -99.0, score)
        return out


def curve(fit: Fit, scores, allowed):
    """Return (threshold, removed, lost, documents hurt) for each point: the lowest threshold within (lost, hurt)."""
    documents = fit.documents
    boilerplate = fit.size[fit.y == 1].sum() + sum(d.sure["boilerplate"] for d in documents)
    article = np.bincount(fit.owner, fit.size * (fit.y == 0), len(documents))
    content = article.sum() + sum(d.sure["content"] for d in documents)
    by_rules = np.concatenate([d.by_rules for d in documents])
    order = np.argsort(-np.where(by_rules, 1e9, scores), kind="stable")
    points, removed, lost, hurt = [], sum(d.sure["boilerplate"] for d in documents), 0.0, 0
    gone = np.zeros(len(documents))
    rows = []
    for k in order:
        if fit.y[k] == 0:
            before = gone[fit.owner[k]] > 0.01 * article[fit.owner[k]]
            gone[fit.owner[k]] += fit.size[k]
            lost += fit.size[k]
            hurt += not before and gone[fit.owner[k]] > 0.01 * article[fit.owner[k]]
        elif fit.y[k] == 1:
            removed += fit.size[k]
        rows.append((float(scores[k]), removed / boilerplate, lost / content, hurt))
    for most_lost, most_hurt in allowed:
        points.append(max((r for r in rows if r[2] <= most_lost and r[3] <= most_hurt), key=lambda r: r[1]))
    return points


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--folds", type=Path, help="also write each outer fold's model, and its sites, into this folder"
    )
    parser.add_argument("--source", default="", help="what to say of the data in the file")
    parser.add_argument("--thresholds", type=float, nargs=3, metavar=("SAFE", "BALANCED", "STRICT"))
    args = parser.parse_args()
    cleaner = Cleaner()
    documents = [d for record in read(args.data) if (d := Document(record, cleaner)).scored.rows]
    fit = Fit(documents)
    scores = np.zeros(len(fit.y))
    starts = np.concatenate(([0], fit.ends))
    models = []
    for fold in range(OUTER):
        model = fit.train(fit.rows(lambda d, fold=fold: fold_of(d.site, "", OUTER) != fold))
        models.append(fit.last)
        for k, found in fit.apply(
            model, [k for k, d in enumerate(documents) if fold_of(d.site, "", OUTER) == fold]
        ).items():
            scores[starts[k] : starts[k + 1]] = found
    allowed = [(0.0001, 0.001), (0.0003, 0.005), (0.0005, 1), (0.0007, 1), (0.001, 1), (0.0035, 1), (0.007, 1)]
    for (lost, hurt), point in zip(
        allowed, curve(fit, scores, [(a, b * len(documents)) for a, b in allowed]), strict=True
    ):
        print(f"lost <= {lost:.2%}, hurt <= {hurt:.1%}: score {point[0]:.2f}, removed {point[1]:.1%}, "
              f"lost {point[2]:.3%}, documents hurt {point[3]}")  # fmt: skip
    fit.train(np.ones(len(fit.y), bool))
    thresholds = dict(zip(("safe", "balanced", "strict"), args.thresholds or (6.2, 3.0, 1.0), strict=True))
    about = {"date": dt.datetime.now(dt.UTC).date().isoformat(), "source": args.source, "texts": len(documents),
             "sites": len({d.site for d in documents}), "lines": int((fit.y >= 0).sum()), "ridge": RIDGE}  # fmt: skip
    write(args.out, {**fit.last, "about": about, "thresholds": thresholds})
    if args.folds:
        args.folds.mkdir(parents=True, exist_ok=True)
        for fold, data in enumerate(models):
            sites = sorted({d.site for d in documents if fold_of(d.site, "", OUTER) == fold})
            write(args.folds / f"{fold}.json", {**data, "about": {"unseen_sites": sites}, "thresholds": thresholds})


def write(path: Path, data) -> None:
    """Write one sign a line: a file a person can read and ``diff``."""
    head = {key: data[key] for key in ("format", "version", "about", "thresholds")}
    body = json.dumps(head, indent=1, ensure_ascii=False)[:-2]
    for name in ("first", "second"):
        signs = ",\n".join(f"   {json.dumps(n)}: {json.dumps(v)}" for n, v in data[name]["signs"].items() if v[0])
        body += f',\n "{name}": {{\n  "constant": {data[name]["constant"]},\n  "signs": {{\n{signs}\n  }}\n }}'
    path.write_text(body + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
