"""The shop around the search: its front, its sections, its products."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog import sample
from catalog.errors import LookalikeError
from catalog.models import Category, Product
from search import selectors
from search.errors import NotIndexedYet, SearchUnavailable
from search.pages.cards import Card, card_of, card_of_hit, money, picture_of, stock_words
from search.pages.rendering import page, status_of, with_retry

NEW = 12
MORE = 8
SAMPLES = 6
PAGE = 24
ORDERS = {"newest": "-pk", "price": "price", "-price": "-price"}


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """The shop's front: a place for the photo, sample photos, what is new."""
    return _front(request)


def search_page_with(request: HttpRequest, error: LookalikeError, *, words: str) -> HttpResponse:
    """The front with a refused question: what was wrong stands beside the form, words are kept.

    The words are given, not read here: of a body over the cap nothing may be read.
    """
    return with_retry(_front(request, error=error, words=words), error)


def _front(
    request: HttpRequest, *, error: LookalikeError | None = None, words: str = ""
) -> HttpResponse:
    newest = Product.objects.published().with_relations()[:NEW]
    context = {
        "new": [card_of(product) for product in newest],
        "count": Product.objects.published().count(),
        "samples": sample.query_photos()[:SAMPLES],
        "progress": selectors.index_progress(),
        "error": error,
        "words": words,
    }
    return page(request, "search/search.html", context, status=status_of(error) if error else 200)


@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    """A section of the shop and everything below it, page by page."""
    section = get_object_or_404(Category.objects.select_related("parent"), slug=slug)
    order = request.GET.get("sort", "newest")
    if order not in ORDERS:
        order = "newest"
    products = (
        Product.objects.published()
        .in_category(section)
        .with_relations()
        .order_by(ORDERS[order], "-pk")
    )
    shown = Paginator(products, PAGE).get_page(request.GET.get("page"))
    context = {
        "category": section,
        "trail": trail_of(section),
        "children": section.children.all(),
        "cards": [card_of(product) for product in shown],
        "shown": shown,
        "order": order,
        "orders": [
            ("newest", _("Newest first")),
            ("price", _("Price: low to high")),
            ("-price", _("Price: high to low")),
        ],
    }
    return page(request, "catalog/category.html", context)


@require_safe
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """A product: its pictures, what it is, and what looks like it."""
    item = get_object_or_404(Product.objects.published().with_relations(), slug=slug)
    pictures = [picture_of(image, title=item.title) for image in item.images.all()]
    context = {
        "product": item,
        "pictures": [picture for picture in pictures if picture],
        "price": money(item.price, item.currency),
        "stock": stock_words(item.stock),
        "trail": trail_of(item.category) if item.category else [],
        "more": _more_like(item),
    }
    return page(request, "catalog/product.html", context)


def _more_like(item: Product) -> list[Card]:
    """Products that look like this one; none while its own pictures aren't indexed."""
    try:
        question = selectors.similar_question(product=item)
        result = selectors.search(question=question, k=MORE, door="page")
    except (NotIndexedYet, SearchUnavailable):
        return []
    return [card_of_hit(hit) for hit in result.hits]


def trail_of(section: Category) -> list[Category]:
    """The section and those above it, from the root down."""
    above = {each.pk: each for each in Category.objects.filter(pk__in=section.path)}
    return [above[pk] for pk in section.path if pk in above]
