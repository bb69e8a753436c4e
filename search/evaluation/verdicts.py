"""What the bands say of hits that are known to be right, wrong, or not to be had at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from search.engine.bands import WEAK, band
from search.engine.calibration import RULE
from search.evaluation.asking import Answer
from search.evaluation.manifest import EvaluationSet

NAMES = (*RULE, WEAK)


def verdicts(
    given: EvaluationSet, answers: Sequence[Answer], bands: Mapping[str, float]
) -> dict[str, Any]:
    """The shares of each band among the queries' first hits, and how many these are.

    `right`: the first hit is of the query's product; `wrong`: of another; `foreign`: the first hit
    once that product is taken away, as for a photo of something that the shop doesn't have.
    """
    right: list[float] = []
    wrong: list[float] = []
    for row, answer in zip(given.queries, answers, strict=True):
        found = given.gallery[answer.places[0]]
        (right if found["product_id"] == row["product_id"] else wrong).append(answer.distance)
    foreign = [each.without_own for each in answers if each.without_own is not None]
    kinds = {"right": right, "wrong": wrong, "foreign": foreign}
    return {kind: _shares(distances, bands) for kind, distances in kinds.items()}


def _shares(distances: Sequence[float], bands: Mapping[str, float]) -> dict[str, float | int]:
    counted = Counter(band(each, bands) for each in distances)
    shares = {name: counted[name] / len(distances) for name in NAMES} if distances else {}
    return {**shares, "queries": len(distances)}
