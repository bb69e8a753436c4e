"""Whatever a search starts from takes words, a part and a least similarity, or says why not."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.api.conftest import SEARCH, Shop, photo_base64
from tests.api.contract import assert_error
from tests.api.test_search_answers import ask, skus

PHOTO = {"image_base64": photo_base64(1)}
SOURCES: dict[str, dict[str, Any]] = {
    "photo": PHOTO,
    "product": {"product": "RED-1"},
    "images": {"images": [PHOTO, {"product": "BLUE-1", "weight": -0.2}]},
    "query": {},
}


def source(client: Client, name: str) -> dict[str, Any]:
    if name == "query":
        return {"query_id": ask(client, **PHOTO)["query_id"]}
    return SOURCES[name]


@pytest.mark.parametrize("name", SOURCES)
def test_words_bring_what_has_them_to_the_top(client: Client, shop: Shop, name: str):
    given = source(client, name)
    assert skus(ask(client, **given, text="crimson"))[0] == "RED-2"
    assert len(skus(ask(client, **given, text="crimson"))) == len(skus(ask(client, **given)))


@pytest.mark.parametrize("text", ["", "crimson"])
@pytest.mark.parametrize("name", SOURCES)
def test_a_least_similarity(client: Client, shop: Shop, name: str, text: str):
    given: dict[str, Any] = {**source(client, name), **({"text": text} if text else {})}
    everything = ask(client, **given)
    similarities = sorted(hit["similarity"] for hit in everything["results"])
    least = (similarities[-1] + similarities[-2]) / 2

    answer = ask(client, **given, min_similarity=least)

    assert [hit["similarity"] for hit in answer["results"]] == [similarities[-1]]
    assert answer["total"] == 1


@pytest.mark.parametrize("name", ["text", "query of words"])
def test_words_alone_have_none(client: Client, shop: Shop, name: str):
    given = {"text": "red"}
    if name != "text":
        given = {"query_id": ask(client, text="red")["query_id"]}
    response = client.post(
        SEARCH, {**given, "min_similarity": 0.5}, content_type="application/json"
    )
    error = assert_error(response, 400, "invalid", "min_similarity")
    assert "add a photo" in error["message"]


@pytest.mark.parametrize("name", [*SOURCES, "text"])
def test_a_part_is_of_a_photo_alone(client: Client, shop: Shop, name: str):
    given = {"text": "red"} if name == "text" else source(client, name)
    body = {**given, "crop": [0, 0, 0.5, 0.5]}
    response = client.post(SEARCH, body, content_type="application/json")
    if name == "photo":
        assert response.json()["results"] != ask(client, **given)["results"]
    else:
        assert_error(response, 400, "invalid", "crop")


def test_each_photo_of_several_has_a_part_of_its_own(client: Client, shop: Shop):
    cut = {**PHOTO, "crop": [0, 0, 0.5, 0.5]}
    apart = ask(client, images=[cut, {"product": "BLUE-1", "weight": 0.2}])
    whole = ask(client, images=[PHOTO, {"product": "BLUE-1", "weight": 0.2}])
    assert [h["distance"] for h in apart["results"]] != [h["distance"] for h in whole["results"]]
