"""Who searches too often is told when to go on, and keeps what was typed."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.test import Client

from search import services
from search.models import PhotoQuery, SearchFeedback
from search.pages import limiting
from tests.pages.views.conftest import Shop, photo
from tests.pages.views.reading import Reading

JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture(autouse=True)
def limited(settings: Any) -> None:
    """Two photos a minute, one at once; eight searches by words, four at once. Nobody has asked
    yet: with another SECRET_KEY every client is a new one."""
    settings.PHOTO_SEARCHES_PER_MINUTE = 2
    settings.SECRET_KEY = str(uuid.uuid4()) * 2


def test_a_photo_too_many_leads_back_to_the_form_with_the_words(client: Client, shop: Shop):
    assert client.post("/search/", {"image": photo(1)}).status_code == 303

    response = client.post("/search/", {"image": photo(2), "q": "red “shoes”"})

    page = Reading(response)
    assert (response.status_code, response["Retry-After"]) == (429, "30")
    assert page.one("p", id="photo-error", role="alert").text == (
        "Too many photos in a short time. Try again in 30 seconds."
    )
    assert page.one("input", id="photo-words")["value"] == "red “shoes”"
    assert PhotoQuery.objects.count() == 1


def test_our_script_is_told_in_the_one_shape(client: Client, shop: Shop):
    client.post("/search/", {"image": photo(1)}, **JSON)

    response = client.post("/search/", {"image": photo(2)}, **JSON)

    assert (response.status_code, response["Retry-After"]) == (429, "30")
    assert response.json() == {
        "error": {
            "code": "throttled",
            "message": "Too many photos in a short time. Try again in 30 seconds.",
            "field": None,
        }
    }


def test_a_photo_that_is_refused_is_not_even_read(
    client: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    client.post("/search/", {"product": "RED-1"})
    monkeypatch.setattr(services, "photo_query", lambda **_: pytest.fail("the photo was read"))

    assert client.post("/search/", {"image": photo(1)}).status_code == 429


def test_words_alone_may_be_asked_four_times_as_often(client: Client, shop: Shop):
    client.post("/search/", {"image": photo(1)})

    answers = [client.post("/search/", {"q": "red"}, **JSON) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [201, 201, 201, 201, 429]
    # Fewer than 8 where asking itself took a while.
    assert re.fullmatch(
        r"Too many searches in a short time\. Try again in [1-8] seconds?\.",
        answers[-1].json()["error"]["message"],
    )


@pytest.mark.parametrize("form", [{"product": "RED-1"}, {"sample": "none"}, {"image": "photo"}])
def test_a_product_and_a_sample_count_as_a_photo(client: Client, shop: Shop, form: dict[str, Any]):
    def ask() -> int:
        given = {"image": photo(1)} if "image" in form else form
        return client.post("/search/", {**given, "q": "red"}).status_code

    assert ask() != 429
    assert ask() == 429


def test_another_address_is_another_customer(client: Client, shop: Shop):
    addresses = ["203.0.113.5", "203.0.113.5", "203.0.113.6"]

    answers = [client.post("/search/", {"product": "RED-1"}, REMOTE_ADDR=a) for a in addresses]

    assert [answer.status_code for answer in answers] == [303, 429, 303]


def test_no_limit_where_the_shop_wants_none(client: Client, shop: Shop, settings: Any):
    settings.PHOTO_SEARCHES_PER_MINUTE = 0

    answers = [client.post("/search/", {"product": "RED-1"}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [303, 303, 303]


@pytest.mark.parametrize(("fail_open", "status"), [(True, 303), (False, 503)])
def test_a_shop_without_redis(
    client: Client, shop: Shop, settings: Any, fail_open: bool, status: int
):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.THROTTLE_FAIL_OPEN = fail_open

    assert client.post("/search/", {"product": "RED-1"}).status_code == status


def test_the_refused_ones_are_counted(client: Client, shop: Shop):
    def refused() -> float:
        lines = client.get("/metrics").content.decode().splitlines()
        name = 'lookalike_searches_throttled_total{kind="photo"} '
        return sum(float(line.removeprefix(name)) for line in lines if line.startswith(name))

    before = refused()
    for _ in range(3):
        client.post("/search/", {"product": "RED-1"})

    assert refused() - before == 2


def test_no_door_leads_past_the_limit_of_words(client: Client, shop: Shop):
    query, _took = services.photo_query(product=shop.red, text="red")
    for _ in range(4):
        client.post("/search/", {"q": "red"})

    marked = client.post(f"/search/{query.pk}/feedback/", {"like": "RED-2"})
    forgotten = client.post(f"/search/{query.pk}/forget/", {"keep_words": "red"})
    section = Reading(client.get("/c/clothes/?q=red"))

    assert (marked.status_code, forgotten.status_code) == (429, 429)
    assert section.one("p", css="notice").text.startswith("Too many searches in a short time.")
    assert section.titles == ["Crimson hat", "Red shoe"]


def test_words_are_kept_of_a_search_that_there_was(client: Client, shop: Shop):
    client.post(f"/search/{uuid.uuid4()}/forget/", {"keep_words": "red"})

    assert not PhotoQuery.objects.exists()


def test_feedback_beyond_what_a_person_gives_is_not_heard(
    client: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    # So few that none is allowed anew while a slow machine asks.
    monkeypatch.setattr(limiting, "SAID_PER_MINUTE", 2)
    address = client.post("/search/", {"product": "RED-1"})["Location"]
    client.get(address)
    click = {"sku": "RED-2", "position": "1", "band": ""}

    answers = [client.post(f"{address}clicks/", click) for _ in range(7)]

    assert {answer.status_code for answer in answers} == {204}
    assert SearchFeedback.objects.count() == 2
