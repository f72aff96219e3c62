"""What is fuzzed: functions that take any bytes at all and fail where a promise is broken, each with bytes to begin with.

An error that newsclean raises on purpose is a right answer; any other is a fault.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

from newsclean import Article, Background, Cleaner, SiteProfile, SiteProfiles, find_duplicates
from newsclean.errors import NewscleanError
from newsclean.index import DuplicateIndex
from newsclean.io import Fields, find_sources, read_records
from newsclean.io.store import Store
from newsclean.rules import load_rule_file

ARTICLE = (
    "date 2022-04-11 The river rose by two metres overnight, the council said.\n\nHide Ad\nForty families left their "
    "homes.Forty families left their homes.\r\nItâ€™s over &amp; done. Read more: The bridge\nShare\n© 2022 A. Berg/Getty\n"
)
RULES = """
protect = ["hide \\\\w+"]
[fragments]
day = "(?:mon|tues)day"
[[rule]]
id = "ad_marker.mine"
kind = "ad_marker"
match = "line"
phrases = ["special offer", "offer of the {x|y}"]
strength = "A"
why = "It sells."
source = "made up"
hits = ["Special offer", "offer of the day"]
keeps = ["The offer was special.", "Offers came in."]
"""
RECORDS = "".join(
    json.dumps({"id": n, "text": f"{ARTICLE}{n}", "date": "2022-04-11", "x": [1e9, None]}) + "\n" for n in (1, 2)
)


@cache
def cleaners() -> tuple[Cleaner, ...]:
    return tuple(Cleaner(profile=profile, captions=how) for profile, how in (("safe", "keep"), ("strict", "collapse")))


@contextlib.contextmanager
def file_of(data: bytes, name: str) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="newsclean-fuzz.") as folder:
        path = os.path.join(folder, name)
        Path(path).write_bytes(data)
        yield path


def text_of(data: bytes) -> str:
    """Return text of *data*: UTF-8, and lone surrogates where it is none."""
    return data.decode("utf-8", "surrogateescape")


def clean(data: bytes) -> None:
    text = text_of(data)
    for cleaner in cleaners():
        result = cleaner.clean(text, title=text[:40])
        assert result.restore() == text
        assert cleaner.clean(text, title=text[:40]) == result
        assert isinstance(result.explain(), str)
        json.dumps(result.to_dict())


def duplicates(data: bytes) -> None:
    texts = [text_of(part) for part in data.split(b"\x00")]
    found = find_duplicates(texts)
    assert sorted((*found.keep, *found.drop)) == list(range(len(texts)))
    assert find_duplicates(texts, workers=2).to_dict() == found.to_dict()
    for pair in found.pairs[:2]:
        found.explain(pair.id, pair.representative)


def rules(data: bytes) -> None:
    with file_of(data, "rules.toml") as path, contextlib.suppress(NewscleanError):
        load_rule_file(path)
        Cleaner(rules=[path]).clean(ARTICLE)


def reader(name: str, data: bytes) -> None:
    with file_of(data, name) as path, contextlib.suppress(NewscleanError):
        sources, _ = find_sources([path])
        for record in read_records(sources, Fields(dated=True), max_chars=10_000, reject=lambda bad: str(bad.error)):
            record.values("other")
            record.to_json("other", "{}")


def background(data: bytes) -> None:
    with file_of(data, "background.npz") as path, contextlib.suppress(NewscleanError):
        find_duplicates([ARTICLE, ARTICLE], background=Background.load(path))


def profiles(data: bytes) -> None:
    with file_of(data, "sites.json") as path, contextlib.suppress(NewscleanError):
        known = SiteProfiles.load(path)
        Cleaner(site_profile=known).clean(Article(ARTICLE, site="x.example"))


@cache
def small_index() -> dict[str, bytes]:
    """Return the files of an index of five articles, of which two are in files of entries."""
    from newsclean.index import files

    flush, files.FLUSH = files.FLUSH, 3
    try:
        with tempfile.TemporaryDirectory() as folder:
            with DuplicateIndex.open(folder) as index:
                for n in range(5):
                    index.add(Article(f"{ARTICLE} {n % 3} stories", id=n))
            return {path.name: path.read_bytes() for path in Path(folder).iterdir()}
    finally:
        files.FLUSH = flush


def index(which: str, data: bytes) -> None:
    with tempfile.TemporaryDirectory(prefix="newsclean-fuzz.") as folder:
        for name, content in small_index().items():
            Path(folder, name).write_bytes(data if name.startswith(which) else content)
        with contextlib.suppress(NewscleanError), DuplicateIndex.open(folder, readonly=True) as opened:
            opened.query(ARTICLE)
            opened.groups()
        with contextlib.suppress(NewscleanError), DuplicateIndex.open(folder) as opened:
            opened.add(Article(ARTICLE, id="new"))
            opened.remove(1)
            opened.compact()
            opened.check()


def parts(which: str, data: bytes) -> None:
    """A folder of ``--resume`` that something happened to."""
    with tempfile.TemporaryDirectory(prefix="newsclean-fuzz.") as folder:
        for name, content in small_parts().items():
            Path(folder, name).write_bytes(data if name.startswith(which) else content)
        with contextlib.suppress(NewscleanError):
            store = Store(folder, {"newsclean": "1"})
            list(store.part_bytes("outcomes"))
            store.saved("pairs")
            store.append("outcomes", b"more")
            store.commit(9)
            store.close()


@cache
def small_parts() -> dict[str, bytes]:
    import numpy as np

    with tempfile.TemporaryDirectory() as folder:
        store = Store(folder, {"newsclean": "1"})
        for n in range(3):
            store.append("outcomes", b"done " * (n + 3))
            store.commit(n + 1)
        store.save("pairs", first=np.arange(5), second=np.arange(5, dtype=np.uint32))
        store.close()
        return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


def _table(kind: str) -> bytes:
    import io

    import pyarrow as pa
    import pyarrow.ipc
    import pyarrow.parquet

    table = pa.Table.from_pylist([json.loads(line) | {"x": "1"} for line in RECORDS.splitlines()])
    out = io.BytesIO()
    if kind == "parquet":
        pa.parquet.write_table(table, out)
    else:
        with pa.ipc.new_file(out, table.schema) as writer:
            writer.write_table(table)
    return out.getvalue()


def _saved(value: Background | SiteProfile) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        value.save(os.path.join(folder, "saved"))
        return Path(folder, "saved").read_bytes()


ARTICLES = [Article(f"{ARTICLE} Story {n} of the day.", id=n, site="x.example") for n in range(12)]
CSV = 'id,text,date\n1,"Two ""lines""\nof it",2022-04-11\n2,one,\n'

# Name: (the function, what makes the bytes to begin with)
TARGETS: dict[str, tuple[Callable[[bytes], None], Callable[[], bytes]]] = {
    "clean": (clean, ARTICLE.encode),
    "duplicates": (duplicates, lambda: f"{ARTICLE}\0{ARTICLE}Rain.\0Rain.\0".encode()),
    "rules": (rules, RULES.encode),
    "jsonl": (partial(reader, "in.jsonl"), RECORDS.encode),
    "csv": (partial(reader, "in.csv"), CSV.encode),
    "gz": (partial(reader, "in.jsonl.gz"), lambda: gzip.compress(RECORDS.encode(), mtime=0)),
    "zst": (partial(reader, "in.jsonl.zst"), lambda: __import__("zstandard").ZstdCompressor().compress(RECORDS.encode())),
    "parquet": (partial(reader, "in.parquet"), partial(_table, "parquet")),
    "arrow": (partial(reader, "in.arrow"), partial(_table, "arrow")),
    "background": (background, lambda: _saved(Background.fit(ARTICLES))),
    "profiles": (profiles, lambda: _saved(SiteProfile.fit(ARTICLES, site="x.example"))),
    "index database": (partial(index, "index.sqlite"), lambda: small_index()["index.sqlite"]),
    "index entries": (partial(index, "entries"), lambda: next(v for k, v in small_index().items() if k[:3] == "ent")),
    "index bands": (partial(index, "bands"), lambda: next(v for k, v in small_index().items() if k[:3] == "ban")),
    "parts manifest": (partial(parts, "manifest"), lambda: small_parts()["manifest.json"]),
    "parts journal": (partial(parts, "journal"), lambda: small_parts()["journal.jsonl"]),
    "parts arrays": (partial(parts, "pairs"), lambda: small_parts()["pairs.npz"]),
}  # fmt: skip
