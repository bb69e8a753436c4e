"""What else shows the photo of an image."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Q

from catalog.duplicates.nearest import COPY, MOST_NEARBY, Nearby, nearby
from catalog.models import ProductImage


@dataclass(frozen=True)
class Twin:
    """Another image of the same photo: the very file (`same_file`, 0 bits apart), or a copy whose
    hash differs in `bits_apart` bits. The image has its product with it."""

    image: ProductImage
    same_file: bool
    bits_apart: int


def twins_of(*, image: ProductImage, distance: int = COPY) -> list[Twin]:
    """The image's twins, on its own product and on others: same files first, then the nearest."""
    return _twins([image], distance, but_products=[])[image.pk]


def twins_elsewhere(
    *, images: Sequence[ProductImage], distance: int = COPY
) -> dict[int, list[Twin]]:
    """For each image, by its id, its twins on products that none of the images is of.

    Two queries however many there are, about the nearest MOST_NEARBY.
    """
    return _twins(images, distance, but_products={image.product_id for image in images})


def _twins(
    images: Sequence[ProductImage], distance: int, but_products: Collection[int]
) -> dict[int, list[Twin]]:
    hashes = {image.phash for image in images if image.phash}
    near = nearby(hashes=hashes, distance=distance, but_products=but_products) if hashes else []
    others = _others(images, near, but_products)
    return {image.pk: _of_one(image, others, near) for image in images}


def _others(
    images: Sequence[ProductImage], near: Sequence[Nearby], but_products: Collection[int]
) -> dict[int, ProductImage]:
    """What lies near, and what has one of the checksums: flat pictures are the same by file alone,
    and so are those that wait for their hash."""
    wanted = Q(pk__in={each.image_id for each in near})
    wanted |= Q(checksum__in={image.checksum for image in images})
    rows = ProductImage.objects.filter(wanted).exclude(product__in=but_products)
    found = rows.select_related("product").order_by("pk")[: 2 * MOST_NEARBY]
    return {other.pk: other for other in found}


def _of_one(
    image: ProductImage, others: dict[int, ProductImage], near: Sequence[Nearby]
) -> list[Twin]:
    rest = {pk: other for pk, other in others.items() if pk != image.pk}
    same = {pk: other for pk, other in rest.items() if other.checksum == image.checksum}
    copies = [
        Twin(rest[each.image_id], False, each.bits_apart)
        for each in near
        if each.phash == image.phash and each.image_id in rest.keys() - same.keys()
    ]
    return [*(Twin(other, True, 0) for other in same.values()), *copies]
