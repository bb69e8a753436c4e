"""Writes to the catalogue's products: made, changed, deleted, each whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import IntegrityError, transaction

from catalog.errors import LookalikeError, NoSuchProduct, ValueRefused
from catalog.models import Product
from catalog.shelves import Place, Shelves
from catalog.values import REQUIRED

# Two who make the same product, category or tag at once: the second finds it made.
ATTEMPTS = 3

ProductGuard = Callable[[Product | None], None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Change:
    """What to write of a product: plain columns by their names, its category, its tags (facet,
    value). A column that isn't named, and a None, leave things as they are."""

    values: Mapping[str, Any] = field(default_factory=dict)
    category: Place | None = None
    tags: tuple[tuple[str, str], ...] | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """The product as it is stored now, with its category, tags and images."""

    product: Product
    created: bool
    changed: bool


class Overtaken(LookalikeError):
    """Others wrote the same again and again meanwhile."""

    code = "unavailable"


def save_product(*, sku: str, change: Change, create: bool, guard: ProductGuard) -> Saved:
    """The product of that SKU with the change; made where it isn't there and `create` says so.

    `guard` sees the product, locked, or None, and may raise: nothing is written then. Raises
    NoSuchProduct, or ValueRefused for a category that isn't there, or a new product without title
    or price.
    """

    def work() -> Saved:
        locked = Product.objects.with_relations().select_for_update(of=("self",))
        found: Product | None = locked.filter(sku=sku).first()
        if found is None and not create:
            raise no_such_product(sku)
        guard(found)
        product = found or Product(sku=sku)
        changed = write_product(product, change, Shelves())
        fresh = Product.objects.with_relations().get(pk=product.pk) if changed else product
        return Saved(fresh, created=found is None, changed=changed)

    return in_turn(work)


def delete_product(*, sku: str, guard: ProductGuard) -> None:
    """The product is gone, with its images, their files and vectors. Raises NoSuchProduct."""
    with transaction.atomic():
        locked = Product.objects.with_relations().select_for_update(of=("self",))
        product = locked.filter(sku=sku).first()
        if product is None:
            raise no_such_product(sku)
        guard(product)
        product.delete()


def write_product(product: Product, change: Change, shelves: Shelves) -> bool:
    """Stores what differs; tells whether anything did. Inside a transaction, with the product
    locked or new. Refuses before it writes anything."""
    new = product.pk is None
    values = differing(product, change, shelves)
    if values:
        for name, value in values.items():
            setattr(product, name, value)
        product.save()
    return _set_tags(product, change, shelves, new=new) or bool(values)


def differing(product: Product, change: Change, shelves: Shelves) -> dict[str, Any]:
    """The columns to which the change gives another value, all of them for a product that is new.

    Raises ValueRefused.
    """
    wanted = dict(change.values)
    new = product.pk is None
    if new:
        _require(wanted)
    if change.category is not None:
        wanted["category"] = shelves.place(change.category)
    return {name: value for name, value in wanted.items() if new or getattr(product, name) != value}


def _require(wanted: Mapping[str, Any]) -> None:
    for name in REQUIRED:
        if name not in wanted:
            message = f"There is no such product yet, and a new one needs a {name}."
            raise ValueRefused(message, field=name)


def _set_tags(product: Product, change: Change, shelves: Shelves, *, new: bool) -> bool:
    if change.tags is None:
        return False
    wanted = {shelves.tag(facet, value) for facet, value in change.tags}
    if wanted == (set() if new else set(product.tags.all())):
        return False
    product.tags.set(wanted)
    return True


def in_turn(work: Callable[[], T]) -> T:
    """What `work` gives, in a transaction of its own; again where another one was first to make
    what both make. Raises Overtaken."""
    for _ in range(ATTEMPTS):
        try:
            with transaction.atomic():
                return work()
        except IntegrityError as error:
            last = error
    raise Overtaken("Others write the same at this moment. Send it again.") from last


def no_such_product(sku: str) -> NoSuchProduct:
    return NoSuchProduct(
        f"No product has the SKU {sku[:64]!a}. Check it, or create it.", field="sku"
    )
