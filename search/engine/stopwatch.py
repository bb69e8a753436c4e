"""What each step of a search took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from search.engine.explaining.trace import current


class Stopwatch:
    """Adds up wall-clock milliseconds by the name of a step; running since it was made."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._steps: dict[str, float] = {}

    @contextmanager
    def __call__(self, step: str) -> Iterator[None]:
        if trace := current():
            trace.step = step
        started = time.perf_counter()
        yield
        self._steps[step] = self._steps.get(step, 0.0) + _since(started)

    def took_ms(self, total: str) -> dict[str, float]:
        """The steps, and all the time until now under the name `total`."""
        return {**self._steps, total: _since(self._started)}


def _since(started: float) -> float:
    return 1000 * (time.perf_counter() - started)
