"""Exact or HNSW: decided from how many rows pass, because the planner is wrong in a wide window."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from django.conf import settings
from django.db.models import QuerySet

from search.engine.estimate import passing_rows
from search.engine.index import find_index
from search.models import ImageEmbedding

EXACT = "exact"
HNSW = "hnsw"

# Measured with 960 wanted of 30,000 x 512: exact takes 7 ms to HNSW's 48 at 27 * sqrt(N) rows, 22
# to 32 at 71, and 29 to 17 at 173. For 10 wanted, the smaller EXACT_CROSSOVER holds.
CROSSOVER_PER_WANTED = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """`name` is EXACT or HNSW. `passing` and `gallery` are the row counts that it was chosen from,
    None where there was nothing to choose."""

    name: str
    passing: int | None = None
    gallery: int | None = None


def choose(
    *, space_id: int, passing: QuerySet[ImageEmbedding], narrowed: bool, wanted: int
) -> Plan:
    """The cheaper way to the `wanted` nearest images that still finds them.

    `narrowed` says whether there are filters. Without a valid index, or in a small gallery, every
    row is compared.
    """
    index = find_index(space_id)
    if not index.valid or index.rows < settings.HNSW_MIN_ROWS:
        return Plan(EXACT)
    count = passing_rows(passing) if narrowed else index.rows
    few = count <= crossover(gallery=index.rows, wanted=wanted)
    return Plan(EXACT if few else HNSW, passing=count, gallery=index.rows)


def crossover(*, gallery: int, wanted: int) -> int:
    """Up to this many passing rows, comparing them all is quicker than HNSW, and complete.

    Of N rows n pass: an exact search reads n, HNSW walks wanted * N / n until enough have passed;
    so they meet where n grows with sqrt(wanted * N).
    """
    factor = max(settings.EXACT_CROSSOVER, CROSSOVER_PER_WANTED * sqrt(wanted))
    return int(factor * sqrt(gallery))
