"""What a program may write of a product: the shape is checked here, the rest by the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty

from catalog import values
from catalog.models import Product
from catalog.services import Change
from catalog.shelves import Place
from search.api import limits
from search.api.fields import Number, Strict
from search.api.questions import checked_body
from search.errors import InvalidSearch, telling
from search.inputs import MAX_CATEGORY_LENGTH, MAX_TAG_LENGTH

# More than any shop puts on a thing; an import takes as many.
MAX_PRODUCT_TAGS = 200
MAX_CATEGORY_WAY = values.MAX_CATEGORY_STEPS * (MAX_CATEGORY_LENGTH + 3)
SUCH_AS = '{"title": "Desk lamp", "price": "49.90"}'


class Text(serializers.CharField):
    """Text, read by a rule of the catalogue; a number is none."""

    rule: Callable[[str], Any] = staticmethod(lambda text: text)

    def __init__(self, rule: Callable[[str], Any] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rule = rule or self.rule

    def run_validation(self, data: Any = empty) -> Any:
        text = super().run_validation(data)
        if text is None:
            return None
        with telling(self.field_name or None):
            return self.rule(text)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


@extend_schema_field(
    {
        "type": ["string", "number"],
        "pattern": f"^{values.PRICE}$".replace("(", "(?:"),
        "minimum": 0,
        "maximum": 9_999_999_999.99,
        "example": "49.90",
    }
)
class Amount(Text):
    """A price as text, or as a number, which is read as it is written."""

    def to_internal_value(self, data: Any) -> str:
        is_number = isinstance(data, int | float) and not isinstance(data, bool)
        return super().to_internal_value(_written(data) if is_number else data)


@extend_schema_field({"type": "string", "pattern": "^[A-Za-z]{3}$", "example": "EUR"})
class Currency(Text):
    """Three letters."""


@extend_schema_field({"type": ["string", "null"], "enum": [*Product.Status.values, None]})
class Status(Text):
    """Who sees the product."""


def _written(number: float) -> str:
    """A whole number of any size is its digits; 19.0 is 19."""
    if isinstance(number, float) and number.is_integer():
        return f"{number:.0f}"
    return repr(number)[:40]


def _place(text: str) -> Place:
    """A slug, or with a `>` the way from the root; `> Home` is one step."""
    if ">" not in text:
        return text or ()
    return values.category_path(text.removeprefix(">").strip())


class TagNames(serializers.ListField):
    """Names of tags, `facet:value` or a bare value; new ones are made."""

    child = Text(min_length=1, max_length=MAX_TAG_LENGTH + 2)

    def run_validation(self, data: Any = empty) -> Any:
        names = super().run_validation(data)
        if names is None:
            return None
        with telling(self.field_name or None):
            return tuple(dict.fromkeys(values.tag(name) for name in names))


def _optional(text: str, **extra: Any) -> dict[str, Any]:
    return {"required": False, "allow_null": True, "help_text": text, **extra}


class ProductBodySerializer(Strict):
    """A product as it is written. null takes a value away: what has a default goes back to it."""

    keeps_null = True

    sku = Text(
        required=False,
        min_length=1,
        max_length=limits.MAX_SKU,
        help_text="As in the address, or left out: a SKU can't be changed.",
    )
    title = Text(min_length=1, max_length=200)
    description = Text(**_optional("Empty by default.", allow_blank=True))
    category = Text(
        _place,
        **_optional(
            "The slug of a category that is there, as answers tell it; or the way to one from the "
            "root, with a `>` in it, which is made where it isn't there: `Home > Lamps`, or "
            "`> Home` for one at the root.",
            allow_blank=True,
            max_length=MAX_CATEGORY_WAY,
        ),
    )
    tags = TagNames(
        **_optional(
            "All of its tags: `facet:value`, or a bare value. New ones are made.",
            max_length=MAX_PRODUCT_TAGS,
        )
    )
    price = Amount(
        values.price,
        help_text="From 0 up, at most two decimals; as text, or as a number.",
    )
    currency = Currency(values.currency, **_optional("ISO 4217; EUR by default."))
    stock = Number(
        **_optional("Pieces; 0 by default.", min_value=0, max_value=values.MAX_STOCK),
    )
    status = Status(values.status, **_optional("`active` by default; customers see nothing else."))


WHOLE = ProductBodySerializer()
PARTS = ProductBodySerializer(partial=True)
COLUMNS = ("title", "description", "price", "currency", "stock", "status")


def read_whole(body: Any, *, sku: str) -> Change:
    """The whole product of a PUT: what isn't named has its default. Raises InvalidSearch,
    ValueRefused, ValidationError."""
    given = _checked(WHOLE, body, sku=sku)
    defaults = {**values.DEFAULTS, "category": (), "tags": ()}
    return change_of({**dict.fromkeys(defaults), **given})


def read_parts(body: Any, *, sku: str) -> Change:
    """The named parts of a PATCH. Raises as `read_whole`."""
    return change_of(_checked(PARTS, body, sku=sku))


def change_of(given: Mapping[str, Any]) -> Change:
    """What checked values change; None stands for the default."""
    columns = {name: given[name] for name in COLUMNS if name in given}
    place, tags = given.get("category"), given.get("tags")
    return Change(
        values={
            name: values.DEFAULTS[name] if value is None else value
            for name, value in columns.items()
        },
        category=() if place is None and "category" in given else place,
        tags=() if tags is None and "tags" in given else tags,
    )


def check_sku(sku: str) -> None:
    """Raises InvalidSearch for a SKU that a new product can't have."""
    if len(sku) > limits.MAX_SKU:
        message = f"The SKU has {len(sku)} characters; at most {limits.MAX_SKU} fit."
    elif not sku.isprintable() or sku != sku.strip():
        message = "The SKU has spaces at an end, or characters that can't be seen. Leave them out."
    else:
        return
    raise InvalidSearch(message, field="sku")


def _checked(rules: ProductBodySerializer, body: Any, *, sku: str) -> dict[str, Any]:
    given = checked_body(rules, body, such_as=SUCH_AS)
    if given.pop("sku", sku) != sku:
        raise InvalidSearch(
            "The body's SKU is another one than the address's. Leave it out of the body.",
            field="sku",
        )
    return given
