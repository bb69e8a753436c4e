"""Writes to the catalogue's images: rows and files that come and go together."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from pathlib import PurePosixPath

from django.core.files.storage import Storage
from django.db import transaction
from django.db.models import Max

from catalog.errors import NoSuchImage
from catalog.files import remove_files_after_commit, write_files
from catalog.images import FULL_NAME, Picture, Readable, decode, phash, variant_names, variants
from catalog.images.variants import full_size
from catalog.models import Product, ProductImage, image_path
from catalog.services.products import no_such_product

# A small integer of the database's.
LAST_POSITION = 32_767


def prepare(data: bytes | Readable | Picture) -> Picture:
    """The decoded upload; a form's validation calls this and hands the result to add_image.

    Raises ImageRejected. A picture that is decoded already comes back as it is.
    """
    return data if isinstance(data, Picture) else decode(data)


def add_image(
    *,
    product: Product,
    data: bytes | Readable | Picture,
    alt: str = "",
    position: int | None = None,
) -> ProductImage:
    """The stored image: a clean JPEG, its thumbnails and their row, or nothing at all.

    Without a `position` it becomes the product's last. Raises ImageRejected or StorageFull.
    """
    picture = prepare(data)
    with transaction.atomic():
        place = _next_position(product) if position is None else position
        image = ProductImage(product=product, alt=alt, position=place)
        _store(image, picture)
        image.save(force_insert=True)
    return image


def attach_image(
    *, sku: str, data: bytes, alt: str = "", position: int | None = None
) -> tuple[ProductImage, bool]:
    """The product's image made of these bytes, and whether it is new: the same bytes again are the
    image that is there, unchanged.

    Raises NoSuchProduct, ImageRejected or StorageFull.
    """
    checksum = hashlib.sha256(data).hexdigest()
    there = _made_of(checksum, sku)
    if there is not None:
        return there, False
    if not Product.objects.filter(sku=sku).exists():
        raise no_such_product(sku)
    picture = prepare(data)  # before the product is locked: it takes a tenth of a second and more
    with transaction.atomic():
        product = Product.objects.select_for_update().filter(sku=sku).first()
        if product is None:
            raise no_such_product(sku)
        there = _made_of(checksum, sku)
        if there is not None:
            return there, False
        return add_image(product=product, data=picture, alt=alt, position=position), True


def _made_of(checksum: str, sku: str) -> ProductImage | None:
    images = ProductImage.objects.select_related("product")
    return images.filter(product__sku=sku, checksum=checksum).first()


def delete_image(*, image_id: int, guard: Callable[[ProductImage], None]) -> None:
    """The image is gone, with its files and vectors. `guard` sees it, locked, and may raise.

    Raises NoSuchImage.
    """
    with transaction.atomic():
        # Whoever changes what belongs to a product locks that first.
        list(Product.objects.select_for_update().filter(images=image_id).values_list("pk"))
        images = ProductImage.objects.select_for_update(of=("self",)).select_related("product")
        image = images.filter(pk=image_id).first()
        if image is None:
            raise NoSuchImage(
                f"No image has the id {image_id}. It may be deleted already.", field="image_id"
            )
        guard(image)
        image.delete()


def replace_image(*, image: ProductImage, data: bytes | Readable | Picture) -> ProductImage:
    """The same image with another picture; the former files go after the commit.

    The new files lie in a new folder, so that no cache serves the old ones. The very bytes it was
    made from change nothing. Raises ImageRejected or StorageFull.
    """
    picture = prepare(data)
    if picture.checksum == image.checksum:
        return image
    with transaction.atomic():
        # Locked and read again: of two edits at once, the second must remove the first one's files.
        former = stored_names(ProductImage.objects.select_for_update().get(pk=image.pk))
        image.folder = uuid.uuid4()
        _store(image, picture)
        image.save()
        remove_files_after_commit(storage_of(image), former)
    return image


def stored_names(image: ProductImage) -> list[str]:
    """The names in the storage of everything that belongs to the image."""
    if not image.file.name:
        return []
    full = PurePosixPath(image.file.name)
    return [image.file.name, *(str(full.with_name(name)) for name in variant_names()[1:])]


def storage_of(image: ProductImage) -> Storage:
    return image.file.storage


def _store(image: ProductImage, picture: Picture) -> None:
    """Writes the files and sets every column that describes them."""
    files = ((image_path(image, name), content) for name, content in variants(picture))
    write_files(storage_of(image), files)
    # The name goes straight into the field file: assigning to `file` would read it back from the
    # storage to measure it.
    image.file.name = image_path(image, FULL_NAME)
    image.width, image.height = full_size(picture.image.size)
    image.checksum, image.size = picture.checksum, picture.size
    image.phash = phash(picture.image)


def _next_position(product: Product) -> int:
    highest = product.images.aggregate(highest=Max("position"))["highest"]
    return 0 if highest is None else min(highest + 1, LAST_POSITION)
