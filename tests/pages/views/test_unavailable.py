"""Photos can't be searched for the moment: said with a status, a delay and what still works."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from search.embedding import get_card
from search.embedding.exported import exported_model
from search.models import EmbeddingSpace, PhotoQuery
from search.slots import slot
from tests.pages.views.conftest import Ask, Shop, photo
from tests.pages.views.reading import Reading

XHR = {"Accept": "application/json"}
NOT_POSSIBLE = (
    "Searching by photo is not possible at the moment. Searching by words works; "
    "please try a photo again later."
)


@pytest.fixture
def one_at_a_time(settings: Any) -> None:
    settings.EMBED_CONCURRENCY = 1
    settings.EMBED_QUEUE_SECONDS = 0


@pytest.fixture
def damaged_weights(settings: Any, data_folder: Path, db: None) -> None:
    """The default embedder, whose network on disk is not what its record says."""
    settings.EMBEDDER = "efficientnet-lite0/fast@1"
    folder = exported_model(get_card(settings.EMBEDDER), data_folder).folder
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(b"cut off")
    (folder / "model.json").write_text("{}")


def test_too_many_photos_at_once(client: Client, shop: Shop, one_at_a_time: None):
    with slot():
        response = client.post("/search/", {"image": photo(1), "q": "red"})

    page = Reading(response)
    assert (response.status_code, response["Retry-After"]) == (503, "2")
    assert page.one("p", id="photo-error").text == (
        "Many people are searching by photo right now. Please try again in a few seconds."
    )
    assert page.one("input", id="photo-words")["value"] == "red"
    assert not PhotoQuery.objects.exists()


def test_a_script_is_told_when_to_come_back(client: Client, shop: Shop, one_at_a_time: None):
    with slot():
        response = client.post("/search/", {"image": photo(1)}, headers=XHR)

    assert (response.status_code, response["Retry-After"]) == (503, "2")
    assert response.json()["error"]["code"] == "busy"


def test_words_and_similar_products_need_no_turn(
    client: Client, shop: Shop, ask: Ask, one_at_a_time: None
):
    with slot():
        words, similar = ask(q="crimson"), ask(product="RED-1")

    assert Reading(client.get(words)).titles == ["Crimson hat"]
    assert len(Reading(client.get(similar)).titles) == 2


def test_weights_that_are_damaged(client: Client, damaged_weights: None):
    response = client.post("/search/", {"image": photo(1), "q": "red"})

    page = Reading(response)
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert page.one("p", id="photo-error").text == NOT_POSSIBLE
    assert page.one("input", id="photo-words")["value"] == "red"
    assert "efficientnet" not in response.content.decode()


def test_an_embedder_that_is_unknown(client: Client, settings: Any, db: None):
    settings.EMBEDDER = "nobody@1"

    response = client.post("/search/", {"image": photo(1)})

    assert response.status_code == 503
    assert Reading(response).one("p", id="photo-error").text == NOT_POSSIBLE


def test_a_space_that_its_card_does_not_fit(client: Client, shop: Shop):
    EmbeddingSpace.objects.update(dim=7)

    response = client.post("/search/", {"image": photo(1)})

    assert response.status_code == 503
    assert Reading(response).one("p", id="photo-error").text == NOT_POSSIBLE


@pytest.mark.parametrize("address", ["/", "/p/red-shoe/", "/c/clothes/"])
def test_the_shop_stays_open_without_an_embedder(
    client: Client, shop: Shop, settings: Any, address: str
):
    settings.EMBEDDER = "nobody@1"

    response = client.get(address)

    assert response.status_code == 200
    assert "Red shoe" in response.content.decode()
