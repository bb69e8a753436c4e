"""A section's page: what is below it, in order, page by page."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from search.models import SearchEvent
from tests.factories import make_category, make_product
from tests.pages.views.conftest import Shop, fill
from tests.pages.views.reading import Reading


def below(page: Reading) -> list[tuple[str, str]]:
    """The sections below, and where they lead."""
    links = [each for each in page.all("a", css="tick") if each["href"].startswith("/c/")]
    return [(each.text, each["href"]) for each in links]


def test_a_section_holds_everything_below_it(client: Client, shop: Shop):
    page = Reading(client.get("/c/clothes/"))

    assert page.heading == "Clothes"
    assert page.titles == ["Crimson hat", "Red shoe"]
    assert page.one("p", **{"data-status": ""}).text == "2 pieces"
    assert below(page) == [("Shoes1", "/c/shoes/")]
    assert Reading(client.get("/c/shoes/")).titles == ["Red shoe"]


def test_a_section_below_is_reached_under_the_same_filters(client: Client, shop: Shop):
    page = Reading(client.get("/c/clothes/?facet_tags=colour:red&sort=price&page=1"))

    [(_label, address)] = below(page)
    assert address == "/c/shoes/?facet_tags=colour%3Ared&sort=price"
    assert Reading(client.get(address)).texts("a", css="chip")[0] == "Remove filter: Red"


def test_two_levels_below_are_shown_as_a_tree(client: Client, shop: Shop):
    boots = make_category("Boots", parent=shop.shoes)
    deepest = make_category("Ankle boots", parent=boots)
    make_product(category=deepest)
    make_category("Empty", parent=shop.clothes)

    page = Reading(client.get("/c/clothes/"))

    assert below(page) == [("Shoes2", "/c/shoes/"), ("Boots1", "/c/boots/")]
    assert page.texts("a", css="tick-level-1") == ["Boots1"]


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
        ("", ["Crimson hat", "Red shoe"]),
        ("newest", ["Crimson hat", "Red shoe"]),
        ("similarity", ["Crimson hat", "Red shoe"]),
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
@pytest.mark.parametrize("query", ["?sort=price", "?", "?q=lamp", "?q=lamp&sort=-price"])
def test_show_more_leads_through_every_product_once(client: Client, query: str):
    fill(50, category=make_category("Lamps"), price=Decimal(7))
    seen, reach, following = [], [], query
    while following:
        page = Reading(client.get(f"/c/lamps/{following}"))
        seen += page.titles
        reach.append(page.one("p", css="pager-reach").text)
        more = page.all("a", **{"data-more": ""})
        following = more[0]["href"] if more else ""

    assert sorted(seen) == sorted(f"Lamp {number}" for number in range(50))
    assert reach == ["24 of 50", "48 of 50", "50 of 50"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "reach"),
    [
        ("?", "24 of the newest 30"),
        ("?sort=price", "24 of the cheapest 30"),
        ("?sort=-price", "24 of the dearest 30"),
        ("?q=lamp&sort=price", "24 of the best 30"),
        ("?page=2", "These are the first 30. Filters and words lead to the others."),
    ],
)
def test_where_counting_stopped_the_page_says_so(
    client: Client, settings: Any, query: str, reach: str
):
    settings.CANDIDATES = 30
    home = make_category("Home")
    make_category("Rugs", parent=home)
    fill(31, category=make_category("Lamps", parent=home))

    page = Reading(client.get(f"/c/home/{query}"))

    assert page.one("p", **{"data-status": ""}).text == "More than 30 pieces"
    assert page.one("p", css="pager-reach").text == reach
    # Nothing of it is among those that were looked at: there may be some all the same.
    assert below(page)[1][0] == "Rugs"


@pytest.mark.django_db
def test_an_empty_section_leads_on(client: Client):
    make_category("Lamps")

    page = Reading(client.get("/c/lamps/"))

    assert "Nothing here at present" in page.texts("h2")
    assert page.one("p", **{"data-status": ""}).text == "0 pieces"
    assert page.all("form", id="filters") == []


@pytest.mark.django_db
def test_an_unknown_section(client: Client):
    response = client.get("/c/nowhere/")

    assert response.status_code == 404
    assert Reading(response).heading == "This page isn’t here"


def test_walking_through_a_section_is_no_search(client: Client, shop: Shop):
    client.get("/c/clothes/?q=red&facet_tags=colour:red")

    assert SearchEvent.objects.count() == 0


@pytest.mark.parametrize(
    ("query", "canonical", "robots"),
    [
        ("", ["http://testserver/c/clothes/"], []),
        ("?utm_source=letter", ["http://testserver/c/clothes/"], []),
        ("?sort=newest", ["http://testserver/c/clothes/"], []),
        ("?sort=price", [], ["noindex"]),
        ("?facet_tags=colour:red", [], ["noindex"]),
        ("?q=hat", [], ["noindex"]),
    ],
)
def test_search_engines_are_led_to_the_section_itself(
    client: Client, shop: Shop, query: str, canonical: list[str], robots: list[str]
):
    page = Reading(client.get(f"/c/clothes/{query}"))

    assert [each["href"] for each in page.all("link", rel="canonical")] == canonical
    assert [each["content"] for each in page.all("meta", name="robots")] == robots


@pytest.mark.django_db
def test_a_further_page_is_a_page_of_its_own_to_search_engines(client: Client):
    fill(30, category=make_category("Lamps"))

    page = Reading(client.get("/c/lamps/?page=2"))

    assert page.one("link", rel="canonical")["href"] == "http://testserver/c/lamps/?page=2"
