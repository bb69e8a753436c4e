"""A small shop whose photos are embedded, and ways to ask it as a browser does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from catalog.models import Category, Product
from search import documents, services
from tests.engine.gallery import clustered, embed
from tests.factories import add_photo, draw_photo, jpeg_bytes, make_category, make_product

Ask = Callable[..., Any]


@dataclass(frozen=True)
class Shop:
    """Three products with a photo each (seeds 1, 2, 3); the last one is out of stock."""

    red: Product
    crimson: Product
    blue: Product
    clothes: Category
    shoes: Category


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Path) -> Path:
    """Sample photos lie below it."""
    settings.DATA_DIR = tmp_path / "data"
    return tmp_path / "data"


@pytest.fixture
def shop(db: None) -> Shop:
    services.ensure_space()
    clothes = make_category("Clothes")
    shoes = make_category("Shoes", parent=clothes)
    red = make_product(
        sku="RED-1",
        title="Red shoe",
        tags=("colour:red", "sale"),
        price=Decimal("10.50"),
        category=shoes,
    )
    crimson = make_product(
        sku="RED-2", title="Crimson hat", tags=("colour:red",), price=Decimal(20), category=clothes
    )
    blue = make_product(
        sku="BLUE-1", title="Blue bag", tags=("colour:blue",), price=Decimal(30), stock=0
    )
    for seed, product in enumerate((red, crimson, blue), start=1):
        add_photo(product, seed=seed, alt=f"{product.title} from the front")
    services.embed_pending()
    return Shop(red, crimson, blue, clothes, shoes)


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
