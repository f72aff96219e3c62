"""What the score measures of each line of some made-up texts, as a table: ``tests/golden/signs.json``.

The texts, what is taken for the first pass's score of each line, what a rule is taken to have seen in it, and what a
few words say are given in the file, so that neither new rules nor new weights change a number. The numbers are in
1024ths, of which every sign is a whole number, and stand there by the name of the sign, where one is not 0. To look at a change on purpose,
run ``python tests/clean/signs.py``: it writes the numbers anew for ``git diff``.
"""

import json
from pathlib import Path

import numpy as np

from newsclean import Cleaner
from newsclean.clean.score.context import context, length_discount, vetoed
from newsclean.clean.score.cues import Words
from newsclean.clean.score.features import NAMED
from newsclean.clean.score.lines import Look
from newsclean.clean.score.model import FIRST, SECOND, design_first, design_second, shipped_model
from newsclean.clean.score.place import place
from newsclean.clean.zones import Zones
from newsclean.text.lines import Lines

PATH = Path(__file__).parents[1] / "golden" / "signs.json"
GROUP = {kind: n for n, kinds in enumerate(NAMED.values()) for kind in kinds.split()}


def measured_of(texts, seen, says):
    """Return what is measured of the lines *texts* by themselves, and of their place."""
    lines = Lines("\n".join(texts))
    sure = {i: GROUP[kind] for i, kind in enumerate(seen) if kind not in ("", "B", "C")}
    doubt = {i: strength for i, strength in enumerate(seen) if strength in ("B", "C")}
    measured = Look(lines, list(range(len(texts))), sure, doubt).measured(Words(says))
    return measured, place(measured)


def named(names, table):
    """Return the columns of *table* by name, in 1024ths."""
    return {name: (column * 1024).tolist() for name, column in zip(names, table.T, strict=True)}


def first_signs_of(texts, seen, says):
    """Return, by name, what the first pass asks of each of the lines *texts*."""
    measured, where = measured_of(texts, seen, says)
    return named(FIRST, design_first(measured, where, np.arange(len(texts))))


def signs_of(texts, first, seen, says):
    """Return, by name, what is measured of the lines *texts*, a number a line, in 1024ths.

    *first* is the first score of each line; *seen* the kind that a rule is sure of, or ``B`` or ``C`` for its doubt, or
    nothing; *says* what words say, in hundredths of the score.
    """
    measured, where = measured_of(texts, seen, says)
    around = context(measured, np.array(first, float))
    found = named(SECOND, design_second(measured, where, around, np.arange(len(texts))))
    found["(discount)"] = (length_discount(measured, around) * 1024).tolist()
    found["(vetoed)"] = [float(one) for one in vetoed(measured, around)]
    return found


def looked_at(text):
    """Yield span, score, and the signs of both passes of each line of *text* that is scored at the first look."""
    lines = Lines(text)
    indices = lines.written()
    found = Cleaner().sightings(text)
    covered = {i for s in found if s.strength in "AB" and s.action == "drop" for i in s.lines}
    look = Look.at(lines, indices, found, Zones.of(lines, indices, covered))
    model = shipped_model()
    measured = look.measured(model.words)
    where = place(measured)
    scores = model.score(measured)
    first = design_first(measured, where, scores.rows)
    second = design_second(measured, where, scores.around, scores.rows)
    for row, value, one, two in zip(scores.rows.tolist(), scores.values.tolist(), first, second, strict=True):
        i = indices[row]
        yield (lines.starts[i], lines.ends[i]), value, one.tolist(), two.tolist()


def written(golden):
    """Return *golden* as JSON, a line of the text and a sign a line; signs that are 0 in all of a text are left out."""
    out = ['{"says": ' + json.dumps(golden["says"], ensure_ascii=False) + ', "texts": [']
    for text in golden["texts"]:
        rows = ",\n".join(json.dumps(line, ensure_ascii=False) for line in text["lines"])
        signs = ",\n".join(f"{json.dumps(name)}: {json.dumps(row)}" for name, row in text["signs"].items() if any(row))
        out.append(f'{{"name": {json.dumps(text["name"])}, "lines": [\n{rows}\n], "signs": {{\n{signs}\n}}}},')
    out[-1] = out[-1].removesuffix(",")
    return "\n".join([*out, "]}\n"])


def golden_table():
    """Return what the file holds, with the zeros it leaves out."""
    golden = json.loads(PATH.read_text(encoding="utf-8"))
    for text in golden["texts"]:
        zeros = dict.fromkeys((*SECOND, "(discount)", "(vetoed)"), [0] * len(text["lines"]))
        text["signs"] = zeros | text["signs"]
    return golden


def measured_anew(golden):
    """Return *golden* with the signs as they are now."""
    texts = []
    for text in golden["texts"]:
        first, seen, lines = zip(*text["lines"], strict=True)
        signs = signs_of(lines, first, seen, golden["says"])
        if any(value != int(value) for row in signs.values() for value in row):
            raise ValueError("a sign is no multiple of 1/1024")
        texts.append({**text, "signs": {name: list(map(int, row)) for name, row in signs.items()}})
    return {**golden, "texts": texts}


if __name__ == "__main__":
    PATH.write_text(written(measured_anew(golden_table())), encoding="utf-8")
