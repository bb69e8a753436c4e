"""Postgres, Redis and the workers."""

from __future__ import annotations

from collections.abc import Iterator

import redis
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor

from search.doctor.finding import Finding
from search.requirements import database_fault, database_versions
from search.throttling import without_redis
from search.workers import embedding_workers

REDIS_SECONDS = 1.0
# Connections to Postgres: the workers' threads, their clock, and a command or two.
FOR_WORKERS = 16


def database() -> Finding:
    try:
        versions = database_versions()
    except (DatabaseError, InterfaceError) as error:
        return Finding(
            "Postgres",
            f"doesn't answer: {str(error).strip().splitlines()[0]}",
            "Start it, or correct DATABASE_URL.",
        )
    told = f"{versions.postgres_name}, pgvector {versions.pgvector or 'is missing'}"
    fault = database_fault(versions)
    return Finding("Postgres", told, fault.hint if fault else "")


def connections() -> Finding:
    """Whether Postgres lets in as many as the web's pools may hold, and the workers beside them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('max_connections')::int")
        [allowed] = cursor.fetchone()
    web = settings.WEB_CONCURRENCY * (settings.WEB_THREADS + 2)
    needed = web + FOR_WORKERS
    told = f"{allowed} are allowed, the web may hold {web}"
    if needed <= allowed:
        return Finding("Connections", told)
    return Finding(
        "Connections",
        told,
        f"Set max_connections of Postgres to {needed} or more, or WEB_THREADS or WEB_CONCURRENCY "
        "to less.",
    )


def migrations() -> Finding:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        return Finding("Migrations", "all are applied")
    return Finding("Migrations", f"{len(plan)} are not applied", "Run `manage.py migrate`.")


def messaging() -> Iterator[Finding]:
    """Redis, and the workers if it answers: without it none can be asked."""
    found = _redis()
    yield found
    if found.ok:
        yield _workers()


def _redis() -> Finding:
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=REDIS_SECONDS, socket_timeout=REDIS_SECONDS
        ) as client:
            version = client.info("server")["redis_version"]
    except (redis.RedisError, OSError, ValueError) as error:
        todo = f"Start it, or correct REDIS_URL. Until then new images wait; {without_redis()}."
        return Finding("Redis", f"doesn't answer: {error}", todo)
    return Finding("Redis", f"answers, version {version}")


def _workers() -> Finding:
    workers = embedding_workers()
    if workers:
        return Finding("Embedding worker", f"{', '.join(workers)} answers")
    return Finding(
        "Embedding worker",
        "none answers",
        "Start one with `make run`, or with `celery -A config worker -Q embed -P threads -c 1`.",
    )
