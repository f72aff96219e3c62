"""Fit the weights of the line score from labelled text: ``python benchmarks/fit_score.py DATA --out weights.json``.

DATA is JSON Lines, plain or gzipped, one text a line: ``text``; ``lines`` with ``start``, ``end`` and ``label``
(``content`` and ``boilerplate`` count, other labels do not); ``site``, by which folds are made so that no site is on
both sides; ``page`` or ``id`` (the part before the last ``/``) by which several extractions of one page share their
weight. Needs scipy and scikit-learn (``pip install scipy scikit-learn``).

Three things are fitted, each on what the one before says of sites it has not seen: what single words say (a
ridge-penalised logistic regression over the words of several sites), the first pass (another, over all its signs), and
the second (gradient boosting, tables of at most three questions). ``--folds DIR`` also writes the model of each outer
fold with the sites it has not seen. The limits of the profiles are read off the scores of unseen sites: the lowest that
keep what is lost, and how many texts lose over 1 % of their content, within the bounds of BOUNDS.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gzip
import hashlib
import json
from bisect import bisect_right
from collections import defaultdict
from copy import copy
from dataclasses import replace
from pathlib import Path

import numpy as np
import scipy.sparse as sparse
from scipy.optimize import minimize
from sklearn.ensemble import HistGradientBoostingClassifier

from newsclean import Cleaner
from newsclean.clean.decide import decide
from newsclean.clean.score.context import context, length_discount, vetoed
from newsclean.clean.score.cues import Words, split_words
from newsclean.clean.score.features import BASE
from newsclean.clean.score.lines import Look
from newsclean.clean.score.model import (  # fmt: skip
    FIRST,
    FORMAT,
    SECOND,
    SUSPECT,
    VERSION,
    First,
    Model,
    Trees,
    design_first,
    design_second,
)
from newsclean.clean.score.place import place
from newsclean.clean.steps import examine
from newsclean.text.lines import Lines

# Between 10 and 100 the cross-validated curves are the same within their noise; weaker penalties fit the sites.
WORD_RIDGE, RIDGE = 100.0, 40.0
WORD_SITES = 5  # a word is weighed when it stands on so many sites
WORD_STEPS, STEPS = 40, 60
# Tables of three questions: two remove 3 % less at the same loss, four no more; more tables fit the sites.
BOOSTING = {"max_iter": 150, "learning_rate": 0.1, "max_depth": 3, "max_leaf_nodes": 8, "min_samples_leaf": 60,
            "l2_regularization": 5.0, "max_features": 0.4, "max_bins": 64, "early_stopping": False,
            "random_state": 0}  # fmt: skip
OUTER, INNER = 5, 4
BOUNDS = {"safe": (0.0001, 0.001), "balanced": (0.0010, 0.005), "strict": (0.0070, 0.03)}
"""For each profile: content lost, and texts that lose over 1 % of theirs, at most (as shares)."""
MORE_BOUNDS = ((0.0001, 0.0005), (0.001, 0.004), (0.001, 0.01), (0.001, 1.0), (0.0035, 1.0), (0.007, 1.0))
"""Points of the curve that are printed beside those of the profiles."""
NO_WORDS = Words({})
SAY, SAY_SHORT = BASE.index("words_say"), BASE.index("words_say_short")


def fold_of(site: str, salt: str, folds: int) -> int:
    return int(hashlib.md5(f"{site}{salt}".encode()).hexdigest()[:6], 16) % folds


def read(path: Path):
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


class Document:
    """One text: what the rules do with it under each profile, and its lines measured."""

    def __init__(self, record, cleaner: Cleaner) -> None:
        lines = Lines(record["text"])
        found, indices, zones = examine(cleaner._detectors, lines, record.get("title"), cleaner.policy)
        labels = {bisect_right(lines.starts, line["start"]) - 1: line["label"] for line in record["lines"]}
        self.site = record.get("site", record.get("id", ""))
        self.page = record.get("page") or str(record.get("id", "")).rsplit("/", 1)[0]
        self.rows = len(indices)
        if self.rows < 2:
            return
        self.measured = Look.at(lines, indices, found, zones).measured(NO_WORDS)
        self.where = place(self.measured)
        self.words = split_words("\n".join(lines.texts[i].strip() for i in indices).lower())
        self.label = np.array([{"content": 0, "boilerplate": 1}.get(labels.get(i, ""), -1) for i in indices], int)
        self.size = np.array([len(lines.texts[i].strip()) for i in indices], float)
        self.by_rules = {}
        for profile in BOUNDS:
            removed = decide(
                lines, indices, [copy(s) for s in found], zones, replace(cleaner.policy, profile=profile)
            ).removed
            gone = {i for s in removed if s.action == "drop" for i in s.lines}
            self.by_rules[profile] = np.array([i in gone for i in indices], bool)

    def tell(self, says) -> None:
        """Take in what the words of each line say."""
        base = self.measured.base
        base[:, SAY] = np.where(self.measured.sure, 0, np.rint(says * 1024) / 1024)
        base[:, SAY_SHORT] = base[:, SAY] * (self.measured.words <= 12)


def regression(x, y, weight, ridge, steps, centred=True):
    """Return weights, usual values (the mean over content) and constant of a ridge-penalised logistic regression."""
    usual = np.zeros(x.shape[1])
    if centred:
        usual = np.rint((x[y == 0] * weight[y == 0, None]).sum(0) / weight[y == 0].sum() * 1024) / 1024
        x = x - usual
    sign = np.where(y == 1, 1.0, -1.0)
    turned = x.T.tocsr() if sparse.issparse(x) else x.T

    def loss(theta):
        margin = sign * (x @ theta[:-1] + theta[-1])
        value = (weight * np.logaddexp(0, -margin)).sum() + ridge / 2 * (theta[:-1] ** 2).sum()
        slope = -weight * sign / (1 + np.exp(np.clip(margin, -500, 500)))
        return value, np.concatenate((turned @ slope + ridge * theta[:-1], [slope.sum()]))

    start = np.zeros(x.shape[1] + 1)
    start[-1] = np.log(weight[y == 1].sum() / weight[y == 0].sum())
    theta = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": steps, "ftol": 1e-7}).x
    return theta[:-1], usual, float(theta[-1])


class Fit:
    def __init__(self, documents) -> None:
        self.documents = documents
        self.y = np.concatenate([d.label for d in documents])
        self.size = np.concatenate([d.size for d in documents])
        self.sure = np.concatenate([d.measured.sure for d in documents])
        self.owner = np.repeat(np.arange(len(documents)), [d.rows for d in documents])
        pages = defaultdict(int)
        for d in documents:
            pages[d.page] += 1
        share = np.array([1 / np.sqrt(pages[d.page]) for d in documents])
        self.weight = np.minimum(self.size, 400) ** 0.5 * share[self.owner]
        self.ends = np.cumsum([d.rows for d in documents])[:-1]
        self.used = (self.y >= 0) & ~self.sure
        self._index_words()

    def _index_words(self) -> None:
        names: dict[str, int] = {}
        on: dict[int, set[str]] = defaultdict(set)
        rows, columns = [], []
        row = 0
        for d in self.documents:
            for words in d.words:
                for word in {*words, *("^" + w for w in words[:1])}:
                    column = names.setdefault(word, len(names))
                    on[column].add(d.site)
                    rows.append(row)
                    columns.append(column)
                row += 1
        often = np.array([len(on[k]) >= WORD_SITES for k in range(len(names))])
        table = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), (row, len(names)))
        self.table = table[:, often]
        self.names = [name for name, keep in zip(names, often, strict=True) if keep]
        sites = {d.site for d in self.documents}
        place_of = {site: k for k, site in enumerate(sorted(sites))}
        self.site = np.array([place_of[d.site] for d in self.documents])[self.owner]

    def rows(self, test) -> np.ndarray:
        return np.array([test(d) for d in self.documents], bool)[self.owner]

    def words(self, rows) -> dict[str, int]:
        """Return what words say, in hundredths, fitted on *rows*."""
        of_site = sparse.csr_matrix((np.ones(rows.sum()), (self.site[rows], np.arange(rows.sum()))))
        sites = np.asarray(((of_site @ self.table[rows]) > 0).sum(0)).ravel()
        often = sites >= WORD_SITES
        x = self.table[rows][:, often].tocsr()
        weight, _, _ = regression(x, self.y[rows], self.weight[rows], WORD_RIDGE, WORD_STEPS, centred=False)
        names = (name for name, keep in zip(self.names, often, strict=True) if keep)
        return {n: round(100 * w) for n, w in zip(names, weight.tolist(), strict=True) if round(100 * w)}

    def says(self, weights, rows) -> np.ndarray:
        words = Words(weights)
        says = np.zeros(len(self.y))
        for k in np.unique(self.owner[rows]):
            start = self.ends[k - 1] if k else 0
            says[start : start + self.documents[k].rows] = words.weigh([words.read(self.documents[k].words)])[1]
        return says

    def tell(self, says) -> None:
        for d, part in zip(self.documents, np.split(says, self.ends), strict=True):
            d.tell(part)

    def first_signs(self) -> np.ndarray:
        return np.vstack([design_first(d.measured, d.where, np.arange(d.rows)) for d in self.documents])

    def second_signs(self, score) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the signs of the second pass, what is taken off for length, and which lines are vetoed."""
        signs, discount, veto = [], [], []
        for d, part in zip(self.documents, np.split(score, self.ends), strict=True):
            around = context(d.measured, part)
            signs.append(design_second(d.measured, d.where, around, np.arange(d.rows)).astype(np.float32))
            discount.append(length_discount(d.measured, around))
            veto.append(vetoed(d.measured, around))
        return np.vstack(signs), np.concatenate(discount), np.concatenate(veto)

    def train(self, inside) -> tuple[dict, np.ndarray]:
        """Return the model fitted on the rows *inside* as a table, and its scores for all rows."""
        inner = [self.rows(lambda d, fold=fold: fold_of(d.site, "i", INNER) == fold) for fold in range(INNER)]
        words = self.words(self.used & inside)
        says = self.says(words, ~inside) if not inside.all() else np.zeros(len(self.y))
        for here in inner:
            unseen = self.says(self.words(self.used & inside & ~here), inside & here)
            says = np.where(inside & here, unseen, says)
        self.tell(says)
        x = self.first_signs()

        def fit(rows):
            weight, usual, constant = regression(x[rows], self.y[rows], self.weight[rows], RIDGE, STEPS)
            return First.of(np.rint(weight * 4096) / 4096, usual, round(constant, 4))

        def apply(first, rows):
            return np.rint(((x[rows] - first.usual) @ first.weight + first.constant) * 1024) / 1024

        first = fit(self.used & inside)
        score = np.zeros(len(self.y))
        score[~inside] = apply(first, ~inside)
        for here in inner:
            score[inside & here] = apply(fit(self.used & inside & ~here), inside & here)
        signs, discount, veto = self.second_signs(score)
        rows = self.used & inside & (score >= SUSPECT)
        boosted = HistGradientBoostingClassifier(**BOOSTING).fit(
            signs[rows], self.y[rows], sample_weight=self.weight[rows]
        )
        table = {
            "words": words,
            "first": {"constant": first.constant, "signs": dict(zip(FIRST, zip(first.weight, first.usual, strict=True), strict=True))},
            "second": tables(boosted),
        }  # fmt: skip
        trees = Trees.from_table(table["second"], "fit")
        found = np.full(len(self.y), -99.0)
        free = (score >= SUSPECT) & ~veto & ~self.sure
        found[free] = trees.score(signs[free].astype(float))[0] - discount[free]
        return table, found


