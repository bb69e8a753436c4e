"""POST products/bulk/ through a real gunicorn: bodies in any form, clients that don't read."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from catalog.models import Product
from tests.api.gunicorns import answers, serving
from tests.api.keys import with_key
from tests.search.conftest import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

BULK = "/api/v1/products/bulk/"
TYPE = {"Content-Type": "application/x-ndjson"}


@pytest.fixture
def port(tmp_path: Path, client: Any) -> Iterator[int]:
    """The port of a gunicorn that serves this test's database."""
    with serving(tmp_path / "log", WEB_CONCURRENCY="1", WEB_THREADS="2") as number:
        yield number


@pytest.fixture
def headers(client: Any) -> dict[str, str]:
    """Those of a caller who may write."""
    defaults = with_key(client, "write").defaults
    names = {name[5:].replace("_", "-"): str(value) for name, value in defaults.items()}
    return {**names, **TYPE}


def lines(count: int, *, description: str = "") -> list[bytes]:
    return [
        json.dumps(
            {"sku": f"P{number}", "title": "P", "price": 1, "description": description}
        ).encode()
        + b"\n"
        for number in range(count)
    ]


def told(answer: httpx.Response) -> tuple[list[str], dict]:
    *results, summary = [json.loads(line) for line in answer.text.splitlines()]
    return [each["status"] for each in results], summary


def test_a_body_of_known_length_and_one_in_chunks(port: int, headers: dict):
    address = f"http://127.0.0.1:{port}{BULK}"
    body = lines(300)
    for content, status in ((b"".join(body), "created"), (iter(body), "unchanged")):
        answer = httpx.post(address, content=content, headers=headers, timeout=60)
        assert answer.headers["Transfer-Encoding"] == "chunked"
        results, summary = told(answer)
        assert (set(results), len(results), summary["complete"]) == ({status}, 300, True)


def test_a_client_that_sends_everything_before_it_reads(port: int, headers: dict):
    """More than the connection holds, in either direction."""
    address = f"http://127.0.0.1:{port}{BULK}"
    bad = b'{"sku": "B%d", "title": "' + b"x" * 700 + b'"}\n'
    body = b"".join(bad % number for number in range(9_000))
    answer = httpx.post(address, content=body, headers=headers, timeout=120)
    results, summary = told(answer)
    assert (set(results), len(results)) == ({"error"}, 9_000)
    assert summary["complete"] is True


def test_a_client_that_breaks_off(port: int, headers: dict):
    body = b"".join(lines(50))
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    request = f"POST {BULK} HTTP/1.1\r\nHost: localhost\r\n{head}Content-Length: {len(body) + 50}"
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(request.encode() + b"\r\n\r\n" + body + b'{"sku": "LATE", "ti')
    wait_until(lambda: Product.objects.count() == 50, "whole lines are written")
    assert answers(port)
    assert not Product.objects.filter(sku="LATE").exists()
    answer = httpx.get(f"http://127.0.0.1:{port}/api/v1/products/P49/", timeout=30)
    assert answer.status_code == 200


def test_a_refusal_comes_as_an_ordinary_error(port: int, headers: dict):
    wrong = {**headers, "Content-Type": "text/csv"}
    address = f"http://127.0.0.1:{port}{BULK}"
    answer = httpx.post(address, content=b"sku", headers=wrong, timeout=30)
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "unsupported_media_type")
