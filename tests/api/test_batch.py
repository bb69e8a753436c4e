"""POST search/batch/: many questions at once, each answered for itself."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from search import embedder, slots
from search.api import limits
from search.api.batches import Batch
from search.embedding import Rejected
from search.models import PhotoQuery, SearchEvent
from search.services import photos as photo_services
from tests.api.conftest import SEARCH, Shop, photo, photo_base64
from tests.api.contract import assert_error, assert_fits
from tests.api.test_search_answers import ask, skus
from tests.factories import make_product

BATCH = f"{SEARCH}batch/"
PHOTO = {"image_base64": photo_base64(1)}

pytestmark = pytest.mark.django_db


def post(client: Client, body: Any) -> Any:
    return client.post(BATCH, json.dumps(body), content_type="application/json")


def send(client: Client, *queries: Any) -> list[dict[str, Any]]:
    response = post(client, {"queries": queries})
    assert response.status_code == 200, response.content
    answer = response.json()
    assert_fits(answer, "BatchAnswer")
    assert len(answer["answers"]) == len(queries)
    answers: list[dict[str, Any]] = answer["answers"]
    return answers


def without_what_varies(answer: dict[str, Any]) -> dict[str, Any]:
    varying = {"query_id", "took_ms", "next", "explain"}
    return {name: value for name, value in answer.items() if name not in varying}


def test_each_query_is_answered_as_if_it_were_alone(client: Client, shop: Shop):
    earlier = ask(client, image_base64=photo_base64(2))
    queries: list[dict[str, Any]] = [
        PHOTO,
        {"image_base64": photo_base64(2), "crop": [0, 0, 0.8, 0.8], "k": 1},
        {"product": "RED-1", "sort": "price", "facets": True},
        {"text": "crimson", "filters": {"tags": ["colour:red"]}},
        {"images": [PHOTO, {"product": "BLUE-1", "weight": -0.5}], "min_similarity": 0.1},
        {"query_id": earlier["query_id"], "text": "blue"},
        {"query_id": earlier["query_id"], "k": 2},
        {"image_base64": photo_base64(3), "text": "bag", "colour_weight": 0.3},
    ]

    answers = send(client, *queries)

    assert {each["status"] for each in answers} == {200}
    for query, each in zip(queries, answers, strict=True):
        alone = ask(client, **query)
        assert without_what_varies(each["answer"]) == without_what_varies(alone)
    assert answers[6]["answer"]["query_id"] == earlier["query_id"]


def test_a_bad_query_spoils_no_other(client: Client, shop: Shop):
    make_product(sku="BARE")
    never = str(uuid.uuid4())
    queries_and_codes: list[tuple[Any, int, str | None, str | None]] = [
        (PHOTO, 200, None, None),
        ("red", 400, "invalid", "queries[1]"),
        ({}, 400, "invalid", "queries[2]"),
        ({"txt": "red"}, 400, "unknown_field", "queries[3].txt"),
        ({"text": "red", "k": 0}, 400, "invalid", "queries[4].k"),
        ({"product": "NONE"}, 404, "unknown_product", "queries[5].product"),
        ({"product": "BARE"}, 409, "not_indexed_yet", "queries[6].product"),
        ({"query_id": never}, 410, "query_expired", "queries[7].query_id"),
        ({"image_base64": "AAAA"}, 415, "unsupported_type", "queries[8].image_base64"),
        ({"images": [PHOTO, {}]}, 400, "invalid", "queries[9].images[1]"),
        (
            {"images": [PHOTO, {"image_base64": "AAAA"}]},
            415,
            "unsupported_type",
            "queries[10].images[1].image_base64",
        ),
        (
            {"text": "red", "filters": {"tags": ["no:such"]}},
            400,
            "unknown_filter",
            "queries[11].filters.tags",
        ),
        ({"text": "a\0b"}, 400, "invalid", "queries[12].text"),
        ({"image_base64": photo_base64(2)}, 200, None, None),
    ]

    answers = send(client, *(query for query, *_ in queries_and_codes))

    for each, (_, status, code, field) in zip(answers, queries_and_codes, strict=True):
        error = each["error"] or {"code": None, "field": None}
        assert (each["status"], error["code"], error["field"]) == (status, code, field)
        assert (each["answer"] is None) == (code is not None)
    assert [skus(answers[place]["answer"])[0] for place in (0, 13)] == ["RED-1", "RED-2"]
    assert answers[6]["retry_after"] == 5
    assert PhotoQuery.objects.count() == 3  # of the filter that isn't there the query is stored too


def test_the_photos_are_embedded_together_and_stored_together(
    client: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    sizes: list[int] = []
    embed = embedder.get_embedder().embed

    def counting(images: Any) -> Any:
        sizes.append(len(images))
        return embed(images)

    monkeypatch.setattr(embedder.get_embedder(), "embed", counting)
    send(client, PHOTO)
    with CaptureQueriesContext(connection) as few:
        send(client, PHOTO, PHOTO)
    with CaptureQueriesContext(connection) as many:
        send(client, *[PHOTO] * 7, {"images": [PHOTO, PHOTO]})

    assert sizes == [1, 2, 9]
    writes = [
        sum(query["sql"].lstrip().startswith("INSERT INTO") for query in asked.captured_queries)
        for asked in (few, many)
    ]
    assert writes == [2, 2]  # of the queries, and of the events
    assert SearchEvent.objects.count() == 1 + 2 + 8


def test_a_photo_that_the_network_refuses_spoils_no_other(
    client: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    embed = embedder.get_embedder().embed

    def refusing(images: Any) -> Any:
        _, *others = embed(images)
        return [Rejected("the network saw nothing in this picture: its vector is zero"), *others]

    monkeypatch.setattr(embedder.get_embedder(), "embed", refusing)
    answers = send(client, PHOTO, {"image_base64": photo_base64(2)})

    assert [each["status"] for each in answers] == [400, 200]
    assert answers[0]["error"]["code"] == "corrupt"
    assert answers[0]["error"]["field"] == "queries[0].image_base64"


def test_pages_go_on_from_each_answer(client: Client, shop: Shop):
    [first, _] = send(client, {**PHOTO, "k": 1}, {"text": "red"})

    following = client.get(first["answer"]["next"]).json()

    assert len(skus(following)) == 1
    assert skus(following) != skus(first["answer"])


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({}, "invalid", "queries"),
        ({"queries": []}, "invalid", "queries"),
        ({"queries": {}}, "invalid", "queries"),
        ({"queries": None}, "invalid", "queries"),
        ({"queries": [{"text": "red"}] * 65}, "invalid", "queries"),
        ({"queries": [{"text": "red", "k": 100}] * 17}, "invalid", "queries"),
        ({"queries": [{"images": [{"image_base64": "AAAA"}] * 5}] * 13}, "invalid", "queries"),
        ({"queries": [{"text": "red"}], "k": 3}, "unknown_field", "k"),
        ([{"text": "red"}], "malformed", None),
    ],
)
def test_what_is_wrong_with_all_of_it(client: Client, body: Any, code: str, field: str | None):
    assert_error(post(client, body), 400, code, field)
    assert not PhotoQuery.objects.exists()


def test_as_many_as_may_be(client: Client, shop: Shop):
    answers = send(client, *[{"text": "crimson", "k": 25}] * limits.MAX_BATCH)

    assert {each["status"] for each in answers} == {200}


def test_a_form_is_no_batch(client: Client):
    upload = SimpleUploadedFile("photo.jpg", photo())
    assert_error(client.post(BATCH, {"image": upload}), 415, "unsupported_media_type")


def test_words_are_answered_while_no_photo_can_be(client: Client, shop: Shop, settings: Any):
    settings.EMBED_CONCURRENCY, settings.EMBED_QUEUE_SECONDS = 1, 0
    with slots.slot():
        mixed = send(client, PHOTO, {"text": "crimson"})
        photos = post(client, {"queries": [PHOTO, PHOTO]})

    assert [each["status"] for each in mixed] == [503, 200]
    assert (mixed[0]["error"]["code"], mixed[0]["retry_after"]) == ("busy", 2)
    assert_error(photos, 503, "busy")
    assert photos["Retry-After"] == "2"


def test_photos_of_very_many_pixels_are_refused_before_they_are_decoded(
    client: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(photo_services, "MAX_PIXELS", 320 * 240)

    answers = send(client, *[PHOTO] * 10, {"text": "crimson"})

    assert [each["status"] for each in answers] == [200] * 8 + [413] * 2 + [200]
    assert answers[8]["error"]["code"] == "too_many_pixels"


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ({"query_id": str(uuid.uuid4())}, "words"),
        ({"product": "RED-1"}, "photo"),
        ({"images": [{"product": "RED-1"}]}, "photo"),
        (PHOTO, "photo"),
        ("red", "words"),
    ],
)
def test_a_query_counts_as_what_it_counts_as_alone(query: Any, kind: str):
    batch = Batch(({"text": "red"}, query))

    assert (batch.kind, batch.cost) == (kind, 2)
