"""Page after page of one answer: every product once, the counts the same on all of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from tests.pages.views.conftest import Ask, fill, photo
from tests.pages.views.reading import Reading

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(ask: Ask) -> str:
    """Results of a photo in a shop of 60 products: two full pages and a half one."""
    fill(30, tags=("colour:red",), price=Decimal(10))
    fill(30, tags=("colour:blue", "sale"), price=Decimal(40), stock=0)
    return ask(image=photo(1))


def pages(client: Client, address: str, query: str = "?") -> list[Reading]:
    """The pages that "Show more" leads through."""
    found = [Reading(client.get(address + query))]
    while more := found[-1].all("a", **{"data-more": ""}):
        found.append(Reading(client.get(address + more[0]["href"])))
    return found


@pytest.mark.parametrize(
    "query",
    ["?", "?sort=price", "?sort=-price", "?sort=newest", "?q=lamp", "?page=1&sort=similarity"],
)
def test_show_more_leads_through_every_product_once(client: Client, address: str, query: str):
    found = pages(client, address, query)

    links = [[link["href"] for link in page.all("a", css="card-link")] for page in found]
    assert [len(each) for each in links] == [24, 24, 12]
    assert len({href for each in links for href in each}) == 60
    assert [page.one("p", css="pager-reach").text for page in found] == [
        "24 of 60",
        "48 of 60",
        "60 of 60",
    ]


def test_counts_are_the_same_on_every_page(client: Client, address: str):
    found = pages(client, address)

    ticks = [page.texts("span", css="tick-count") for page in found]
    assert ticks[0] == ["30", "30", "30", "30", "30", "30"]
    assert ticks == [ticks[0]] * 3


def test_filters_and_order_go_along_to_the_next_page(client: Client, address: str):
    [first, second] = pages(client, address, "?sort=price&tags=colour:red&in_stock=1")

    assert [len(page.titles) for page in (first, second)] == [24, 6]
    back = second.one("a", **{"data-previous": ""})
    assert back["href"] == "?tags=colour%3Ared&in_stock=1&sort=price"
    assert Reading(client.get(address + back["href"])).titles == first.titles


def test_prices_rise_across_pages(client: Client, address: str):
    found = pages(client, address, "?sort=price")

    prices = [price for page in found for price in page.texts("span", css="card-price")]
    assert prices == ["€10.00"] * 30 + ["€40.00"] * 30


@pytest.mark.parametrize("number", ["4", "1000000000"])
def test_a_page_past_the_last_one_is_the_first_and_says_so(
    client: Client, address: str, number: str
):
    shown = Reading(client.get(f"{address}?page={number}&sort=price"))

    assert len(shown.titles) == 24
    assert shown.one("p", css="pager-reach").text == "24 of 60"
    assert "There is no such page. This is the first one." in " ".join(
        shown.texts("p", css="notice")
    )


def test_one_page_needs_no_way_on(client: Client, ask: Ask):
    fill(24)

    page = Reading(client.get(ask(image=photo(1))))

    assert len(page.titles) == 24
    assert page.all("nav", css="pager") == []


def test_where_more_pass_than_were_looked_at_the_page_says_so(
    client: Client, address: str, settings: Any
):
    settings.CANDIDATES = 40

    [first, second] = pages(client, address, "?sort=price")

    assert first.one("p", css="pinned-count").text == "40 nearest products"
    assert first.one("p", css="pager-reach").text == "24 of the nearest 40"
    assert second.one("p", css="pager-reach").text == "40 of the nearest 40"
