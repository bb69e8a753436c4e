"""The front of the shop: the form, the sample photos, what is new, how far the index is."""

from __future__ import annotations

import pytest
from django.test import Client

from catalog.sample.queries import make_query_photos
from search import services
from tests.factories import add_photo, make_category, make_product
from tests.pages.views.conftest import Shop
from tests.pages.views.reading import Reading

pytestmark = pytest.mark.django_db


def test_the_form_takes_a_photo_and_words_and_needs_no_script(client: Client):
    page = Reading(client.get("/"))

    form = page.one("form", id="photo")
    assert (form["action"], form["method"]) == ("/search/", "post")
    assert form["enctype"] == "multipart/form-data"
    photo = page.one("input", id="photo-input")
    assert (photo["type"], photo["name"], photo["accept"]) == ("file", "image", "image/*")
    assert "capture" not in photo.attributes
    assert page.texts("label", **{"for": "photo-input"}) == ["Choose a photo"]
    assert page.one("input", id="photo-words")["name"] == "q"


def test_an_empty_shop_says_so(client: Client):
    page = Reading(client.get("/"))

    assert page.one("h2", id="new-title").text == "The shelves are still empty"
    assert page.titles == []
    assert page.all("form", css="samples") == []
    assert page.all("p", css="notice") == []


def test_the_newest_products_come_first_and_drafts_not_at_all(client: Client):
    for number in range(13):
        make_product(title=f"Lamp {number}")
    make_product(title="Secret", status="draft")
    make_product(title="Gone", status="archived")

    page = Reading(client.get("/"))

    assert page.titles == [f"Lamp {number}" for number in range(12, 0, -1)]
    assert "13 pieces in the shop" in page.texts("p", css="muted")


def test_a_card_shows_picture_price_and_stock(client: Client, shop: Shop):
    page = Reading(client.get("/"))

    assert page.titles == ["Blue bag", "Crimson hat", "Red shoe"]
    assert page.texts("span", css="card-price") == ["€30.00", "€20.00", "€10.50"]
    assert page.texts("span", css="card-stock") == ["Sold out", "Only 5 left", "Only 5 left"]
    assert [link["href"] for link in page.all("a", css="card-link")] == [
        "/p/blue-bag/",
        "/p/crimson-hat/",
        "/p/red-shoe/",
    ]
    picture = page.one("img", alt="Red shoe from the front")
    assert picture["src"] == shop.red.images.get().thumbnail_url(480)
    assert (picture["width"], picture["height"]) == ("320", "240")


def test_top_sections_stand_in_the_header_and_those_below_do_not(client: Client, shop: Shop):
    page = Reading(client.get("/"))

    assert page.one("nav", css="sections").text == "Clothes"


def test_at_most_six_sections_stand_in_the_header(client: Client):
    for letter in "GFEDCBA":
        make_category(letter)

    page = Reading(client.get("/"))

    assert page.one("nav", css="sections").text == "ABCDEF"


def test_sample_photos_are_offered_and_served(client: Client, shop: Shop):
    [sample] = make_query_photos({"RED-1": "A red shoe"})

    page = Reading(client.get("/"))

    assert page.one("button", css="sample")["value"] == sample.name
    picture = page.one("img", src=f"/sample/{sample.name}")
    assert picture["alt"] == "Search with a photo of: A red shoe, photographed at an angle"
    served = client.get(picture["src"])
    assert (served.status_code, served["Content-Type"]) == (200, "image/webp")
    assert served.content[8:12] == b"WEBP"


@pytest.mark.parametrize("name", ["nothing", "..%2F..%2Findex.json", "index.json", "a%00b"])
def test_only_sample_photos_are_served_as_such(client: Client, shop: Shop, name: str):
    make_query_photos({"RED-1": "A red shoe"})

    assert client.get(f"/sample/{name}").status_code == 404


def test_how_far_the_index_is_stands_on_the_page_while_it_grows(client: Client, shop: Shop):
    add_photo(make_product(), seed=4)

    notice = Reading(client.get("/")).one("p", css="notice")
    assert notice.text == (
        "New pictures are being added to the search: 75 % are ready. "
        "What is missing now turns up in a few minutes."
    )

    services.embed_pending()
    assert Reading(client.get("/")).all("p", css="notice") == []


def test_a_product_without_a_picture_has_its_place_and_nothing_to_compare(client: Client):
    make_product(title="Bare")

    page = Reading(client.get("/"))

    assert page.texts("span", css="card-blank") == ["No picture yet"]
    assert page.all("button", css="card-similar") == []
