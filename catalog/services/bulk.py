"""Many products at once: a transaction for some dozens of them, and one for each where that fails.

What is there is read and locked by one statement for all, in the order of ids as everybody locks
products, so that a line that changes nothing costs no statement of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog
from django.db import DataError, IntegrityError, OperationalError, transaction

from catalog.errors import LookalikeError, ValueRefused
from catalog.models import Product
from catalog.services.products import Change, in_turn, no_such, write_product
from catalog.shelves import Shelves

log = structlog.get_logger(__name__)

Result = str | LookalikeError  # created, updated, unchanged, deleted; or why not


@dataclass(frozen=True, slots=True)
class Line:
    """What to do to one product: the change, which makes it where it isn't there; None deletes."""

    sku: str
    change: Change | None


def write_lines(lines: Sequence[Line], shelves: Shelves) -> list[Result]:
    """What became of each line; each SKU stands in one of them. A line that is refused changes
    nothing, and no other line."""
    if not lines:
        return []
    try:
        with transaction.atomic():
            return _write(lines, shelves)
    except (IntegrityError, DataError, OperationalError) as error:
        # A deadlock, or another writer who made the same tag: one line must not cost the others.
        log.info("A batch of products is written one by one", reason=str(error))
        shelves.forget()
        return [_alone(line) for line in lines]


def _write(lines: Sequence[Line], shelves: Shelves) -> list[Result]:
    found = _hold([line.sku for line in lines])
    return [_taken(line, found, shelves) for line in lines]


def _hold(skus: Sequence[str]) -> dict[str, Product]:
    """The products of these SKUs, locked, with their categories and tags."""
    locked = Product.objects.select_for_update(of=("self",)).order_by("pk")
    related = locked.select_related("category").prefetch_related("tags")
    return {product.sku: product for product in related.filter(sku__in=skus)}


def _taken(line: Line, found: Mapping[str, Product], shelves: Shelves) -> Result:
    product = found.get(line.sku)
    try:
        if line.change is not None:
            changed = write_product(product or Product(sku=line.sku), line.change, shelves)
            return "created" if product is None else "updated" if changed else "unchanged"
        if product is None:
            return no_such(line.sku)
        product.delete()
    except LookalikeError as refused:
        return refused
    return "deleted"


def _alone(line: Line) -> Result:
    try:
        return in_turn(lambda: _write([line], Shelves())[0])
    except LookalikeError as refused:
        return refused
    except DataError as error:
        log.warning("The database refused a product", sku=line.sku, reason=str(error))
        return ValueRefused("The database can't take a value of this product.")
