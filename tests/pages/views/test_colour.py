"""The same colour, and colours to choose from: in the address, as chips, where there are any."""

from __future__ import annotations

import pytest
from django.test import Client

from search.models import EmbeddingSpace, PhotoQuery
from tests.pages.views.conftest import Ask, Shop, photo
from tests.pages.views.reading import Reading

SLIDER = {"name": "colour", "type": "range"}


def chips(page: Reading) -> list[str]:
    return [each.removeprefix("Remove filter: ") for each in page.texts("a", css="chip")][:-1]


def test_the_slider_stands_where_the_address_says(client: Client, shop: Shop, ask: Ask):
    page = Reading(client.get(f"{ask(image=photo(1))}?colour=30"))

    slider = page.one("input", **SLIDER)
    assert (slider["value"], slider["min"], slider["max"]) == ("30", "0", "90")
    assert slider["aria-valuetext"] == "30 %"
    assert page.one("label", **{"for": slider["id"]}).text == "Same colour"
    assert page.one("output").text == "30 %"


def test_a_chip_takes_it_off(client: Client, shop: Shop, ask: Ask):
    address = ask(image=photo(1))
    page = Reading(client.get(f"{address}?colour=30&in_stock=1"))

    assert chips(page) == ["In stock", "Same colour: 30 %"]
    [off] = [each for each in page.all("a", css="chip") if "Same colour" in each.text]
    assert off["href"] == "?in_stock=1"


def test_it_counts_in_the_order(client: Client, shop: Shop, ask: Ask):
    address = ask(image=photo(1))
    query = PhotoQuery.objects.get()
    assert Reading(client.get(address)).titles[0] == "Red shoe"

    # As if the photo showed the colours of the third product.
    [blue] = shop.blue.images.all()
    stored = query.space.embeddings.get(image_id=blue.pk)
    PhotoQuery.objects.update(descriptors=stored.descriptors)

    assert Reading(client.get(f"{address}?colour=90")).titles[0] == "Blue bag"


def test_the_next_page_and_the_chips_keep_it(client: Client, shop: Shop, ask: Ask):
    page = Reading(client.get(f"{ask(image=photo(1))}?colour=30&price_min=1&in_stock=1"))

    kept = [each["href"] for each in page.all("a", css="chip") if "Same" not in each.text][:-1]
    assert kept == ["?in_stock=1&colour=30", "?price_min=1&colour=30"]


@pytest.mark.parametrize("colour", ["91", "-1", "red", "1e1"])
def test_a_weight_that_makes_no_sense_is_left_out(
    client: Client, shop: Shop, ask: Ask, colour: str
):
    page = Reading(client.get(f"{ask(image=photo(1))}?colour={colour}"))

    assert (
        "The same colour can't be asked for here. It is left out."
        in page.one("p", css="notice").text
    )
    assert len(page.titles) == 3


def test_where_the_space_keeps_no_colours_there_is_no_slider(client: Client, shop: Shop, ask: Ask):
    address = ask(image=photo(1))
    space = EmbeddingSpace.objects.get()
    EmbeddingSpace.objects.update(card={**space.card, "descriptors": []})

    page = Reading(client.get(f"{address}?colour=30"))

    assert page.all("input", **SLIDER) == []
    assert "left out" in page.one("p", css="notice").text


def test_words_alone_have_no_slider(client: Client, shop: Shop, ask: Ask):
    assert Reading(client.get(ask(q="shoe"))).all("input", **SLIDER) == []


def test_a_product_and_marks_bring_their_colours_along(client: Client, shop: Shop, ask: Ask):
    address = ask(product="RED-1")
    assert len(Reading(client.get(address)).all("input", **SLIDER)) == 1

    moved = client.post(f"{address}feedback/?colour=30", {"like": "RED-2"})
    page = Reading(client.get(moved["Location"]))

    assert page.one("input", **SLIDER)["value"] == "30"


def test_a_swatch_has_a_name_and_a_box(client: Client, shop: Shop, ask: Ask):
    address = ask(image=photo(1))
    [image] = shop.red.images.all()
    EmbeddingSpace.objects.get().embeddings.update(colours=[4])
    EmbeddingSpace.objects.get().embeddings.exclude(image_id=image.pk).update(colours=[9])

    page = Reading(client.get(f"{address}?colours=red"))

    assert page.titles == ["Red shoe"]
    assert page.texts("label", css="tick-colour") == ["Red1", "Blue2"]
    fills = [each.attributes.get("fill", "") for each in page.all("circle")]
    assert [each for each in fills if each.startswith("#")] == ["#cd1e28", "#2355be"]
    [red, blue] = page.all("input", name="colours")
    assert ("checked" in red.attributes, "checked" in blue.attributes) == (True, False)
    assert chips(page) == ["Red in the picture"]


def test_a_colour_that_is_none_is_left_out_and_named(client: Client, shop: Shop, ask: Ask):
    page = Reading(client.get(f"{ask(image=photo(1))}?colours=mauve&colours=red"))

    assert "There is no “mauve” here. It is left out." in page.one("p", css="notice").text
    assert chips(page) == ["Red in the picture"]
