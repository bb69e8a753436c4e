"""The filters, as conditions on a document and its product."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from catalog.models import Product
from search.engine.filters import Resolved
from search.engine.predicates import ACTIVE_SPACE, COLOURED, labels, price_and_stock
from search.engine.statements import fetch
from search.models import ImageEmbedding

PRODUCTS = Product._meta.db_table
# The pictures that photos are compared with, of products yet to be named.
PICTURES = f"FROM {ImageEmbedding._meta.db_table} WHERE space_id = {ACTIVE_SPACE} AND product_id"
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
    """What the filters ask of a document. One query where they ask for price or stock, and one more
    where they ask for colours beside."""
    asked = list(labels(resolved, row="stored."))
    indexed = "".join(f" AND {condition}" for condition, _, _ in asked)
    params: dict[str, Any] = {name: ids for _, name, ids in asked}
    tested = ""
    if resolved.by_price_or_stock:
        condition, bounds = price_and_stock(resolved.filters)
        few = _few(condition, bounds)
        if few is not None:
            few = _coloured(few, resolved.colours) if resolved.colours else few
            indexed += " AND stored.product_id = ANY (%(few)s::bigint[])"
            return Narrowing(indexed, few=few, params=params | {"few": few})
        # Scalar, so that it is looked up by key, document by document, and never joined.
        tested = f" AND (SELECT {condition} FROM {PRODUCTS} WHERE id = stored.product_id)"  # noqa: S608
        params |= bounds
    if resolved.colours:
        tested += f" AND (SELECT bool_or({COLOURED}) {PICTURES} = stored.product_id)"
        params["colours"] = list(resolved.colours)
    return Narrowing(indexed, tested, params=params)


def _few(condition: str, params: dict[str, Any]) -> list[int] | None:
    """The products of that price and stock, None where they are many."""
    [(ids,)] = fetch(
        f"SELECT ARRAY(SELECT id FROM {PRODUCTS} WHERE {condition} LIMIT {FEW_PRODUCTS + 1})",  # noqa: S608
        params,
    )
    return ids if len(ids) <= FEW_PRODUCTS else None


def _coloured(products: list[int], colours: tuple[int, ...]) -> list[int]:
    """Those of the products with a picture of one of these colours."""
    rows = fetch(
        f"SELECT DISTINCT product_id {PICTURES} = ANY (%(few)s::bigint[]) AND {COLOURED}",
        {"few": products, "colours": list(colours)},
    )
    return [product for (product,) in rows]
