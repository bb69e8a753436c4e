"""Colours in the order, as a filter and as a facet: what a program sends and gets."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from search.embedding.fake import FAKE
from search.models import EmbeddingSpace, PhotoQuery
from tests.api.conftest import PRODUCTS, SEARCH, Shop, photo, photo_base64
from tests.api.contract import assert_error, assert_fits


@pytest.fixture
def coloured(shop: Shop) -> Shop:
    """The red shoe shows red, the crimson hat red and black, the bag blue."""
    for product, colours in ((shop.red, [4]), (shop.crimson, [4, 1]), (shop.blue, [9])):
        rows = EmbeddingSpace.objects.get().embeddings.filter(product_id=product.pk)
        rows.update(colours=colours)
    return shop


def asked(client: Client, **question: object) -> dict:
    response = client.post(SEARCH, question, content_type="application/json")
    assert response.status_code == 200, response.content
    assert_fits(response.json(), "Answer")
    return response.json()


def skus(answer: dict) -> list[str]:
    return [hit["sku"] for hit in answer["results"]]


def repaint(query_id: str, like: Shop) -> None:
    """The photo showed the colours of the blue bag."""
    [image] = like.blue.images.all()
    stored = EmbeddingSpace.objects.get().embeddings.get(image_id=image.pk)
    PhotoQuery.objects.filter(pk=query_id).update(descriptors=stored.descriptors)


def test_a_weight_counts_in_the_order_and_nowhere_else(client: Client, shop: Shop):
    plain = asked(client, image_base64=photo_base64(1))
    repaint(plain["query_id"], shop)

    weighed = asked(client, query_id=plain["query_id"], colour_weight=0.9)

    assert (skus(plain)[0], skus(weighed)[0]) == ("RED-1", "BLUE-1")
    assert {hit["sku"]: hit["distance"] for hit in weighed["results"]} == {
        hit["sku"]: hit["distance"] for hit in plain["results"]
    }


def test_the_later_pages_are_weighed_as_the_first_one(client: Client, shop: Shop):
    first = asked(client, image_base64=photo_base64(1))
    repaint(first["query_id"], shop)
    first = asked(client, query_id=first["query_id"], colour_weight=0.9, k=1)

    second = client.get(first["next"]).json()

    assert parse_qs(urlsplit(first["next"]).query)["colour_weight"] == ["0.9"]
    everything = client.get(f"{SEARCH}{first['query_id']}/?colour_weight=0.9").json()
    assert skus(first) + skus(second) == skus(everything)[:2]


def test_a_form_and_a_product_s_address_take_weights_too(client: Client, shop: Shop):
    upload = SimpleUploadedFile("photo.jpg", photo(), content_type="image/jpeg")
    form = client.post(SEARCH, {"image": upload, "colour_weight": "0.3"})
    similar = client.get(f"{PRODUCTS}RED-1/similar/?colour_weight=0.3")

    assert (form.status_code, similar.status_code) == (200, 200)


def test_marks_are_answered_by_weight(client: Client, shop: Shop):
    query_id = asked(client, image_base64=photo_base64(1))["query_id"]
    marks = {"like": ["BLUE-1"], "colour_weight": 0.9}
    response = client.post(f"{SEARCH}{query_id}/feedback/", marks, content_type="application/json")

    assert response.status_code == 200


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"product": "RED-1", "colour_weight": 1.5}, "colour_weight"),
        ({"product": "RED-1", "colour_weight": -0.1}, "colour_weight"),
        ({"product": "RED-1", "colour_weight": True}, "colour_weight"),
        ({"product": "RED-1", "colour_weight": 0.95}, "colour_weight"),
        ({"product": "RED-1", "shape_weight": 0.1}, "shape_weight"),
        ({"product": "RED-1", "texture_weight": 0.1}, "texture_weight"),
        ({"text": "shoe", "colour_weight": 0.1}, "colour_weight"),
    ],
)
def test_a_weight_that_can_t_be_used_is_named(
    client: Client, shop: Shop, question: dict, field: str
):
    response = client.post(SEARCH, question, content_type="application/json")

    assert_error(response, 400, "invalid", field)


def test_the_schema_says_how_much_a_weight_may_be(client: Client):
    schema = client.get("/api/v1/schema/", headers={"Accept": "application/json"}).json()
    bodies = ("Search", "PhotoForm", "Feedback")
    bounds = [schema["components"]["schemas"][each]["properties"] for each in bodies]
    parameters = schema["paths"]["/api/v1/search/{query_id}/"]["get"]["parameters"]
    in_address = [each["schema"] for each in parameters if each["name"] == "colour_weight"]

    weights = [*(each["colour_weight"] for each in bounds), *in_address]
    assert [(each["minimum"], each["maximum"]) for each in weights] == [(0, 0.9)] * 4


def test_a_weight_in_an_address_is_a_number(client: Client, shop: Shop):
    response = client.get(f"{PRODUCTS}RED-1/similar/?colour_weight=much")

    error = assert_error(response, 400, "invalid", "colour_weight")
    assert "0 to 1" in error["message"]


def test_colours_narrow_and_are_counted(client: Client, coloured: Shop):
    answer = asked(client, image_base64=photo_base64(1), filters={"colours": ["red"]}, facets=True)

    assert sorted(skus(answer)) == ["RED-1", "RED-2"]
    [facet] = [each for each in answer["facets"] if each["name"] == "colour"]
    assert facet["label"] == "Colour in the picture"
    assert facet["values"] == [
        {"value": "black", "label": "Black", "count": 1, "selected": False, "swatch": "#141414"},
        {"value": "red", "label": "Red", "count": 2, "selected": True, "swatch": "#cd1e28"},
        {"value": "blue", "label": "Blue", "count": 1, "selected": False, "swatch": "#2355be"},
    ]
    others = [value for each in answer["facets"] if each != facet for value in each["values"]]
    assert {value["swatch"] for value in others} == {None}


def test_colours_narrow_words_addresses_and_lists(client: Client, coloured: Shop):
    assert skus(asked(client, text="hat", filters={"colours": ["black", "blue"]})) == ["RED-2"]
    similar = client.get(f"{PRODUCTS}RED-1/similar/?colours=black,blue").json()
    assert sorted(skus(similar)) == ["BLUE-1", "RED-2"]
    listed = client.get(f"{PRODUCTS}?colours=black,blue").json()
    assert skus(listed) == ["BLUE-1", "RED-2"]


def test_a_form_narrows_by_colours(client: Client, coloured: Shop):
    upload = SimpleUploadedFile("photo.jpg", photo(), content_type="image/jpeg")
    filters = json.dumps({"colours": ["blue"]})

    assert skus(client.post(SEARCH, {"image": upload, "filters": filters}).json()) == ["BLUE-1"]


def test_colours_are_refused_where_the_searched_space_keeps_none(client: Client, coloured: Shop):
    EmbeddingSpace.objects.update(card=replace(FAKE, descriptors=()).as_json())

    response = client.post(
        SEARCH,
        {"text": "hat", "filters": {"colours": ["red"]}},
        content_type="application/json",
    )

    error = assert_error(response, 400, "invalid", "filters.colours")
    assert error["message"].startswith("This shop's pictures have no colours: fake@1 keeps none.")


def test_a_colour_that_is_none_names_the_nearest(client: Client, shop: Shop):
    response = client.post(
        SEARCH,
        {"text": "shoe", "filters": {"colours": ["gray"]}},
        content_type="application/json",
    )
    error = assert_error(response, 400, "unknown_filter", "filters.colours")
    assert "grey" in error["message"]

    by_address = client.get(f"{PRODUCTS}?colours=gray")
    assert_error(by_address, 400, "unknown_filter", "colours")
