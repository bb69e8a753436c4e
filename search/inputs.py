"""What a person or a program types, as what a search takes. Page and API read queries here alike.

A query string arrives as a mapping from name to every value given (`dict(request.GET.lists())`).
Whatever can't be understood raises `InvalidSearch` with the parameter's name as its field.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from search.engine.types import KINDS, SORTS, Filters, Weights
from search.errors import InvalidSearch

TAG_FILTERS = ("tags", "any_tags", "not_tags", "facet_tags")
LIST_FILTERS = (*TAG_FILTERS, "colours")
FILTER_NAMES = (*LIST_FILTERS, "category", "price_min", "price_max", "in_stock")
MAX_TAGS = 50
MAX_TAG_LENGTH = 141  # facet, colon, value
MAX_CATEGORY_LENGTH = 140
MAX_PRICE = Decimal(10) ** 10  # a price column holds twelve digits, two of them after the point

Params = Mapping[str, Sequence[str]]

_YES = {"1", "true", "yes", "on"}
_NO = {"", "0", "false", "no", "off"}
_PIECE = re.compile(r"(?:\\.|[^,\\])+|\\$")


class UnknownField(InvalidSearch):
    """A field or parameter that nothing here reads; the message names the nearest that is read."""

    code = "unknown_field"


def parse_filters(params: Params, *, commas: bool = False) -> Filters:
    """The filters of a query string; names that are no filter are left alone.

    Tags are repeated (`tags=a&tags=b`); with `commas` also `tags=a,b`, where `\\,` stands for a
    comma inside a tag. Empty values count as not given, so that a plain form may send them all.
    """

    def tags(name: str) -> list[str]:
        values = params.get(name, ())
        return [tag for value in values for tag in (split_commas(value) if commas else [value])]

    return make_filters(
        tags=tags("tags"),
        any_tags=tags("any_tags"),
        not_tags=tags("not_tags"),
        facet_tags=tags("facet_tags"),
        category=single(params, "category"),
        price_min=parse_price(single(params, "price_min"), field="price_min"),
        price_max=parse_price(single(params, "price_max"), field="price_max"),
        in_stock=parse_flag(params, "in_stock"),
        colours=tags("colours"),
    )


def make_filters(
    *,
    tags: Iterable[str] = (),
    any_tags: Iterable[str] = (),
    not_tags: Iterable[str] = (),
    facet_tags: Iterable[str] = (),
    category: str = "",
    price_min: Decimal | None = None,
    price_max: Decimal | None = None,
    in_stock: bool = False,
    colours: Iterable[str] = (),
) -> Filters:
    """`Filters` whose values fit together; names trimmed, in the order given, each once."""
    low, high = _price(price_min, field="price_min"), _price(price_max, field="price_max")
    if low is not None and high is not None and low > high:
        raise InvalidSearch(
            f"price_min ({low}) is above price_max ({high}). Swap them.", field="price_min"
        )
    return Filters(
        tags=_tag_names(tags, "tags"),
        any_tags=_tag_names(any_tags, "any_tags"),
        not_tags=_tag_names(not_tags, "not_tags"),
        facet_tags=_tag_names(facet_tags, "facet_tags"),
        category=clean_text(category, field="category", longest=MAX_CATEGORY_LENGTH),
        price_min=low,
        price_max=high,
        in_stock=in_stock,
        colours=_tag_names(colours, "colours"),
    )


def _price(price: Decimal | None, *, field: str) -> Decimal | None:
    """`price` if a shop could ask it: finite, from 0 up, in whole cents."""
    if price is None:
        return None
    if not price.is_finite() or not 0 <= price < MAX_PRICE or price != round(price, 2):
        raise _bad_price(price, field=field)
    # 0E-999999 is a zero too, with more digits than Postgres takes.
    return price or Decimal(0)


def _bad_price(given: object, *, field: str) -> InvalidSearch:
    return InvalidSearch(
        f"{field} must be a number from 0 up with two decimals at most, such as 19.90; "
        f"{shown(given)} isn't.",
        field=field,
    )


def _tag_names(values: Iterable[str], field: str) -> tuple[str, ...]:
    cleaned = (clean_text(value, field=field, longest=MAX_TAG_LENGTH) for value in values)
    names = tuple(dict.fromkeys(filter(None, cleaned)))
    if len(names) > MAX_TAGS:
        raise InvalidSearch(
            f"{len(names)} {field} are too many: give {MAX_TAGS} at most.", field=field
        )
    return names


def parse_price(text: str, *, field: str) -> Decimal | None:
    """The number in `text`, None where it is empty; whether it is a price `make_filters` judges."""
    if not text.strip():
        return None
    try:
        return Decimal(text.strip())
    except InvalidOperation as error:
        raise _bad_price(text, field=field) from error


def parse_flag(params: Params, name: str, *, default: bool = False) -> bool:
    """Yes or no; `default` where the parameter is missing."""
    if name not in params:
        return default
    value = single(params, name).strip().lower()
    if value not in _YES | _NO:
        raise InvalidSearch(f"{name} is true or false, not {shown(value)}.", field=name)
    return value in _YES


def parse_number(params: Params, name: str, *, default: int) -> int:
    """A whole number; its range is for the search to judge."""
    text = single(params, name).strip()
    if not text:
        return default
    if not re.fullmatch(r"[+-]?[0-9]{1,12}", text):
        raise InvalidSearch(f"{name} must be a whole number, not {shown(text)}.", field=name)
    return int(text)


def parse_sort(params: Params, *, default: str = "similarity") -> str:
    """One of SORTS."""
    sort = single(params, "sort").strip() or default
    if sort not in SORTS:
        raise InvalidSearch(
            f"sort is one of {', '.join(SORTS)}; {shown(sort)} isn't.", field="sort"
        )
    return sort


def parse_weights(params: Params) -> Weights:
    """The weights that are given, such as colour_weight; whether they fit is for the search to
    judge."""
    given = ((kind, parse_real(params, f"{kind}_weight", bounds="0 to 1")) for kind in KINDS)
    return tuple((kind, weight) for kind, weight in given if weight is not None)


def parse_real(params: Params, name: str, *, bounds: str) -> float | None:
    """A number, None where it is missing or empty; its bounds are for the search to judge."""
    text = single(params, name).strip()
    try:
        return float(text) if text else None
    except ValueError as error:
        raise InvalidSearch(
            f"{name} must be a number from {bounds}, not {shown(text)}.", field=name
        ) from error


def clean_text(text: str, *, field: str, longest: int) -> str:
    """`text` trimmed; refuses NUL, which no database text holds, and more than `longest`."""
    if "\0" in text:
        raise InvalidSearch(f"{field} holds a NUL character. Remove it.", field=field)
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise InvalidSearch(
            f"{field} holds half a character (a lone surrogate). Send whole ones.", field=field
        )
    trimmed = text.strip()
    if len(trimmed) > longest:
        raise InvalidSearch(
            f"{field} is {len(trimmed)} characters long; {longest} are allowed.", field=field
        )
    return trimmed


def single(params: Params, name: str) -> str:
    """The one value of a parameter, empty where it is missing."""
    values = params.get(name, ())
    if len(values) > 1:
        raise InvalidSearch(f"{name} was given {len(values)} times. Give it once.", field=name)
    return values[0] if values else ""


def split_commas(text: str) -> list[str]:
    return [re.sub(r"\\(.)", r"\1", piece) for piece in _PIECE.findall(text)]


def join_commas(values: Iterable[str]) -> str:
    """What `split_commas` takes apart again."""
    return ",".join(re.sub(r"([\\,])", r"\\\1", value) for value in values)


def refuse_unknown(names: Iterable[str], *, allowed: Sequence[str], within: str = "") -> None:
    """Raise `UnknownField` for the first name that isn't allowed. `within` is where they stand."""
    for name in names:
        if name not in allowed:
            path = f"{within}.{name}" if within else name
            sendable = path[:200].encode("utf-8", "replace").decode()
            raise UnknownField(_unknown(name, allowed), field=sendable)


def _unknown(name: str, allowed: Sequence[str]) -> str:
    near = difflib.get_close_matches(name[:100].lower(), allowed, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    choice = f"Allowed: {', '.join(allowed)}." if allowed else "Nothing is read here."
    return f"Nothing here is called {shown(name)}.{hint} {choice}"


def shown(value: object) -> str:
    """A value as an error shows it: quoted, never longer than a line."""
    text = ascii(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
