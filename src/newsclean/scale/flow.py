"""Articles cleaned and flagged in two passes: what comparing needs goes to disk, then the articles are read again.

The first pass reads, cleans and sketches, in as many processes as there are workers, and keeps the outcome of cleaning
beside the sketches. Then copies are found from what is on disk. The second pass reads the inputs once more and puts
record, outcome and verdict together. Nothing that grows with the number of articles is held but some 150 bytes each.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from newsclean.clean import Cleaner
from newsclean.errors import FileError, OptionError
from newsclean.io.flows import (
    CleanedRecord,
    Outcome,
    cleaned_outcomes,
    keep_outcomes,
    kept_outcomes,
    work_on_records,
)
from newsclean.io.records import Record
from newsclean.io.store import Store
from newsclean.model import Article
from newsclean.neardup.keep import KeepPolicy
from newsclean.neardup.options import CONTAINMENT, THRESHOLD, Linkage, check_options
from newsclean.parallel import check_workers
from newsclean.scale.budget import MEMORY, Budget
from newsclean.scale.compare import Progress, compare_all
from newsclean.scale.corpus import Corpus, Sketched, sketch_batch
from newsclean.scale.verdicts import Verdicts

__all__ = ["Flagged", "flag_records"]


class Flagged:
    """Records with what is a copy of what among them."""

    def __init__(
        self, records: Callable[[], Iterable[Record]], store: Store, verdicts: Verdicts, *, cleaned: bool
    ) -> None:
        self._records = records
        self._store = store
        self._cleaned = cleaned
        self.verdicts = verdicts

    def reports(self) -> Iterator[tuple[CleanedRecord, str]]:
        """Yield each record, cleaned, with the report on it (JSON), in input order, copies too.

        Raises:
            FileError: the inputs are not what they were when they were first read.
        """
        outcomes: Iterator[Outcome | None] = kept_outcomes(self._store) if self._cleaned else itertools.repeat(None)
        place = -1
        for place, record in enumerate(self._records()):
            if place >= len(self.verdicts) or self.verdicts.id(place) != record.article.id:
                raise _changed(record.place)
            cleaned = CleanedRecord.of(record, next(outcomes))
            yield cleaned, cleaned.to_report(self.verdicts[place])
        if place + 1 != len(self.verdicts):
            raise _changed("an input")

    def close(self) -> None:
        """Close the files behind the verdicts."""
        self.verdicts.close()


def _changed(what: str) -> FileError:
    return FileError(f"{what}: is not what it was a while ago; let nothing write to the inputs, and run again")


def flag_records(
    records: Callable[[], Iterable[Record]],
    store: Store,
    *,
    cleaner: Cleaner | None = None,
    threshold: float = THRESHOLD,
    containment: float = CONTAINMENT,
    keep: KeepPolicy = "longest",
    window_days: int | None = None,
    linkage: Linkage = "direct",
    workers: int = 1,
    memory: str | int = MEMORY,
    progress: Progress | None = None,
) -> Flagged:
    """Return the records with their near-duplicates flagged, those that ``find_duplicates`` finds.

    Nothing is removed. What *store* has from a run before is not done again.

    Args:
        records: yields the records, the same ones each time it is called: they are read twice.
        store: an empty folder, or that of the run to go on with.
        cleaner: cleans the articles first.
        threshold: as for :func:`~newsclean.find_duplicates`, and so are the next four.
        containment: see there.
        keep: see there; but no function.
        window_days: see there.
        linkage: see there.
        workers: processes to clean and sketch with, threads to compare with.
        memory: what all processes together may take, such as ``2GB``.
        progress: is told the stage, how much of it is done, of how much, and how many pairs were found.

    Raises:
        OptionError: an argument is out of its range.
        FileError: the store cannot be written or read.
        WorkerError: a worker process died.

    >>> import contextlib, json, pathlib, tempfile
    >>> from newsclean.io import Fields, find_sources, read_records
    >>> from newsclean.io.store import Store
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> story = "The river rose by two metres overnight, the council said on Monday, and the old bridge was closed."
    >>> lines = [json.dumps({"id": n, "text": text}) for n, text in enumerate([story, f"FLOODS {story}"])]
    >>> _ = (folder / "in.jsonl").write_text("\\n".join(lines))
    >>> sources, _ = find_sources([str(folder / "in.jsonl")])
    >>> store = Store(str(folder / "store"), None)
    >>> with contextlib.closing(flag_records(lambda: read_records(sources, Fields()), store)) as flagged:
    ...     for cleaned, report in flagged.reports():
    ...         print(cleaned.record.article.id, json.loads(report)["duplicate"]["kept"])
    0 1
    1 1
    >>> store.remove()
    """
    if callable(keep):
        raise OptionError("keep as a function needs all articles in memory; call find_duplicates, or name a policy")
    options = check_options(threshold, containment, keep, window_days, linkage)
    budget = Budget.of(memory, check_workers(workers))
    corpus = Corpus(store)
    source = iter(records())
    for _ in itertools.islice(source, corpus.count):
        pass  # done before
    for batch, (outcomes, sketched) in work_on_records(source, partial(_worker, cleaner), workers=workers):
        if outcomes is not None:
            keep_outcomes(store, outcomes)
        corpus.add([record.article for record in batch], sketched)
        if corpus.due:
            corpus.commit()
    corpus.commit()
    verdicts = compare_all(corpus, options, budget, workers=workers, progress=progress)
    return Flagged(records, store, verdicts, cleaned=cleaner is not None)


def _worker(cleaner: Cleaner | None) -> Callable[[Sequence[Article]], tuple[list[Outcome] | None, Sketched]]:
    def work(articles: Sequence[Article]) -> tuple[list[Outcome] | None, Sketched]:
        texts = [article.text for article in articles]
        outcomes = None
        if cleaner is not None:
            outcomes = list(cleaned_outcomes(cleaner, articles))
            texts = [old if new is None else new for old, (new, *_) in zip(texts, outcomes, strict=True)]
        return outcomes, sketch_batch(texts)

    return work
