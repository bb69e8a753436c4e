"""All contestants on the same queries, in turns: what disturbs the machine disturbs all."""

from __future__ import annotations

import gc
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from benchmarks.search.cases import Case, recall
from benchmarks.search.contestant import ENGINE, EXACT, HNSW, Contestant
from benchmarks.search.gallery import Matrix

# Queries in one turn. One unmeasured query goes before them: straight after another contestant's
# turn the processor's caches hold that one's data (an exact scan of 6 rows: 0.7 ms, not 0.4).
TURN = 5
# Who takes this many times the cheapest statement's time in the first turn is asked no more: HNSW
# at 0.01 % of 100,000 takes 657 ms where an exact scan takes 0.2.
HOPELESS = 20


@dataclass
class Result:
    """What one contestant needed, in CPU milliseconds, and how right it was.

    `server_ms` is the part of `cpu_ms` that Postgres spent.
    """

    family: str
    setting: str
    cpu_ms: list[float] = field(default_factory=list)
    server_ms: list[float] = field(default_factory=list)
    recalls: list[float] = field(default_factory=list)

    @property
    def p50(self) -> float:
        return float(np.percentile(self.cpu_ms, 50))

    @property
    def p95(self) -> float:
        return float(np.percentile(self.cpu_ms, 95))

    @property
    def server_p50(self) -> float:
        return float(np.percentile(self.server_ms, 50))

    @property
    def recall(self) -> float:
        return float(np.mean(self.recalls))


def race(contestants: Sequence[Contestant], case: Case, *, seed: int = 1) -> list[Result]:
    """A result for each contestant, in their order."""
    results = [Result(each.family, each.setting) for each in contestants]
    for contestant in contestants:
        contestant.prepare(case)
    gc.collect()
    gc.freeze()  # the gallery's objects are not for a contestant's garbage collection to walk
    order = list(zip(contestants, results, strict=True))
    dice = random.Random(seed)
    for start in range(0, len(case.queries), TURN):
        if start == TURN:
            order = _in_the_running(order)
        dice.shuffle(order)
        for contestant, result in order:
            contestant.ask(case.queries[start - 1])
            for number in range(start, min(start + TURN, len(case.queries))):
                found = _measure(contestant, case.queries[number], result)
                result.recalls.append(recall(found, case.truth[number]))
    return results


def _in_the_running(order: list[tuple[Contestant, Result]]) -> list[tuple[Contestant, Result]]:
    """Without those that are HOPELESS after one turn. The engine always stays."""
    cheapest = min(result.p50 for _, result in order if result.family in {HNSW, EXACT})
    return [
        (contestant, result)
        for contestant, result in order
        if result.family == ENGINE or result.p50 <= HOPELESS * cheapest
    ]


def _measure(contestant: Contestant, vector: Matrix, result: Result) -> list[int]:
    """The answer. Reading the server's clock costs the client time, so its own is read inside."""
    server = contestant.server
    server_before = server.read() if server else 0
    client_before = contestant.client_ns()
    found = contestant.ask(vector)
    client = contestant.client_ns() - client_before
    spent = server.read() - server_before if server else 0
    result.server_ms.append(spent / 1e6)
    result.cpu_ms.append((client + spent) / 1e6)
    return found
