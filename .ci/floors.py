"""Floors for cleaning: no extractor's F1 falls, overall F1 rises by 0.017 or more, content lost at most 0.05 %."""

import json
import sys
from pathlib import Path

scores = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))


def f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall)


faults = []
for name, s in scores.items():
    before = f1(s["shingle_p_before"], s["shingle_r_before"])
    after = f1(s["shingle_p_after"], s["shingle_r_after"])
    floor = 0.017 if name == "ALL" else 0.0
    if after - before < floor:
        faults.append(f"{name}: F1 {before:.4f} -> {after:.4f}, wanted a rise of {floor} or more")
    if name == "ALL":
        print(f"F1 {before:.4f} -> {after:.4f}, content lost {100 * s['content_lost']:.3f} %")
if scores["ALL"]["content_lost"] > 0.0005:
    faults.append(f"content lost {scores['ALL']['content_lost']:.4%}, at most 0.05 % is allowed")
sys.exit("\n".join(faults) if faults else 0)
