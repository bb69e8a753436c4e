"""Notes of a search on its way, where somebody asked for them.

Nobody's search pays for it: without a trace, a note is one look at a context variable. What is
noted lies deep below the one who asks, in functions that would otherwise all carry it along.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from search.engine.explaining.explanation import Fusion, Look, Reading, Statement


@dataclass(slots=True)
class Trace:
    """What was noted so far. `step` is the part of the search that is at work."""

    step: str = ""
    frozen: bool = False
    looks: list[Look] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    fusion: Fusion | None = None
    statements: list[Statement] = field(default_factory=list)

    def asked(self, started: float) -> None:
        """A statement that began at `started`, on the clock of time.perf_counter()."""
        self.statements.append(Statement(self.step, 1000 * (time.perf_counter() - started)))


_current: ContextVar[Trace | None] = ContextVar("trace", default=None)
# Facets are counted by the same functions that find what is shown; they aren't the answer.
FINDING = "nearest"


@contextmanager
def tracing() -> Iterator[Trace]:
    """Notes what a search does inside the block, in this thread."""
    trace = Trace()
    token = _current.set(trace)
    try:
        with connection.execute_wrapper(_orm_statement):
            yield trace
    finally:
        _current.reset(token)


def current() -> Trace | None:
    """The trace that notes what happens here; None as a rule."""
    return _current.get()


def finding() -> Trace | None:
    """The same, while the products of the answer are being looked for."""
    trace = _current.get()
    return trace if trace is not None and trace.step == FINDING else None


def _orm_statement(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
) -> Any:
    started = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        if trace := _current.get():
            trace.asked(started)
