"""More like this hit, less like that one: a mark leads to a query of its own, and back again."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog.errors import LookalikeError
from search import selectors, services
from search.errors import QueryExpired
from search.models import PhotoQuery
from search.pages.asking import find_product, refused
from search.pages.query_string import Asked, read
from search.pages.rendering import page


@dataclass(frozen=True)
class Moved:
    """By what the query was moved, in a sentence, and the earlier one's address, "" if it ended."""

    words: str
    back: str


@require_POST
def mark(request: HttpRequest, query_id: UUID) -> HttpResponse:
    """Makes the query that is moved by the marked hit, and leads to its results under the same
    filters; 410 with a way on where the query is gone."""
    try:
        query = _refined(request, query_id)
    except QueryExpired:
        return page(request, "search/expired.html", status=410)
    except LookalikeError as error:
        return refused(request, error)
    address = reverse("results", args=[query.pk]) + read(request.GET).query().rstrip("?")
    response = redirect(address)
    response.status_code = 303
    return response


def _refined(request: HttpRequest, query_id: UUID) -> PhotoQuery:
    query = selectors.get_query(query_id)
    marked = {name: request.POST.get(name, "") for name in ("like", "dislike")}
    found = {name: [find_product(sku)] for name, sku in marked.items() if sku}
    return services.refine_query(query=query, **found)


def moved_of(query: PhotoQuery, asked: Asked) -> Moved | None:
    """How the query came from an earlier one by marks; None where it didn't."""
    names = {"liked": _titles(query.liked), "disliked": _titles(query.disliked)}
    if query.liked and query.disliked:
        words = _("Moved towards %(liked)s and away from %(disliked)s") % names
    elif query.liked:
        words = _("Moved towards %(liked)s") % names
    elif query.disliked:
        words = _("Moved away from %(disliked)s") % names
    else:
        return None
    return Moved(words, _address(query.parent, asked))


def _address(query_id: UUID | None, asked: Asked) -> str:
    if query_id is None or not PhotoQuery.objects.alive().filter(pk=query_id).exists():
        return ""
    return reverse("results", args=[query_id]) + asked.query().rstrip("?")


def _titles(titles: list[str]) -> str:
    return ", ".join(f"“{title}”" for title in titles)


def began_with_words(query: PhotoQuery) -> bool:
    """Whether the first of the line had no picture: then there is no photo to be shown for it."""
    if query.vector is None or query.worded:
        return True
    if not query.text or query.origin is None:
        return False
    first = PhotoQuery.objects.filter(pk=query.origin)
    return first.filter(Q(vector=None) | Q(worded=True)).exists()
