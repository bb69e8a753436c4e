"""Page and API where the active space knows words: pictures are found, and it stays a search by
words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from catalog.services import add_image
from search.models import SearchEvent
from search.services import drain
from tests.factories import jpeg_bytes, make_product
from tests.pages.views.conftest import Ask
from tests.pages.views.reading import Reading

pytestmark = pytest.mark.django_db


@pytest.fixture
def painted(settings: Any) -> None:
    """Three products whose words say nothing of their colours."""
    settings.EMBEDDER = "fake-text@1"
    for title, colour in (("Kettle", "red"), ("Vase", "green"), ("Lamp", "blue")):
        data = jpeg_bytes(Image.new("RGB", (64, 64), colour))
        add_image(product=make_product(title=title), data=data)
    drain(seconds=30)


def test_a_page_shows_what_looks_like_the_words(client: Client, painted: None, ask: Ask):
    page = Reading(client.get(ask(q="red")))

    assert page.titles[0] == "Kettle"
    assert page.one("p", css="pinned-label").text == "You searched for “red”"
    assert page.all("span", css="band") == []
    assert SearchEvent.objects.get().kind == "text"


def test_other_words_in_the_address_are_looked_for_instead(client: Client, painted: None, ask: Ask):
    page = Reading(client.get(ask(q="red") + "?q=blue"))

    assert page.titles[0] == "Lamp"


def test_the_api_answers_without_a_distance(client: Client, painted: None):
    response = client.post(
        "/api/v1/search/", json.dumps({"text": "green"}), content_type="application/json"
    )

    answer = response.json()
    assert answer["results"][0]["title"] == "Vase"
    assert [hit["distance"] for hit in answer["results"]] == [None] * 3
    assert answer["band"] in ("", None)
    again = client.get(f"/api/v1/search/{answer['query_id']}/").json()
    assert [hit["sku"] for hit in again["results"]] == [hit["sku"] for hit in answer["results"]]
