"""GET images/{id}/?wait=: the answer comes when the image is ready, and nobody is held up."""

from __future__ import annotations

import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from search import selectors, services
from search.api import waiting
from search.models import EmbeddingJob
from tests.api.contract import assert_error
from tests.factories import add_photo, make_product

transactional = pytest.mark.django_db(transaction=True)


def address(image: Any, seconds: int = 30) -> str:
    return f"/api/v1/images/{image.pk}/?wait={seconds}"


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> Event:
    """Set when a waiting request has seen the image pending."""
    seen = Event()
    look = waiting._gone

    def gone(*args: Any) -> bool:
        seen.set()
        return look(*args)

    monkeypatch.setattr(waiting, "_gone", gone)
    return seen


@pytest.fixture
def answer_while(client: Client, looked: Event) -> Callable[[str, Callable[[], Any]], Any]:
    """The answer to a request during which something is done."""

    def ask(path: str, meanwhile: Callable[[], Any]) -> Any:
        def get() -> Any:
            try:
                return client.get(path)
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(get)
            assert looked.wait(timeout=30)
            meanwhile()
            return asked.result()

    return ask


@transactional
def test_it_answers_as_soon_as_the_image_is_ready(answer_while: Any):
    image = add_photo(make_product())
    response = answer_while(address(image), services.embed_pending)
    assert response.json()["state"] == "ready"
    assert "Retry-After" not in response


@transactional
def test_it_answers_as_soon_as_the_image_has_failed(answer_while: Any):
    image = add_photo(make_product())
    fails = {"state": "failed", "error": "Damaged."}
    response = answer_while(address(image), lambda: EmbeddingJob.objects.update(**fails))
    assert response.json()["reason"] == "Damaged."


@transactional
def test_an_image_that_goes_meanwhile(answer_while: Any):
    image = add_photo(make_product())
    response = answer_while(address(image), image.delete)
    assert_error(response, 404, "unknown_image", "image_id")


@transactional
def test_who_waits_holds_no_connection(answer_while: Any, monkeypatch: pytest.MonkeyPatch):
    image = add_photo(make_product())
    held = []
    look = waiting._gone

    def gone(*args: Any) -> bool:
        held.append(connection.connection)
        return look(*args)

    monkeypatch.setattr(waiting, "_gone", gone)
    answer_while(address(image), services.embed_pending)
    assert set(held) == {None}


def test_what_is_ready_is_told_at_once(client: Client, db: None, looked: Event):
    image = add_photo(make_product())
    services.embed_pending()
    assert client.get(address(image)).json()["state"] == "ready"
    assert not looked.is_set()


def test_the_wait_ends(client: Client, db: None, monkeypatch: pytest.MonkeyPatch):
    image = add_photo(make_product())
    clock = iter(range(0, 100, 5))
    monkeypatch.setattr(waiting, "_now", lambda: next(clock))
    monkeypatch.setattr(waiting, "STEP_SECONDS", 0)
    response = client.get(address(image, 10))
    assert (response.status_code, response.json()["state"]) == (200, "pending")
    assert response["Retry-After"] == "1"


def test_where_enough_wait_already_the_answer_comes_at_once(
    client: Client, db: None, looked: Event
):
    image = add_photo(make_product())
    assert waiting.MOST_WAITING == 2
    for _ in range(waiting.MOST_WAITING):
        assert waiting.slots.acquire(blocking=False)
    try:
        response = client.get(address(image))
    finally:
        waiting.slots.release(waiting.MOST_WAITING)
    assert (response.json()["state"], response["Retry-After"]) == ("pending", "1")
    assert not looked.is_set()
    assert client.get(address(image, 0)).json()["state"] == "pending"


def test_the_wait_ends_when_the_client_hangs_up(client: Client, db: None):
    image = add_photo(make_product())
    ours, theirs = socket.socketpair()
    theirs.close()
    with ours:
        response = client.get(address(image), **{"gunicorn.socket": ours})
    assert response.json()["state"] == "pending"
    assert waiting.slots.acquire(blocking=False)
    waiting.slots.release()


def test_of_what_the_client_sends_next_nothing_is_taken(db: None, rf: Any):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        request = rf.get("/", **{"gunicorn.socket": ours})
        assert not waiting._gone(request, 0)
        theirs.sendall(b"GET /")
        assert not waiting._gone(request, 0)
        assert ours.recv(100) == b"GET /"


@pytest.mark.parametrize("seconds", ["-1", "31", "x", "1.5"])
def test_a_time_that_makes_no_sense(client: Client, db: None, seconds: str):
    image = add_photo(make_product())
    response = client.get(f"/api/v1/images/{image.pk}/?wait={seconds}")
    assert_error(response, 400, "invalid", "wait")


def test_a_look_is_one_query(db: None, django_assert_num_queries: Any):
    image = add_photo(make_product())
    with django_assert_num_queries(1):
        assert selectors.image_index(image.pk).state == "pending"
    assert selectors.image_index(0) is None
