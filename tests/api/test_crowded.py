"""With every turn at searching taken and the line full, a search is refused before any work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from prometheus_client import REGISTRY

from search import selectors, services
from search.slots import search_slot
from tests.api.conftest import PRODUCTS, SEARCH, Shop, photo, photo_base64
from tests.api.contract import assert_error
from tests.api.keys import make_key, sending
from tests.api.test_busy import Unread

JSON = "application/json"
SIMILAR = f"{PRODUCTS}RED-1/similar/"
TOLD = "Many people are searching right now. Please try again in a few seconds."
Send = Callable[[Client, UUID], Any]


@pytest.fixture
def sole(settings: Any) -> None:
    """One may search, and nobody may wait for it."""
    settings.SEARCH_CONCURRENCY, settings.SEARCH_QUEUE = 1, 0


@pytest.fixture
def full(sole: None) -> Iterator[None]:
    with search_slot():
        yield


@pytest.fixture
def query(shop: Shop) -> UUID:
    """A stored query."""
    found, _took = services.photo_query(photo=photo())
    return found.pk


def unread(address: str) -> Send:
    """Sends a small body that nobody may read."""
    body = {"wsgi.input": Unread(b""), "CONTENT_TYPE": JSON, "CONTENT_LENGTH": "40"}
    return lambda client, query: client.generic("POST", address.format(query), **body)


SEARCHES: dict[str, Send] = {
    "similar": lambda client, _: client.get(SIMILAR),
    "products": lambda client, _: client.get(PRODUCTS),
    "results": lambda client, query: client.get(f"{SEARCH}{query}/"),
    "feedback": unread(SEARCH + "{}/feedback/"),
    "search": unread(SEARCH),
    "batch": unread(f"{SEARCH}batch/"),
}


def refusals() -> float:
    return REGISTRY.get_sample_value("lookalike_searches_refused_total") or 0.0


@pytest.mark.parametrize("name", SEARCHES)
def test_a_search_is_refused_unread(client: Client, query: UUID, full: None, name: str):
    before = refusals()

    response = SEARCHES[name](client, query)

    assert_error(response, 503, "busy")
    assert response.json()["error"]["message"] == TOLD
    assert response["Retry-After"] == "1"
    assert "RateLimit-Limit" not in response
    assert refusals() == before + 1


class Meanwhile(BytesIO):
    """A body during which somebody else searches."""

    def __init__(self, body: bytes, search: Callable[[], Any]) -> None:
        super().__init__(body)
        self.search = search
        self.answered: list[int] = []

    def read(self, size: int | None = -1) -> bytes:
        self.answered.append(self.search().status_code)
        return super().read(size)


@pytest.mark.parametrize("address", [SEARCH, SEARCH + "{}/feedback/", f"{SEARCH}batch/"])
def test_nobody_holds_a_turn_while_their_body_is_on_its_way(
    client: Client, query: UUID, sole: None, address: str
):
    slow = Meanwhile(b"{}", lambda: Client().get(SIMILAR))
    body = {"wsgi.input": slow, "CONTENT_TYPE": JSON, "CONTENT_LENGTH": "2"}

    client.generic("POST", address.format(query), **body)

    assert slow.answered
    assert set(slow.answered) == {200}


def test_who_asks_too_often_is_told_so_without_a_turn(client: Client, shop: Shop, settings: Any):
    settings.SEARCH_CONCURRENCY, settings.SEARCH_QUEUE = 1, 5
    keyed = sending(client, make_key("search", per_minute=1)[1])
    assert keyed.get(SIMILAR).status_code == 200

    with search_slot():
        assert_error(keyed.get(SIMILAR), 429, "throttled")

    assert client.get(SIMILAR).status_code == 200


def test_it_costs_the_caller_nothing(client: Client, shop: Shop, full: None):
    keyed = sending(client, make_key("search", "read", per_minute=10)[1])
    keyed.get(SIMILAR)

    assert keyed.get(f"{PRODUCTS}RED-1/")["RateLimit-Remaining"] == "9"


def test_who_may_not_is_told_that_first(client: Client, settings: Any, full: None, db: None):
    settings.ANONYMOUS_SEARCH = False

    assert_error(client.get(SIMILAR), 401, "missing_key")


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/metrics", f"{PRODUCTS}RED-1/"])
def test_what_is_no_search_needs_no_turn(client: Client, shop: Shop, full: None, address: str):
    assert client.get(address).status_code == 200


def test_a_photo_that_is_not_searched_for_needs_none(client: Client, shop: Shop, full: None):
    image = SimpleUploadedFile("p.jpg", photo())

    assert client.post("/api/v1/embeddings/", {"image": image}).status_code == 200


def test_a_query_can_be_forgotten_meanwhile(client: Client, query: UUID, full: None):
    assert client.delete(f"{SEARCH}{query}/").status_code == 204


@pytest.mark.parametrize("status", [200, 404, 400])
def test_the_turn_is_free_again(client: Client, shop: Shop, sole: None, status: int):
    address = {200: SIMILAR, 404: f"{PRODUCTS}NONE/similar/", 400: f"{SIMILAR}?k=0"}[status]

    assert [client.get(address).status_code for _ in range(3)] == [status] * 3


def test_the_turn_is_free_again_after_a_crash(
    client: Client, shop: Shop, sole: None, monkeypatch: pytest.MonkeyPatch
):
    client.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr(selectors, "search", lambda **_: 1 / 0)
        assert client.get(SIMILAR).status_code == 500

    assert client.get(SIMILAR).status_code == 200


def test_photos_and_many_questions_take_one_turn_at_a_time(
    client: Client, shop: Shop, sole: None, settings: Any
):
    """Nobody waits for one of the two places while holding the other."""
    settings.EMBED_CONCURRENCY, settings.EMBED_QUEUE = 1, 0
    asked = {"image_base64": photo_base64()}

    assert client.post(SEARCH, asked, content_type=JSON).status_code == 200
    many = client.post(f"{SEARCH}batch/", {"queries": [asked] * 3}, content_type=JSON)
    assert [each["status"] for each in many.json()["answers"]] == [200] * 3
