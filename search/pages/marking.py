"""More like this hit, less like that one: a mark leads to a query of its own, and back again."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from catalog.errors import LookalikeError
from search import selectors, services
from search.errors import QueryExpired
from search.models import PhotoQuery
from search.pages.asking import find_product, refused
from search.pages.limiting import limit_words
from search.pages.query_string import read
from search.pages.rendering import page


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
    limit_words(request)
    query = selectors.get_query(query_id)
    marked = {name: request.POST.get(name, "") for name in ("like", "dislike")}
    found = {name: [find_product(sku)] for name, sku in marked.items() if sku}
    return services.refine_query(query=query, **found)


def moved_by(query: PhotoQuery) -> str:
    """By what marks the query came from an earlier one, in a sentence; "" where it didn't."""
    names = {"liked": _titles(query.liked), "disliked": _titles(query.disliked)}
    if query.liked and query.disliked:
        return _("Moved towards %(liked)s and away from %(disliked)s") % names
    if query.liked:
        return _("Moved towards %(liked)s") % names
    if query.disliked:
        return _("Moved away from %(disliked)s") % names
    return ""


def _titles(titles: list[str]) -> str:
    return pgettext("between two names", ", ").join(f"“{title}”" for title in titles)


def began_with_words(query: PhotoQuery) -> bool:
    """Whether the first of the line had no picture: then there is no photo to be shown for it."""
    return query.by_words or query.vector is None or query.worded
