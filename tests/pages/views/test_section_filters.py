"""A section narrowed by its address: what is left, what is counted, what can be taken off."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from search import documents
from search.models import EmbeddingSpace
from tests.factories import make_product
from tests.pages.views.conftest import Shop
from tests.pages.views.reading import Element, Reading
from tests.pages.views.test_filters import boxes, ticked


@pytest.fixture
def wide(shop: Shop) -> Shop:
    """The shop with a blue, dear boot that is sold out and a bare cheap sock."""
    make_product(
        title="Blue boot", tags=("colour:blue",), price=Decimal(90), stock=0, category=shop.shoes
    )
    make_product(title="Sock", price=Decimal(2), category=shop.clothes)
    documents.refresh()
    return shop


def chips(page: Reading) -> list[Element]:
    """What takes filters off; the sections below are chips too, and lead elsewhere."""
    return [each for each in page.all("a", css="chip") if "data-refine" in each.attributes]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("facet_tags=colour:red", ["Crimson hat", "Red shoe"]),
        ("facet_tags=colour:red&facet_tags=colour:blue", ["Blue boot", "Crimson hat", "Red shoe"]),
        ("facet_tags=colour:red&facet_tags=sale", ["Red shoe"]),
        ("tags=colour:red&not_tags=sale", ["Crimson hat"]),
        ("any_tags=sale&any_tags=colour:blue", ["Blue boot", "Red shoe"]),
        ("price_max=10.50", ["Sock", "Red shoe"]),
        ("price_min=10.51&in_stock=1", ["Crimson hat"]),
        ("q=hat", ["Crimson hat"]),
        ("q=red&facet_tags=sale", ["Red shoe"]),
        ("q=hat&price_min=50", []),
        ("q=bag", []),
    ],
)
def test_only_what_passes_is_shown(client: Client, wide: Shop, query: str, titles: list[str]):
    assert Reading(client.get(f"/c/clothes/?{query}")).titles == titles


def test_each_facet_is_counted_as_if_nothing_were_chosen_in_it(client: Client, wide: Shop):
    page = Reading(client.get("/c/clothes/?facet_tags=colour:red&in_stock=1"))

    assert ticked(page) == [("facet_tags", "colour:red"), ("in_stock", "1")]
    assert boxes(page) == ["Sale1", "Red2", "In stock2"]
    assert boxes(Reading(client.get("/c/clothes/?facet_tags=colour:red"))) == [
        "Sale1",
        "Red2",
        "Blue1",
        "In stock2",
    ]


def test_colours_of_the_pictures_are_there_to_choose(client: Client, shop: Shop):
    page = Reading(client.get("/c/clothes/"))

    swatches = page.all("input", name="colours")
    assert swatches
    narrowed = Reading(client.get(f"/c/clothes/?colours={swatches[0]['value']}"))
    assert 1 <= len(narrowed.titles) <= 2
    assert chips(narrowed)[0].text.endswith("in the picture")


def test_price_bands_narrow_and_say_which_is_chosen(client: Client, wide: Shop):
    page = Reading(client.get("/c/clothes/"))
    bands = [each for each in page.all("a", css="tick") if each["href"].startswith("?price")]
    assert len(bands) > 1

    narrowed = Reading(client.get(f"/c/clothes/{bands[0]['href']}"))

    assert narrowed.texts("span", css="tick", **{"aria-current": "true"}) == [bands[0].text]


def test_chips_take_filters_off_one_by_one(client: Client, wide: Shop):
    address = "/c/clothes/?q=red&facet_tags=sale&price_max=50"
    page = Reading(client.get(address))

    assert [each.text for each in chips(page)] == [
        "Remove filter: Sale",
        "Remove filter: up to 50",
        "Remove filter: “red”",
        "Clear filters",
    ]
    assert [each["href"] for each in chips(page)] == [
        "?q=red&price_max=50",
        "?q=red&facet_tags=sale",
        "?q=&facet_tags=sale&price_max=50",
        "?",
    ]


@pytest.mark.parametrize(
    ("query", "orders", "chosen"),
    [
        ("", ["Newest first", "Price: low to high", "Price: high to low"], "Newest first"),
        (
            "q=red",
            ["Best match", "Newest first", "Price: low to high", "Price: high to low"],
            "Best match",
        ),
        (
            "q=red&sort=newest",
            ["Best match", "Newest first", "Price: low to high", "Price: high to low"],
            "Newest first",
        ),
    ],
)
def test_words_can_be_ordered_by_how_well_they_match(
    client: Client, shop: Shop, query: str, orders: list[str], chosen: str
):
    page = Reading(client.get(f"/c/clothes/?{query}"))

    options = page.all("option")
    assert [each.text for each in options] == orders
    assert [each.text for each in options if "selected" in each.attributes] == [chosen]


@pytest.mark.parametrize(
    ("query", "notice"),
    [
        ("facet_tags=colour:none", "There is no “colour:none” here. It is left out."),
        ("colours=octarine", "There is no “octarine” here. It is left out."),
        ("price_min=-1", "The lowest price isn't a price we can use here. It is left out."),
        ("sort=xyz", "There is no such order. The newest come first."),
        ("page=7", "There is no such page. This is the first one."),
        ("page=abc", "There is no such page. This is the first one."),
        (
            "category=clothes",
            "This page shows one section alone. The other category is left out.",
        ),
        ("colour=30", "The same colour can't be asked for here. It is left out."),
        (f"q={'x' * 201}", "The words are too long. They are left out."),
        ("tags=a%00b", "One filter made no sense and is left out: tags."),
        (
            "&".join(f"{name}=t{n}" for n in range(30) for name in ("tags", "any_tags")),
            "One filter made no sense and is left out: tags.",
        ),
    ],
)
def test_what_makes_no_sense_is_named_and_can_be_taken_off(
    client: Client, shop: Shop, query: str, notice: str
):
    response = client.get(f"/c/clothes/?{query}&in_stock=1")

    page = Reading(response)
    assert response.status_code == 200
    assert page.titles == ["Crimson hat", "Red shoe"]
    assert page.one("p", css="notice").text == f"{notice} Remove it from the address"
    [remove] = [link for link in page.all("a") if link.text == "Remove it from the address"]
    assert remove["href"] == "?in_stock=1"


def test_colours_that_nothing_stored_are_left_out(client: Client, shop: Shop):
    space = EmbeddingSpace.objects.active().get()
    space.card = {**space.card, "descriptors": []}
    space.save()

    page = Reading(client.get("/c/clothes/?colours=red"))

    assert page.titles == ["Crimson hat", "Red shoe"]
    assert page.one("p", css="notice").text.startswith(
        "One filter made no sense and is left out: colours."
    )


@pytest.mark.parametrize("query", ["q=", "category=", "sort=&q=&price_min=", "q=%00%01"])
def test_a_form_that_was_sent_empty_changes_nothing(client: Client, shop: Shop, query: str):
    page = Reading(client.get(f"/c/clothes/?{query}"))

    assert page.titles == ["Crimson hat", "Red shoe"]


def test_filters_that_nothing_passes_can_be_taken_off(client: Client, shop: Shop):
    page = Reading(client.get("/c/clothes/?price_min=9000"))

    assert "Nothing passes all of these filters" in page.texts("h2")
    clear = page.all("a", css="button-primary")[-1]
    assert (clear.text, clear["href"]) == ("Clear filters", "?")
    assert page.one("form", id="filters")["action"] == "/c/clothes/"
