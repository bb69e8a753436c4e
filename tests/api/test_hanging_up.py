"""Connections end without holding anybody up, and without losing an answer on the way."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from django.conf import settings

from tests.api.gunicorns import serving

pytestmark = pytest.mark.django_db(transaction=True)

HEALTH = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    with serving(tmp_path / "log", WEB_CONCURRENCY="1", WEB_THREADS="2") as number:
        yield number


def told(line: socket.socket) -> bytes:
    """All that comes until the other side has ended."""
    pieces = iter(lambda: line.recv(65_536), b"")
    return b"".join(pieces)


def test_who_does_not_hang_up_stops_nobody(port: int):
    """Each of them would take two seconds from all the others."""
    with ExitStack() as stack:
        for _ in range(30):
            line = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            line.sendall(HEALTH)
            assert told(line).startswith(b"HTTP/1.1 200 ")

        found = httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=30)

    assert found.status_code == 200


@pytest.mark.parametrize("ending", ["close", "keep-alive"])
def test_who_sends_all_of_a_body_that_nobody_reads_is_told_why(port: int, ending: str):
    body = bytes(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    head = (
        "POST /api/v1/search/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Connection: {ending}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(head.encode() + body)
        answer = told(line)

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'"code":"too_large"' in answer
