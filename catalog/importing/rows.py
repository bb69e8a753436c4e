"""From the cells of a row to values that a product can take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from catalog import values
from catalog.errors import ValueRefused
from catalog.importing.errors import CellRefused
from catalog.importing.table import RawRow
from catalog.models import Product


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A row that makes sense by itself.

    `values` holds the product's plain columns; `category` (names from the root), `tags` (facet,
    value) and `images` (names) are None where the table has nothing to say about them.
    """

    line: int
    sku: str
    values: dict[str, Any]
    category: tuple[str, ...] | None
    tags: tuple[tuple[str, str], ...] | None
    images: tuple[str, ...] | None


def parse_row(row: RawRow) -> tuple[ProductRow | None, list[ValueRefused]]:
    """The row's values, or everything that is wrong with it.

    A column that the table lacks is left alone; an empty cell empties the description, the
    category and the tags, takes the default for currency, stock and status, and leaves the images
    as they are.
    """
    if row.refused:
        return None, [row.refused]
    read: dict[str, Any] = {}
    refused: list[ValueRefused] = []
    for name, cell in row.cells.items():
        try:
            read[name] = _PARSERS[name](cell)
        except ValueRefused as error:
            error.field = name
            refused.append(error)
    if refused:
        return None, refused
    category, tags = read.pop("category", None), read.pop("tags", None)
    images = read.pop("images", None) or None
    return ProductRow(row.line, read.pop("sku"), read, category, tags, images), []


def _text(column: str, *, required: bool = False) -> Callable[[str], str]:
    limit = values.max_length(Product, column)

    def parse(cell: str) -> str:
        if required and not cell:
            raise CellRefused("The cell is empty. Every product needs a value here.")
        return values.fitting(cell, limit)

    return parse


def _or_default(column: str, parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """An empty cell stands for the column's default."""
    return lambda cell: parse(cell) if cell else values.DEFAULTS[column]


def _tags(cell: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        dict.fromkeys(values.tag(part.strip()) for part in cell.split(";") if part.strip())
    )


def _images(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in cell.split(";") if name.strip()))


_PARSERS: dict[str, Callable[[str], Any]] = {
    "sku": _text("sku", required=True),
    "title": _text("title", required=True),
    "description": _text("description"),
    "category": values.category_path,
    "tags": _tags,
    "price": values.price,
    "currency": _or_default("currency", values.currency),
    "stock": _or_default("stock", values.stock),
    "status": _or_default("status", values.status),
    "images": _images,
}
