"""One row into the catalogue, whole or not at all."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.db import transaction

from catalog.errors import ImageRejected
from catalog.images import Picture
from catalog.importing.misses import refused
from catalog.importing.pictures import Pictures
from catalog.importing.rows import ProductRow
from catalog.models import Product, ProductImage
from catalog.services import Change, add_image, prepare, write_product
from catalog.shelves import Shelves


@dataclass(slots=True)
class Outcome:
    """What became of one row."""

    created: bool = False
    changed: bool = False
    images_added: int = 0
    images_kept: int = 0
    images_removed: int = 0


@dataclass(frozen=True, slots=True)
class Upsert:
    """Brings rows into the catalogue; on a `dry_run` it goes the same way and undoes every row."""

    shelves: Shelves
    pictures: Pictures | None
    dry_run: bool = False

    def __call__(self, row: ProductRow) -> Outcome:
        """The product of the row, made or brought up to date with its tags and images, in one
        transaction. Raises CellRefused for a picture that can't be had; nothing of the row is
        stored then."""
        with transaction.atomic():
            product = Product.objects.select_for_update(of=("self",)).filter(sku=row.sku).first()
            outcome = Outcome(created=product is None)
            product = product or Product(sku=row.sku)
            change = Change(row.values, row.category, row.tags)
            outcome.changed = write_product(product, change, self.shelves)
            if row.images and self.pictures is not None:
                self._sync_images(product, row.images, self.pictures, outcome)
            transaction.set_rollback(self.dry_run)
        return outcome

    def _sync_images(
        self, product: Product, names: tuple[str, ...], pictures: Pictures, outcome: Outcome
    ) -> None:
        """The product's images become the named ones, in that order. One whose bytes are stored
        already is kept with its files and its embedding."""
        former = {image.checksum: image for image in product.images.all()}
        seen: set[str] = set()
        for name in names:
            data = pictures.read(name)
            checksum = hashlib.sha256(data).hexdigest()
            if checksum in seen:
                continue
            if checksum in former:
                outcome.changed |= _move(former[checksum], len(seen))
                outcome.images_kept += 1
            else:
                self._add(product, _decoded(name, data), len(seen))
                outcome.images_added += 1
            seen.add(checksum)
        outcome.images_removed = _remove(product, seen)
        outcome.changed |= bool(outcome.images_added or outcome.images_removed)

    def _add(self, product: Product, picture: Picture, position: int) -> None:
        """A dry run stops short of the storage: what is written there no rollback undoes."""
        if not self.dry_run:
            add_image(product=product, data=picture, position=position)


def _remove(product: Product, wanted: set[str]) -> int:
    superfluous = list(product.images.exclude(checksum__in=wanted))
    for image in superfluous:
        image.delete()
    return len(superfluous)


def _move(image: ProductImage, position: int) -> bool:
    if image.position == position:
        return False
    image.position = position
    image.save(update_fields=["position"])
    return True


def _decoded(name: str, data: bytes) -> Picture:
    try:
        return prepare(data)
    except ImageRejected as error:
        raise refused(f"“{name[:80]}”: {error.message}") from error
