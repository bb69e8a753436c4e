"""Postgres and Redis together: started, ready, provisioned."""

from __future__ import annotations

import os
from dataclasses import dataclass

from config.stack import binaries, postgres, provision, redis_server
from config.stack.paths import Layout
from config.stack.supervisor import Supervisor
from config.stack.urls import socket_redis_url

# Replaying a write-ahead log of some gigabytes after a crash takes its time.
SECONDS_FOR_POSTGRES = 120.0
SECONDS_FOR_REDIS = 60.0


@dataclass(frozen=True)
class Addresses:
    database_url: str
    redis_url: str


def given() -> Addresses:
    """What DATABASE_URL and REDIS_URL say; "" for a server that is to be ours."""
    return Addresses(os.environ.get("DATABASE_URL", ""), os.environ.get("REDIS_URL", ""))


def start(
    layout: Layout, supervisor: Supervisor, external: Addresses, *, durable: bool = True
) -> Addresses:
    """Start the servers that `external` does not name; both answer afterwards."""
    redis_url = external.redis_url or _start_redis(layout, supervisor, durable=durable)
    database_url = external.database_url or _start_postgres(layout, supervisor, durable=durable)
    return Addresses(database_url=database_url, redis_url=redis_url)


def _start_postgres(layout: Layout, supervisor: Supervisor, *, durable: bool) -> str:
    programs = binaries.postgres_programs(layout)
    supervisor.start(postgres.service(layout, programs, durable=durable))
    sockets = layout.sockets()
    supervisor.wait_until(
        lambda: provision.answers(sockets), name="postgres", seconds=SECONDS_FOR_POSTGRES
    )
    return provision.provision(layout)


def _start_redis(layout: Layout, supervisor: Supervisor, *, durable: bool) -> str:
    program = binaries.redis_program(layout)
    supervisor.start(redis_server.service(layout, program, durable=durable))
    socket = layout.sockets() / redis_server.SOCKET
    supervisor.wait_until(
        lambda: redis_server.answers(socket), name="redis", seconds=SECONDS_FOR_REDIS
    )
    return socket_redis_url(socket)
