"""POST embeddings/: photos as the vectors that a search by them would start from."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from search import slots
from search.models import ImageEmbedding, PhotoQuery, SearchEvent
from tests.api.conftest import Shop, photo, photo_base64
from tests.api.contract import assert_error, assert_fits
from tests.api.test_search_answers import ask

EMBEDDINGS = "/api/v1/embeddings/"

pytestmark = pytest.mark.django_db


def post(client: Client, **body: Any) -> Any:
    return client.post(EMBEDDINGS, json.dumps(body), content_type="application/json")


def embedded(client: Client, **body: Any) -> dict[str, Any]:
    response = post(client, **body)
    assert response.status_code == 200, response.content
    answer: dict[str, Any] = response.json()
    assert_fits(answer, "EmbeddingsAnswer")
    return answer


def upload() -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.jpg", photo(1), content_type="image/jpeg")


def test_the_vectors_are_those_that_a_search_compares(client: Client, shop: Shop):
    found = ask(client, image_base64=photo_base64(1))
    [vector] = embedded(client, image_base64=photo_base64(1))["vectors"]

    stored = dict(ImageEmbedding.objects.values_list("image_id", "vector"))
    for hit in found["results"]:
        theirs = np.asarray(stored[hit["image"]["id"]], dtype=np.float64)
        distance = 1 - theirs @ np.asarray(vector) / np.linalg.norm(theirs)
        assert hit["distance"] == pytest.approx(distance, abs=1e-3)  # half precision
    kept = PhotoQuery.objects.get(pk=found["query_id"])
    np.testing.assert_allclose(kept.vector, vector, atol=1e-3)


def test_nothing_is_stored(client: Client, shop: Shop):
    response = post(client, image_base64=photo_base64(1))

    assert response.status_code == 200
    assert not PhotoQuery.objects.exists()
    assert not SearchEvent.objects.exists()
    assert response["Cache-Control"] == "no-store"


def test_form_and_json_text_and_numbers_are_the_same_vector(client: Client, shop: Shop):
    crop = [0.1, 0, 0.8, 1]
    [numbers] = embedded(client, image_base64=photo_base64(1), crop=crop)["vectors"]
    text = client.post(
        EMBEDDINGS, {"image": upload(), "crop": "0.1,0,0.8,1", "encoding": "base64"}
    ).json()

    assert_fits(text, "EmbeddingsAnswer")
    unpacked = np.frombuffer(base64.b64decode(text["vectors"][0]), dtype="<f4")
    np.testing.assert_array_equal(unpacked, np.asarray(numbers, dtype=np.float32))
    assert len(numbers) == len(unpacked) == text["dim"]
    assert np.linalg.norm(unpacked) == pytest.approx(1, abs=1e-6)
    assert text["space"] == "fake@1"


def test_several_photos_keep_their_order_and_their_boxes(client: Client, shop: Shop):
    images = [
        {"image_base64": photo_base64(2)},
        {"image_base64": photo_base64(1), "crop": [0, 0, 1, 1]},
        {"image_base64": photo_base64(1)},
    ]
    answer = embedded(client, images=images)

    assert len(answer["vectors"]) == 3
    assert answer["vectors"][1] == answer["vectors"][2] != answer["vectors"][0]
    alone = ask(client, image_base64=photo_base64(2))
    assert answer["suggestions"][0] == alone["suggestions"] != []
    assert answer["suggestions"][1] == []
    assert answer["took_ms"]["embed"] > 0
    assert len(embedded(client, images=images[:1] * 16)["vectors"]) == 16


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({}, 400, "invalid", None),
        ({"crop": [0, 0, 1, 1]}, 400, "invalid", None),
        ({"image_base64": ""}, 400, "invalid", "image_base64"),
        ({"image_base64": "AAAA"}, 415, "unsupported_type", "image_base64"),
        ({"image_base64": photo_base64(), "crop": [0, 0, 2, 1]}, 400, "invalid", "crop"),
        ({"image_base64": photo_base64(), "encoding": "hex"}, 400, "invalid", "encoding"),
        ({"image_base64": photo_base64(), "k": 3}, 400, "unknown_field", "k"),
        ({"images": []}, 400, "invalid", "images"),
        ({"images": [{"image_base64": "AAAA"}] * 17}, 400, "invalid", "images"),
        ({"images": [{}]}, 400, "invalid", "images[0]"),
        ({"images": ["x"]}, 400, "invalid", "images[0]"),
        ({"images": [{"product": "RED-1"}]}, 400, "unknown_field", "images[0].product"),
        (
            {"images": [{"image_base64": photo_base64()}, {"image_base64": "!"}]},
            400,
            "invalid",
            "images[1].image_base64",
        ),
        (
            {"images": [{"image_base64": photo_base64()}, {"image_base64": "AAAA"}]},
            415,
            "unsupported_type",
            "images[1].image_base64",
        ),
        (
            {"images": [{"image_base64": photo_base64()}], "crop": [0, 0, 1, 1]},
            400,
            "invalid",
            "crop",
        ),
        (
            {"images": [{"image_base64": "AAAA"}], "image_base64": "AAAA"},
            400,
            "invalid",
            "images",
        ),
    ],
)
def test_what_is_wrong_is_named(
    client: Client, shop: Shop, body: dict[str, Any], status: int, code: str, field: str | None
):
    assert_error(post(client, **body), status, code, field)


@pytest.mark.parametrize(
    ("form", "code", "field"),
    [
        ({"crop": "0,0,1,1"}, "invalid", "image"),
        ({"image": "words"}, "invalid", "image"),
        ({"images": "[]"}, "unknown_field", "images"),
        ({}, "malformed", None),
    ],
)
def test_a_bad_form(client: Client, form: dict[str, Any], code: str, field: str | None):
    assert_error(client.post(EMBEDDINGS, form), 400, code, field)


def test_more_photos_than_the_embedder_takes(client: Client, shop: Shop, settings: Any):
    settings.EMBED_CONCURRENCY, settings.EMBED_QUEUE_SECONDS = 1, 0
    with slots.slot():
        response = post(client, image_base64=photo_base64())
    assert_error(response, 503, "busy")
