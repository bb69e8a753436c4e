"""A small shop whose photos are embedded, and ways to ask it as a browser does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from catalog.models import Product
from search import documents, services
from tests.engine.gallery import clustered, embed
from tests.factories import draw_photo, jpeg_bytes, make_product
from tests.shop import Shop, open_shop

Ask = Callable[..., Any]


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Path) -> Path:
    """Sample photos lie below it."""
    settings.DATA_DIR = tmp_path / "data"
    return tmp_path / "data"


@pytest.fixture
def shop(db: None) -> Shop:
    return open_shop()


def fill(count: int, **overrides: Any) -> list[Product]:
    """Products `Lamp 0`, `Lamp 1` ... with a vector and no file each."""
    space = services.ensure_space()
    vectors = clustered(count, dim=space.dim)
    lamps = [make_product(title=f"Lamp {number}", **overrides) for number in range(count)]
    for lamp, vector in zip(lamps, vectors, strict=True):
        embed(lamp, vector, space=space)
    documents.refresh()
    return lamps


def upload(content: bytes, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def photo(seed: int = 1) -> SimpleUploadedFile:
    """A customer's photo: the picture of that seed, packed more tightly."""
    return upload(jpeg_bytes(draw_photo(seed), quality=80))


@pytest.fixture
def ask(client: Client) -> Ask:
    """`ask(image=photo(1), q="red")`: sends the form; the address of the results."""

    def post(**form: Any) -> str:
        response = client.post("/search/", form)
        assert response.status_code == 303
        address: str = response["Location"]
        return address

    return post
