"""A hit is opened, or none was meant: what the page sends, and where it leads."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from search.models import PhotoQuery, SearchFeedback
from tests.factories import make_product
from tests.pages.views.conftest import Ask, Shop, photo
from tests.pages.views.reading import Reading

CLICK = {"sku": "RED-1", "position": "1", "band": "same"}
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def address(client: Client, shop: Shop, ask: Ask) -> str:
    """Of results that somebody has before them."""
    found = ask(image=photo(1))
    client.get(found)
    return found


def test_a_card_carries_what_its_click_will_say(client: Client, address: str):
    page = Reading(client.get(address))

    assert page.one("div", css="results")["data-query-id"] == str(PhotoQuery.objects.get().pk)
    cards = page.all("li", css="card")
    assert cards[0]["data-sku"] == "RED-1"
    assert {card["data-band"] for card in cards} <= {"same", "very_similar", "similar", "weak"}


def test_a_click_is_counted(client: Client, address: str):
    response = client.post(f"{address}clicks/", CLICK)

    assert (response.status_code, response.content) == (204, b"")
    said = SearchFeedback.objects.get()
    assert (said.kind, said.product.sku, said.position) == ("click", "RED-1", 1)


@pytest.mark.parametrize(
    ("changed", "status", "field"),
    [
        ({"position": ""}, 400, "position"),
        ({"position": "first"}, 400, "position"),
        ({"position": "0"}, 400, "position"),
        ({"position": "9" * 13}, 400, "position"),
        ({"position": ["1", "2"]}, 400, "position"),
        ({"band": "'; --"}, 400, "band"),
        ({"sku": ""}, 404, None),
        ({"sku": "DRAFT"}, 404, None),
        ({"sku": "RED-1\0"}, 204, None),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_reason(
    client: Client, address: str, changed: dict[str, Any], status: int, field: str | None
):
    make_product(sku="DRAFT", status="draft")

    response = client.post(f"{address}clicks/", {**CLICK, **changed})

    assert response.status_code == status
    if status != 204:
        assert response.json()["error"]["field"] == field
        assert not SearchFeedback.objects.exists()


def test_a_click_on_what_was_not_found_is_let_pass(client: Client, address: str):
    make_product(sku="OTHER")

    assert client.post(f"{address}clicks/", {**CLICK, "sku": "OTHER"}).status_code == 204
    assert not SearchFeedback.objects.exists()


@pytest.mark.parametrize("said", ["clicks/", "missed/"])
def test_it_needs_a_token_and_a_form(address: str, said: str):
    strict = Client(enforce_csrf_checks=True)

    assert strict.post(f"{address}{said}", CLICK).status_code == 403
    assert strict.get(f"{address}{said}").status_code == 405


def test_missed_leads_back_to_the_same_results(client: Client, address: str):
    response = client.post(f"{address}missed/?facet_tags=colour:red&q=shoe&page=2")

    assert response.status_code == 303
    assert response["Location"] == f"{address}?facet_tags=colour%3Ared&q=shoe&page=2&missed=1"
    assert SearchFeedback.objects.get().kind == "missed"


def test_the_results_take_the_address_as_it_is(client: Client, address: str):
    back = client.post(f"{address}missed/?missed=1")["Location"]

    assert back == f"{address}?missed=1"
    page = Reading(client.get(back))
    assert page.titles[0] == "Red shoe"
    assert page.all("p", css="notice") == []


def test_a_search_that_has_ended_is_no_error(client: Client, address: str):
    PhotoQuery.objects.update(expires_at=timezone.now())

    assert client.post(f"{address}clicks/", CLICK).status_code == 204
    back = client.post(f"{address}missed/")["Location"]
    assert client.get(back).status_code == 410
    assert not SearchFeedback.objects.exists()


@pytest.mark.django_db
def test_a_search_that_never_was_is_no_error(client: Client):
    assert client.post(f"/search/{uuid.uuid4()}/clicks/", CLICK).status_code == 204
