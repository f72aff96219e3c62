"""Each routine of the cleaning path by itself, then the whole: ``pytest benchmarks/bench_clean.py --benchmark-enable``."""

from __future__ import annotations

import ftfy
import pytest
from dirty import articles

from newsclean import Cleaner
from newsclean.clean.dates import DateGrammar
from newsclean.clean.decide import decide
from newsclean.clean.detectors.metadata_lines import MetadataLines
from newsclean.clean.detectors.phrases import PhraseEngine
from newsclean.clean.detectors.repeats import repeats
from newsclean.clean.render import apply, edits
from newsclean.clean.score.lines import Look
from newsclean.clean.score.model import shipped_model
from newsclean.clean.zones import Zones
from newsclean.rules import shipped_rules
from newsclean.text.lines import Lines, fold_key
from newsclean.text.repair import needs_repair

TEXTS = articles(200)
RULES = shipped_rules()
ENGINE = PhraseEngine(RULES.rules)
DATES = DateGrammar(RULES.vocabularies)
METADATA = MetadataLines(RULES.vocabularies, DATES)
LINES = [Lines(text) for text in TEXTS]
WRITTEN = [[i for i in range(len(lines)) if not lines.is_blank(i)] for lines in LINES]


@pytest.mark.benchmark(group="clean")
class TestRoutines:
    def test_splitlines(self, benchmark):
        benchmark(lambda: [[line.strip() for line in text.splitlines()] for text in TEXTS])

    def test_repair_check(self, benchmark):
        benchmark(lambda: [needs_repair(text) for text in TEXTS])

    def test_lines(self, benchmark):
        benchmark(lambda: [Lines(text) for text in TEXTS])

    def test_keys(self, benchmark):
        benchmark(lambda: [fold_key(line) for lines in LINES for line in lines.texts])

    def test_rules(self, benchmark):
        def work():
            for lines, written in zip(LINES, WRITTEN, strict=True):
                lines.forget()  # what was read before would make it quick
                list(ENGINE.lines(lines, written))

        benchmark(work)

    def test_stamps_and_bylines(self, benchmark):
        def work():
            for lines, written in zip(LINES, WRITTEN, strict=True):
                lines.forget()
                METADATA.find(lines, written)

        benchmark(work)

    def test_repeats(self, benchmark):
        def work():
            for lines, written in zip(LINES, WRITTEN, strict=True):
                lines.forget()
                repeats(lines, written, captions="drop")

        benchmark(work)

    def test_parts(self, benchmark):
        def work():
            for lines, written in zip(LINES, WRITTEN, strict=True):
                lines.forget()
                ENGINE.lines_with_parts(lines, written)

        benchmark(work)

    def test_features(self, benchmark):
        words = shipped_model().words

        def work():
            for lines, written in zip(LINES, WRITTEN, strict=True):
                lines.forget()
                Look.at(lines, written, [], Zones.of(lines, written, ())).measured(words)

        benchmark(work)

    def test_decide(self, benchmark):
        cleaner = Cleaner()
        seen = [cleaner.sightings(text) for text in TEXTS]
        zones = [Zones.of(lines, written, ()) for lines, written in zip(LINES, WRITTEN, strict=True)]
        parts = list(zip(LINES, WRITTEN, seen, zones, strict=True))
        benchmark(lambda: [decide(*together, cleaner.policy) for together in parts])

    def test_render(self, benchmark):
        gone = [set(written[1::5]) for written in WRITTEN]
        benchmark(
            lambda: [apply(lines.source, edits(lines, some, (), ())) for lines, some in zip(LINES, gone, strict=True)]
        )

    def test_clean(self, benchmark):
        cleaner = Cleaner()
        benchmark(lambda: [cleaner.clean(text) for text in TEXTS])

    def test_ftfy_fix_text_defaults(self, benchmark):
        benchmark(lambda: [ftfy.fix_text(text) for text in TEXTS])


@pytest.mark.benchmark(group="clean: cost per size")
@pytest.mark.parametrize("paragraphs", [4, 40, 400, 4000])
def test_clean_by_size(benchmark, paragraphs):
    (text,) = articles(1, paragraphs=paragraphs)
    cleaner = Cleaner()
    benchmark.extra_info["characters"] = len(text)
    benchmark(cleaner.clean, text)
