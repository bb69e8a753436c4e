"""Hit rate and mean average precision of ranked lists against labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

DEPTH = 10
CUTS = (1, 5, 10)


def measured(
    ranked: Sequence[Sequence[str]], asked: Sequence[str], gallery: Sequence[str]
) -> dict[str, float | int]:
    """R@1, R@5, R@10 and mAP@10 of the queries that have a relevant picture in the gallery.

    `ranked` holds, for each query, the labels of the gallery pictures found, nearest first; `asked`
    the queries' own labels; `gallery` those of all gallery pictures. Queries without any relevant
    picture are left out and counted as `skipped`. R@k is the share of queries with a relevant
    picture among the first k; mAP@10 the mean of

        1 / min(10, relevant) * sum over i <= 10 of precision(i) * relevant(i)
    """
    there = Counter(gallery)
    judged = [
        ([found == label for found in labels[:DEPTH]], there[label])
        for labels, label in zip(ranked, asked, strict=True)
        if there[label]
    ]
    counts: dict[str, float | int] = {
        "queries": len(judged),
        "skipped": len(asked) - len(judged),
        "gallery": len(gallery),
    }
    if not judged:
        return counts
    rates = {f"R@{k}": _mean([float(any(hits[:k])) for hits, _ in judged]) for k in CUTS}
    precision = _mean([_average_precision(hits, relevant) for hits, relevant in judged])
    return {**rates, f"mAP@{DEPTH}": precision, **counts}


def _average_precision(hits: Sequence[bool], relevant: int) -> float:
    found, total = 0, 0.0
    for place, hit in enumerate(hits, start=1):
        if hit:
            found += 1
            total += found / place
    return total / min(DEPTH, relevant)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
