"""A product that was sold once: the page says so, and leads to what looks like it."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.factories import make_product
from tests.pages.views.conftest import Shop
from tests.pages.views.reading import Reading


def test_what_looks_like_it_takes_its_place(client: Client, shop: Shop):
    shop.red.status = "archived"
    shop.red.save()

    response = client.get("/p/red-shoe/")

    page = Reading(response)
    assert response.status_code == 410
    assert page.heading == "Red shoe is no longer sold"
    assert sorted(page.titles) == ["Blue bag", "Crimson hat"]
    assert page.one("meta", name="robots")["content"] == "noindex"
    assert page.all("p", css="product-price") == []


@pytest.mark.django_db
def test_without_vectors_it_leads_to_the_shop(client: Client):
    make_product(title="Old lamp", status="archived")

    response = client.get("/p/old-lamp/")

    page = Reading(response)
    assert response.status_code == 410
    assert page.titles == []
    assert page.one("a", css="button-primary")["href"] == "/"


def test_drafts_are_neither_there_nor_among_what_looks_like_it(client: Client, shop: Shop):
    shop.red.status = "archived"
    shop.red.save()
    shop.crimson.status = "draft"
    shop.crimson.save()

    assert client.get("/p/crimson-hat/").status_code == 404
    assert "Crimson" not in client.get("/p/red-shoe/").content.decode()


def test_nobody_finds_it_beside_others(client: Client, shop: Shop):
    shop.crimson.status = "archived"
    shop.crimson.save()

    assert "Crimson" not in client.get("/p/red-shoe/").content.decode()
