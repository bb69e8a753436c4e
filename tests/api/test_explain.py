"""explain=true: the answer tells how it was found, wherever a search can be asked."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.api.conftest import PRODUCTS, SEARCH, Shop, photo_base64
from tests.api.contract import assert_error, assert_fits
from tests.api.test_search_answers import ask, send


def assert_explained(answer: dict[str, Any], plan: str) -> dict[str, Any]:
    assert_fits(answer, "Answer")
    explain: dict[str, Any] = answer["explain"]
    assert_fits(explain, "Explain")
    assert explain["plan"] == plan
    assert answer["took_ms"]["search"] >= explain["steps_ms"]["nearest"] > 0
    return explain


def test_nothing_is_explained_unasked(client: Client, shop: Shop):
    assert ask(client, image_base64=photo_base64(1))["explain"] is None
    assert client.get(f"{PRODUCTS}RED-1/similar/").json()["explain"] is None


def test_a_photo_in_json_and_in_a_form(client: Client, shop: Shop):
    asked = ask(client, image_base64=photo_base64(1), explain=True, filters={"tags": ["sale"]})
    sent = send(client, explain="true", filters='{"tags": ["sale"]}')
    for answer in (asked, sent):
        explain = assert_explained(answer, "exact")
        assert explain["pictures"] == {
            "indexed": None,
            "estimated": None,
            "passing": 1,
            "products": 1,
            "all_counted": True,
        }
        # Before it may stand a look by what another test's tag of that name was remembered as.
        assert explain["looks"][-1]["products"] == 1
        assert explain["candidates"] == {"products": 1, "limit": 1000, "complete": True}
        nearest = answer["results"][0]["distance"]
        assert explain["distances"] == {"nearest": nearest, "farthest": nearest}
        assert explain["weights"] == {"vector": 1.0, "colour": 0, "texture": 0, "shape": 0}


def test_a_later_page_says_that_its_candidates_were_kept(client: Client, shop: Shop):
    first = ask(client, image_base64=photo_base64(1), k=1, explain=True)
    later = client.get(f"{first['next']}&explain=1").json()
    assert (first["explain"]["frozen"], later["explain"]["frozen"]) == (False, True)
    explain = assert_explained(later, "exact")
    assert explain["looks"] == []
    assert explain["distances"] == first["explain"]["distances"]
    assert "explain" not in first["next"]


def test_words_and_words_with_a_photo(client: Client, shop: Shop):
    words = assert_explained(ask(client, text="crimson", explain=True), "text")
    assert words["words"] == [{"how": "typed", "text": "crimson", "found": 1}]
    assert (words["pictures"], words["distances"]) == (None, None)
    both = ask(client, text="crimson", image_base64=photo_base64(1), explain=True)
    fused = assert_explained(both, "hybrid")["fusion"]
    assert fused == {"k": 60, "by_photo": 3, "by_words": 1, "both": 1}


def test_products_like_one_and_marked_hits(client: Client, shop: Shop):
    similar = client.get(f"{PRODUCTS}RED-1/similar/?explain=true").json()
    assert assert_explained(similar, "exact")["pictures"]["products"] == 2
    query_id = ask(client, image_base64=photo_base64(1))["query_id"]
    marked = client.post(
        f"{SEARCH}{query_id}/feedback/",
        {"like": ["RED-2"], "explain": True},
        content_type="application/json",
    )
    assert_explained(marked.json(), "exact")


@pytest.mark.parametrize("value", ["perhaps", 7, []])
def test_what_is_neither_yes_nor_no(client: Client, shop: Shop, value: Any):
    body = {"text": "red", "explain": value}
    response = client.post(SEARCH, body, content_type="application/json")
    assert_error(response, 400, "invalid", "explain")
    response = client.get(f"{PRODUCTS}RED-1/similar/", {"explain": str(value)})
    assert_error(response, 400, "invalid", "explain")
