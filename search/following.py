"""Statements over the whole catalogue, some products at a time: none locks all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db import connection

from catalog.models import Product

PRODUCTS_AT_A_TIME = 10_000


def in_parts(statement: str, product_ids: Iterable[int] | None = None) -> Iterator[tuple[Any, ...]]:
    """The rows of the statement, run over `%(products)s`: these products, or all of them."""
    if product_ids is None:
        product_ids = Product.objects.order_by("pk").values_list("pk", flat=True).iterator()
    waiting = iter(product_ids)
    while products := list(islice(waiting, PRODUCTS_AT_A_TIME)):
        with connection.cursor() as cursor:
            cursor.execute(statement, {"products": products})
            yield from cursor.fetchall()
