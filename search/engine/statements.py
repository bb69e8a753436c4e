"""One door for the engine's own SQL: binary parameters, one round trip.

The ORM writes parameters into the text, on this side: 1 to 2 ms for a statement that holds a
vector, more than the nearest ten of 100,000 images take to be found. Here the vector travels as it
is stored, two bytes a dimension. The statement is planned for its values each time; preparing it
saved nothing that could be measured, and would not go through a pooler.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from pgvector.psycopg.halfvec import register_halfvec_info
from psycopg.types import TypeInfo

from search.engine import arrays
from search.engine.explaining.trace import current

Row = tuple[Any, ...]


def fetch(statement: str, params: Mapping[str, Any] | None = None) -> list[Row]:
    """Every row that the statement gives, with `%(name)s` for its parameters.

    Raises Django's database errors, as the ORM does, and shows up in `connection.queries` too. Runs
    in the transaction that is open; without one it is a transaction of its own.
    """
    ours = connections[DEFAULT_DB_ALIAS]  # looked up once: the proxy does so at each name
    ours.ensure_connection()
    ours.validate_no_broken_transaction()
    started = time.perf_counter()
    with ours.wrap_database_errors, psycopg.Cursor(_with_vectors(ours)) as cursor:
        cursor.execute(statement.encode(), params, prepare=False, binary=True)
        rows = cursor.fetchall()
    if ours.queries_logged:
        took = f"{time.perf_counter() - started:.3f}"
        ours.queries_log.append({"sql": statement, "time": took})
    if trace := current():
        trace.asked(started)
    return rows


def _with_vectors(ours: BaseDatabaseWrapper) -> psycopg.Connection[Row]:
    """Django's connection, able to send vectors and long arrays; one query more when it is new."""
    raw: psycopg.Connection[Row] = ours.connection
    if raw.adapters.types.get("halfvec") is None and (found := TypeInfo.fetch(raw, "halfvec")):
        register_halfvec_info(raw, found)
        arrays.register(raw)
    return raw
