"""/healthz and /readyz: what they say when a part is missing."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from search import services
from tests.api.contract import assert_error


@pytest.fixture
def closed_port() -> int:
    """A port of this machine at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def other_database(blocker: DjangoDbBlocker, **address: str) -> Iterator[None]:
    """Django is pointed at another database for the length of the block."""
    real = connections["default"]
    other = real.copy()
    other.settings_dict.update(address)
    connections["default"] = other
    with blocker.unblock():
        yield
    other.close()
    connections["default"] = real


@pytest.fixture
def no_database(closed_port: int, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Django looks for Postgres where there is none."""
    with other_database(django_db_blocker, HOST="127.0.0.1", PORT=str(closed_port)):
        yield


@pytest.fixture
def empty_database(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database without a table: nobody has run migrate."""
    with other_database(django_db_blocker, NAME="postgres"):
        yield


def test_alive_asks_nobody(client: Client, no_database: None):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")
    assert "no-store" in response["Cache-Control"]


def test_ready_with_all_parts(client: Client, db: None):
    services.ensure_space()
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ok", "down": {}})


def test_without_redis_the_shop_goes_on(client: Client, db: None, settings: Any, closed_port: int):
    services.ensure_space()
    settings.REDIS_URL = f"redis://127.0.0.1:{closed_port}/0"
    response = client.get("/readyz")
    answer = response.json()
    assert (response.status_code, answer["status"]) == (200, "degraded")
    assert list(answer["down"]) == ["redis"]


def test_without_an_index_the_shop_goes_on(client: Client, db: None):
    response = client.get("/readyz")
    answer = response.json()
    assert (response.status_code, answer["status"]) == (200, "degraded")
    assert list(answer["down"]) == ["index"]


def test_without_a_database_it_is_not_ready(client: Client, no_database: None):
    response = client.get("/readyz")
    answer = response.json()
    assert (response.status_code, answer["status"]) == (503, "down")
    assert list(answer["down"]) == ["database"]
    assert "DATABASE_URL" in answer["down"]["database"]


def test_without_tables_it_is_not_ready(client: Client, empty_database: None):
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "manage.py migrate" in response.json()["down"]["database"]


def test_without_a_database_the_api_asks_to_come_back(client: Client, no_database: None):
    response = client.get("/api/v1/products/")
    error = assert_error(response, 503, "unavailable")
    assert response["Retry-After"] == "5"
    assert "127.0.0.1" not in error["message"]


def test_without_a_database_a_page_asks_to_come_back(no_database: None):
    response = Client(raise_request_exception=False).get("/")
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert response["Content-Type"].startswith("text/html")


def test_behind_https_the_probes_answer_in_plain_http(client: Client, db: None, settings: Any):
    settings.SECURE_SSL_REDIRECT = True
    services.ensure_space()
    statuses = {path: client.get(path).status_code for path in ("/healthz", "/readyz", "/metrics")}
    assert statuses == {"/healthz": 200, "/readyz": 200, "/metrics": 200}
    assert client.get("/api/v1/products/").status_code == 301
