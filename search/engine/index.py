"""One partial HNSW index for each space, on the vectors cast to the space's dimension."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction

from search.models import EmbeddingSpace, ImageEmbedding

# pgvector indexes a halfvec up to this many dimensions.
MAX_DIM = 4_000
# Half of the key of the advisory lock that one builder holds; the other half is the space.
BUILDING = 0x484E5357

TABLE = ImageEmbedding._meta.db_table


@dataclass(frozen=True, slots=True)
class IndexState:
    """A space's index. `valid` is False for one that is being built or whose build was killed.

    `rows` is Postgres's own count, as of the build or the last vacuum; `bytes` its size on disk.
    """

    name: str
    exists: bool = False
    valid: bool = False
    rows: int = 0
    bytes: int = 0


def index_name(space_id: int) -> str:
    return f"embedding_hnsw_{space_id}"


def find_index(space_id: int) -> IndexState:
    """The space's index as Postgres sees it."""
    name = index_name(space_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.indisvalid, greatest(c.reltuples, 0)::bigint, pg_relation_size(c.oid)"
            " FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid"
            " WHERE c.oid = to_regclass(%s)",
            [name],
        )
        row = cursor.fetchone()
    return IndexState(name, True, *row) if row else IndexState(name)


def ensure_index(space: EmbeddingSpace) -> bool:
    """Build the space's index where it is large enough to need one; whether there is one now.

    Searches go on, exactly, while it is built. Returns False where the space is too small, where
    its dimension can't be indexed, and where another process is building at this moment.
    """
    if find_index(space.pk).valid:
        return True
    if space.dim > MAX_DIM or not _worth_an_index(space):
        return False
    return create_index(space)


def create_index(space: EmbeddingSpace, *, concurrently: bool = True) -> bool:
    """Build the space's index, after dropping one that a killed build left invalid.

    Must run outside a transaction when `concurrently`. False where another process is building.
    """
    with _only_builder(space, concurrently=concurrently) as alone:
        if not alone:
            return False
        if not find_index(space.pk).valid:
            drop_index(space, concurrently=concurrently)
            _execute(_definition(space, concurrently=concurrently))
            # The planner's row estimates, which choose between exact and HNSW, start out right.
            _execute(f"ANALYZE {TABLE}")
        return True


def drop_index(space: EmbeddingSpace, *, concurrently: bool = True) -> None:
    """Remove the space's index, valid or not; nothing happens where there is none."""
    _execute(f"DROP INDEX {_how(concurrently)} IF EXISTS {index_name(space.pk)}")


def _definition(space: EmbeddingSpace, *, concurrently: bool) -> str:
    return (
        f"CREATE INDEX {_how(concurrently)} {index_name(space.pk)} ON {TABLE}"
        f" USING hnsw ((vector::halfvec({space.dim})) halfvec_cosine_ops)"
        f" WITH (m = {settings.HNSW_M}, ef_construction = {settings.HNSW_EF_CONSTRUCTION})"
        f" WHERE space_id = {space.pk}"
    )


def _how(concurrently: bool) -> str:
    return "CONCURRENTLY" if concurrently else ""


def _worth_an_index(space: EmbeddingSpace) -> bool:
    """Whether there are HNSW_MIN_ROWS vectors; counts no further than that."""
    last = settings.HNSW_MIN_ROWS - 1
    rows = ImageEmbedding.objects.filter(space=space).order_by().values_list("image_id")
    return rows[last : last + 1].exists()


@contextmanager
def _only_builder(space: EmbeddingSpace, *, concurrently: bool) -> Iterator[bool]:
    """Yields whether this process may build. An index in the making is invalid too: without the
    lock it would be taken for a leftover. The lock is the session's or, in a transaction, its."""
    key = [BUILDING, space.pk]
    if not concurrently:
        with transaction.atomic():
            yield _answer("SELECT pg_try_advisory_xact_lock(%s, %s)", key)
        return
    locked = _answer("SELECT pg_try_advisory_lock(%s, %s)", key)
    try:
        yield locked
    finally:
        if locked:
            _answer("SELECT pg_advisory_unlock(%s, %s)", key)


def _answer(question: str, params: list[int]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question, params)
        (answer,) = cursor.fetchone()
    return bool(answer)


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
