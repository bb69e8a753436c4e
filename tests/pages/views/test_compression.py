"""Pages leave packed, pictures as they are, and a packed page tells nobody its secret."""

from __future__ import annotations

import gzip
import re

import pytest
from django.test import Client

from tests.factories import add_photo, make_product
from tests.pages.views.conftest import Ask, Shop, photo

pytestmark = pytest.mark.django_db

BROWSER = {"accept-encoding": "gzip, deflate, br, zstd"}
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')


@pytest.mark.parametrize("address", ["/", "/p/red-shoe/", "/c/clothes/", "/p/nothing/", "results"])
def test_a_page_leaves_packed(client: Client, shop: Shop, ask: Ask, address: str):
    address = ask(image=photo(1)) if address == "results" else address

    packed, plain = client.get(address, headers=BROWSER), client.get(address)

    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) == int(packed["Content-Length"]) < len(plain.content) / 2
    assert gzip.decompress(packed.content).endswith(b"</html>\n")
    assert "Accept-Encoding" in packed["Vary"]


def test_who_cannot_unpack_gets_it_plain(client: Client, shop: Shop):
    response = client.get("/")

    assert "Content-Encoding" not in response
    assert "Accept-Encoding" in response["Vary"]


def test_a_picture_keeps_its_length(client: Client):
    image = add_photo(make_product(), seed=1)

    response = client.get(image.thumbnail_url(480), headers=BROWSER)

    assert "Content-Encoding" not in response
    assert int(response["Content-Length"]) == len(b"".join(response.streaming_content))


def test_the_token_is_another_one_on_every_page(client: Client, shop: Shop):
    pages = [gzip.decompress(client.get("/", headers=BROWSER).content) for _ in range(2)]

    first, second = (set(TOKEN.findall(page)) for page in pages)
    assert len(first) == len(second) == 1
    assert first != second


def test_a_page_is_never_twice_as_long(client: Client, shop: Shop):
    """Its length says nothing about a single byte of it."""
    lengths = {len(client.get("/p/nothing/", headers=BROWSER).content) for _ in range(12)}

    assert len(lengths) > 1
