"""Reading the catalogue, and what looks like a product of it."""

from __future__ import annotations

from typing import Unpack

from lookalike_client.addresses import below_root, segment
from lookalike_client.answers import Answer, FullProduct, ListedProduct, ProductList
from lookalike_client.calls import Call, Pages, Request, call
from lookalike_client.operations.refining import Paging, query_of
from lookalike_client.questions import Filters


def product_page(
    *, cursor: str | None = None, k: int | None = None, filters: Filters | None = None
) -> Call[ProductList]:
    """A page of published products, newest first; `cursor` stands in the `next` of another."""
    query = query_of({"cursor": cursor, "k": k, "filters": filters})
    return call(ProductList, Request(method="GET", path="products/", query=query))


def products(
    *, k: int | None = None, filters: Filters | None = None
) -> Pages[ProductList, ListedProduct]:
    """All published products, newest first, fetched `k` at a time."""
    return Pages(product_page(k=k, filters=filters), lambda page: page.results, _following)


def _following(page: ProductList) -> Call[ProductList] | None:
    if page.next is None:
        return None
    path, query = below_root(page.next)
    return call(ProductList, Request(method="GET", path=path, query=query))


def product(sku: str) -> Call[FullProduct]:
    """All of a published product."""
    return call(FullProduct, Request(method="GET", path=f"products/{segment(sku)}/"))


def similar(sku: str, **refined: Unpack[Paging]) -> Call[Answer]:
    """Products that look like this one, from its stored vectors."""
    path = f"products/{segment(sku)}/similar/"
    return call(Answer, Request(method="GET", path=path, query=query_of(refined)))
