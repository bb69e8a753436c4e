"""Exact or HNSW: decided from how many rows pass, because the planner is wrong in a wide window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, sqrt

from django.conf import settings

from search.engine.estimate import passing_rows
from search.engine.filters import Resolved
from search.engine.statistics import Statistics

EXACT = "exact"
HNSW = "hnsw"

MOST_EF_SEARCH = 1_000  # pgvector's own limit
# By so many standard deviations may fewer pass than is expected of the rows looked at: a first look
# that suffices two times in three, and a second one that nearly always does.
LOOKS = (0.5, 4.0)


@dataclass(frozen=True, slots=True)
class Plan:
    """`name` is EXACT or HNSW, `passing` the rows that it was chosen for (None: nothing to choose).

    HNSW gives the nearest `rows` images to the filter, found with a candidate list of `ef_search`.
    """

    name: str
    passing: int | None = None
    rows: int = 0
    ef_search: int = 0


def ways(statistics: Statistics, resolved: Resolved, *, wanted: int) -> Iterator[Plan]:
    """What to try in turn until `wanted` images are found, the last of them exact.

    Whoever finds enough has the nearest: those that pass among the nearest of all.
    """
    chosen = choose(statistics, resolved, wanted=wanted)
    if chosen.name == HNSW:
        yield choose(statistics, resolved, wanted=wanted, look=LOOKS[0])
        yield chosen
    yield Plan(EXACT, chosen.passing)


def choose(
    statistics: Statistics, resolved: Resolved, *, wanted: int, look: float = LOOKS[-1]
) -> Plan:
    """The cheaper way to the `wanted` nearest images that still finds them.

    Exact compares each of n passing rows, HNSW considers wanted * N / n: so they meet where n grows
    with sqrt(wanted * N). Without a valid index, or in a small gallery, every row is compared.
    """
    if not is_choice(statistics):
        return Plan(EXACT)
    index = statistics.index
    passing = passing_rows(statistics, resolved)
    rows = rows_to_look_at(statistics, passing=passing, wanted=wanted, look=look)
    sure = rows_to_look_at(statistics, passing=passing, wanted=wanted)
    measured = index.ef_search or settings.HNSW_EF_SEARCH
    for_ten = max(measured, settings.HNSW_LEAST_EF_SEARCH)
    if passing <= max(for_ten, sure) * settings.HNSW_STEP_ROWS:
        return Plan(EXACT, passing)
    return Plan(HNSW, passing, rows, ef_search=min(max(for_ten, rows), MOST_EF_SEARCH))


def is_choice(statistics: Statistics) -> bool:
    """Whether there is an index, and one that is worth asking."""
    return statistics.index.valid and statistics.index.rows >= settings.HNSW_MIN_ROWS


def rows_to_look_at(
    statistics: Statistics, *, passing: int, wanted: int, look: float = LOOKS[-1]
) -> int:
    """How many of the nearest images hold `wanted` that pass, if those that pass lie anywhere. A
    product's images pass together, so that the number varies more."""
    total = statistics.index.rows
    if passing >= total:
        return wanted
    spread = look * sqrt(wanted * statistics.images_per_product)
    return ceil((wanted + spread) * total / max(1, passing))
