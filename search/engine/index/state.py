"""A space's index as Postgres sees it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from search.engine.index.notes import NOTHING_NOTED, Note
from search.models import ImageEmbedding

TABLE = ImageEmbedding._meta.db_table

# Every search asks this: 0.1 ms with its round trip.
FIND = """
    SELECT i.indisvalid, greatest(c.reltuples, 0)::bigint, pg_relation_size(c.oid),
        obj_description(c.oid, 'pg_class')
    FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid
    WHERE c.oid = to_regclass(%s)
"""


@dataclass(frozen=True, slots=True)
class IndexState:
    """A space's index. `valid` is False for one that is being built or whose build was killed.

    `rows` is Postgres's own count, as of the build or the last vacuum; `bytes` its size on disk;
    `note` is what is remembered with it.
    """

    name: str
    exists: bool = False
    valid: bool = False
    rows: int = 0
    bytes: int = 0
    note: Note = NOTHING_NOTED

    @property
    def ef_search(self) -> int | None:
        """The smallest ef_search that suffices in this gallery; None where nobody measured it."""
        return self.note.ef_search


def index_name(space_id: int) -> str:
    return f"embedding_hnsw_{space_id}"


def find_index(space_id: int) -> IndexState:
    """The space's index as Postgres sees it, in one query."""
    return find_named(index_name(space_id))


def find_named(name: str) -> IndexState:
    with connection.cursor() as cursor:
        cursor.execute(FIND, [name])
        row = cursor.fetchone()
    if row is None:
        return IndexState(name)
    valid, rows, size, comment = row
    return IndexState(name, True, valid, rows, size, Note.read(comment))
