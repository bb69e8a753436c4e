"""Plain functions that make test data; every argument may be overridden."""

from __future__ import annotations

import io
import itertools
import random
from decimal import Decimal
from typing import Any

from PIL import Image, ImageDraw

from catalog.models import Category, Product, ProductImage, Tag
from catalog.services import add_image

_numbers = itertools.count(1)


def make_category(name: str = "", parent: Category | None = None, **overrides: Any) -> Category:
    name = name or f"Category {next(_numbers)}"
    return Category.objects.create(name=name, parent=parent, **overrides)


def make_tag(name: str) -> Tag:
    """The tag `facet:value` or a bare `value`; the same name gives the same row."""
    facet, colon, value = name.partition(":")
    wanted = {"facet": facet, "value": value} if colon else {"facet": "", "value": facet}
    return Tag.objects.get_or_create(**wanted)[0]


def make_product(*, tags: tuple[str, ...] = (), **overrides: Any) -> Product:
    number = next(_numbers)
    fields = {
        "sku": f"SKU-{number}",
        "title": f"Product {number}",
        "price": Decimal(10),
        "stock": 5,
    }
    product = Product.objects.create(**{**fields, **overrides})
    if tags:
        product.tags.set([make_tag(name) for name in tags])
    return product


def draw_photo(seed: int = 0, size: tuple[int, int] = (320, 240)) -> Image.Image:
    """A picture of bold shapes; another seed gives a clearly different one."""
    dice = random.Random(seed)
    photo = Image.new("RGB", size, _colour(dice))
    pen = ImageDraw.Draw(photo)
    for _ in range(6):
        left, top = dice.randrange(size[0]), dice.randrange(size[1])
        right, bottom = left + size[0] // 3, top + size[1] // 3
        shape = dice.choice([pen.rectangle, pen.ellipse])
        shape((left, top, right, bottom), fill=_colour(dice))
    return photo


def _colour(dice: random.Random) -> tuple[int, int, int]:
    return dice.randrange(256), dice.randrange(256), dice.randrange(256)


def jpeg_bytes(image: Image.Image, **options: Any) -> bytes:
    return encoded(image, "JPEG", **{"quality": 92, **options})


def encoded(image: Image.Image, image_format: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, image_format, **options)
    return buffer.getvalue()


def add_photo(product: Product, seed: int = 0, **overrides: Any) -> ProductImage:
    """Adds a drawn photo the way an upload does: through the decode contract."""
    return add_image(product=product, data=jpeg_bytes(draw_photo(seed)), **overrides)
