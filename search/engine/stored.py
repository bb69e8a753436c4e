"""Stored questions and products, each read and written by one statement.

The ORM writes vectors as text and builds a statement for each call anew: reading a query took it
2 ms of CPU, writing one 4, and looking a product up another one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

import numpy as np
from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import Field, JSONField
from django.utils import timezone
from pgvector import HalfVector
from pgvector.django import HalfVectorField
from psycopg.types.json import Jsonb

from catalog.models import Product
from search.engine.rows import columns, instance, names_of
from search.engine.statements import fetch
from search.engine.types import SearchResult
from search.models import EmbeddingSpace, PhotoQuery, SearchEvent

QUERY = names_of(PhotoQuery)
SPACE = names_of(EmbeddingSpace)
# No answer shows a found product's description.
PRODUCT = names_of(Product, without="description")

SPACES = EmbeddingSpace._meta.db_table
ASKED = f"""
    SELECT {columns("query", QUERY)}, {columns("space", SPACE)}, {columns("base", SPACE)}
    FROM {PhotoQuery._meta.db_table} query
    LEFT JOIN {SPACES} space ON space.id = query.space_id
    LEFT JOIN {SPACES} base ON base.id = space.base_id
    WHERE query.id = %(id)s::uuid AND query.expires_at > %(now)s
"""  # noqa: S608 - names of tables and columns
SPACE_AND_BASE = f"""
    SELECT {columns("space", SPACE)}, {columns("base", SPACE)}
    FROM {SPACES} space LEFT JOIN {SPACES} base ON base.id = space.base_id
    WHERE {{which}}
"""  # noqa: S608 - names of tables and columns
ACTIVE = SPACE_AND_BASE.format(which=f"space.state = '{EmbeddingSpace.State.ACTIVE}'")
NAMED = SPACE_AND_BASE.format(which="space.id = %(id)s::bigint")
PUBLISHED = f"""
    SELECT {columns("product", PRODUCT)} FROM {Product._meta.db_table} product
    WHERE sku = %(sku)s AND status = '{Product.Status.ACTIVE}'
"""  # noqa: S608 - names of a table and its columns
COUNTED = f"""
    INSERT INTO {SearchEvent._meta.db_table}
        (kind, door, plan, results, best_distance, took_ms, created_at)
    SELECT *, %(now)s FROM unnest(%(kind)s::text[], %(door)s::text[], %(plan)s::text[],
        %(results)s::int[], %(best_distance)s::float8[], %(took_ms)s::float8[])
    RETURNING id
"""  # noqa: S608 - a table's name


def stored_query(query_id: UUID) -> PhotoQuery | None:
    """The query that hasn't expired, with its space and the space's base."""
    rows = fetch(ASKED, {"id": query_id, "now": timezone.now()})
    if not rows:
        return None
    query = instance(PhotoQuery, QUERY, rows[0][: len(QUERY)])
    query.space = _space(rows[0][len(QUERY) :])
    return query


def keep_queries(queries: Sequence[PhotoQuery]) -> None:
    """Store new queries by one statement."""
    if not queries:
        return
    fetch(
        _kept(len(queries)),
        {
            f"{field.attname}_{row}": _sent(field, query)
            for row, query in enumerate(queries)
            for field in PhotoQuery._meta.concrete_fields
        },
    )
    for query in queries:
        query._state.adding, query._state.db = False, connection.alias


def stored_active_space() -> EmbeddingSpace | None:
    """The space that is searched, with its base."""
    rows = fetch(ACTIVE)
    return _space(rows[0]) if rows else None


def stored_space(space_id: int) -> EmbeddingSpace | None:
    """The space of that id, with its base."""
    rows = fetch(NAMED, {"id": space_id})
    return _space(rows[0]) if rows else None


def published_product(sku: str) -> Product | None:
    """The product of that SKU that customers may see."""
    rows = fetch(PUBLISHED, {"sku": sku.replace("\0", "")})
    return instance(Product, PRODUCT, rows[0]) if rows else None


def count_searches(found: Sequence[SearchResult]) -> None:
    """Store a SearchEvent of now for each."""
    counted = {
        "kind": [each.kind for each in found],
        "door": [each.door for each in found],
        "plan": [each.plan for each in found],
        "results": [each.total for each in found],
        "best_distance": [each.best_distance for each in found],
        "took_ms": [each.took_ms.get("search", 0.0) for each in found],
    }
    if found:
        fetch(COUNTED, {**counted, "now": timezone.now()})


def _space(row: tuple[Any, ...]) -> EmbeddingSpace | None:
    own, base = row[: len(SPACE)], row[len(SPACE) :]
    if own[0] is None:
        return None
    space = instance(EmbeddingSpace, SPACE, own)
    space.base = None if base[0] is None else instance(EmbeddingSpace, SPACE, base)
    return space


@cache
def _kept(rows: int) -> str:
    fields = {each.attname: each.db_type(connection) for each in PhotoQuery._meta.concrete_fields}
    values = (
        ", ".join(f"%({name}_{row})s::{kind}" for name, kind in fields.items())
        for row in range(rows)
    )
    table, listed = PhotoQuery._meta.db_table, ", ".join(f"({each})" for each in values)
    return f"INSERT INTO {table} ({', '.join(fields)}) VALUES {listed} RETURNING id"  # noqa: S608


def _sent(field: Field[Any, Any], query: PhotoQuery) -> Any:
    value = field.pre_save(query, add=True)
    if value is None:
        return None
    if isinstance(field, HalfVectorField):
        return as_halfvec(value)
    if isinstance(field, JSONField):
        return Jsonb(value)
    return list(value) if isinstance(field, ArrayField) else value


def as_halfvec(value: Any) -> HalfVector:
    """As the driver sends it: half precision, whatever the numbers came as."""
    return value if isinstance(value, HalfVector) else HalfVector(np.asarray(value))
