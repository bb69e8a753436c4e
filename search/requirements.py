"""What the database must be able to do: told alike by the system checks and the doctor."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

POSTGRES = 16
PGVECTOR = (0, 8)


@dataclass(frozen=True, slots=True)
class Versions:
    """`pgvector` is what is installed in the database, else what could be; "" where there is none.
    `offered` is the version that the server has on disk."""

    postgres: int
    postgres_name: str
    pgvector: str
    offered: str


@dataclass(frozen=True, slots=True)
class Fault:
    told: str
    hint: str


def database_versions() -> Versions:
    """Asks the server. Raises Django's database errors."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version_num')::int / 10000,"
            " 'PostgreSQL ' || split_part(current_setting('server_version'), ' ', 1),"
            " coalesce((SELECT coalesce(installed_version, default_version)"
            "           FROM pg_available_extensions WHERE name = 'vector'), ''),"
            " coalesce((SELECT default_version"
            "           FROM pg_available_extensions WHERE name = 'vector'), '')"
        )
        return Versions(*cursor.fetchone())


def database_fault(versions: Versions) -> Fault | None:
    """What the server lacks, the first thing first; None when it will do."""
    wanted = ".".join(map(str, PGVECTOR))
    if versions.postgres < POSTGRES:
        return Fault(
            f"{versions.postgres_name} is too old.", f"Use PostgreSQL {POSTGRES} or later."
        )
    if not versions.pgvector:
        return Fault(
            "The database server hasn't got the extension pgvector.",
            f"Install pgvector {wanted} or later on it (Debian: apt-get install "
            f"postgresql-{versions.postgres}-pgvector), then run `manage.py migrate`.",
        )
    if _number(versions.pgvector) >= PGVECTOR:
        return None
    if _number(versions.offered) >= PGVECTOR:
        hint = "Run `ALTER EXTENSION vector UPDATE;` in the database."
    else:
        hint = f"Install pgvector {wanted} or later, then `ALTER EXTENSION vector UPDATE;`."
    return Fault(f"pgvector {versions.pgvector} is too old.", hint)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2])
