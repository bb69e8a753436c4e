"""The engine under test: its image ranking, and the whole search as page and API call it."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections import Counter

from django.db import connection

from benchmarks.search.cases import Case
from benchmarks.search.clock import ServerClock
from benchmarks.search.contestant import ENGINE
from benchmarks.search.gallery import Matrix
from search import selectors
from search.engine import plan
from search.engine.filters import resolve
from search.engine.statistics import statistics_of
from search.engine.types import NO_FILTERS, Filters, Question
from search.models import EmbeddingSpace


class Engine(ABC):
    """What its two doors share. `plans` counts the plans that it chose in a case."""

    family = ENGINE
    setting: str

    def __init__(self, space: EmbeddingSpace) -> None:
        self.space = space
        self.plans: Counter[str] = Counter()
        connection.ensure_connection()
        self.server = ServerClock(connection.connection.info.backend_pid)

    def prepare(self, case: Case) -> None:
        self.filters = Filters(tags=(case.tag,)) if case.tag else NO_FILTERS
        self.k = case.k
        self.plans.clear()

    @abstractmethod
    def ask(self, vector: Matrix) -> list[int]:
        """The ids found, best first."""

    def client_ns(self) -> int:
        return time.thread_time_ns()

    def _question(self, vector: Matrix) -> Question:
        return Question(vector=vector, space_id=self.space.pk, dim=self.space.dim)


class ImageRanking(Engine):
    """selectors.rank_images(): the k nearest images; `plans` is what it chooses."""

    setting = "rank images"

    def prepare(self, case: Case) -> None:
        super().prepare(case)
        chosen = plan.choose(statistics_of(self.space.pk), resolve(self.filters), wanted=self.k)
        self.plans[chosen.name] += 1

    def ask(self, vector: Matrix) -> list[int]:
        found = selectors.rank_images(
            question=self._question(vector), k=self.k, filters=self.filters
        )
        return [image_id for image_id, _ in found]


class WholeSearch(Engine):
    """selectors.search(): filters, nearest, grouping, product rows; no facets."""

    setting = "search"

    def ask(self, vector: Matrix) -> list[int]:
        result = selectors.search(
            question=self._question(vector), filters=self.filters, k=self.k, door="api"
        )
        self.plans[result.plan] += 1
        return [hit.product.pk for hit in result.hits]
