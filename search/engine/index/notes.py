"""What is remembered with an index, as JSON in its COMMENT: it vanishes with the index by itself,
travels through `pg_dump`, and is read by the query that looks for the index."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Self

from django.db import connection
from psycopg import sql


@dataclass(frozen=True, slots=True)
class Verified:
    """Recall of the index against exact, `at` that time: the mean of so many `queries`."""

    recall: float
    k: int
    queries: int
    at: str


@dataclass(frozen=True, slots=True)
class Note:
    """`rows` and `built_at` are of the build, `ef_search` is the smallest that finds enough of this
    shop's own pictures. None is what nobody has found out yet."""

    rows: int | None = None
    built_at: str | None = None
    ef_search: int | None = None
    verified: Verified | None = None

    @classmethod
    def read(cls, comment: str | None) -> Self:
        """The note in an index's comment; an empty one where the comment is somebody else's."""
        try:
            known = json.loads(comment or "{}")
            return cls(
                rows=_number(known.get("rows")),
                built_at=known.get("built_at"),
                ef_search=_number(known.get("ef_search")),
                verified=Verified(**known["verified"]) if known.get("verified") else None,
            )
        except (ValueError, TypeError, AttributeError):
            return cls()


NOTHING_NOTED = Note()


def annotate(name: str, note: Note, **changes: Any) -> Note:
    """Write the note with these changes to the index of that name, and return it.

    Takes a lock that neither searches nor writers wait for.
    """
    changed = replace(note, **changes)
    comment = json.dumps({key: value for key, value in asdict(changed).items() if value})
    statement = sql.SQL("COMMENT ON INDEX {} IS {}")
    with connection.cursor() as cursor:
        cursor.execute(statement.format(sql.Identifier(name), sql.Literal(comment)))
    return changed


def now() -> str:
    """This moment as notes hold it: `2026-11-23T21:38:19+00:00`."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and value > 0 else None
