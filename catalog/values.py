"""What a product's columns take: a text, checked. An import and the API read by the same rules.

Each function gives the value that is stored, or raises ValueRefused with what to write instead.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django.db.models import Field, Model

from catalog.errors import ValueRefused
from catalog.models import Category, Product, Tag

# What a product has where nothing is said. Its title and its price have to be said.
DEFAULTS: dict[str, Any] = {
    "description": "",
    "currency": "EUR",
    "stock": 0,
    "status": Product.Status.ACTIVE.value,
}
REQUIRED = ("title", "price")
PRICE = r"\d{1,10}([.,]\d{1,2})?"
MAX_STOCK = 999_999_999
# Deeper than any shop's tree; a text that holds thousands of steps is no category.
MAX_CATEGORY_STEPS = 20


def max_length(model: type[Model], column: str) -> int | None:
    field = model._meta.get_field(column)
    return field.max_length if isinstance(field, Field) else None


def fitting(text: str, limit: int | None) -> str:
    """The text, if it has at most `limit` characters."""
    if limit is not None and len(text) > limit:
        message = f"“{text[:40]}…” has {len(text)} characters. At most {limit} fit; shorten it."
        raise ValueRefused(message)
    return text


def price(text: str) -> Decimal:
    if not re.fullmatch(PRICE, text):
        raise ValueRefused(
            f"“{text[:40]}” is no price. Write a number such as 19.90, without currency signs and "
            "thousands separators, at most two decimals."
        )
    return Decimal(text.replace(",", "."))


def currency(text: str) -> str:
    code = text.upper()
    if not re.fullmatch("[A-Z]{3}", code):
        raise ValueRefused(f"“{text[:40]}” is no currency. Write three letters such as EUR.")
    return code


def stock(text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text):
        message = f"“{text[:40]}” is no number of pieces. Write a whole number, 0 or more."
        raise ValueRefused(message)
    return int(text)


def status(text: str) -> str:
    found = text.lower()
    if found not in Product.Status.values:
        known = ", ".join(Product.Status.values)
        raise ValueRefused(f"“{text[:40]}” is no status. Write one of: {known}.")
    return found


def category_path(text: str) -> tuple[str, ...]:
    """The names from the root down, of `Home > Lamps`; none of an empty text."""
    names = tuple(part.strip() for part in text.split(">")) if text else ()
    if not all(names):
        message = f"“{text[:60]}” has an empty step. Write the way as Home > Lamps > Desk lamps."
        raise ValueRefused(message)
    if len(names) > MAX_CATEGORY_STEPS:
        message = f"“{text[:60]}…” has {len(names)} steps. At most {MAX_CATEGORY_STEPS} are taken."
        raise ValueRefused(message)
    for name in names:
        fitting(name, max_length(Category, "name"))
    return names


def tag(text: str) -> tuple[str, str]:
    """Facet and value of `colour:red`; of a bare `sale`, the facet is empty."""
    facet, colon, value = (part.strip() for part in text.partition(":"))
    if colon and not (facet and value):
        message = f"The tag “{text[:60]}” is not whole. Write facet:value or a bare value."
        raise ValueRefused(message)
    facet, value = (facet, value) if colon else ("", facet)
    fitting(facet, max_length(Tag, "facet"))
    fitting(value, max_length(Tag, "value"))
    return facet, value
