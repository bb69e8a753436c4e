"""Several ways to do one thing, turn by turn: a busy moment of the machine hits them all."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping

Work = Callable[[], object]


def interleaved(
    ways: Mapping[str, Work], *, rounds: int, per: int = 1, warm: int = 2
) -> dict[str, float]:
    """Median CPU milliseconds of the whole process for each way, divided by `per` (pictures in one
    call). Threads that a library keeps for itself count too."""
    for work in ways.values():
        for _ in range(warm):
            work()
    spent: dict[str, list[int]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, work in ways.items():
            started = time.process_time_ns()
            work()
            spent[name].append(time.process_time_ns() - started)
    return {name: statistics.median(each) / 1e6 / per for name, each in spent.items()}
