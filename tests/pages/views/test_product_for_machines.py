"""What a product's page tells search engines and those who share its address."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.factories import make_product
from tests.pages.views.conftest import Shop
from tests.pages.views.reading import Element, Reading


def values(page: Reading, name: str) -> list[str]:
    """What the elements with this property say, in schema.org's microdata."""
    return [_value(each) for each in page.all(itemprop=name)]


def _value(element: Element) -> str:
    named = (element.attributes.get(name) for name in ("content", "href"))
    return next(filter(None, named), element.text)


def tags(page: Reading) -> dict[str, str]:
    """The Open Graph and Twitter tags."""
    named = [(each.attributes.get("property"), each) for each in page.all("meta")]
    return {name: each["content"] for name, each in named if name}


def test_the_product_is_told_in_full(client: Client, shop: Shop):
    shop.red.description = "Leather, resoled twice."
    shop.red.save()
    picture = shop.red.images.get()

    page = Reading(client.get("/p/red-shoe/"))

    assert page.one("article")["itemtype"] == "https://schema.org/Product"
    assert values(page, "image") == [f"http://testserver{picture.file.url}"]
    assert values(page, "description") == ["Leather, resoled twice."]
    assert values(page, "sku") == ["RED-1"]
    assert values(page, "category") == ["Clothes > Shoes"]
    assert values(page, "price") == ["10.50"]
    assert values(page, "priceCurrency") == ["EUR"]
    assert values(page, "availability") == ["https://schema.org/InStock"]
    assert values(page, "itemCondition") == ["https://schema.org/NewCondition"]
    assert values(page, "url") == ["http://testserver/p/red-shoe/"] * 2


def test_where_it_stands_is_told_too(client: Client, shop: Shop):
    page = Reading(client.get("/p/red-shoe/"))

    crumbs = page.one("ol", itemtype="https://schema.org/BreadcrumbList")
    assert crumbs.text == "Shop ClothesShoes"
    assert values(page, "position") == ["1", "2", "3"]
    assert values(page, "item") == ["/", "/c/clothes/", "/c/shoes/"]


def test_the_address_has_the_scheme_and_host_that_were_asked(
    client: Client, shop: Shop, settings: Any
):
    settings.ALLOWED_HOSTS = ["shop.example"]

    page = Reading(client.get("/p/red-shoe/?utm=1", secure=True, headers={"host": "shop.example"}))

    assert page.one("link", rel="canonical")["href"] == "https://shop.example/p/red-shoe/"
    assert tags(page)["og:image"].startswith("https://shop.example/media/")


def test_a_shared_address_shows_the_picture_and_the_price(client: Client, shop: Shop):
    picture = shop.red.images.get()

    page = Reading(client.get("/p/red-shoe/"))

    assert tags(page) == {
        "og:type": "product",
        "og:site_name": "Lookalike",
        "og:url": "http://testserver/p/red-shoe/",
        "og:title": "Red shoe",
        "og:description": "Red shoe",
        "og:image": f"http://testserver{picture.file.url}",
        "og:image:width": "320",
        "og:image:height": "240",
        "og:image:alt": "Red shoe from the front",
        "product:price:amount": "10.50",
        "product:price:currency": "EUR",
    }
    assert page.one("meta", name="twitter:card")["content"] == "summary_large_image"


@pytest.mark.django_db
def test_a_bare_product_promises_no_picture(client: Client):
    make_product(title="Bare", stock=0)

    page = Reading(client.get("/p/bare/"))

    assert "og:image" not in tags(page)
    assert page.one("meta", name="twitter:card")["content"] == "summary"
    assert values(page, "availability") == ["https://schema.org/OutOfStock"]
    assert values(page, "category") == []
