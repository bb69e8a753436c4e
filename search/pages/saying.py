"""What a shopper makes of the answer: a hit is opened, or none was meant."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from catalog.errors import LookalikeError
from search import inputs, selectors, services
from search.errors import QueryExpired, SearchUnavailable
from search.pages.asking import find_product
from search.pages.limiting import heard
from search.pages.rendering import error_json

# With it the results page says what to try next.
MISSED = "missed"


@require_POST
def record_click(request: HttpRequest, query_id: UUID) -> HttpResponse:
    """204 for `sku`, `position` and `band` of the hit that was opened, counted or not: the shopper
    has left the page already. What makes no sense is refused with the reason."""
    try:
        if not heard(request):
            return HttpResponse(status=204)
        query = selectors.get_query(query_id)
        services.record_click(
            query=query,
            product=find_product(request.POST.get("sku", "")),
            position=inputs.parse_number(dict(request.POST.lists()), "position", default=0),
            band=request.POST.get("band", ""),
        )
    except QueryExpired:
        return HttpResponse(status=204)
    except LookalikeError as error:
        return error_json(error)
    return HttpResponse(status=204)


@require_POST
def record_missed(request: HttpRequest, query_id: UUID) -> HttpResponse:
    """Counts it and leads back to the results as they were, which then say what to try."""
    with suppress(QueryExpired, SearchUnavailable):  # the results say so
        if heard(request):
            services.record_missed(query=selectors.get_query(query_id))
    asked = request.GET.copy()
    asked[MISSED] = "1"
    address = reverse("results", args=[query_id])
    return HttpResponseRedirect(f"{address}?{asked.urlencode()}", status=303)
