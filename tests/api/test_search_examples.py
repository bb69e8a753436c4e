"""POST search/ with `images`: several things at once; and the least similarity that is shown."""

from __future__ import annotations

import json
import uuid
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

from search.engine.rocchio import combine
from search.models import PhotoQuery
from tests.api.conftest import SEARCH, Shop, photo, photo_base64
from tests.api.contract import assert_error
from tests.api.test_search_answers import ask, skus
from tests.factories import make_product
from tests.search.test_photo_query import vector_of

pytestmark = pytest.mark.django_db

PHOTO = {"image_base64": photo_base64(1)}


def post(client: Client, **question: Any) -> Any:
    return client.post(SEARCH, json.dumps(question), content_type="application/json")


def test_photos_and_products_are_searched_with_together(client: Client, shop: Shop):
    earlier = ask(client, image_base64=photo_base64(2))

    answer = ask(
        client,
        images=[
            {"image_base64": photo_base64(1)},
            {"query_id": earlier["query_id"], "weight": 0.5},
            {"image_base64": photo_base64(3), "weight": -0.5},
        ],
    )

    weighted = [(1, 1.0), (2, 0.5), (3, -0.5)]
    stored = PhotoQuery.objects.get(pk=answer["query_id"])
    np.testing.assert_allclose(
        stored.vector, combine([(vector_of(photo(n)), w) for n, w in weighted]), atol=2e-3
    )
    assert skus(answer)[0] == "RED-1"
    assert answer["took_ms"]["embed"] > 0


def test_a_disliked_photo_sinks_its_product(client: Client, shop: Shop):
    plain = ask(client, images=[{"product": "RED-1"}])
    nearest = skus(plain)[0]

    pushed = ask(client, images=[{"product": "RED-1"}, {"product": nearest, "weight": -1}])

    by_sku = [
        {hit["sku"]: hit["distance"] for hit in answer["results"]} for answer in (plain, pushed)
    ]
    assert by_sku[1][nearest] > by_sku[0][nearest]
    assert set(by_sku[1]) == {"RED-2", "BLUE-1"}


def test_one_example_is_the_same_as_the_single_form(client: Client, shop: Shop):
    single, listed = ask(client, **PHOTO), ask(client, images=[PHOTO])

    assert single["results"] == listed["results"]


def test_words_may_be_added(client: Client, shop: Shop):
    answer = ask(client, images=[PHOTO, {"product": "BLUE-1", "weight": 0.1}], text="crimson")

    assert PhotoQuery.objects.get(pk=answer["query_id"]).text == "crimson"
    assert "RED-2" in skus(answer)[:2]


def test_an_earlier_query_alone_is_asked_again_under_its_own_id(client: Client, shop: Shop):
    first = ask(client, **PHOTO)

    assert ask(client, images=[{"query_id": first["query_id"]}])["query_id"] == first["query_id"]


@pytest.mark.parametrize(
    ("images", "code", "field"),
    [
        ([], "invalid", "images"),
        ({}, "invalid", "images"),
        ([{"product": "RED-1"}] * 9, "invalid", "images"),
        ([{"product": "RED-1", "weight": -1}], "invalid", "images"),
        ([PHOTO, "RED-1"], "invalid", "images[1]"),
        ([PHOTO, {}], "invalid", "images[1]"),
        (
            [PHOTO, {"product": "RED-1", "query_id": str(uuid.uuid4())}],
            "invalid",
            "images[1].query_id",
        ),
        ([PHOTO, {"product": "RED-1", "weight": 0}], "invalid", "images[1].weight"),
        ([PHOTO, {"product": "RED-1", "weight": 2}], "invalid", "images[1].weight"),
        ([PHOTO, {"product": "RED-1", "weight": -1.5}], "invalid", "images[1].weight"),
        ([PHOTO, {"product": "RED-1", "weight": "nan"}], "invalid", "images[1].weight"),
        ([PHOTO, {"product": "RED-1", "weight": True}], "invalid", "images[1].weight"),
        ([PHOTO, {"product": "RED-1", "wait": 1}], "unknown_field", "images[1].wait"),
        ([PHOTO, {"product": "RED-1", "crop": [0, 0, 1, 1]}], "invalid", "images[1].crop"),
        ([{**PHOTO, "crop": [0, 0, 2, 1]}], "invalid", "images[0].crop"),
        ([{**PHOTO, "crop": [0, 0, "x", 1]}], "invalid", "images[0].crop[2]"),
        ([PHOTO, {"image_base64": "!!!"}], "invalid", "images[1].image_base64"),
        ([PHOTO, {"image_base64": "AAAA"}], "unsupported_type", "images[1].image_base64"),
        ([PHOTO, {"product": "NONE"}], "unknown_product", "images[1].product"),
        ([PHOTO, {"product": "BARE"}], "not_indexed_yet", "images[1].product"),
        ([PHOTO, {"query_id": "x"}], "invalid", "images[1].query_id"),
        ([PHOTO, {"query_id": str(uuid.uuid4())}], "query_expired", "images[1].query_id"),
    ],
)
def test_the_example_that_is_wrong_is_named(
    client: Client, shop: Shop, images: Any, code: str, field: str
):
    make_product(sku="BARE")
    response = post(client, images=images)

    assert_error(response, response.status_code, code, field)
    assert not PhotoQuery.objects.exists()


def test_an_example_whose_query_expired_is_named(client: Client, shop: Shop):
    query_id = ask(client, **PHOTO)["query_id"]
    PhotoQuery.objects.update(expires_at=timezone.now())

    response = post(client, images=[{"product": "RED-1"}, {"query_id": query_id}])

    assert_error(response, 410, "query_expired", "images[1].query_id")


def test_nan_is_no_json(client: Client):
    body = '{"images": [{"product": "RED-1", "weight": NaN}]}'

    assert_error(client.post(SEARCH, body, content_type="application/json"), 400, "malformed")


def test_examples_beside_a_single_form_are_two_questions(client: Client, shop: Shop):
    response = post(client, images=[PHOTO], product="RED-1")

    assert_error(response, 400, "invalid", "images")


def test_all_photos_together_may_be_as_large_as_one(client: Client, shop: Shop, settings: Any):
    settings.MAX_PHOTO_BYTES = 2 * len(photo(1)) + 10

    assert post(client, images=[PHOTO, PHOTO]).status_code == 200
    response = post(client, images=[PHOTO, PHOTO, PHOTO])

    assert_error(response, 413, "too_large", "images[2].image_base64")


def test_less_similar_products_are_left_out_on_every_page(client: Client, shop: Shop):
    everything = ask(client, **PHOTO)
    least = everything["results"][1]["similarity"]

    answer = ask(client, **PHOTO, min_similarity=least - 1e-4, k=1)
    after = client.get(answer["next"]).json()

    assert f"min_similarity={least - 1e-4}" in answer["next"]
    assert (answer["total"], after["total"], after["next"]) == (2, 2, None)
    assert skus(answer) + skus(after) == skus(everything)[:2]


@pytest.mark.parametrize("least", [1.5, -2, "high", "nan", True])
def test_a_similarity_that_is_none(client: Client, shop: Shop, least: Any):
    query_id = ask(client, **PHOTO)["query_id"]

    assert_error(post(client, text="red", min_similarity=least), 400, "invalid", "min_similarity")
    got = client.get(f"{SEARCH}{query_id}/", {"min_similarity": str(least)})
    assert_error(got, 400, "invalid", "min_similarity")
