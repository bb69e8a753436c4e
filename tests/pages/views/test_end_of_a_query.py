"""A search ends: by its time, by its owner's wish, or because it never was."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from search.models import PhotoQuery, SearchEvent
from tests.pages.views.conftest import Ask, Shop, photo
from tests.pages.views.reading import Reading


def assert_ended(response: Any) -> None:
    page = Reading(response)
    assert response.status_code == 410
    assert page.heading == "This search has ended"
    assert page.one("a", css="button-primary")["href"] == "/#photo"
    assert response["Cache-Control"] == "private, no-store"


def test_an_expired_search(client: Client, shop: Shop, ask: Ask):
    address = ask(image=photo(1))
    PhotoQuery.objects.update(expires_at=timezone.now())

    assert_ended(client.get(f"{address}?tags=colour:red&page=2"))


@pytest.mark.django_db
def test_a_forged_search(client: Client):
    assert_ended(client.get(f"/search/{uuid.uuid4()}/"))
    assert not SearchEvent.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["1", "no-uuid", "../admin", "%00", "{uuid}"])
def test_an_address_that_is_no_search(client: Client, name: str):
    response = client.get(f"/search/{name}/")

    assert response.status_code == 404
    assert Reading(response).heading == "This page isn’t here"


def test_a_search_whose_product_was_deleted(client: Client, shop: Shop, ask: Ask):
    address = ask(product="RED-1")
    shop.red.delete()

    assert_ended(client.get(address))


def test_forget_my_photo(client: Client, shop: Shop, ask: Ask):
    address = ask(image=photo(1))
    page = Reading(client.get(address))
    [form] = [each for each in page.all("form") if "data-forget" in each.attributes]
    assert form.text == "Forget my photo now"

    response = client.post(form["action"])

    assert (response.status_code, response["Location"]) == (302, "/")
    assert not PhotoQuery.objects.exists()
    front = Reading(client.get("/"))
    assert front.one("p", css="notice-good").text == "Forgotten. Nothing of your search is kept."
    assert_ended(client.get(address))
    assert client.post(form["action"]).status_code == 302


def test_forgetting_one_search_leaves_the_others(client: Client, shop: Shop, ask: Ask):
    forgotten, kept = ask(image=photo(1)), ask(image=photo(2))

    client.post(f"{forgotten}forget/")

    assert_ended(client.get(forgotten))
    assert Reading(client.get(kept)).titles[0] == "Crimson hat"
