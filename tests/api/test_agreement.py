"""Page and API ask one selector: the same question gives the same products in the same order."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.api.conftest import SEARCH, Shop, photo_base64


@pytest.mark.parametrize(
    "query",
    [
        "",
        "tags=colour:red",
        "facet_tags=colour:red&facet_tags=colour:blue&sort=newest",
        "not_tags=sale&sort=-price",
        "category=clothes&price_max=15",
        "in_stock=1",
    ],
)
def test_page_and_api_agree(client: Client, shop: Shop, query: str):
    asked = client.post(SEARCH, {"image_base64": photo_base64(2)}, content_type="application/json")
    query_id = asked.json()["query_id"]
    by_api = client.get(f"{SEARCH}{query_id}/?{query}").json()
    by_page = client.get(f"/search/{query_id}/?{query}").context["result"]
    assert [hit["sku"] for hit in by_api["results"]] == [hit.product.sku for hit in by_page.hits]
    assert by_api["results"]
    assert by_api["total"] == by_page.total
