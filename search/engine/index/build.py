"""Making, replacing and dropping a space's index, while searches and uploads go on."""

from __future__ import annotations

from django.conf import settings
from django.db import connection, transaction

from search.engine.index import leftovers
from search.engine.index.leftovers import drop_leftovers, drop_named
from search.engine.index.lock import only_builder
from search.engine.index.memory import build_memory, build_settings
from search.engine.index.notes import Note, annotate, now
from search.engine.index.state import TABLE, find_index, find_named, index_name
from search.models import EmbeddingSpace, ImageEmbedding

# pgvector indexes a halfvec up to this many dimensions.
MAX_DIM = 4_000


def ensure_index(space: EmbeddingSpace) -> bool:
    """Build the space's index where it is large enough to need one; whether there is one now.

    Searches go on, exactly, while it is built. Returns False where the space is too small, where
    its dimension can't be indexed, and where another process is building at this moment.
    """
    if find_index(space.pk).valid:
        return True
    return needs_index(space) and create_index(space)


def needs_index(space: EmbeddingSpace) -> bool:
    """Whether there are HNSW_MIN_ROWS vectors that can be indexed; counts no further than that."""
    last = settings.HNSW_MIN_ROWS - 1
    rows = ImageEmbedding.objects.filter(space=space).order_by().values_list("image_id")
    return space.dim <= MAX_DIM and rows[last : last + 1].exists()


def create_index(space: EmbeddingSpace, *, concurrently: bool = True) -> bool:
    """Build the space's index, after dropping what a killed build left invalid.

    Must run outside a transaction when `concurrently`. False where another process is building.
    """
    with only_builder(space.pk, concurrently=concurrently) as alone:
        if not alone:
            return False
        if concurrently:
            drop_leftovers(space.pk)
        if not find_index(space.pk).valid:
            drop_index(space, concurrently=concurrently)
            _build(space, index_name(space.pk), concurrently=concurrently)
        return True


def rebuild_index(space: EmbeddingSpace) -> bool:
    """Build the index anew beside the present one, which answers until the new one takes its name.

    Nothing here takes a lock that a search or a writer waits for. Must run outside a transaction.
    False where another process is building.
    """
    name, new, old = (
        make(space.pk) for make in (index_name, leftovers.new_name, leftovers.old_name)
    )
    with only_builder(space.pk, concurrently=True) as alone:
        if not alone:
            return False
        drop_leftovers(space.pk)
        _build(space, new, concurrently=True)
        with transaction.atomic():
            if find_named(name).exists:
                _execute(f"ALTER INDEX {name} RENAME TO {old}")
            _execute(f"ALTER INDEX {new} RENAME TO {name}")
        drop_named(old, concurrently=True)
        return True


def drop_index(space: EmbeddingSpace, *, concurrently: bool = True) -> None:
    """Remove the space's index, valid or not; nothing happens where there is none."""
    drop_named(index_name(space.pk), concurrently=concurrently)


def _build(space: EmbeddingSpace, name: str, *, concurrently: bool) -> None:
    """Under the builders' lock: make an index of that name, and note how many rows it was made of.

    The planner's row estimates, which choose between exact and HNSW, start out right. A replaced
    index's ef_search is kept until it is measured again.
    """
    replaced = find_index(space.pk).ef_search
    rows = ImageEmbedding.objects.filter(space=space).count()
    memory = build_memory(rows=rows, dim=space.dim)
    with build_settings(memory, concurrently=concurrently):
        _execute(_definition(space, name, concurrently=concurrently))
        _execute(f"ANALYZE {TABLE}")
    annotate(name, Note(rows=rows, built_at=now(), ef_search=replaced))


def _definition(space: EmbeddingSpace, name: str, *, concurrently: bool) -> str:
    return (
        f"CREATE INDEX {'CONCURRENTLY' if concurrently else ''} {name} ON {TABLE}"
        f" USING hnsw ((vector::halfvec({space.dim})) halfvec_cosine_ops)"
        f" WITH (m = {settings.HNSW_M}, ef_construction = {settings.HNSW_EF_CONSTRUCTION})"
        f" WHERE space_id = {space.pk}"
    )


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
