"""Exact or HNSW: decided from how many rows pass, because the planner is wrong in a wide window."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt

from django.conf import settings

from search.engine.estimate import passing_rows
from search.engine.filters import Resolved
from search.engine.statistics import Statistics

EXACT = "exact"
HNSW = "hnsw"

MOST_EF_SEARCH = 1_000  # pgvector's own limit
# What suffices for ten is measured with the gallery's own pictures; customers' are a bit harder.
HEADROOM = 1.25
# The k nearest that pass are .99 right where, of the images that HNSW considers, k + 25 * sqrt(k)
# pass, less 180 in all: at 100,000 x 512 the ten nearest of 50, 20 and 10 % need 50, 300 and 800.
# From a few hundred on the first of them are right anyway.
MARGIN, MOST_MARGIN = 25, 250
EASY = 180
# As many standard deviations may the number of those that pass fall short of what is expected; a
# product's images pass together, which makes it vary more.
DEVIATIONS = 4


@dataclass(frozen=True, slots=True)
class Plan:
    """`name` is EXACT or HNSW, `passing` the rows that it was chosen for (None: nothing to choose).

    HNSW considers `steps` images, the more the surer, and gives the nearest `rows` of them to the
    filter.
    """

    name: str
    passing: int | None = None
    steps: int = 0
    rows: int = 0

    @property
    def ef_search(self) -> int:
        return min(self.steps, MOST_EF_SEARCH)


def choose(
    statistics: Statistics, resolved: Resolved, *, wanted: int, margin: float | None = None
) -> Plan:
    """The cheaper way to the `wanted` nearest images that still finds them.

    `margin` is how many more must pass among those considered; without one, as many as make recall
    .99. Without a valid index, or in a small gallery, every row is compared.
    """
    index = statistics.index
    if not index.valid or index.rows < settings.HNSW_MIN_ROWS:
        return Plan(EXACT)
    passing = passing_rows(statistics, resolved)
    rows = rows_to_look_at(statistics, passing=passing, wanted=wanted)
    steps = hnsw_steps(statistics, passing=passing, wanted=wanted, margin=margin)
    steps = max(steps, min(rows, MOST_EF_SEARCH))
    if passing <= max(steps, rows) * settings.HNSW_STEP_ROWS:
        return Plan(EXACT, passing)
    return Plan(HNSW, passing, steps, rows)


def hnsw_steps(
    statistics: Statistics, *, passing: int, wanted: int, margin: float | None = None
) -> int:
    """How many images HNSW must consider, so that the nearest `wanted` that pass are right.

    Exact compares each of n passing rows, HNSW considers wanted * N / n: so they meet where n grows
    with sqrt(wanted * N), at 37 * sqrt(N) for ten.
    """
    among = statistics.index.rows / max(1, passing)
    measured = statistics.index.ef_search
    for_ten = ceil(HEADROOM * measured) if measured else settings.HNSW_EF_SEARCH
    if margin is None:
        margin = min(MARGIN * sqrt(wanted), MOST_MARGIN)
    return max(for_ten, ceil((wanted + margin) * among) + for_ten - EASY)


def rows_to_look_at(statistics: Statistics, *, passing: int, wanted: int) -> int:
    """How many of the nearest images hold `wanted` that pass, if those that pass lie anywhere."""
    total = statistics.index.rows
    if passing >= total:
        return wanted
    spread = DEVIATIONS * sqrt(wanted * statistics.images_per_product)
    return ceil((wanted + spread) * total / max(1, passing))
