"""Many products at once: some dozens in one transaction, by a fixed number of statements; and one
by one where that fails.

What follows a product (vectors' filters, words) follows by triggers, once a statement: a hundred
products cost little more than one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.db import DataError, IntegrityError, OperationalError, transaction
from django.utils import timezone

from catalog.errors import LookalikeError, ValueRefused
from catalog.models import Product, Tag
from catalog.services.products import Change, differing, in_turn, no_such_product
from catalog.shelves import Shelves
from catalog.slugs import unique_slugs

log = structlog.get_logger(__name__)

Links = Product.tags.through
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


def _alone(line: Line) -> Result:
    try:
        return in_turn(lambda: _write([line], Shelves())[0])
    except LookalikeError as refused:
        return refused
    except DataError as error:
        log.warning("The database refused a product", sku=line.sku, reason=str(error))
        return ValueRefused("The database can't take a value of this product.")


def _write(lines: Sequence[Line], shelves: Shelves) -> list[Result]:
    found = _hold([line.sku for line in lines])
    changes = [line.change for line in lines if line.change is not None]
    shelves.find_tags(name for change in changes for name in change.tags or ())
    batch = _Batch(found, shelves)
    results = [batch.plan(line) for line in lines]
    batch.write()
    return results


def _hold(skus: Sequence[str]) -> dict[str, Product]:
    """The products of these SKUs, locked in the order of their ids, as everybody locks them."""
    locked = Product.objects.select_for_update(of=("self",)).order_by("pk")
    related = locked.select_related("category").prefetch_related("tags")
    return {product.sku: product for product in related.filter(sku__in=skus)}


@dataclass
class _Batch:
    """What the lines come to, gathered by what one statement can do."""

    found: Mapping[str, Product]
    shelves: Shelves
    new: list[Product] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    changed: dict[tuple[str, ...], list[Product]] = field(default_factory=lambda: defaultdict(list))
    tagged: list[tuple[Product, set[Tag]]] = field(default_factory=list)
    untagged: dict[int, set[int]] = field(default_factory=dict)

    def plan(self, line: Line) -> Result:
        product = self.found.get(line.sku)
        try:
            if line.change is not None:
                return self._plan_change(product or Product(sku=line.sku), line.change)
            if product is None:
                return no_such_product(line.sku)
        except LookalikeError as refused:
            return refused
        self.gone.append(product.pk)
        return "deleted"

    def _plan_change(self, product: Product, change: Change) -> str:
        new = product.pk is None
        values = differing(product, change, self.shelves)
        for name, value in values.items():
            setattr(product, name, value)
        retagged = self._plan_tags(product, change)
        if new:
            self.new.append(product)
            return "created"
        if values:
            self.changed[tuple(sorted(values))].append(product)
        return "updated" if values or retagged else "unchanged"

    def _plan_tags(self, product: Product, change: Change) -> bool:
        if change.tags is None:
            return False
        wanted = {self.shelves.tag(facet, value) for facet, value in change.tags}
        present: set[Tag] = set(product.tags.all()) if product.pk else set()
        if more := wanted - present:
            self.tagged.append((product, more))
        if less := {tag.pk for tag in present - wanted}:
            self.untagged[product.pk] = less
        return wanted != present

    def write(self) -> None:
        now = timezone.now()
        # Two who make the same products then wait for each other at the first, and don't deadlock.
        self.new.sort(key=lambda each: each.sku)
        slugs = unique_slugs(Product, [(each.title, each.sku) for each in self.new])
        for product, slug in zip(self.new, slugs, strict=True):
            product.slug = slug
        Product.objects.bulk_create(self.new)
        for names, products in self.changed.items():
            for product in products:
                product.updated_at = now
            Product.objects.bulk_update(products, [*names, "updated_at"])
        self._write_tags()
        if self.gone:
            Product.objects.filter(pk__in=self.gone).delete()

    def _write_tags(self) -> None:
        superfluous = Links.objects.filter(product__in=self.untagged).values_list(
            "pk", "product_id", "tag_id"
        )
        drop = [pk for pk, product, tag in superfluous if tag in self.untagged[product]]
        if drop:
            Links.objects.filter(pk__in=drop).delete()
        Links.objects.bulk_create(_links(self.tagged), ignore_conflicts=True)


def _links(tagged: Iterable[tuple[Product, set[Tag]]]) -> list[Any]:
    return [
        Links(product_id=product.pk, tag_id=tag.pk)
        for product, tags in tagged
        for tag in sorted(tags, key=lambda each: each.pk)
    ]
