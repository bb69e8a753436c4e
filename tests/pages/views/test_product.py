"""A product's page: its pictures and facts, and what looks like it."""

from __future__ import annotations

import pytest
from django.test import Client

from search import services
from tests.factories import add_photo, make_product
from tests.pages.views.conftest import Shop
from tests.pages.views.reading import Reading


def test_pictures_price_and_tags(client: Client, shop: Shop):
    second = add_photo(shop.red, seed=9, alt="The sole")

    page = Reading(client.get("/p/red-shoe/"))

    assert page.heading == "Red shoe"
    first = shop.red.images.exclude(pk=second.pk).get()
    slides = [each for each in page.all("img") if each.attributes.get("itemprop") == "image"]
    assert [(each["src"], each["alt"]) for each in slides] == [
        (first.thumbnail_url(1200), "Red shoe from the front"),
        (second.thumbnail_url(1200), "The sole"),
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
    assert page.one("img", itemprop="image")["src"] == image.thumbnail_url(1200)
    assert page.all("h2", id="more-title") == []


@pytest.mark.django_db
def test_a_product_without_pictures_tags_or_description(client: Client):
    make_product(title="Bare", stock=0)

    page = Reading(client.get("/p/bare/"))

    assert page.one("div", css="gallery-blank").text == "No picture yet"
    assert page.texts("dt") == ["Article"]
    assert page.one("p", css="product-stock-out").text == "Sold out"


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["draft", "archived"])
def test_what_is_not_sold_is_not_there(client: Client, status: str):
    make_product(title="Secret lamp", status=status)

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