def tables(boosted) -> dict:
    """Return the boosted trees as nested ``[sign, limit, mean, no, yes]``."""

    def nested(nodes, k):
        node = nodes[k]
        if node["is_leaf"]:
            return round(float(node["value"]) * 4096) / 4096, float(node["count"])
        (no, a), (yes, b) = nested(nodes, node["left"]), nested(nodes, node["right"])
        mean = (worth(no) * a + worth(yes) * b) / (a + b)
        limit = float(np.float32(node["num_threshold"]))
        return [SECOND[node["feature_idx"]], limit, round(mean * 4096) / 4096, no, yes], a + b

    def worth(tree):
        return tree[2] if isinstance(tree, list) else tree

    trees = [nested(stage[0].nodes, 0)[0] for stage in boosted._predictors]
    return {"constant": round(float(boosted._baseline_prediction.ravel()[0]) * 4096) / 4096, "tables": trees}


def curve(fit: Fit, scores, profile):
    """Return for each distinct limit: (limit, removed, lost, share of texts hurt), the *profile*'s rules included."""
    size, y, owners = fit.size, fit.y, fit.owner
    article = np.bincount(owners, size * (y == 0))
    by_rules = np.concatenate([d.by_rules[profile] for d in fit.documents])
    values = np.where(by_rules, 1e9, scores)
    order = np.argsort(-values, kind="stable")
    removed = np.cumsum(size[order] * (y[order] == 1)) / size[y == 1].sum()
    lost = np.cumsum(size[order] * (y[order] == 0)) / size[y == 0].sum()
    gone = np.zeros(len(article))
    hurt, count = np.zeros(len(order)), 0
    for k in np.flatnonzero(y[order] == 0):
        owner = owners[order[k]]
        before = gone[owner] > 0.01 * article[owner]
        gone[owner] += size[order[k]]
        count += not before and gone[owner] > 0.01 * article[owner]
        hurt[k] = count
    return values[order], removed, lost, np.maximum.accumulate(hurt) / len(article)


