"""How good is extraction, where is it worse, and is its confidence true? As Markdown, for docs/quality.md.

Give a file of annotated articles; without one the samples' own annotation is taken, which is small and easy.
"""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from kg.evaluation.errors import KINDS, explain
from kg.evaluation.gold import read_gold
from kg.evaluation.score import FIGURES, PRF, align, outlet_of, score, score_acts, score_by
from kg.extract import extract
from kg.model import Extraction

MINIMA = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
BINS = 5


def main() -> None:
    path = sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent / "data" / "gold"
    gold = read_gold(path)
    found = [extract(extraction.article) for extraction in gold]
    print_figures(score(gold, found))
    print_outlets(score_by(gold, found, outlet_of))
    print_acts(score_acts(gold, found))
    print_mistakes(gold, found)
    print_confidence(gold, found)
    print_curve(gold)


def print_figures(figures: dict[str, PRF]) -> None:
    rows = [(name, f"{f.precision:.3f}", f"{f.recall:.3f}", f"{f.f1:.3f}", f.gold) for name, f in figures.items()]
    print_table(("figure", "precision", "recall", "F1", "in gold"), rows)


def print_outlets(outlets: dict[str, dict[str, PRF]]) -> None:
    sizes = [("statements", *(figures["span"].gold for figures in outlets.values()))]
    rows = [(name, *(f"{figures[name].f1:.3f}" for figures in outlets.values())) for name in FIGURES]
    print_table(("F1", *outlets), sizes + rows)


def print_acts(acts: dict[str, PRF]) -> None:
    rows = [(act, f.gold, f"{f.precision:.2f}", f"{f.recall:.2f}", f"{f.f1:.2f}") for act, f in acts.items()]
    print_table(("act", "in gold", "precision", "recall", "F1"), rows)


def print_mistakes(gold: Sequence[Extraction], found: Sequence[Extraction]) -> None:
    counts = dict.fromkeys(KINDS, 0)
    for mistake in explain(gold, found):
        counts[mistake.kind] += 1
    rows = [(f"`{kind}`", counts[kind], KINDS[kind]) for kind in sorted(KINDS, key=lambda kind: -counts[kind])]
    print_table(("kind", "count", "what it is"), rows)


def print_confidence(gold: Sequence[Extraction], found: Sequence[Extraction]) -> None:
    """Print bins of equal size, the calibration error, the chance to rank right over wrong, and the halves."""
    judged = []
    for alignment in align(gold, found):
        right = {j for _, j in alignment.agreed}
        judged += [(s.confidence, j in right) for j, s in enumerate(alignment.predicted.statements)]
    judged.sort()
    size = len(judged)
    bins = [judged[size * n // BINS : size * (n + 1) // BINS] for n in range(BINS)]
    rows = []
    error = 0.0
    for part in bins:
        told, true = _mean(c for c, _ in part), _mean(r for _, r in part)
        error += abs(told - true) * len(part) / size
        rows.append((f"{part[0][0]:.2f}–{part[-1][0]:.2f}", len(part), f"{told:.3f}", f"{true:.3f}"))
    print_table(("confidence", "statements", "mean confidence", "share right"), rows)
    right, wrong = [c for c, r in judged if r], [c for c, r in judged if not r]
    better = _mean((a > b) + (a == b) / 2 for a in right for b in wrong)
    halves = _mean(r for _, r in judged[size // 2 :]), _mean(r for _, r in judged[: size // 2])
    print(f"Expected calibration error {error:.3f}; right over wrong {better:.3f} (AUROC);", end=" ")
    print(f"precision of the more confident half {halves[0]:.3f}, of the other {halves[1]:.3f}.\n")


def print_curve(gold: Sequence[Extraction]) -> None:
    everything = [extract(extraction.article, min_confidence=0) for extraction in gold]
    rows = []
    for least in MINIMA:
        kept = [_surer(extraction, least) for extraction in everything]
        figure = score(gold, kept)["statement"]
        rows.append((f"{least:.1f}", f"{figure.precision:.3f}", f"{figure.recall:.3f}", f"{figure.f1:.3f}"))
    print_table(("`--min-confidence`", "precision", "recall", "F1"), rows)


def print_table(head: Sequence[object], rows: Iterable[Sequence[object]]) -> None:
    for row in (head, ["---"] * len(head), *rows):
        print("| " + " | ".join(map(str, row)) + " |")
    print()


def _surer(extraction: Extraction, least: float) -> Extraction:
    kept = tuple(replace(s, within=None) for s in extraction.statements if s.confidence >= least)
    return replace(extraction, statements=kept)


def _mean(numbers: Iterable[float]) -> float:
    values = list(numbers)
    return sum(values) / len(values) if values else 0.0


if __name__ == "__main__":
    main()
