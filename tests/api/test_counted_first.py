"""Whoever is over the limit makes the server look into no photo."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from search.api import photos, questions, vectors
from tests.api.conftest import SEARCH, photo_base64, send_json
from tests.api.contract import assert_error
from tests.api.keys import with_key

BATCH, EMBEDDINGS = f"{SEARCH}batch/", "/api/v1/embeddings/"
PHOTO = {"image_base64": photo_base64()}
TOO_MANY_HITS = [{"k": 100, **PHOTO}] * 17

pytestmark = pytest.mark.django_db


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the photos that are unpacked from now on."""
    fields: list[str] = []

    def counting(text: str, *, field: str) -> bytes:
        fields.append(field)
        return photos.decode_base64(text, field=field)

    monkeypatch.setattr(questions, "decode_base64", counting)
    monkeypatch.setattr(vectors, "decode_base64", counting)
    return fields


@pytest.mark.parametrize(
    ("address", "body", "cost", "field"),
    [
        (SEARCH, {"image_base64": "!"}, 1, "image_base64"),
        (BATCH, {"queries": TOO_MANY_HITS}, 17, "queries"),
        (EMBEDDINGS, {"image_base64": "!"}, 1, "image_base64"),
        (EMBEDDINGS, {"images": [PHOTO, {"image_base64": "!"}]}, 2, "images[1].image_base64"),
    ],
)
def test_a_key_at_its_end_is_told_so_before_its_photos_are_unpacked(
    client: Client, decoded: list[str], address: str, body: dict[str, Any], cost: int, field: str
):
    keyed = with_key(client, "search", per_day=cost)
    assert_error(send_json(keyed.post, address, body), 400, "invalid", field)
    assert decoded
    decoded.clear()

    refused = send_json(keyed.post, address, body)

    assert_error(refused, 429, "quota_exceeded")
    assert not decoded


@pytest.mark.parametrize(
    ("body", "cost"),
    [
        (PHOTO, 1),
        ({}, 1),
        ({"images": []}, 1),
        ({"images": "many"}, 1),
        ({"images": [PHOTO] * 3}, 3),
        ({"images": [{"image_base64": "!"}] * 16}, 16),
        ({"images": [PHOTO] * 17}, 1),
        ([PHOTO], 1),
        ("photo", 1),
    ],
)
def test_vectors_cost_what_their_photos_cost(body: Any, cost: int):
    assert vectors.cost_of(body) == cost


def test_a_bulk_write_counts_as_one_request(client: Client):
    lines = b"".join(b'{"sku": "P%d", "stock": 1}\n' % number for number in range(3))
    keyed = with_key(client, "write", per_minute=2)

    answer = keyed.post("/api/v1/products/bulk/", lines, content_type="application/x-ndjson")

    assert len(b"".join(answer.streaming_content).splitlines()) == 4
    assert answer["RateLimit-Remaining"] == "1"
