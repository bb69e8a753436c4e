"""Products and their images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lookalike_client.answers.sparse import Sparse

ProductStatus = Literal["draft", "active", "archived"]
ImageState = Literal["pending", "ready", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Image(Sparse):
    """A picture and its thumbnail."""

    id: int
    url: str
    thumbnail: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class FullImage(Image):
    """A picture with its words and size in pixels."""

    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class IndexedImage(FullImage):
    """A picture of the product `sku`, and whether searches find it; `reason` says why not.

    `etag` names this state of it, for `if_match` and `if_none_match`.
    """

    sku: str
    position: int
    state: ImageState
    reason: str | None
    etag: str | None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ProductCard(Sparse):
    """A product as every answer shows it. `price` is a decimal number as text."""

    sku: str
    title: str
    url: str
    price: str
    currency: str
    in_stock: bool
    category: str | None
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ListedProduct(ProductCard):
    """A product and its main image."""

    image: Image | None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class FullProduct(ProductCard):
    """All of a product; its `stock` is told to a key that may write.

    `etag` names this state of it, for `if_match` and `if_none_match`.
    """

    stock: int | None
    status: ProductStatus
    description: str
    images: tuple[FullImage, ...]
    similar: str
    etag: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductList:
    """A page of products; `next` is the address of the next one."""

    results: tuple[ListedProduct, ...]
    next: str | None
