"""/metrics: what it counts and whom it tells."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from tests.api.conftest import SEARCH, Shop, photo_base64
from tests.factories import add_photo, make_product


def numbers(client: Client) -> dict[tuple[str, ...], float]:
    response = client.get("/metrics")
    assert response.status_code == 200
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(response.content.decode())
        for sample in family.samples
    }


def test_it_counts_searches_embeddings_and_images(client: Client, shop: Shop):
    before = numbers(client)
    client.post(SEARCH, {"image_base64": photo_base64()}, content_type="application/json")
    client.post(SEARCH, {"text": "red"}, content_type="application/json")
    add_photo(make_product(), seed=9)
    after = numbers(client)

    def grown(*key: str) -> float:
        return after[key] - before.get(key, 0)

    assert grown("lookalike_searches_total", "api", "exact") == 1
    assert grown("lookalike_searches_total", "api", "text") == 1
    assert grown("lookalike_search_seconds_count", "exact") == 1
    assert grown("lookalike_query_embed_seconds_count") == 1
    states = {state: after["lookalike_images", state] for state in ("ready", "pending", "failed")}
    assert states == {"ready": 3, "pending": 1, "failed": 0}
    assert after["lookalike_index_up",] == 1


@pytest.mark.parametrize(
    "origin",
    [
        {"REMOTE_ADDR": "10.0.0.5"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "10.0.0.5"},
        {"REMOTE_ADDR": ""},
    ],
)
def test_it_tells_nobody_else(client: Client, origin: dict[str, str]):
    response = client.get("/metrics", **origin)
    assert response.status_code == 403
    assert b"METRICS_TOKEN" in response.content


def test_a_token_opens_it_from_anywhere_and_is_then_needed(client: Client, db: None, settings: Any):
    settings.METRICS_TOKEN = "s3cret"
    known = client.get(
        "/metrics", headers={"authorization": "Bearer s3cret"}, REMOTE_ADDR="10.0.0.5"
    )
    assert known.status_code == 200
    assert client.get("/metrics", headers={"authorization": "Bearer wrong"}).status_code == 403
    assert client.get("/metrics").status_code == 403
