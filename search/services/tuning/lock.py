"""One at a time: two tunings would fill the memory twice and make two offers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

from django.db import connection


class Work(IntEnum):
    """Keys of the advisory locks: what only one process does at a time."""

    TUNING = 0x54554E45
    ERRANDS = 0x45525244


@contextmanager
def only_one(work: Work) -> Iterator[bool]:
    """Yields whether this process may. The lock is its session's: one that dies gives it back."""
    mine = _answer("SELECT pg_try_advisory_lock(%s)", work)
    try:
        yield mine
    finally:
        if mine and connection.is_usable():
            _answer("SELECT pg_advisory_unlock(%s)", work)


def _answer(question: str, work: Work) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question, [int(work)])
        (answer,) = cursor.fetchone()
    return bool(answer)
