"""A file that was cut off or changed on disk gives articles or an error that names it: no traceback, no crash."""

import bz2
import csv
import gzip
import io
import json
import lzma
import random

import pytest

from newsclean.errors import NewscleanError
from newsclean.io import Fields, find_sources, read_records

pa = pytest.importorskip("pyarrow")
zstandard = pytest.importorskip("zstandard")
import pyarrow.ipc  # noqa: E402
import pyarrow.parquet  # noqa: E402

ROWS = [
    {"id": f"a{n}", "text": f"The river rose “by {n} metres” overnight.\nHide Ad", "read": n, "site": "x.example"}
    for n in range(12)
]
JSONL = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS).encode()


def as_csv():
    out = io.StringIO()
    writer = csv.DictWriter(out, ROWS[0].keys())
    writer.writeheader()
    writer.writerows(ROWS)
    return out.getvalue().encode()


def as_table(write):
    out = io.BytesIO()
    write(pa.Table.from_pylist(ROWS), out)
    return out.getvalue()


def as_arrow(table, out):
    with pa.ipc.new_file(out, table.schema) as writer:
        writer.write_table(table)


def as_stream(table, out):
    with pa.ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table)


FILES = {
    "in.jsonl": JSONL,
    "in.csv": as_csv(),
    "in.parquet": as_table(pyarrow.parquet.write_table),
    "in.arrow": as_table(as_arrow),
    "in.arrows": as_table(as_stream),
    "in.jsonl.gz": gzip.compress(JSONL, mtime=0),
    "in.jsonl.bz2": bz2.compress(JSONL),
    "in.jsonl.xz": lzma.compress(JSONL),
    "in.jsonl.zst": zstandard.ZstdCompressor().compress(JSONL),
}


def outcome(path, data):
    """Return how many records *data* gives, or what is said of it."""
    path.write_bytes(data)
    try:
        sources, _ = find_sources([str(path)])
        return len(list(read_records(sources, Fields())))
    except NewscleanError as error:
        return str(error)


@pytest.mark.parametrize("name", FILES)
def test_cut_off_anywhere(tmp_path, name):
    data = FILES[name]
    for length in {*range(0, len(data), 11), *range(len(data) - 20, len(data))}:
        told = outcome(tmp_path / name, data[:length])
        assert isinstance(told, int) or name in told
        if name.rpartition(".")[2] not in ("jsonl", "csv", "arrows"):  # those formats have no end of their own
            assert not isinstance(told, int), length


@pytest.mark.parametrize("name", FILES)
def test_with_bits_flipped(tmp_path, name):
    data, chance = FILES[name], random.Random(11)
    for _ in range(250):
        changed = bytearray(data)
        for _ in range(chance.choice((1, 1, 2, 6))):
            changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        told = outcome(tmp_path / name, bytes(changed))
        assert isinstance(told, int) or name in told
