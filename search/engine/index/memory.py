"""Memory for a build: a graph that doesn't fit is built several times slower."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from psycopg.pq import TransactionStatus

MB = 2**20
# What pgvector keeps of an element beside its vector and its neighbours, measured: see graph_bytes.
ELEMENT_BYTES = 250
BYTES_PER_NEIGHBOUR = 16
# Even a small build may take this much.
LEAST = 64 * MB
SPARE = 1.1


@dataclass(frozen=True, slots=True)
class BuildMemory:
    """Bytes that the graph needs and that its build is given."""

    needed: int
    given: int

    @property
    def fits(self) -> bool:
        return self.needed <= self.given


def build_memory(*, rows: int, dim: int) -> BuildMemory:
    """What a build of so many rows needs, and gets: as much as that, but never more than
    HNSW_BUILD_MB or, where that is more, the server's own maintenance_work_mem."""
    needed = graph_bytes(rows=rows, dim=dim)
    most = max(settings.HNSW_BUILD_MB * MB, _server_bytes())
    return BuildMemory(needed, min(max(needed, LEAST), most))


def graph_bytes(*, rows: int, dim: int) -> int:
    """The memory of an HNSW graph on halfvec, with a tenth to spare."""
    neighbours = BYTES_PER_NEIGHBOUR * (2 * settings.HNSW_M + 1)
    return int(rows * (2 * dim + neighbours + ELEMENT_BYTES) * SPARE)


@contextmanager
def build_settings(memory: BuildMemory, *, concurrently: bool) -> Iterator[None]:
    """The session's (or, within a transaction, the transaction's) settings for a build, put back
    after it. A build takes minutes, whatever limit statements have otherwise."""
    local = not concurrently
    wanted = {"maintenance_work_mem": f"{memory.given // 1024}kB", "statement_timeout": "0"}
    before = _exchange(wanted, local=local)
    try:
        yield
    finally:
        # After an error in a transaction its rollback undoes them; a lost session has none.
        status = connection.connection.info.transaction_status
        if status in {TransactionStatus.IDLE, TransactionStatus.INTRANS}:
            _exchange(before, local=local)


def _exchange(values: dict[str, str], *, local: bool) -> dict[str, str]:
    """Set the values; returns those from before."""
    with connection.cursor() as cursor:
        before = {}
        for name, value in values.items():
            cursor.execute("SELECT current_setting(%s)", [name])
            (before[name],) = cursor.fetchone()
            cursor.execute("SELECT set_config(%s, %s, %s)", [name, value, local])
    return before


def _server_bytes() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_size_bytes(current_setting('maintenance_work_mem'))")
        (size,) = cursor.fetchone()
    return int(size)
