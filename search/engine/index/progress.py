"""How far a build is, seen from another connection while it runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from django.db import DatabaseError, connection

from search.engine.index.leftovers import new_name
from search.engine.index.state import index_name

LOOK_EVERY_SECONDS = 0.5

PROGRESS = """
    SELECT phase,
        CASE WHEN lockers_total > 0 THEN lockers_done ELSE blocks_done END,
        CASE WHEN lockers_total > 0 THEN lockers_total ELSE blocks_total END
    FROM pg_stat_progress_create_index
    WHERE datname = current_database()
      AND index_relid IN (to_regclass(%s), to_regclass(%s))
"""


@dataclass(frozen=True, slots=True)
class BuildProgress:
    """What a build does, in Postgres's words, and how far it is with that: in blocks of the table,
    or in transactions that it waits for."""

    phase: str
    done: int
    total: int


def build_progress(space_id: int) -> BuildProgress | None:
    """The build or rebuild of the space's index that runs at this moment, by whichever process."""
    with connection.cursor() as cursor:
        cursor.execute(PROGRESS, [index_name(space_id), new_name(space_id)])
        row = cursor.fetchone()
    return BuildProgress(*row) if row else None


@contextmanager
def watched(space_id: int, tell: Callable[[BuildProgress], None]) -> Iterator[None]:
    """While the block builds, another thread looks on and tells of each change."""
    finished = threading.Event()
    looking = threading.Thread(target=_look_on, args=(space_id, tell, finished), daemon=True)
    looking.start()
    try:
        yield
    finally:
        finished.set()
        looking.join()


def _look_on(
    space_id: int, tell: Callable[[BuildProgress], None], finished: threading.Event
) -> None:
    last = None
    # Should the database go away, the build says so itself.
    with suppress(DatabaseError):
        while not finished.wait(LOOK_EVERY_SECONDS):
            now = build_progress(space_id)
            if now and now != last:
                tell(now)
            last = now
    connection.close()
