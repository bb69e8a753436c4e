"""Clients that send a byte now and then, to a real gunicorn: they hold no thread for long."""

from __future__ import annotations

import json
import select
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path

import pytest

from tests.api.gunicorns import answers, serving
from tests.search.conftest import PATIENCE_SECONDS, wait_until

pytestmark = pytest.mark.django_db(transaction=True)

SEARCH = "/api/v1/search/"
JSON = "Content-Type: application/json\r\nContent-Length: {size}\r\n\r\n"


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """The port of a gunicorn with two threads and little patience."""
    own = {"WEB_CONCURRENCY": "1", "WEB_THREADS": "2", "SLOW_CLIENT_SECONDS": "2"}
    with serving(tmp_path / "log", **own) as number:
        yield number


def post(path: str, size: int, kind: str = JSON) -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{kind.format(size=size)}".encode()


def drip(port: int, head: bytes, body: bytes, *, at_once: int = 1) -> bytes:
    """Sends the head, and of the body so many bytes ten times a second until there is an answer or
    the end of the connection, which is returned."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as line:
        line.sendall(head)
        watch = select.poll()
        watch.register(line, select.POLLIN)
        for start in range(0, len(body), at_once):
            try:
                line.sendall(body[start : start + at_once])
            except OSError:
                break
            if watch.poll(100):
                break
        return everything(line)


def everything(line: socket.socket) -> bytes:
    received = b""
    try:
        while piece := line.recv(65536):
            received += piece
            if received.startswith(b"HTTP/1.1 200"):
                return received
    except ConnectionResetError:
        pass
    return received


def status_and_code(answer: bytes) -> tuple[int, str]:
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)["error"]["code"]


def test_bodies_that_drip_in_are_told_so_and_leave_the_threads_to_others(port: int):
    """More of them than there are threads."""
    with ThreadPoolExecutor(4) as pool:
        dripping = pool.map(drip, [port] * 4, repeat(post(SEARCH, 5_000)), repeat(b" " * 5_000))
        told = [status_and_code(each) for each in dripping]

    assert told == [(408, "too_slow")] * 4
    assert answers(port)


def test_a_head_that_drips_in_is_hung_up_on_without_a_word(port: int, tmp_path: Path):
    head = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"x" * 5_000

    assert drip(port, b"", head) == b""
    assert answers(port)
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_patience_can_not_be_bought_in_advance(port: int):
    """A million bytes at once, then one now and then."""
    head = post(SEARCH, 1_005_000) + b" " * 1_000_000

    assert status_and_code(drip(port, head, b" " * 5_000)) == (408, "too_slow")


def test_what_comes_steadily_may_take_longer(port: int):
    """Half a minute's worth of words, in four seconds."""
    question = json.dumps({"text": "red"}).encode()
    body = question + b" " * 20_000

    answer = drip(port, post(SEARCH, len(body)), body, at_once=500)

    assert answer.startswith(b"HTTP/1.1 200")


def test_a_body_that_nobody_wants_is_not_waited_for(port: int):
    head = post("/api/v1/products/LAMP/images/", 5_000)

    assert status_and_code(drip(port, head, b" " * 5_000)) == (401, "missing_key")
    wait_until(lambda: answers(port), "the thread is free again")


def test_forms_of_pages_that_drip_in(port: int):
    kind = "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {size}\r\n\r\n"
    part = b'--b\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n'

    for path in ("/search/", "/admin/login/", "/i18n/setlang/"):
        answer = drip(port, post(path, 5_000, kind) + part, b" " * 4_000)
        assert answer.startswith(b"HTTP/1.1 4")
    assert answers(port)
