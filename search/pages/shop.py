"""The shop's front: where a search begins."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog import sample
from catalog.errors import LookalikeError
from catalog.models import Product
from search import selectors
from search.pages.cards import card_of
from search.pages.rendering import page, status_of, with_retry

NEW = 12
SAMPLES = 6


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
        "progress": selectors.index_progress_lately(),
        "error": error,
        "words": words,
    }
    return page(request, "search/search.html", context, status=status_of(error) if error else 200)
