"""What the shop answers, under the names that the API's schema gives.

A field that a later version of the shop adds is left out; one that is missing is an error. The
meaning of each field is told on the shop's page `/api/v1/docs/`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Band = Literal["same", "very_similar", "similar", "weak", ""]
Box = tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture and its thumbnail."""

    id: int
    url: str
    thumbnail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FullImage(Image):
    """A picture with its words and size in pixels."""

    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Product:
    """A product as every answer shows it. `price` is a decimal number as text."""

    sku: str
    title: str
    url: str
    price: str
    currency: str
    in_stock: bool
    category: str | None
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedProduct(_Product):
    """A product and its main image."""

    image: Image | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FullProduct(_Product):
    """All of a product."""

    description: str
    images: tuple[FullImage, ...]
    similar: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductList:
    """A page of products; `next` is the address of the next one."""

    results: tuple[ListedProduct, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit(_Product):
    """A product and how near it is: `distance` is 0 to 2, lower is nearer."""

    image: Image | None
    distance: float | None
    similarity: float | None
    band: Band


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    """A value to narrow by."""

    value: str
    label: str
    count: int
    selected: bool
    swatch: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """Values of one kind, counted among the products of all pages."""

    name: str
    label: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """Milliseconds per step; 0 for a step that was not needed."""

    decode: float
    embed: float
    search: float
    total: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A page of hits; `next` is the address of the next one. `suggestions` are boxes to crop to."""

    query_id: str | None
    space: str
    band: Band
    total: int
    among: int | None
    results: tuple[Hit, ...]
    facets: tuple[Facet, ...]
    next: str | None
    suggestions: tuple[Box, ...]
    took_ms: Took
