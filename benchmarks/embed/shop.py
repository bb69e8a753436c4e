"""A gallery of JPEG photos in the database, with its files where the worker reads them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.conf import settings
from django.utils.text import slugify

from catalog.models import Product
from catalog.services import add_image
from search.services import create_space, drop_space, ensure_space, switch_space
from search.services.queue import request_embedding


def fill(files: Sequence[bytes], *, prefix: str) -> list[int]:
    """A product for each photo; the images' ids. They wait for their vectors."""
    ensure_space()
    ids = []
    for number, file in enumerate(files):
        sku = f"{prefix}-{number}"
        product = Product.objects.create(sku=sku, title=sku, slug=slugify(sku), price=Decimal(1))
        # The same photo twice on one product would be refused; on another one it is welcome.
        ids.append(add_image(product=product, data=file).pk)
    return ids


def search_in(card: str) -> None:
    """Make an empty shop's space one of the card; the space of another card goes."""
    settings.EMBEDDER = card
    before = ensure_space()
    if before.name == card:
        return
    switch_space(create_space(card), force=True)
    drop_space(before)


def again(image_ids: Sequence[int]) -> None:
    """The same pictures wait once more."""
    request_embedding(image_ids=image_ids)
