"""A small shop whose photos are embedded."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.test import Client

from tests.api.keys import with_key
from tests.factories import draw_photo, jpeg_bytes
from tests.shop import Shop, open_shop

SEARCH = "/api/v1/search/"
PRODUCTS = "/api/v1/products/"


@pytest.fixture
def shop(db: None) -> Shop:
    return open_shop()


def photo(seed: int = 1) -> bytes:
    """A customer's photo: the picture of that seed, packed more tightly."""
    return jpeg_bytes(draw_photo(seed), quality=80)


def photo_base64(seed: int = 1) -> str:
    return base64.b64encode(photo(seed)).decode()


@pytest.fixture
def writer(client: Client, db: None) -> Client:
    """A caller whose key may search, read and write."""
    return with_key(client, "search", "read", "write")


def send_json(caller: Any, path: str, body: Any, **headers: str) -> Any:
    """`caller` is a method of a client: put, patch, post."""
    return caller(path, json.dumps(body), content_type="application/json", headers=headers)
