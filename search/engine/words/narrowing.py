"""The filters, as conditions on a document and its product."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from catalog.models import Product, Tag
from search.engine.filters import Resolved
from search.engine.statements import fetch
from search.engine.types import Filters

PRODUCTS = Product._meta.db_table
# As few products as this are looked through for the words, at 1 ms a thousand; of more, those that
# have the words are looked through for price and stock.
FEW_PRODUCTS = 4_000


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Conditions on `stored`, a row of search_productdocument, each led by AND; their parameters.

    An index answers `indexed`; `tested` has to be looked up for each document. Where only `few`
    products have the price and stock that are asked for, these are they, and nothing is tested.
    """

    indexed: str = ""
    tested: str = ""
    few: list[int] | None = None
    params: dict[str, Any] = field(default_factory=dict)


def narrowing(resolved: Resolved) -> Narrowing:
    """What the filters ask of a document. One query where they ask for price or stock."""
    labels = list(_by_label(resolved))
    indexed = "".join(f" AND {condition}" for condition, _ in labels)
    params = {name: value for _, values in labels for name, value in values.items()}
    if not resolved.by_price_or_stock:
        return Narrowing(indexed, params=params)
    condition, bounds = _by_price_and_stock(resolved.filters)
    few = _few(condition, bounds)
    if few is not None:
        indexed += " AND stored.product_id = ANY (%(few)s::bigint[])"
        return Narrowing(indexed, few=few, params=params | {"few": few})
    # Scalar, so that it is looked up by key, document by document, and never joined.
    tested = f" AND (SELECT {condition} FROM {PRODUCTS} WHERE id = stored.product_id)"  # noqa: S608
    return Narrowing(indexed, tested, params=params | bounds)


_Part = tuple[str, dict[str, Any]]


def _by_label(resolved: Resolved) -> Iterator[_Part]:
    """Tags and category are keys of the index that finds the words."""
    if resolved.tags:
        yield "stored.tag_ids @> %(tags)s::bigint[]", {"tags": _ids(resolved.tags)}
    for number, group in enumerate(resolved.alternatives):
        name = f"any_{number}"
        yield f"stored.tag_ids && %({name})s::bigint[]", {name: _ids(group)}
    if resolved.not_tags:
        yield "NOT stored.tag_ids && %(not_tags)s::bigint[]", {"not_tags": _ids(resolved.not_tags)}
    if resolved.category:
        condition = "stored.category_ids @> %(category)s::bigint[]"
        yield condition, {"category": [resolved.category.pk]}


def _by_price_and_stock(filters: Filters) -> _Part:
    """Price and stock change too often to lie beside the words."""
    conditions: list[str] = []
    params: dict[str, Any] = {}
    if filters.price_min is not None:
        conditions.append("price >= %(price_min)s::numeric")
        params["price_min"] = filters.price_min
    if filters.price_max is not None:
        conditions.append("price <= %(price_max)s::numeric")
        params["price_max"] = filters.price_max
    if filters.in_stock:
        conditions.append("stock > 0")
    return " AND ".join(conditions), params


def _few(condition: str, params: dict[str, Any]) -> list[int] | None:
    """The products of that price and stock, None where they are many."""
    [(ids,)] = fetch(
        f"SELECT ARRAY(SELECT id FROM {PRODUCTS} WHERE {condition} LIMIT {FEW_PRODUCTS + 1})",  # noqa: S608
        params,
    )
    return ids if len(ids) <= FEW_PRODUCTS else None


def _ids(tags: tuple[Tag, ...]) -> list[int]:
    return [tag.pk for tag in tags]
