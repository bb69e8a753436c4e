"""A real gunicorn, with the shop's own settings for it, on this test's database."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import httpx
from django.db import connection

from tests.search.conftest import wait_until

ROOT = Path(__file__).parents[2]


@contextmanager
def serving(log: Path, **environment: str) -> Iterator[int]:
    """The port at which it answers; `environment` is its own beside ours."""
    number = _free_port()
    command = [sys.executable, "-m", "gunicorn", "-c", "config/stack/gunicorn_config.py"]
    with log.open("wb") as output:
        server = subprocess.Popen(
            [*command, "tests.api.served:application"],
            cwd=ROOT,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "config.settings.test",
                "DATABASE_URL": _database(),
                "BIND": f"127.0.0.1:{number}",
                **environment,
            },
            stdout=output,
            stderr=output,
        )
        try:
            wait_until(lambda: answers(number), "gunicorn answers")
            yield number
        finally:
            server.terminate()
            server.wait(timeout=20)


def answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
    return number


def _database() -> str:
    address = connection.settings_dict
    host = quote(str(address["HOST"]), safe="")
    user = quote(f"{address['USER']}:{address['PASSWORD']}", safe=":").rstrip(":")
    return f"postgresql://{user}@{host}:{address['PORT'] or ''}/{address['NAME']}"
