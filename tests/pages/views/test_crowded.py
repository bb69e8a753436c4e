"""Too many search at once: said at the address that was asked for, without asking the database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from search.slots import search_slot
from tests.pages.views.conftest import Ask, Shop, photo
from tests.pages.views.reading import Reading


@pytest.fixture
def sole(settings: Any) -> None:
    settings.SEARCH_CONCURRENCY, settings.SEARCH_QUEUE = 1, 0


@pytest.fixture
def results(shop: Shop, ask: Ask) -> str:
    return ask(image=photo(1))


@pytest.fixture
def full(results: str, sole: None) -> Iterator[None]:
    """One may search, and somebody does; `results` were asked for before."""
    with search_slot():
        yield


@pytest.mark.parametrize("section", [False, True])
def test_the_page_says_so_and_leads_back_to_itself(
    client: Client,
    results: str,
    full: None,
    section: bool,
    django_assert_num_queries: Any,
):
    address = f"{'/c/clothes/' if section else results}?sort=price&in_stock=1"

    with django_assert_num_queries(0):
        response = client.get(address)

    page = Reading(response)
    assert (response.status_code, response["Retry-After"]) == (503, "1")
    assert "no-store" in response["Cache-Control"]
    assert page.heading == "Back in a moment"
    assert page.one("p", "lead").text == (
        "Many people are searching right now. Please try again in a few seconds."
    )
    assert page.one("a")["href"] == address


def test_it_is_said_in_the_visitors_language(client: Client, results: str, full: None):
    response = client.get(results, headers={"Accept-Language": "zh-hans"})

    assert "现在搜索的人很多。请过几秒再试。" in response.content.decode()


def test_a_product_is_shown_without_others_like_it(client: Client, results: str, full: None):
    crowded = Reading(client.get("/p/red-shoe/"))

    assert crowded.heading == "Red shoe"
    assert "More like this" not in crowded.texts("h2")


@pytest.mark.parametrize("address", ["/", "/healthz"])
def test_the_front_needs_no_turn(client: Client, full: None, address: str):
    assert client.get(address).status_code == 200


def test_the_turn_is_free_again(client: Client, results: str, sole: None):
    gone = "/search/00000000-0000-4000-8000-000000000000/"

    assert [client.get(each).status_code for each in (gone, results, results)] == [410, 200, 200]
