"""Both ways on the same questions in turns: what disturbs the machine disturbs both."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from django.db import connection, transaction

from benchmarks.search.clock import ServerClock
from benchmarks.text import baseline
from benchmarks.text.questions import Kind
from search.engine.filters import Resolved, resolve
from search.engine.fusion import fuse
from search.engine.text import products_by_words

LIMIT = 480

Way = Callable[[str, Resolved], list[int]]


@dataclass
class Result:
    """CPU milliseconds of each question, Postgres's part, and how many products were found."""

    name: str
    cpu_ms: list[float] = field(default_factory=list)
    server_ms: list[float] = field(default_factory=list)
    found: list[int] = field(default_factory=list)

    def p(self, percent: float) -> float:
        return float(np.percentile(self.cpu_ms, percent))


def new_way(text: str, resolved: Resolved) -> list[int]:
    return products_by_words(text, resolved=resolved, limit=LIMIT)


def old_way(text: str, resolved: Resolved) -> list[int]:
    return baseline.products_by_words(text, resolved=resolved, limit=LIMIT)


class Hybrid:
    """The text side beside a photo that found these products, and both rankings made one."""

    def __init__(self, near: list[int]) -> None:
        self.near = near

    def new(self, text: str, resolved: Resolved) -> list[int]:
        near = [] if resolved.filters else self.near
        found = products_by_words(text, resolved=resolved, limit=LIMIT, near=near)
        return fuse(near, found)[:LIMIT]

    def old(self, text: str, resolved: Resolved) -> list[int]:
        near = [] if resolved.filters else self.near
        return fuse(near, old_way(text, resolved))[:LIMIT]


def race(kind: Kind, ways: dict[str, Way]) -> list[Result]:
    """A result for each way. One unmeasured question goes first: it fills caches and plans."""
    clock = ServerClock(_backend())
    results = {name: Result(name) for name in ways}
    with transaction.atomic():
        resolved = resolve(kind.filters)
        for number, text in enumerate([kind.texts[-1], *kind.texts]):
            order = list(ways.items())
            for name, way in order if number % 2 else reversed(order):
                server = clock.read()
                client = time.thread_time_ns()
                found = way(text, resolved)
                client = time.thread_time_ns() - client
                server = clock.read() - server
                if number:
                    results[name].cpu_ms.append((client + server) / 1e6)
                    results[name].server_ms.append(server / 1e6)
                    results[name].found.append(len(found))
    return list(results.values())


def _backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [(pid,)] = cursor.fetchall()
    return int(pid)
