"""Where nothing is close, or something else was meant, the page names what to try next."""

from __future__ import annotations

import pytest
from django.test import Client

from search.models import EmbeddingSpace, PhotoQuery
from tests.pages.views.conftest import Ask, Shop, photo
from tests.pages.views.reading import Reading

pytestmark = pytest.mark.django_db


def weak() -> None:
    EmbeddingSpace.objects.update(card={"bands": {"same": -1.0}})


def hidden_of(page: Reading) -> dict[str, str]:
    return {each["name"]: each["value"] for each in page.all("input", type="hidden")}


def test_it_offers_a_part_words_and_the_nearest_sections(client: Client, shop: Shop, ask: Ask):
    address = ask(image=photo(1))
    weak()

    page = Reading(client.get(address))

    buttons = [each for each in page.all("button") if "data-crop-focus" in each.attributes]
    assert [each.text for each in buttons] == ["Mark the thing in the photo"]
    chips = page.all("a", css="chip")
    assert [(each.text, each["href"]) for each in chips] == [
        ("Shoes", "/c/shoes/"),
        ("Clothes", "/c/clothes/"),
    ]


def test_words_alone_have_no_part_to_mark(client: Client, shop: Shop, ask: Ask):
    page = Reading(client.get(ask(q="crimson") + "?missed=1"))

    assert page.one("h2", id="next-title").text == "Not what you meant? Try one of these"
    assert [each for each in page.all("button") if "data-crop-focus" in each.attributes] == []


def test_its_words_keep_the_filters(client: Client, shop: Shop, ask: Ask):
    address = ask(image=photo(1)) + "?in_stock=1&sort=price"
    weak()

    page = Reading(client.get(address))

    field = page.one("input", id="next-words")
    assert field["value"] == ""
    sent = {"in_stock": "1", "sort": "price", field["name"]: "hat"}
    assert sent.items() <= (hidden_of(page) | {"q": "hat"}).items()
    assert "Crimson hat" in Reading(client.get(address.split("?")[0], sent)).titles


def test_not_what_i_meant_leads_there_and_says_so_once(client: Client, shop: Shop, ask: Ask):
    address = ask(image=photo(1)) + "?in_stock=1"
    form = next(
        each
        for each in Reading(client.get(address)).all("form")
        if "data-missed" in each.attributes
    )

    response = client.post(form["action"])

    query = PhotoQuery.objects.get()
    assert response.status_code == 303
    assert response["Location"] == f"/search/{query.pk}/?in_stock=1&missed=1"
    page = Reading(client.get(response["Location"]))
    assert page.one("h2", id="next-title").text == "Not what you meant? Try one of these"
    assert [each for each in page.all("form") if "data-missed" in each.attributes] == []


def test_a_close_answer_offers_none_of_it(client: Client, shop: Shop, ask: Ask):
    page = Reading(client.get(ask(image=photo(1))))

    assert page.all("section", css="next") == []


def test_the_photo_goes_and_the_words_stay(client: Client, shop: Shop, ask: Ask):
    address = ask(image=photo(1), q="hat")
    page = Reading(client.get(address))
    assert "Remove the photo, keep the words" in page.texts("button")

    response = client.post(f"{address}forget/", {"keep_words": "hat"}, follow=True)

    query = PhotoQuery.objects.get()
    assert (query.vector, query.text) == (None, "hat")
    assert Reading(response).titles == ["Crimson hat"]
