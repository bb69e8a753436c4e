"""A link to pass on: made when it is asked for, shown so that it can be copied."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST

from search import selectors, services
from search.errors import QueryExpired
from search.pages.query_string import read
from search.pages.rendering import error_json, page, wants_json


@require_POST
@cache_control(private=True, no_store=True)
def share(request: HttpRequest, query_id: UUID) -> HttpResponse:
    """The link to a copy of the query that holds no photo and ends by itself, under the filters of
    the address; as a page, or as JSON for our own script."""
    try:
        shared = services.share_query(query=selectors.get_query(query_id))
    except QueryExpired as error:
        if wants_json(request):
            return error_json(error)
        return page(request, "search/expired.html", status=410)
    address = reverse("results", args=[shared.pk]) + read(request.GET).query().rstrip("?")
    link = request.build_absolute_uri(address)
    until = date_format(localtime(shared.expires_at), "DATE_FORMAT")
    if wants_json(request):
        return JsonResponse({"url": link, "until": until}, status=201)
    back = reverse("results", args=[query_id]) + read(request.GET).query().rstrip("?")
    return page(request, "search/shared.html", {"link": link, "until": until, "back": back})
