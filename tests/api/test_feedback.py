"""POST search/{id}/feedback/: the question again, moved by what was marked."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from search.models import PhotoQuery, SearchEvent
from tests.api.conftest import SEARCH, Shop, photo_base64
from tests.api.contract import assert_error, assert_fits
from tests.api.test_search_answers import ask, skus
from tests.factories import make_product

pytestmark = pytest.mark.django_db


def mark(client: Client, query_id: object, **marks: Any) -> Any:
    return client.post(f"{SEARCH}{query_id}/feedback/", marks, content_type="application/json")


def marked(client: Client, query_id: object, **marks: Any) -> dict:
    response = mark(client, query_id, **marks)
    assert response.status_code == 200, response.content
    answer = response.json()
    assert_fits(answer, "Answer")
    return answer


def distances(answer: dict) -> dict[str, float]:
    return {hit["sku"]: hit["distance"] for hit in answer["results"]}


def test_what_is_liked_comes_nearer_and_what_is_disliked_sinks(client: Client, shop: Shop):
    first = ask(client, image_base64=photo_base64(1))

    more = marked(client, first["query_id"], like=["RED-2"])
    less = marked(client, first["query_id"], dislike=["BLUE-1"])

    assert distances(more)["RED-2"] < distances(first)["RED-2"]
    assert distances(less)["BLUE-1"] > distances(first)["BLUE-1"]
    assert {more["total"], less["total"]} == {3}


def test_the_earlier_query_stays_and_the_new_one_can_be_paged(client: Client, shop: Shop):
    first = ask(client, image_base64=photo_base64(1))

    answer = marked(client, first["query_id"], like=["BLUE-1"], k=1)

    assert answer["query_id"] != first["query_id"]
    assert answer["took_ms"]["embed"] == 0
    assert answer["next"].startswith(f"http://testserver{SEARCH}{answer['query_id']}/?page=2")
    assert len(client.get(answer["next"]).json()["results"]) == 1
    again = client.get(f"{SEARCH}{first['query_id']}/").json()
    assert again["results"] == first["results"]


def test_filters_order_and_facets_go_with_it(client: Client, shop: Shop):
    first = ask(client, image_base64=photo_base64(1))

    answer = marked(
        client,
        first["query_id"],
        like=["RED-2"],
        filters={"tags": ["colour:red"]},
        sort="-price",
        facets=True,
        min_similarity=-1,
    )

    assert skus(answer) == ["RED-2", "RED-1"]
    assert answer["facets"]


def test_a_product_that_was_asked_for_stays_out_of_its_answer(client: Client, shop: Shop):
    first = ask(client, product="RED-1")

    answer = marked(client, first["query_id"], like=["RED-2", "RED-2"], dislike=["BLUE-1"])

    assert skus(answer) == ["RED-2", "BLUE-1"]
    assert PhotoQuery.objects.get(pk=answer["query_id"]).liked == ["Crimson hat"]


def test_words_alone_get_a_direction(client: Client, shop: Shop):
    first = ask(client, text="shoe")

    answer = marked(client, first["query_id"], like=["RED-1"])

    assert skus(answer)[0] == "RED-1"
    assert answer["results"][0]["distance"] < 0.01


def test_it_is_counted_and_never_cached(client: Client, shop: Shop):
    first = ask(client, image_base64=photo_base64(1))

    response = mark(client, first["query_id"], like=["RED-2"])

    assert response["Cache-Control"] == "no-store"
    assert SearchEvent.objects.count() == 2


def test_forgetting_either_forgets_both(client: Client, shop: Shop):
    first = ask(client, image_base64=photo_base64(1))
    second = marked(client, first["query_id"], like=["RED-2"])

    client.delete(f"{SEARCH}{second['query_id']}/")

    assert client.get(f"{SEARCH}{first['query_id']}/").status_code == 410


@pytest.mark.parametrize(
    ("marks", "status", "code", "field"),
    [
        ({}, 400, "invalid", "like"),
        ({"like": []}, 400, "invalid", "like"),
        ({"like": "RED-1"}, 400, "invalid", "like"),
        ({"like": ["RED-1", {}]}, 400, "invalid", "like[1]"),
        ({"like": ["RED-1"] * 9}, 400, "invalid", "like"),
        ({"like": ["RED-1"], "dislike": ["RED-1"]}, 400, "invalid", "dislike"),
        ({"like": ["RED-1", "NONE"]}, 404, "unknown_product", "like[1]"),
        ({"dislike": ["DRAFT"]}, 404, "unknown_product", "dislike[0]"),
        ({"like": ["RED-1", "BARE"]}, 409, "not_indexed_yet", "like[1]"),
        ({"liked": ["RED-1"]}, 400, "unknown_field", "liked"),
        ({"like": ["RED-1"], "k": 0}, 400, "invalid", "k"),
        (
            {"like": ["RED-1"], "filters": {"category": "none"}},
            400,
            "unknown_filter",
            "filters.category",
        ),
    ],
)
def test_marks_that_make_no_sense(
    client: Client, shop: Shop, marks: dict, status: int, code: str, field: str
):
    make_product(sku="BARE")
    make_product(sku="DRAFT", status="draft")
    first = ask(client, image_base64=photo_base64(1))

    assert_error(mark(client, first["query_id"], **marks), status, code, field)


def test_words_alone_cannot_be_moved_away(client: Client, shop: Shop):
    first = ask(client, text="shoe")

    assert_error(mark(client, first["query_id"], dislike=["RED-1"]), 400, "invalid", "dislike")


def test_a_query_that_is_gone(client: Client, shop: Shop):
    first = ask(client, image_base64=photo_base64(1))
    PhotoQuery.objects.update(expires_at=timezone.now())

    for query_id in (first["query_id"], uuid.uuid4()):
        response = mark(client, query_id, like=["RED-1"])
        assert_error(response, 410, "query_expired", "query_id")


@pytest.mark.parametrize("body", [b"[]", b"{", b'"RED-1"'])
def test_a_body_that_is_no_json_object(client: Client, body: bytes):
    address = f"{SEARCH}{uuid.uuid4()}/feedback/"

    assert_error(client.generic("POST", address, body, "application/json"), 400, "malformed")


def test_a_form_is_not_taken(client: Client):
    response = client.post(f"{SEARCH}{uuid.uuid4()}/feedback/", {"like": "RED-1"})

    assert_error(response, 415, "unsupported_media_type")


def test_only_posting_is_open_to_it(client: Client):
    response = client.get(f"{SEARCH}{uuid.uuid4()}/feedback/")

    assert_error(response, 405, "method_not_allowed")
