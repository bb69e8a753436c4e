"""One line for several sets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from search.evaluation.manifest import LEVELS
from search.evaluation.metrics import CUTS, DEPTH

FIGURES = (*(f"R@{k}" for k in CUTS), f"mAP@{DEPTH}")


def mean_of(found: Sequence[dict[str, Any]]) -> dict[str, float | int]:
    """The plain mean of each figure over all tasks, a task being a level of a set, and how many
    `tasks` there are. Tasks that asked nothing are left out."""
    tasks = [each[level] for each in found for level in LEVELS if FIGURES[0] in each.get(level, {})]
    if not tasks:
        return {"tasks": 0}
    means = {name: sum(task[name] for task in tasks) / len(tasks) for name in FIGURES}
    return {**means, "tasks": len(tasks)}
