"""Servers that the operator names instead of ours: are they good enough?"""

from __future__ import annotations

import psycopg
import redis

from config.stack.errors import StackError
from config.stack.servers import Addresses

LEAST_POSTGRES = 16
LEAST_PGVECTOR = (0, 8)
HINT = (
    "On Debian pgvector comes from apt.postgresql.org (postgresql-17-pgvector), "
    "in Docker from the image pgvector/pgvector:pg17."
)


def check(addresses: Addresses) -> None:
    """Raise StackError where a named server does not answer or is too old for Lookalike."""
    if addresses.database_url:
        _check_database(addresses.database_url)
    if addresses.redis_url:
        _check_redis(addresses.redis_url)


def _check_database(url: str) -> None:
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            server = connection.info.server_version // 10_000
            found = connection.execute(
                """SELECT coalesce(installed_version, default_version)
                   FROM pg_available_extensions WHERE name = 'vector'"""
            ).fetchone()
    except psycopg.Error as error:
        raise StackError(
            f"The database of DATABASE_URL does not answer ({str(error).strip()}): "
            "mend the address, or unset it to use the embedded PostgreSQL."
        ) from error
    if complaint := unfit(server, found[0] if found else None):
        raise StackError(complaint)


def unfit(server: int, pgvector: str | None) -> str:
    """What is wrong with a server of that major version and that pgvector; "" if nothing."""
    if server < LEAST_POSTGRES:
        return (
            f"The database of DATABASE_URL is PostgreSQL {server}; Lookalike needs "
            f"{LEAST_POSTGRES} or later."
        )
    least = ".".join(map(str, LEAST_PGVECTOR))
    if pgvector is None:
        return f"The server of DATABASE_URL has no pgvector; install {least} or later. {HINT}"
    if tuple(map(int, pgvector.split(".")[:2])) < LEAST_PGVECTOR:
        return f"The server of DATABASE_URL has pgvector {pgvector}; it needs {least}. {HINT}"
    return ""


def _check_redis(url: str) -> None:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=5) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        raise StackError(
            f"The Redis of REDIS_URL does not answer ({error}): "
            "mend the address, or unset it to use the embedded one."
        ) from error
