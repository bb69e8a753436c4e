"""With every place at the embedder taken, photos are refused before a byte of them is read."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.test import Client
from django.test.client import FakePayload

from search.errors import EmbedderBusy
from search.slots import refuse_when_full, slot
from tests.api.conftest import PRODUCTS, SEARCH, Shop
from tests.api.contract import assert_error
from tests.api.keys import make_key, sending

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.doors")]

FORM = "multipart/form-data; boundary=b"
JSON = "application/json"


class Unread(FakePayload):
    """A body that nobody may read."""

    def read(self, *_: Any, **__: Any) -> bytes:
        raise AssertionError("the body was read")


@pytest.fixture
def full(settings: Any) -> Any:
    """One place, and nobody may wait for it."""
    settings.EMBED_CONCURRENCY, settings.EMBED_QUEUE = 1, 0
    with slot():
        yield


def send(client: Client, address: str, *, kind: str, size: int) -> Any:
    return client.generic(
        "POST",
        address,
        **{"wsgi.input": Unread(b""), "CONTENT_TYPE": kind, "CONTENT_LENGTH": str(size)},
    )


@pytest.mark.parametrize(("kind", "size"), [(FORM, 500), (JSON, 33_000)])
@pytest.mark.parametrize("address", [SEARCH, "/api/v1/batch/"])
def test_a_photo_is_refused_unread(client: Client, full: None, kind: str, size: int, address: str):
    response = send(client, address, kind=kind, size=size)

    assert_error(response, 503, "busy")
    assert response["Retry-After"] == "2"
    assert "RateLimit-Limit" not in response


def test_it_costs_the_caller_nothing(client: Client, shop: Shop, full: None):
    keyed = sending(client, make_key("search", per_minute=10)[1])
    send(keyed, SEARCH, kind=FORM, size=500)

    assert keyed.get(PRODUCTS)["RateLimit-Remaining"] == "9"


def test_words_are_answered_meanwhile(client: Client, shop: Shop, full: None):
    response = client.post(SEARCH, {"text": "red"}, content_type=JSON)

    assert response.status_code == 200


def test_who_may_not_is_told_that_first(client: Client, settings: Any, full: None):
    settings.ANONYMOUS_SEARCH = False

    assert_error(send(client, SEARCH, kind=FORM, size=500), 401, "missing_key")


def test_no_more_wait_than_there_is_room_for(settings: Any):
    """One in work and two in line: the fourth is told at once, and the thread is free."""
    settings.EMBED_CONCURRENCY, settings.EMBED_QUEUE = 1, 2
    settings.EMBED_QUEUE_SECONDS = 60
    go_on = Event()

    def hold() -> str:
        try:
            with slot():
                go_on.wait(60)
        except EmbedderBusy:
            go_on.set()  # the others would wait for ever otherwise
            return "busy"
        return "done"

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(lambda _: hold(), range(4)))

    assert outcomes == ["busy", "done", "done", "done"]
    refuse_when_full()  # there is room again
