"""What a card says of a product and its picture, as plain values: lists of them are made for every
answer, and an object of a model is dear where only its columns are wanted."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from catalog.addresses import file_address, product_address, thumbnail_name

if TYPE_CHECKING:
    from catalog.models import Product, ProductImage


class ImageSummary(NamedTuple):
    """An image; `file` is its name in the storage."""

    pk: int
    file: str

    @property
    def address(self) -> str:
        return file_address(self.file)

    def thumbnail_address(self, size: int) -> str:
        """Of the WebP thumbnail whose longer side is at most `size` pixels; `size` is one of
        catalog.images.THUMBNAIL_SIZES."""
        return file_address(thumbnail_name(self.file, size))


class ProductSummary(NamedTuple):
    """A product; `category` is its slug, `tags` are what filters call them."""

    sku: str
    title: str
    slug: str
    price: Decimal
    currency: str
    stock: int
    category: str | None
    tags: Sequence[str]

    @property
    def address(self) -> str:
        return product_address(self.slug)


def summary_of(product: Product) -> ProductSummary:
    """The same of an object of the model, whose category and tags had better be loaded."""
    return ProductSummary(
        sku=product.sku,
        title=product.title,
        slug=product.slug,
        price=product.price,
        currency=product.currency,
        stock=product.stock,
        category=product.category.slug if product.category else None,
        tags=[tag.name for tag in product.tags.all()],
    )


def image_summary_of(image: ProductImage) -> ImageSummary:
    return ImageSummary(image.pk, image.file.name or "")
