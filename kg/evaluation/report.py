"""The figures and the mistakes in writing: tables for people, JSON for programs."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict

from kg.evaluation.errors import KINDS, Mistake
from kg.evaluation.score import PRF


def to_text(figures: Mapping[str, PRF]) -> str:
    """Return the figures as an aligned table.

    Example:
        >>> print(to_text({"statement": PRF(3, 4, 5)}))
                        P      R     F1   gold   pred
        statement   0.600  0.750  0.667      4      5
    """
    width = max([10, *map(len, figures)])
    head = f"{'':{width}} {'P':>6} {'R':>6} {'F1':>6} {'gold':>6} {'pred':>6}"
    rows = [
        f"{name:{width}} {f.precision:6.3f} {f.recall:6.3f} {f.f1:6.3f} {f.gold:6d} {f.predicted:6d}"
        for name, f in figures.items()
    ]
    return "\n".join([head, *rows])


def to_json(figures: Mapping[str, PRF]) -> str:
    """Return the figures as one JSON object."""
    return json.dumps({name: _as_record(figure) for name, figure in figures.items()})


def to_json_by_group(groups: Mapping[str, Mapping[str, PRF]]) -> str:
    """Return the figures of several groups of articles as one JSON object."""
    return json.dumps(
        {group: {name: _as_record(f) for name, f in figures.items()} for group, figures in groups.items()}
    )


def _as_record(figure: PRF) -> dict[str, float]:
    return {
        "precision": round(figure.precision, 4),
        "recall": round(figure.recall, 4),
        "f1": round(figure.f1, 4),
        "gold": figure.gold,
        "predicted": figure.predicted,
    }


def to_columns(groups: Mapping[str, Mapping[str, PRF]]) -> str:
    """Return the F1 of several groups of articles as an aligned table, a column a group.

    Example:
        >>> print(to_columns({"isna": {"act": PRF(3, 4, 5)}, "fars": {"act": PRF(1, 2, 2)}}))
                     isna   fars
        act         0.667  0.500
    """
    widths = {group: max(7, len(group) + 1) for group in groups}
    names = list(next(iter(groups.values()), {}))
    head = f"{'':10}" + "".join(f"{group:>{widths[group]}}" for group in groups)
    rows = [
        f"{name:10}" + "".join(f"{figures[name].f1:{widths[group]}.3f}" for group, figures in groups.items())
        for name in names
    ]
    return "\n".join([head, *rows])


def to_groups(mistakes: Iterable[Mistake], examples: int) -> str:
    """Return the mistakes by kind, the most frequent kind first, with its count and some examples.

    Args:
        mistakes: In any order; the first of each kind are shown, an article at most once while others have some.
        examples: How many of each kind.

    Example:
        >>> print(to_groups([Mistake("act", "a", "راه باز است", "announce", "deny")], 3).expandtabs(4))
        act 1   extent and speaker are right, the act is not
            a   announce    deny    راه باز است
    """
    by_kind: dict[str, list[Mistake]] = {kind: [] for kind in KINDS}
    for mistake in mistakes:
        by_kind[mistake.kind].append(mistake)
    lines = []
    for kind, found in sorted(by_kind.items(), key=lambda item: -len(item[1])):
        if found:
            lines.append(f"{kind}\t{len(found)}\t{KINDS[kind]}")
            lines += [f"\t{mistake}" for mistake in _spread(found)[:examples]]
    return "\n".join(lines)


def to_json_lines(mistakes: Iterable[Mistake]) -> str:
    """Return the mistakes as JSON, one object a line."""
    return "\n".join(json.dumps(asdict(mistake), ensure_ascii=False) for mistake in mistakes)


def _spread(mistakes: Iterable[Mistake]) -> list[Mistake]:
    """Order mistakes so that each article's first comes before any article's second."""
    seen: dict[str, int] = {}
    ranked = []
    for mistake in mistakes:
        seen[mistake.article] = seen.get(mistake.article, 0) + 1
        ranked.append((seen[mistake.article], mistake))
    return [mistake for _, mistake in sorted(ranked, key=lambda pair: pair[0])]