def within(points, lost, hurt):
    """Return the point of the curve that removes most within the bounds."""
    ok = np.flatnonzero((points[2] <= lost) & (points[3] <= hurt))
    best = ok[np.argmax(points[1][ok])]
    return tuple(float(column[best]) for column in points)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--folds", type=Path, help="also write each outer fold's model, and its sites, into this folder"
    )
    parser.add_argument("--curve", type=Path, help="a JSON file for points of the curves, for plot_score.py")
    parser.add_argument("--source", default="", help="what to say of the data in the file")
    parser.add_argument("--thresholds", type=float, nargs=3, metavar=("SAFE", "BALANCED", "STRICT"))
    args = parser.parse_args()
    cleaner = Cleaner()
    documents = [d for record in read(args.data) if (d := Document(record, cleaner)).rows >= 2]
    fit = Fit(documents)
    scores = np.zeros(len(fit.y))
    models = []
    for fold in range(OUTER):
        here = fit.rows(lambda d, fold=fold: fold_of(d.site, "", OUTER) == fold)
        table, found = fit.train(~here)
        models.append(table)
        scores[here] = found[here]
        print(f"fold {fold + 1} of {OUTER}", flush=True)
    limits, drawn = {}, {}
    for profile in BOUNDS:
        points = curve(fit, scores, profile)
        drawn[profile] = [within(points, step / 20000, 1.0) for step in range(1, 141)]
        for lost, hurt in (*MORE_BOUNDS, BOUNDS[profile]):
            limit, removed, was_lost, was_hurt = within(points, lost, hurt)
            limits[profile] = round(limit, 2)
            print(f"{profile}, lost <= {lost:.2%}, hurt <= {hurt:.1%}: limit {limit:.2f}, removed {removed:.1%}, "
                  f"lost {was_lost:.3%}, texts hurt {was_hurt:.2%}")  # fmt: skip
    if args.curve:
        args.curve.write_text(json.dumps(drawn), encoding="utf-8")
    table, _ = fit.train(np.ones(len(fit.y), bool))
    thresholds = dict(zip(BOUNDS, args.thresholds or [limits[name] for name in BOUNDS], strict=True))
    about = {"date": dt.datetime.now(dt.UTC).date().isoformat(), "source": args.source, "texts": len(documents),
             "sites": len({d.site for d in documents}), "lines": int((fit.y >= 0).sum()), "ridge": RIDGE,
             "boosting": BOOSTING}  # fmt: skip
    write(args.out, table, about, thresholds)
    if args.folds:
        args.folds.mkdir(parents=True, exist_ok=True)
        for fold, data in enumerate(models):
            sites = sorted({d.site for d in documents if fold_of(d.site, "", OUTER) == fold})
            write(args.folds / f"{fold}.json", data, {"unseen_sites": sites}, thresholds)
    Model.from_table(json.loads(args.out.read_text(encoding="utf-8")), str(args.out))


