"""The embedded Redis: messages to workers only, on a unix socket only."""

from __future__ import annotations

import signal
from pathlib import Path

import redis

from config.stack.leftovers import wait_until_unused
from config.stack.paths import Layout
from config.stack.privileges import private_folder
from config.stack.process import Service, server_environment

SOCKET = "redis.sock"
# Messages are doorbells of a few hundred bytes; a queue beyond this is a fault, not a load.
MAX_MEMORY = "256mb"


def service(layout: Layout, program: Path, *, durable: bool) -> Service:
    """`redis-server` on the layout's folder and socket."""
    # Debian's redis-server is a link to redis-check-rdb; the kernel tells the latter's name.
    wait_until_unused(layout.redis, programs=("redis", "valkey"))
    return Service(
        name="redis",
        title="Redis",
        argv=(str(program), str(_configure(layout, durable=durable))),
        log=layout.logs / "redis.log",
        environment=server_environment(),
        account=layout.account,
        death_signal=signal.SIGTERM,  # it flushes its file and leaves
        stop_round=1,
    )


def answers(socket: Path) -> bool:
    """Whether the server behind the socket answers, its data loaded."""
    try:
        with redis.Redis(unix_socket_path=str(socket), socket_timeout=2) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def _configure(layout: Layout, *, durable: bool) -> Path:
    values = {
        "port": "0",
        "unixsocket": str(layout.sockets() / SOCKET),
        "unixsocketperm": "700",
        "dir": str(private_folder(layout.redis, layout.account)),
        "save": "",
        "appendonly": "yes" if durable else "no",
        "appendfsync": "everysec",
        "maxmemory": MAX_MEMORY,
        # A full Redis must refuse a message loudly rather than drop another one in silence.
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "loglevel": "notice",
    }
    path = layout.servers / "redis.conf"
    path.write_text("".join(f"{name} {_quoted(value)}\n" for name, value in values.items()))
    path.chmod(0o644)
    return path


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
