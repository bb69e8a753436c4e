"""From the cells of a row to values that a product can take."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Field, Model

from catalog.importing.errors import CellRefused
from catalog.importing.table import RawRow
from catalog.models import Category, Product, Tag

_NUMBER = re.compile(r"\d{1,10}([.,]\d{1,2})?")
_DEFAULT_CURRENCY = "EUR"
# Deeper than any shop's tree; a cell that holds thousands of steps is no category.
MAX_CATEGORY_STEPS = 20


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


def parse_row(row: RawRow) -> tuple[ProductRow | None, list[CellRefused]]:
    """The row's values, or everything that is wrong with it.

    A column that the table lacks is left alone; an empty cell empties the description, the
    category and the tags, takes the default for currency, stock and status, and leaves the images
    as they are.
    """
    if row.refused:
        return None, [row.refused]
    values: dict[str, Any] = {}
    refused: list[CellRefused] = []
    for name, cell in row.cells.items():
        try:
            values[name] = _PARSERS[name](cell)
        except CellRefused as error:
            error.field = name
            refused.append(error)
    if refused:
        return None, refused
    category, tags = values.pop("category", None), values.pop("tags", None)
    images = values.pop("images", None) or None
    return ProductRow(row.line, values.pop("sku"), values, category, tags, images), []


def _text(column: str, *, required: bool = False) -> Callable[[str], str]:
    limit = _max_length(Product, column)

    def parse(cell: str) -> str:
        if required and not cell:
            raise CellRefused("The cell is empty. Every product needs a value here.")
        _refuse_long(cell, limit)
        return cell

    return parse


def _max_length(model: type[Model], column: str) -> int | None:
    field = model._meta.get_field(column)
    return field.max_length if isinstance(field, Field) else None


def _refuse_long(text: str, limit: int | None) -> None:
    if limit is not None and len(text) > limit:
        message = f"“{text[:40]}…” has {len(text)} characters. At most {limit} fit; shorten it."
        raise CellRefused(message)


def _price(cell: str) -> Decimal:
    if not _NUMBER.fullmatch(cell):
        raise CellRefused(
            f"“{cell[:40]}” is no price. Write a number such as 19.90, without currency signs and "
            "thousands separators, at most two decimals."
        )
    return Decimal(cell.replace(",", "."))


def _currency(cell: str) -> str:
    code = cell.upper() or _DEFAULT_CURRENCY
    if not re.fullmatch("[A-Z]{3}", code):
        raise CellRefused(f"“{cell[:40]}” is no currency. Write three letters such as EUR.")
    return code


def _stock(cell: str) -> int:
    if not re.fullmatch(r"\d{1,9}", cell or "0"):
        raise CellRefused(f"“{cell[:40]}” is no number of pieces. Write a whole number, 0 or more.")
    return int(cell or 0)


def _status(cell: str) -> str:
    status = cell.lower() or Product.Status.ACTIVE.value
    if status not in Product.Status.values:
        known = ", ".join(Product.Status.values)
        raise CellRefused(f"“{cell[:40]}” is no status. Write one of: {known}.")
    return status


def _category(cell: str) -> tuple[str, ...]:
    names = tuple(part.strip() for part in cell.split(">")) if cell else ()
    if not all(names):
        message = f"“{cell[:60]}” has an empty step. Write the way as Home > Lamps > Desk lamps."
        raise CellRefused(message)
    if len(names) > MAX_CATEGORY_STEPS:
        message = f"“{cell[:60]}…” has {len(names)} steps. At most {MAX_CATEGORY_STEPS} are taken."
        raise CellRefused(message)
    for name in names:
        _refuse_long(name, _max_length(Category, "name"))
    return names


def _tags(cell: str) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys(_tag(part.strip()) for part in cell.split(";") if part.strip()))


def _tag(text: str) -> tuple[str, str]:
    facet, colon, value = (part.strip() for part in text.partition(":"))
    if colon and not (facet and value):
        message = f"The tag “{text[:60]}” is not whole. Write facet:value or a bare value."
        raise CellRefused(message)
    facet, value = (facet, value) if colon else ("", facet)
    _refuse_long(facet, _max_length(Tag, "facet"))
    _refuse_long(value, _max_length(Tag, "value"))
    return facet, value


def _images(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in cell.split(";") if name.strip()))


_PARSERS: dict[str, Callable[[str], Any]] = {
    "sku": _text("sku", required=True),
    "title": _text("title", required=True),
    "description": _text("description"),
    "category": _category,
    "tags": _tags,
    "price": _price,
    "currency": _currency,
    "stock": _stock,
    "status": _status,
    "images": _images,
}
