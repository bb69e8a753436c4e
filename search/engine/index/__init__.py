"""One partial HNSW index for each space, on the vectors cast to the space's dimension."""

from __future__ import annotations

from search.engine.index.build import (
    MAX_DIM,
    create_index,
    drop_index,
    ensure_index,
    needs_index,
    rebuild_index,
)
from search.engine.index.leftovers import drop_leftovers
from search.engine.index.lock import BUILDING
from search.engine.index.notes import Note, Verified, annotate
from search.engine.index.state import TABLE, IndexState, find_index, index_name

__all__ = [
    "BUILDING",
    "MAX_DIM",
    "TABLE",
    "IndexState",
    "Note",
    "Verified",
    "annotate",
    "create_index",
    "drop_index",
    "drop_leftovers",
    "ensure_index",
    "find_index",
    "index_name",
    "needs_index",
    "rebuild_index",
]
