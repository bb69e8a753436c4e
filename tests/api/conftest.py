"""A small shop whose photos are embedded."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from decimal import Decimal

import pytest

from catalog.models import Category, Product
from search import services
from tests.factories import add_photo, draw_photo, jpeg_bytes, make_category, make_product

SEARCH = "/api/v1/search/"
PRODUCTS = "/api/v1/products/"


@dataclass(frozen=True)
class Shop:
    """Three products with a photo each (seeds 1, 2, 3); the last one is out of stock."""

    red: Product
    crimson: Product
    blue: Product
    shoes: Category


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
    return Shop(red, crimson, blue, shoes)


def photo(seed: int = 1) -> bytes:
    """A customer's photo: the picture of that seed, packed more tightly."""
    return jpeg_bytes(draw_photo(seed), quality=80)


def photo_base64(seed: int = 1) -> str:
    return base64.b64encode(photo(seed)).decode()
