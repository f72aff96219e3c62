"""Draw what benchmarks/README.md shows of near-duplicates, as SVG.

    python benchmarks/vs_peers_neardup.py --json peers.json
    python benchmarks/plot_neardup.py --peers peers.json --out benchmarks

Writes ``neardup_speed.svg``, articles a second of each tool, and ``neardup_bands.svg``, the probability that a pair of
a given Jaccard similarity becomes a candidate: newsclean's ring of 128 bands of 3 over 128 slots, simulated here, and
bands side by side as others set them.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from newsclean.neardup.bands import BAND_SLOTS
from newsclean.neardup.params import BandParams
from newsclean.neardup.signatures import SLOTS

STYLE = 'font-family="sans-serif" font-size="13" fill="#222"'
COLOURS = ("#b3422b", "#33608c", "#5b8a3a", "#8a6d3a")
SIDE_BY_SIDE = (BandParams(32, 4), BandParams(20, 13), BandParams(14, 8))


def svg(width: int, height: int, parts: list[str]) -> str:
    body = "\n".join(parts)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {STYLE}>'
    return f'{head}\n<rect width="{width}" height="{height}" fill="white"/>\n{body}\n</svg>\n'


def speed(rows: list[dict]) -> str:
    fastest = max(row["articles_a_second"] for row in rows)
    parts = []
    for number, row in enumerate(rows):
        top, length = 12 + 30 * number, 330 * row["articles_a_second"] / fastest
        colour = COLOURS[0] if row["name"].startswith("newsclean") else COLOURS[1]
        parts.append(f'<text x="205" y="{top + 15}" text-anchor="end">{row["name"]}</text>')
        parts.append(f'<rect x="212" y="{top}" width="{length:.0f}" height="20" fill="{colour}"/>')
        recall = "" if row["recall"] is None else f", recall {row['recall']:.3f}, precision {row['precision']:.3f}"
        parts.append(f'<text x="{218 + length:.0f}" y="{top + 15}">{row["articles_a_second"]:.0f}/s{recall}</text>')
    return svg(820, 20 + 30 * len(rows), parts)


def ring(similarity: float, pairs: int = 4000) -> float:
    """Return the share of simulated pairs that agree in a band of the ring."""
    agree = np.random.default_rng(1).random((pairs, SLOTS)) < similarity
    return float(agree[:, BAND_SLOTS].all(axis=2).any(axis=1).mean())


def bands() -> str:
    steps = np.linspace(0, 1, 51).tolist()
    curves = [("newsclean: ring, 128 slots", [ring(step) for step in steps])]
    curves += [
        (f"{p.bands} bands of {p.rows}, {p.slots} slots", [p.probability(s) for s in steps]) for p in SIDE_BY_SIDE
    ]
    parts = ['<path d="M60 20 V320 H560" fill="none" stroke="#222"/>']
    for tenth in range(0, 11, 2):
        parts.append(f'<text x="{60 + 50 * tenth}" y="340" text-anchor="middle">{tenth / 10:.1f}</text>')
        parts.append(f'<text x="52" y="{325 - 30 * tenth}" text-anchor="end">{tenth / 10:.1f}</text>')
    parts.append('<text x="310" y="362" text-anchor="middle">Jaccard similarity of word shingles</text>')
    parts.append('<text x="66" y="14">probability to become a candidate</text>')
    for number, (name, values) in enumerate(curves):
        points = " ".join(f"{60 + 500 * s:.0f},{320 - 300 * v:.0f}" for s, v in zip(steps, values, strict=True))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{COLOURS[number]}" stroke-width="2"/>')
        parts.append(f'<text x="575" y="{60 + 24 * number}" style="fill:{COLOURS[number]}">{name}</text>')
    return svg(800, 375, parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=Path, help="what vs_peers_neardup.py --json wrote; left out: no speed figure")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    given = parser.parse_args()
    given.out.joinpath("neardup_bands.svg").write_text(bands(), encoding="utf-8")
    if given.peers:
        rows = json.loads(given.peers.read_text(encoding="utf-8"))["rows"]
        given.out.joinpath("neardup_speed.svg").write_text(speed(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
