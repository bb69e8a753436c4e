"""Reading the catalogue, and what looks like a product of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Unpack

from lookalike_client.addresses import below_root, segment
from lookalike_client.answers import Answer, FullProduct, ListedProduct, ProductList
from lookalike_client.calls import Call, Pages, Request, call, tagged
from lookalike_client.operations.conditions import conditions
from lookalike_client.operations.refining import Paging, query_of
from lookalike_client.questions import Filters

Status = Literal["draft", "active", "archived", "any"]


def product_page(
    *,
    cursor: str | None = None,
    k: int | None = None,
    status: Status | None = None,
    filters: Filters | None = None,
    fields: Sequence[str] | None = None,
) -> Call[ProductList]:
    """A page of products, newest first; `cursor` stands in the `next` of another.

    They are the published ones; with a key that may write, those of another `status`. Of each one
    only the parts in `fields` are told; to read another one raises AttributeError then.
    """
    given = {"cursor": cursor, "k": k, "status": status, "filters": filters, "fields": fields}
    return call(ProductList, Request(method="GET", path="products/", query=query_of(given)))


def products(
    *,
    k: int | None = None,
    status: Status | None = None,
    filters: Filters | None = None,
    fields: Sequence[str] | None = None,
) -> Pages[ProductList, ListedProduct]:
    """All products, newest first, fetched `k` at a time; the arguments are those of
    `product_page`."""
    first = product_page(k=k, status=status, filters=filters, fields=fields)
    return Pages(first, lambda page: page.results, _following)


def _following(page: ProductList) -> Call[ProductList] | None:
    if page.next is None:
        return None
    path, query = below_root(page.next)
    return call(ProductList, Request(method="GET", path=path, query=query))


def product(
    sku: str, *, fields: Sequence[str] | None = None, if_none_match: str | None = None
) -> Call[FullProduct]:
    """All of a product, or the parts in `fields`.

    Raises NotModified while it is what `if_none_match` names, the `etag` of an earlier answer.
    """
    request = Request(
        method="GET",
        path=f"products/{segment(sku)}/",
        query=query_of({"fields": fields}),
        headers=conditions(if_none_match=if_none_match),
    )
    return tagged(FullProduct, request)


def similar(sku: str, **refined: Unpack[Paging]) -> Call[Answer]:
    """Products that look like this one, from its stored vectors."""
    path = f"products/{segment(sku)}/similar/"
    return call(Answer, Request(method="GET", path=path, query=query_of(refined)))
