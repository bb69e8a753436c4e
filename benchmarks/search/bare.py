"""The bare SQL statements, prepared and binary: what hindsight picks the best of."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping

import psycopg
from pgvector import HalfVector
from pgvector.psycopg import register_vector

from benchmarks.search.cases import IMAGES, Case
from benchmarks.search.clock import ServerClock
from benchmarks.search.contestant import EXACT, HNSW
from benchmarks.search.gallery import Matrix
from catalog.models import Tag
from search.models import EmbeddingSpace, ImageEmbedding

MOST_VISITED = 100_000
EF_SEARCH = (40, 100, 200, 400, 800)
# Images fetched to find 24 distinct products among them; the last is what the engine fetches.
FETCHED = (100, 200, 400, 960)

PASSING = "FROM {table} WHERE space_id = {space} AND published {filter}"
STATEMENTS = {
    ("images", HNSW): "SELECT image_id {passing} ORDER BY {distance} LIMIT {k}",
    ("images", EXACT): """
        WITH scanned AS MATERIALIZED (SELECT image_id, {distance} AS distance {passing})
        SELECT image_id FROM scanned ORDER BY distance LIMIT {k}""",
    ("products", HNSW): """
        SELECT product_id FROM (
            SELECT DISTINCT ON (product_id) product_id, distance FROM (
                SELECT product_id, {distance} AS distance {passing}
                ORDER BY {distance} LIMIT {fetched}
            ) AS nearest ORDER BY product_id, distance
        ) AS best ORDER BY distance LIMIT {k}""",
    ("products", EXACT): """
        WITH scanned AS MATERIALIZED (SELECT product_id, {distance} AS distance {passing})
        SELECT product_id FROM scanned GROUP BY product_id ORDER BY min(distance) LIMIT {k}""",
}


class BareStatement:
    """One statement under settings of its own, on a connection of its own."""

    def __init__(
        self,
        family: str,
        setting: str,
        *,
        space: EmbeddingSpace,
        options: Mapping[str, object],
        fetched: int = 0,
    ) -> None:
        self.family, self.setting = family, setting
        self._space, self._fetched = space, fetched
        self._connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
        register_vector(self._connection)
        self._cursor = self._connection.cursor(binary=True)
        for name, value in {"plan_cache_mode": "force_custom_plan", **options}.items():
            self._cursor.execute("SELECT set_config(%s, %s, false)", [name, str(value)])
        self.server = ServerClock(self._connection.info.backend_pid)

    def prepare(self, case: Case) -> None:
        self._statement = STATEMENTS[case.kind, self.family].format(
            passing=PASSING.format(
                table=ImageEmbedding._meta.db_table,
                space=self._space.pk,
                filter=f"AND tag_ids @> '{{{_tag_id(case.tag)}}}'" if case.tag else "",
            ),
            distance=f"(vector::halfvec({self._space.dim})) <=> %(vector)b",
            fetched=self._fetched,
            k=case.k,
        )

    def ask(self, vector: Matrix) -> list[int]:
        asked = {"vector": HalfVector(vector)}
        self._cursor.execute(self._statement, asked, prepare=True)
        return [row[0] for row in self._cursor.fetchall()]

    def client_ns(self) -> int:
        return time.thread_time_ns()


def bare_statements(space: EmbeddingSpace, *, kind: str) -> list[BareStatement]:
    """The sweep of HNSW settings, and the exact scan over the filter."""
    if kind == IMAGES:
        found = [_hnsw(f"ef {ef}", space, ef=ef) for ef in EF_SEARCH]
    else:
        found = [
            _hnsw(f"{each} images", space, ef=min(each, 400), fetched=each) for each in FETCHED
        ]
    return [*found, BareStatement(EXACT, "exact", space=space, options={})]


def _hnsw(setting: str, space: EmbeddingSpace, *, ef: int, fetched: int = 0) -> BareStatement:
    options = {
        "hnsw.ef_search": ef,
        "hnsw.iterative_scan": "relaxed_order",
        "hnsw.max_scan_tuples": MOST_VISITED,
        "enable_sort": "off",  # only the index gives the order without one
    }
    return BareStatement(HNSW, setting, space=space, options=options, fetched=fetched)


def _tag_id(name: str) -> int:
    facet, _, value = name.partition(":")
    return Tag.objects.get(facet=facet, value=value).pk
