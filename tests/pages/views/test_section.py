"""A section's page: what is below it, in order, page by page."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from tests.factories import make_category, make_product
from tests.pages.views.conftest import Shop, fill
from tests.pages.views.reading import Reading


def test_a_section_holds_everything_below_it(client: Client, shop: Shop):
    page = Reading(client.get("/c/clothes/"))

    assert page.heading == "Clothes"
    assert page.titles == ["Crimson hat", "Red shoe"]
    assert "2 pieces" in page.texts("p", css="muted")
    [child] = page.all("a", css="chip")
    assert (child.text, child["href"]) == ("Shoes", "/c/shoes/")
    assert Reading(client.get(child["href"])).titles == ["Red shoe"]


def test_the_way_back_up(client: Client, shop: Shop):
    page = Reading(client.get("/c/shoes/"))

    here = [each for each in page.all("span") if "aria-current" in each.attributes]
    assert [each.text for each in here] == ["Shoes"]
    assert "/c/clothes/" in [link["href"] for link in page.all("a") if link.text == "Clothes"]


def test_what_is_not_sold_is_not_shown(client: Client, shop: Shop):
    make_product(title="Secret", category=shop.clothes, status="draft")

    assert Reading(client.get("/c/clothes/")).titles == ["Crimson hat", "Red shoe"]


@pytest.mark.parametrize(
    ("order", "titles"),
    [
        ("newest", ["Crimson hat", "Red shoe"]),
        ("price", ["Red shoe", "Crimson hat"]),
        ("-price", ["Crimson hat", "Red shoe"]),
        ("xyz", ["Crimson hat", "Red shoe"]),
        ("pk; --", ["Crimson hat", "Red shoe"]),
    ],
)
def test_the_order_is_the_shoppers_choice(
    client: Client, shop: Shop, order: str, titles: list[str]
):
    assert Reading(client.get("/c/clothes/", {"sort": order})).titles == titles


@pytest.mark.django_db
def test_next_leads_through_every_product_once(client: Client):
    fill(50, category=make_category("Lamps"), price=Decimal(7))
    address, seen, reach = "/c/lamps/?sort=price", [], []
    while address:
        page = Reading(client.get(address))
        seen += page.titles
        reach.append(page.one("p", css="pager-reach").text)
        following = [link["href"] for link in page.all("a", css="button") if link.text == "Next"]
        address = f"/c/lamps/{following[0]}" if following else ""

    assert sorted(seen) == sorted(f"Lamp {number}" for number in range(50))
    assert reach == ["Page 1 of 3", "Page 2 of 3", "Page 3 of 3"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("number", "reach"),
    [
        ("0", "Page 2 of 2"),
        ("-1", "Page 2 of 2"),
        ("1000000000", "Page 2 of 2"),
        ("9" * 5000, "Page 1 of 2"),
        ("abc", "Page 1 of 2"),
        ("", "Page 1 of 2"),
    ],
)
def test_any_page_number_leads_to_a_page(client: Client, number: str, reach: str):
    fill(25, category=make_category("Lamps"))

    shown = Reading(client.get("/c/lamps/", {"page": number}))

    assert shown.one("p", css="pager-reach").text == reach


@pytest.mark.django_db
def test_an_empty_section_leads_on(client: Client):
    make_category("Lamps")

    page = Reading(client.get("/c/lamps/"))

    assert "Nothing here at present" in page.texts("h2")
    assert "0 pieces" in page.texts("p", css="muted")


@pytest.mark.django_db
def test_an_unknown_section(client: Client):
    response = client.get("/c/nowhere/")

    assert response.status_code == 404
    assert Reading(response).heading == "This page isn’t here"
