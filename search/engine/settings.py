"""Knobs that travel with their query and end with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.transaction import TransactionManagementError
from psycopg.pq import TransactionStatus


@contextmanager
def query_settings(**values: str | float) -> Iterator[None]:
    """Server settings for the statements inside the block, put back at its end.

    A dot in a setting's name is written as two underscores: `hnsw__ef_search=400`. Refuses to run
    outside a transaction, where Postgres would ignore them without a word.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError(
            "Query settings last as long as their transaction; open one with atomic() first."
        )
    before = _exchange({name.replace("__", "."): str(value) for name, value in values.items()})
    try:
        yield
    finally:
        # After a database error the rollback undoes the settings, and no statement would pass.
        if connection.connection.info.transaction_status == TransactionStatus.INTRANS:
            _exchange(before)


def _exchange(values: dict[str, str | None]) -> dict[str, str | None]:
    """Sets the values in one round trip; returns those from before. None means the default."""
    pairs = ", ".join(["current_setting(%s, true), set_config(%s, %s, true)"] * len(values))
    given = [part for name, value in values.items() for part in (name, name, value)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {pairs}", given)
        row = cursor.fetchone()
    return dict(zip(values, row[::2], strict=True))