def write(path: Path, table, about, thresholds) -> None:
    """Write words by what they say, one sign a line, one table a line: a file a person can read and ``diff``."""
    words = defaultdict(list)
    for word, value in table["words"].items():
        words[value].append(word)
    said = ",\n".join(f"  {json.dumps(str(v))}: {json.dumps(' '.join(sorted(words[v])), ensure_ascii=False)}"
                      for v in sorted(words, reverse=True))  # fmt: skip
    signs = ",\n".join(f"   {json.dumps(n)}: [{w:.6g}, {u:.6g}]" for n, (w, u) in table["first"]["signs"].items() if w)
    trees = ",\n".join(f"   {json.dumps(tree)}" for tree in table["second"]["tables"])
    head = json.dumps({"format": FORMAT, "version": VERSION, "about": about, "thresholds": thresholds}, indent=1,
                      ensure_ascii=False)[:-2]  # fmt: skip
    path.write_text(
        f'{head},\n "words": {{\n{said}\n }},\n "first": {{\n  "constant": {table["first"]["constant"]},\n'
        f'  "signs": {{\n{signs}\n  }}\n }},\n "second": {{\n  "constant": {table["second"]["constant"]},\n'
        f'  "tables": [\n{trees}\n  ]\n }}\n}}\n', encoding="utf-8")  # fmt: skip


if __name__ == "__main__":
    main()
