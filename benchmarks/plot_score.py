"""Draw the curve on which the profiles of cleaning are points, as SVG.

    python benchmarks/fit_score.py DATA --out weights.json --curve curve.json
    python benchmarks/plot_score.py curve.json --out benchmarks

Writes ``score_curve.svg``: the share of boilerplate characters removed against the share of content characters lost, on
sites that the weights were not fitted on, rules included. The dots are the limits that ``weights.json`` ships.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from plot_neardup import COLOURS, svg

from newsclean.clean.score.model import shipped_model

MOST = 0.7  # per cent of content lost


def figure(curves: dict[str, list[list[float]]], limits: dict[str, float]) -> str:
    parts = ['<path d="M60 20 V320 H560" fill="none" stroke="#222"/>']
    for tenth in range(8):
        parts.append(f'<text x="{60 + 500 * tenth / 7:.0f}" y="340" text-anchor="middle">{tenth / 10:.1f} %</text>')
    for share in range(0, 81, 20):
        parts.append(f'<text x="52" y="{325 - 300 * share / 80:.0f}" text-anchor="end">{share} %</text>')
    parts.append('<text x="310" y="362" text-anchor="middle">content lost</text>')
    parts.append('<text x="66" y="14">boilerplate removed</text>')
    for number, (profile, points) in enumerate(curves.items()):
        at = [(60 + 500 * 100 * lost / MOST, 320 - 300 * removed / 0.8) for _, removed, lost, _ in points]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{COLOURS[number]}" stroke-width="2"/>')
        # The first point whose limit is no higher than the profile's: what the profile takes, and no more.
        (x, y) = next((p for p, point in zip(at, points, strict=True) if point[0] <= limits[profile]), at[-1])
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{COLOURS[number]}"/>')
        parts.append(f'<text x="575" y="{60 + 24 * number}" style="fill:{COLOURS[number]}">{profile}</text>')
    return svg(700, 375, parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("curve", type=Path)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    given = parser.parse_args()
    curves = json.loads(given.curve.read_text(encoding="utf-8"))
    given.out.joinpath("score_curve.svg").write_text(figure(curves, dict(shipped_model().thresholds)), encoding="utf-8")


if __name__ == "__main__":
    main()
