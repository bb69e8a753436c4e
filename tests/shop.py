"""The small shop that the tests of page and API share."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from catalog.models import Category, Product
from search import services
from tests.factories import add_photo, make_category, make_product


@dataclass(frozen=True)
class Shop:
    """Three products with a photo each (seeds 1, 2, 3); the last one is out of stock."""

    red: Product
    crimson: Product
    blue: Product
    clothes: Category
    shoes: Category


def open_shop() -> Shop:
    """The shop, its photos embedded; needs the database."""
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
