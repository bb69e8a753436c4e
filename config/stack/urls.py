"""Addresses of Postgres and Redis as one string each, and what Django and Celery make of them.

The embedded servers listen on unix sockets only:
`postgresql://user:password@/name?host=/socket/folder` and `unix:///socket/folder/redis.sock`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit


def socket_database_url(*, folder: Path, user: str, password: str, name: str) -> str:
    """The address of a database behind a unix socket, in the form that libpq reads too."""
    query = quote(str(folder), safe="")
    return f"postgresql://{quote(user, safe='')}:{quote(password, safe='')}@/{name}?host={query}"


def socket_redis_url(socket: Path) -> str:
    return f"unix://{quote(str(socket))}"


def database_settings(url: str) -> dict[str, Any]:
    """Django's DATABASES entry; query arguments other than the host go into OPTIONS.

    Raises ValueError where the address is not one of PostgreSQL.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError(f"DATABASE_URL must start with postgresql://, not {parts.scheme!r}.")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        # urlsplit lower-cases host names, which would spoil the folder of a percent-encoded socket.
        "HOST": query.pop("host", None) or _host(parts.netloc),
        "PORT": query.pop("port", None) or str(parts.port or ""),
        "OPTIONS": query,
    }


def celery_broker(redis_url: str) -> str:
    """Celery's form of a Redis address: `unix:///path?db=1` is `redis+socket` with a virtual host.

    A double slash keeps the path absolute: kombu takes one slash off and puts it back.
    """
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    database = dict(parse_qsl(parts.query)).get("db", "0")
    account = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    return f"redis+socket://{account}{parts.path}?virtual_host={database}"


def _host(netloc: str) -> str:
    address = netloc.rpartition("@")[2]
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return unquote(address.partition(":")[0])
