"""What a cache on the way may keep: nothing that one key alone was shown."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.api.conftest import PRODUCTS
from tests.api.keys import with_key
from tests.factories import make_product


def varies(response: object) -> set[str]:
    return {name.strip() for name in response["Vary"].split(",")}  # type: ignore[index]


def test_a_list_with_drafts_is_kept_apart_from_what_customers_see(writer: Client, client: Client):
    make_product(sku="DRAFT", status="draft")
    drafts = writer.get(PRODUCTS, {"status": "any"})
    assert [each["sku"] for each in drafts.json()["results"]] == ["DRAFT"]
    assert drafts["Cache-Control"] == "private, no-cache"
    assert "Authorization" in varies(drafts)
    public = client.get(PRODUCTS)
    assert "Cache-Control" not in public
    assert "Authorization" in varies(public)


@pytest.mark.parametrize("path", [f"{PRODUCTS}NONE/", f"{PRODUCTS}?status=nonsense"])
def test_errors_too(client: Client, db: None, path: str):
    response = with_key(client, "write").get(path)
    assert response.status_code in {400, 404}
    assert response["Cache-Control"] == "private, no-cache"
    assert "Authorization" in varies(response)


def test_what_says_more_itself_keeps_it(client: Client, db: None):
    hooks = with_key(client, "admin").get("/api/v1/webhooks/")
    assert hooks["Cache-Control"] == "no-store"
