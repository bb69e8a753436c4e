"""A question comes in by form and leads, with a 303, to an address that can be loaded again."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from catalog.sample.queries import make_query_photos
from search.models import PhotoQuery
from tests.pages.views.conftest import Ask, Shop, photo
from tests.pages.views.reading import Reading

pytestmark = pytest.mark.django_db

XHR = {"Accept": "application/json"}


def test_a_photo_leads_to_the_product_it_shows(client: Client, shop: Shop):
    response = client.post("/search/", {"image": photo(2)})

    query = PhotoQuery.objects.get()
    assert (response.status_code, response["Location"]) == (303, f"/search/{query.pk}/")
    page = Reading(client.get(response["Location"]))
    assert page.titles[0] == "Crimson hat"
    assert sorted(page.titles) == ["Blue bag", "Crimson hat", "Red shoe"]
    assert page.heading == "Found it"
    assert page.texts("span", css="band-same") == ["Same item"]


def test_an_answer_can_be_loaded_again(client: Client, shop: Shop, ask: Ask):
    address = ask(image=photo(3))

    first, second = Reading(client.get(address)), Reading(client.get(address))

    assert first.titles == second.titles
    assert first.titles[0] == "Blue bag"


def test_words_lead_to_the_products_they_name(client: Client, shop: Shop, ask: Ask):
    page = Reading(client.get(ask(q="crimson")))

    assert page.titles == ["Crimson hat"]
    assert page.one("p", css="pinned-label").text == "You searched for “crimson”"
    assert page.all("span", css="band") == []


def test_words_beside_a_photo_count_too(client: Client, shop: Shop, ask: Ask):
    page = Reading(client.get(ask(image=photo(1), q="  bag ")))

    assert page.titles[0] == "Blue bag"
    assert page.one("input", id="filter-words")["value"] == "bag"
    assert "Remove filter: “bag”" in page.texts("a", css="chip")


def test_the_photo_is_nowhere_in_the_answer_and_nowhere_stored(
    client: Client, shop: Shop, ask: Ask, media_folder
):
    before = sorted(media_folder.rglob("*"))

    page = Reading(client.get(ask(image=photo(1))))

    assert sorted(media_folder.rglob("*")) == before
    assert (
        "Only the tab you searched in can show your photo" in page.one("section", css="pinned").text
    )
    assert "src" not in page.one("img", css="crop-photo", alt="Your photo").attributes


def test_a_sample_photo_is_searched_by_its_name_and_shown(client: Client, shop: Shop, ask: Ask):
    [sample] = make_query_photos({"RED-2": "A hat"})

    address = ask(sample=sample.name)

    assert address == f"/search/{PhotoQuery.objects.get().pk}/?sample=crimson-hat"
    page = Reading(client.get(address))
    assert page.titles[0] == "Crimson hat"
    assert page.one("img", alt="The sample photo")["src"] == "/sample/crimson-hat"


def test_find_similar_shows_the_product_and_not_as_its_own_answer(
    client: Client, shop: Shop, ask: Ask
):
    page = Reading(client.get(ask(product="RED-1")))

    assert sorted(page.titles) == ["Blue bag", "Crimson hat"]
    assert page.one("p", css="pinned-label").text == "Looks like Red shoe"
    pinned = page.one("img", css="crop-photo", alt="Red shoe from the front")
    assert pinned["src"] == shop.red.images.get().thumbnail_url(1200)


def test_every_card_offers_find_similar(client: Client, shop: Shop, ask: Ask):
    page = Reading(client.get(ask(image=photo(1))))

    form = page.one("form", id="similar")
    assert (form["action"], form["method"]) == ("/search/", "post")
    buttons = page.all("button", css="card-similar")
    assert {each["value"] for each in buttons} == {"RED-1", "RED-2", "BLUE-1"}
    assert {(each["form"], each["name"]) for each in buttons} == {("similar", "product")}


def test_a_script_gets_the_address_as_json(client: Client, shop: Shop):
    response = client.post("/search/", {"image": photo(1)}, headers=XHR)

    query = PhotoQuery.objects.get()
    assert response.status_code == 201
    assert response.json() == {
        "query": str(query.pk),
        "line": str(query.pk),
        "url": f"/search/{query.pk}/",
    }


def test_a_script_gets_a_refusal_as_json(client: Client):
    response = client.post("/search/", {"product": "NO-SUCH"}, headers=XHR)

    assert response.status_code == 404
    assert response.json() == {
        "error": {
            "code": "unknown_product",
            "message": "That product is no longer sold. Search for another one.",
            "field": None,
        }
    }


def test_loading_the_forms_address_leads_to_the_front(client: Client):
    response = client.get("/search/")

    assert (response.status_code, response["Location"]) == (302, "/")


def test_only_reading_is_open_to_the_results(client: Client):
    assert client.post(f"/search/{uuid.uuid4()}/").status_code == 405
