"""One process builds at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

# Half of the key of the advisory lock that one builder holds; the other half is the space.
BUILDING = 0x484E5357


@contextmanager
def only_builder(space_id: int, *, concurrently: bool) -> Iterator[bool]:
    """Yields whether this process may build. An index in the making is invalid too: without the
    lock it would be taken for a leftover. The lock is the session's or, in a transaction, its."""
    key = [BUILDING, space_id]
    if not concurrently:
        with transaction.atomic():
            yield _answer("SELECT pg_try_advisory_xact_lock(%s, %s)", key)
        return
    locked = _answer("SELECT pg_try_advisory_lock(%s, %s)", key)
    try:
        yield locked
    finally:
        # A session that was ended has given its locks back.
        if locked and connection.is_usable():
            _answer("SELECT pg_advisory_unlock(%s, %s)", key)


def _answer(question: str, params: list[int]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question, params)
        (answer,) = cursor.fetchone()
    return bool(answer)
