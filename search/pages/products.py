"""A product's page: what it is, what looks like it, what stands beside it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog.models import Category, Product, Tag
from search import selectors
from search.engine.types import Filters, SearchHit
from search.errors import NotIndexedYet, SearchBusy, SearchUnavailable
from search.pages.cards import card_of_hit, money, picture_of, stock_words
from search.pages.rendering import page
from search.pages.sections import trail_of
from search.slots import search_slot

MORE = 8


@dataclass(frozen=True)
class Label:
    """A tag's value, and the address of the product's section narrowed to it; "" without one."""

    value: str
    address: str


@dataclass(frozen=True)
class Fact:
    """A row of the product's table: a facet and the values that the product has in it."""

    name: str
    labels: tuple[Label, ...]


@require_safe
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """A product: its pictures, what it is, and others. 410 with what looks like it where it is no
    longer sold; a draft isn't there."""
    known = Product.objects.exclude(status=Product.Status.DRAFT).with_relations()
    item = get_object_or_404(known, slug=slug)
    if item.status == Product.Status.ARCHIVED:
        return _no_longer_sold(request, item)
    pictures = [picture_of(image, title=item.title) for image in item.images.all()]
    shown = [picture for picture in pictures if picture]
    alike = _more_like(item)
    context = {
        **_place(item),
        "product": item,
        "pictures": shown,
        "price": money(item.price, item.currency),
        "stock": stock_words(item.stock),
        "facts": _facts(item),
        "more": [card_of_hit(hit) for hit in alike],
        "beside": [card_of_hit(hit) for hit in _beside(item, besides=alike)],
        "address": request.build_absolute_uri(request.path),
        "shared": [(each, request.build_absolute_uri(each.full)) for each in shown],
    }
    return page(request, "catalog/product.html", context)


def _no_longer_sold(request: HttpRequest, item: Product) -> HttpResponse:
    more = [card_of_hit(hit) for hit in _more_like(item)]
    context = {**_place(item), "product": item, "more": more}
    return page(request, "catalog/gone.html", context, status=410)


def _place(item: Product) -> dict[str, Any]:
    """Where in the shop it is."""
    trail = trail_of(item.category) if item.category else []
    return {"trail": trail, "path": " > ".join(section.name for section in trail)}


def _more_like(item: Product) -> tuple[SearchHit, ...]:
    """Products that look like this one; none while its own pictures aren't indexed, and none where
    too many search: the product itself is worth more."""
    try:
        with search_slot():
            question = selectors.similar_question(product=item)
            return selectors.search(question=question, k=MORE, door="page").hits
    except (NotIndexedYet, SearchUnavailable, SearchBusy):
        return ()


def _beside(item: Product, *, besides: tuple[SearchHit, ...]) -> list[SearchHit]:
    """The newest others of its category, none of which is shown already."""
    if item.category is None:
        return []
    shown = {item.pk, *(hit.product.pk for hit in besides)}
    filters = Filters(category=item.category.slug)
    there = selectors.browse(filters=filters, k=MORE + len(shown)).hits
    return [hit for hit in there if hit.product.pk not in shown][:MORE]


def _facts(item: Product) -> list[Fact]:
    by_facet = groupby(item.tags.all(), key=lambda tag: tag.facet)
    return [
        Fact(
            capfirst(facet) or _("Tag"),
            tuple(_label(tag, section=item.category) for tag in tags),
        )
        for facet, tags in by_facet
    ]


def _label(tag: Tag, *, section: Category | None) -> Label:
    query = urlencode({"facet_tags": tag.name})
    return Label(capfirst(tag.value), f"{section.get_absolute_url()}?{query}" if section else "")
