"""The catalogue, read and written, and what looks like a product of it."""

from __future__ import annotations

import time
from collections.abc import Collection

from django.urls import reverse
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from catalog import services
from catalog.models import Product
from search import inputs, selectors
from search.api import conditions, cursors, describe, sparse
from search.api.answers import absolute, full_product, listed_product, origin_of, search_answer
from search.api.base import Door
from search.api.callers import may_write, require_write
from search.api.idempotency import Repeatable
from search.api.parsers import JSONParser
from search.api.product_bodies import check_sku, read_parts, read_whole
from search.api.refinement import (
    fields_param,
    page_size,
    query_params,
    query_string,
    read_refinement,
)
from search.api.shapes import FullProductSerializer, ListedProductSerializer
from search.api.views.searching import find_product, run, timings, unknown_product
from search.errors import InvalidSearch

ANY_STATUS = "any"
STATUSES = (*Product.Status.values, ANY_STATUS)


class ProductList(Door):
    """`GET products/`: published products, newest first, under the same filters as a search."""

    searches = ("GET",)

    @describe.product_list
    def get(self, request: Request) -> Response:
        allowed = ("cursor", "k", "status", sparse.NAME, *inputs.FILTER_NAMES)
        params = query_params(request, allowed=allowed)
        k = page_size(params)
        fields = sparse.parse_fields(params, of=ListedProductSerializer)
        wanted = _status(request, params)
        filters = inputs.parse_filters(params, commas=True)
        cursor = inputs.single(params, "cursor")
        page, before = selectors.list_products(
            filters=filters,
            statuses=_statuses(wanted),
            before=cursors.decode(cursor) if cursor else None,
            k=k,
        )
        origin, following = origin_of(request), None
        if before is not None:
            others = {"status": wanted} if wanted else {}
            others = {"cursor": cursors.encode(before), **others, **fields_param(fields)}
            query = query_string(filters, k=k, **others)
            following = absolute(origin, reverse("api:products") + query)
        results = [sparse.only(fields, listed_product(origin, row)) for row in page]
        return Response({"results": results, "next": following})


def _status(request: Request, params: inputs.Params) -> str:
    """The status that is asked for, which only a key that may write can do; "" for what customers
    see."""
    wanted = inputs.single(params, "status").strip()
    if wanted in {"", Product.Status.ACTIVE}:
        return ""
    require_write(request, field="status")
    if wanted not in STATUSES:
        known = ", ".join(STATUSES)
        raise InvalidSearch(
            f"status is one of {known}; {inputs.shown(wanted)} isn't.", field="status"
        )
    return wanted


def _statuses(wanted: str) -> Collection[str]:
    if not wanted:
        return selectors.PUBLISHED
    return selectors.EVERY_STATUS if wanted == ANY_STATUS else (wanted,)


class ProductView(Repeatable):
    """`products/{sku}/`: all of a product; to be written, changed and deleted too."""

    parser_classes = [JSONParser]

    @describe.product
    def get(self, request: Request, sku: str) -> Response:
        params = query_params(request, allowed=(sparse.NAME,))
        fields = sparse.parse_fields(params, of=FullProductSerializer)
        writer = may_write(request)
        statuses = selectors.EVERY_STATUS if writer else selectors.PUBLISHED
        product = selectors.get_product(storable(sku), statuses=statuses)
        if product is None:
            raise unknown_product(sku, field="sku")
        tag = _tag(product, writer=writer)
        shown = full_product(origin_of(request), product, writer=writer)
        return conditions.answer(request, sparse.only(fields, shown), etag=tag)

    @describe.put_product
    def put(self, request: Request, sku: str) -> Response:
        self.refuse_params(request)
        check_sku(sku)
        change = read_whole(request.data, sku=sku)
        guard = _guard(request)
        saved = services.save_product(sku=sku, change=change, create=True, guard=guard)
        return _written(request, saved)

    @describe.patch_product
    def patch(self, request: Request, sku: str) -> Response:
        self.refuse_params(request)
        change = read_parts(request.data, sku=sku)
        guard = _guard(request)
        saved = services.save_product(sku=storable(sku), change=change, create=False, guard=guard)
        return _written(request, saved)

    @describe.delete_product
    def delete(self, request: Request, sku: str) -> Response:
        self.refuse_params(request)
        services.delete_product(sku=storable(sku), guard=_guard(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def storable(sku: str) -> str:
    """Raises NoSuchProduct for a SKU that no column holds."""
    if "\0" in sku:
        raise unknown_product(sku, field="sku")
    return sku


def _tag(product: Product, *, writer: bool) -> str:
    """The ETag of what the caller is shown; the same by whatever name the shop is called."""
    return conditions.etag_of(full_product("", product, writer=writer))


def _guard(request: Request) -> services.ProductGuard:
    """Holds what is stored against the request's conditions, as a writer sees it."""
    asked = conditions.read_conditions(request)

    def guard(stored: Product | None) -> None:
        asked.check(None if stored is None else _tag(stored, writer=True))

    return guard


def _written(request: Request, saved: services.Saved) -> Response:
    """The product as it is now; its ETag is good for the next write."""
    origin = origin_of(request)
    own = absolute(origin, reverse("api:product", args=[saved.product.sku]))
    shown = full_product(origin, saved.product, writer=True)
    response = Response(shown, status=201 if saved.created else 200)
    response["Content-Location"] = own
    if saved.created:
        response["Location"] = own
    return conditions.tagged(response, _tag(saved.product, writer=True))


class SimilarView(Door):
    """`GET products/{sku}/similar/`: what looks like it, from its stored vectors."""

    scopes = {"GET": "search"}
    kinds = {"GET": "words"}
    searches = ("GET",)

    @describe.similar
    def get(self, request: Request, sku: str) -> Response:
        started = time.perf_counter()
        refinement = read_refinement(request)
        question = selectors.similar_question(product=find_product(sku, field="sku"))
        result = run(question, refinement)
        answer = search_answer(
            request,
            result,
            refinement=refinement,
            path=reverse("api:similar", args=[sku]),
            query_id=None,
            took_ms=timings(result, started),
        )
        return Response(answer)
