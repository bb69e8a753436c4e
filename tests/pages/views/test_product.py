"""A product's page: its pictures and facts, and what looks like it."""

from __future__ import annotations

import pytest
from django.test import Client

from search import services
from tests.factories import add_photo, make_product
from tests.pages.views.conftest import Shop
from tests.pages.views.reading import Reading


def pictures(page: Reading) -> list[tuple[str, str]]:
    """The large pictures, and what they say to those who can't see them."""
    return [(each["src"], each["alt"]) for each in page.all("img") if "sizes" in each.attributes][
        : len(page.all("a", css="gallery-open"))
    ]


def test_pictures_price_and_tags(client: Client, shop: Shop):
    second = add_photo(shop.red, seed=9, alt="The sole")

    page = Reading(client.get("/p/red-shoe/"))

    assert page.heading == "Red shoe"
    first = shop.red.images.exclude(pk=second.pk).get()
    assert pictures(page) == [
        (first.thumbnail_url(1200), "Red shoe from the front"),
        (second.thumbnail_url(1200), "The sole"),
    ]
    assert [each["href"] for each in page.all("a", css="gallery-open")] == [
        first.file.url,
        second.file.url,
    ]
    assert page.one("p", css="product-price").text == "€10.50"
    assert page.texts("dt") == ["Tag", "Colour", "Article"]
    assert page.texts("dd") == ["Sale", "Red", "RED-1"]
    assert page.one("p", css="product-stock").text == "Only 5 left"


def test_the_way_from_the_root_to_the_product(client: Client, shop: Shop):
    trail = Reading(client.get("/p/red-shoe/")).one("nav", css="trail")

    assert trail.text.split() == ["Shop", "ClothesShoes"]


def test_what_looks_like_it_without_itself(client: Client, shop: Shop):
    page = Reading(client.get("/p/red-shoe/"))

    assert page.one("h2", id="more-title").text == "More like this"
    assert sorted(page.titles) == ["Blue bag", "Crimson hat"]


def test_a_tag_leads_to_its_section_narrowed_to_it(client: Client, shop: Shop):
    page = Reading(client.get("/p/red-shoe/"))

    links = {link.text: link["href"] for link in page.all("a")}
    assert links["Red"] == "/c/shoes/?facet_tags=colour%3Ared"
    assert Reading(client.get(links["Sale"])).titles == ["Red shoe"]


def test_the_same_category_has_others_that_are_not_shown_yet(client: Client, shop: Shop):
    sandal = make_product(title="Sandal", category=shop.shoes)
    make_product(title="Draft sandal", category=shop.shoes, status="draft")
    add_photo(make_product(title="Other red shoe", category=shop.shoes), seed=1)
    services.embed_pending()

    page = Reading(client.get("/p/red-shoe/"))

    assert page.texts("h2", id="beside-title") == ["From the same category"]
    # "Other red shoe" looks like it and stands above.
    assert page.titles.count("Other red shoe") == 1
    assert page.titles[-1] == sandal.title
    assert "/c/shoes/" in [link["href"] for link in page.all("a", css="wall-all")]


def test_all_that_look_like_it_are_a_search_away(client: Client, shop: Shop):
    page = Reading(client.get("/p/red-shoe/"))

    button = page.one("button", css="wall-all")
    assert (button["form"], button["name"], button["value"]) == ("similar", "product", "RED-1")


def test_it_asks_for_similar_ones_by_its_sku(client: Client, shop: Shop):
    page = Reading(client.get("/p/red-shoe/"))

    button = page.all("button", css="button-primary", name="product")[0]
    assert (button["value"], button["form"], button.text) == ("RED-1", "similar", "Find similar")


@pytest.mark.parametrize("with_space", [True, False])
@pytest.mark.django_db
def test_a_product_whose_picture_is_not_indexed_yet(client: Client, with_space: bool):
    if with_space:
        services.ensure_space()
    image = add_photo(make_product(title="New lamp"))

    response = client.get("/p/new-lamp/")

    page = Reading(response)
    assert response.status_code == 200
    assert pictures(page) == [(image.thumbnail_url(1200), "New lamp")]
    assert page.all("h2", id="more-title") == []


@pytest.mark.django_db
def test_a_product_without_pictures_tags_or_description(client: Client):
    make_product(title="Bare", stock=0)

    page = Reading(client.get("/p/bare/"))

    assert page.one("div", css="gallery-blank").text == "No picture yet"
    assert page.texts("dt") == ["Article"]
    assert page.one("p", css="product-stock-out").text == "Sold out"


@pytest.mark.django_db
def test_a_draft_is_not_there(client: Client):
    make_product(title="Secret lamp", status="draft")

    response = client.get("/p/secret-lamp/")

    page = Reading(response)
    assert response.status_code == 404
    assert page.heading == "This page isn’t here"
    assert "Secret lamp" not in response.content.decode()
    assert page.one("a", css="button-primary")["href"] == "/"


@pytest.mark.django_db
def test_an_unknown_product(client: Client):
    assert client.get("/p/nothing/").status_code == 404


def test_what_is_no_longer_sold_is_like_nothing(client: Client, shop: Shop):
    shop.crimson.status = "archived"
    shop.crimson.save()

    assert Reading(client.get("/p/red-shoe/")).titles == ["Blue bag"]
