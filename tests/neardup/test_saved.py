"""What is on disk means the same tomorrow: hashes, signatures and band keys of a text are what they were.

An index and a background hold them. A change here needs a new name of the family, or a new version of the files.
"""

import json
from hashlib import blake2b

import numpy as np

from newsclean import Background, compare, find_duplicates
from newsclean.index.runs import band_keys
from newsclean.neardup.shingles import shingle_sets
from newsclean.neardup.signatures import sketch_oneperm

TEXTS = [
    "The river rose by two metres overnight and the old bridge was closed, said the council. Ünïcödé 字 ١٢ 𝔸.",
    "one two",
    "Rain. " * 40,
]


def digest(values, kind):
    return blake2b(values.astype(kind).tobytes(), digest_size=8).hexdigest()


def test_hashes_signatures_and_keys():
    shingles = shingle_sets(TEXTS)
    signatures = sketch_oneperm([shingles])
    assert digest(shingles.values, "<u8") == "19b6be37946af89e"
    assert digest(signatures, "<u4") == "45ede80b51175f72"
    assert digest(band_keys(signatures), "<u8") == "e20bf4a3cfddac07"
    assert np.diff(shingles.offsets).tolist() == [18, 1, 1]


def test_the_report_of_a_comparison():
    a, b = (
        "The river rose on Monday night and nobody slept at all.",
        "The river rose on Monday night and everybody slept.",
    )
    assert compare(a, b).to_dict() == {
        "format": "newsclean.comparison", "version": 1, "a": None, "b": None, "kind": None,
        "jaccard": 5 / 11, "containment": 5 / 7, "background": None,
        "shared": [{"a": [0, 34], "b": [0, 34], "words": 7, "common": 0.0}],
        "only_a": [[35, 54]], "only_b": [[35, 50]],
    }  # fmt: skip
    assert compare(a, b).text().splitlines() == [
        "a and b: no duplicates, jaccard 0.455, containment 0.714",
        "  both  [0:34] [0:34] 7 words: The river rose on Monday night and",
        "  only a  [35:54]: nobody slept at all",
        "  only b  [35:50]: everybody slept",
    ]


def test_the_report_of_a_collection():
    text = "The river rose on Monday night and nobody slept at all in Alton"
    assert find_duplicates([text, f"{text}!", "Other words are here."]).to_dict() == {
        "format": "newsclean.duplicates", "version": 1, "threshold": 0.45, "containment": 0.65,
        "keep_policy": "longest", "window_days": None, "linkage": "direct", "background": None,
        "sketch": {"family": "oneperm-2", "seed": 1, "slots": 128, "bands": 128, "rows": 3, "shingle": "word-3"},
        "pairs": [{"id": 1, "representative": 0, "kind": "near", "jaccard": 1.0, "containment": 1.0}],
        "groups": [{"members": [0, 1], "kept": 0, "kind": "near", "linkage": "direct"}],
        "keep": [0, 2], "drop": [1],
    }  # fmt: skip


def test_the_head_of_a_background(tmp_path):
    Background(np.array([3, 5], np.uint64), np.array([2, 11], np.uint32), 40).save(tmp_path / "b.npz")
    with np.load(tmp_path / "b.npz") as saved:
        assert json.loads(saved["header"].tobytes()) == {
            "format": "newsclean.background", "version": 1, "family": "splitmix64", "seed": "9e3779b97f4a7c15",
            "shingle": "word-3", "articles": 40,
        }  # fmt: skip
        assert (saved["shingles"].dtype, saved["shingles"].tolist()) == (np.dtype("<u8"), [3, 5])
        assert (saved["counts"].dtype, saved["counts"].tolist()) == (np.dtype("<u4"), [2, 11])
