"""How a space's index is: for whoever asks `manage.py index status`, and for `doctor`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.db import connection

from search import documents, filter_columns
from search.engine.index import MAX_DIM, TABLE, IndexState, find_index
from search.engine.index.leftovers import find_leftovers
from search.engine.index.progress import BuildProgress, build_progress
from search.models import EmbeddingSpace
from search.services.indexing import Due, index_due, load_of

# Open to every role, unlike pgstattuple.
TABLE_SIZES = """
    SELECT n_dead_tup, pg_table_size(relid), pg_total_relation_size(relid)
    FROM pg_stat_user_tables WHERE relid = to_regclass(%s)
"""


@dataclass(frozen=True, slots=True)
class TableState:
    """The table of all spaces' vectors. Dead rows wait for a vacuum; sizes are in bytes."""

    dead_rows: int
    bytes: int
    bytes_with_indexes: int
    filter_drift: int
    document_drift: int


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """`due` is what the next sweep will do; `leftovers` names what a killed rebuild left."""

    space: EmbeddingSpace
    rows: int
    pending: int
    index: IndexState
    due: Due
    building: BuildProgress | None
    leftovers: list[str]

    @property
    def state(self) -> str:
        """`valid`, `building`, `invalid`, `missing`, `loading` (built after the load), `too_wide`
        for an index, or `not_needed`."""
        if self.index.valid:
            return "valid"
        if self.building:
            return "building"
        if self.index.exists:
            return "invalid"
        if self.rows < settings.HNSW_MIN_ROWS:
            return "not_needed"
        if self.space.dim > MAX_DIM:
            return "too_wide"
        return "missing" if self.due == Due.BUILD else "loading"

    @property
    def growth(self) -> float | None:
        """Rows now for each row of the build; None without an index."""
        built = self.index.note.rows
        return self.rows / built if built else None

    def as_json(self) -> dict[str, Any]:
        seen = self.index.note.verified
        return {
            "space": self.space.name,
            "space_state": self.space.state,
            "dim": self.space.dim,
            "rows": self.rows,
            "pending": self.pending,
            "index": self.index.name,
            "state": self.state,
            "due": str(self.due) or None,
            "bytes": self.index.bytes,
            "growth": self.growth,
            "building": asdict(self.building) if self.building else None,
            "leftovers": self.leftovers,
            "built_rows": self.index.note.rows,
            "built_at": self.index.note.built_at,
            "ef_search": self.index.ef_search,
            "verified": asdict(seen) if seen else None,
        }


def index_status(*, space: EmbeddingSpace) -> IndexStatus:
    load = load_of(space)
    return IndexStatus(
        space=space,
        rows=load.rows,
        pending=load.pending,
        index=find_index(space.pk),
        due=index_due(space=space),
        building=build_progress(space.pk),
        leftovers=[each.name for each in find_leftovers(space.pk)],
    )


def table_state() -> TableState:
    """Compares the whole catalogue with the filter columns and the documents: seconds a million."""
    with connection.cursor() as cursor:
        cursor.execute(TABLE_SIZES, [TABLE])
        dead, table, total = cursor.fetchone()
    return TableState(dead, table, total, filter_columns.drift(), documents.drift())
