"""The log tells what was answered, and nothing that leads to a shopper or opens their search."""

from __future__ import annotations

import io
import uuid

import pytest
from django.test import Client

from tests.pages.views.conftest import Ask, Shop, photo

pytestmark = pytest.mark.django_db

BROWSER = {"User-Agent": "Mozilla/5.0 (Shopper)"}


def test_a_search_leaves_no_id_no_words_no_browser_and_no_address(
    client: Client, shop: Shop, ask: Ask, log: io.StringIO
):
    address = ask(image=photo(1))

    client.get(f"{address}?q=secret+words", headers=BROWSER)
    client.post(f"{address}clicks/", {"sku": "RED-1", "position": "1", "band": ""})

    lines = log.getvalue()
    assert "GET /search/…/" in lines
    assert "POST /search/…/clicks/" in lines
    for secret in (address.split("/")[2], "secret", "Shopper", "127.0.0.1"):
        assert secret not in lines


@pytest.mark.parametrize("door", ["/search/{}/", "/api/v1/search/{}/"])
def test_djangos_own_line_about_a_search_that_is_gone_has_no_id(
    client: Client, log: io.StringIO, door: str
):
    gone = str(uuid.uuid4())

    assert client.get(door.format(gone)).status_code == 410

    assert f"Gone: {door.format('…')}" in log.getvalue()
    assert gone not in log.getvalue()
