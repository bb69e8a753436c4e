"""The two lists of races: nearest images beside the peers, and the whole search."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from django.db import connection

from benchmarks.search.bare import bare_statements
from benchmarks.search.cases import IMAGES, PRODUCTS, Case, make_cases
from benchmarks.search.contestant import Contestant
from benchmarks.search.engine import Engine, ImageRanking, WholeSearch
from benchmarks.search.gallery import Gallery
from benchmarks.search.race import race
from benchmarks.search.report import Row, row_of
from search.models import EmbeddingSpace

IMAGES_K, IMAGES_GOAL = 10, 0.99
PRODUCTS_K, PRODUCTS_GOAL = 24, 0.98

Say = Callable[[str], None]


def image_rows(
    gallery: Gallery,
    space: EmbeddingSpace,
    peers: Sequence[Contestant],
    *,
    queries: int,
    say: Say,
) -> list[Row]:
    """The 10 nearest images, each for itself."""
    engine = ImageRanking(space)
    rivals: list[Contestant] = [*bare_statements(space, kind=IMAGES), *peers]
    cases = make_cases(gallery, kind=IMAGES, k=IMAGES_K, goal=IMAGES_GOAL, queries=queries)
    return _rows(engine, rivals, cases, say)


def product_rows(gallery: Gallery, space: EmbeddingSpace, *, queries: int, say: Say) -> list[Row]:
    """A page of 24 products through selectors.search(); the bare statements find only their ids."""
    engine = WholeSearch(space)
    rivals = bare_statements(space, kind=PRODUCTS)
    cases = make_cases(gallery, kind=PRODUCTS, k=PRODUCTS_K, goal=PRODUCTS_GOAL, queries=queries)
    return _rows(engine, rivals, cases, say)


def _rows(
    engine: Engine,
    rivals: Sequence[Contestant],
    cases: Iterable[Case],
    say: Say,
) -> list[Row]:
    rows = []
    for case in cases:
        say(case.name)
        results = race([engine, *rivals], case)
        plans = " or ".join(name for name, _ in engine.plans.most_common())
        rows.append(row_of(case, results, plan=plans))
    return rows


def machine() -> str:
    """What the figures were measured on, and how busy it was."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), current_setting('shared_buffers')"
        )
        version, buffers = cursor.fetchone()
    return (
        f"PostgreSQL {version.split()[0]}, shared_buffers {buffers}, {os.cpu_count()} cores,"
        f" {_processor()}, load {os.getloadavg()[1]:.1f}"
    )


def _processor() -> str:
    """The processor's name as Linux tells it."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
