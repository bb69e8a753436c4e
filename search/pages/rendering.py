"""How every page of the shop is rendered: with the shop's sections, and with what went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from catalog.errors import LookalikeError
from catalog.models import Category

SECTIONS = 6
# Products on a page of a wall: rows of two, three and four come out even.
K = 24
STATUS = {
    "too_large": 413,
    "unsupported_type": 415,
    "not_indexed_yet": 409,
    "query_expired": 410,
    "unknown_product": 404,
    "throttled": 429,
    "busy": 503,
    "search_unavailable": 503,
}


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """The template as a whole page, with the shop's top sections in its header."""
    sections = Category.objects.filter(parent=None)[:SECTIONS]
    shared = {
        "sections": sections,
        "max_photo_bytes": settings.MAX_PHOTO_BYTES,
        "lifetime_minutes": int(settings.PHOTO_QUERY_LIFETIME.total_seconds() // 60),
    }
    return render(request, template, {**shared, **(context or {})}, status=status)


def wants_json(request: HttpRequest) -> bool:
    """Whether our own script asks: it says `Accept: application/json`, a browser never does."""
    return request.headers.get("Accept", "") == "application/json"


def error_json(error: LookalikeError) -> HttpResponse:
    """The error in the one shape that the API has too."""
    body = {"code": error.code, "message": error.message, "field": error.field}
    return with_retry(JsonResponse({"error": body}, status=status_of(error)), error)


def status_of(error: LookalikeError) -> int:
    return STATUS.get(error.code, 400)


def with_retry(response: HttpResponse, error: LookalikeError) -> HttpResponse:
    """The response, saying after how many seconds another try is worth it."""
    seconds = getattr(error, "retry_after", None)
    if seconds:
        response["Retry-After"] = str(seconds)
    return response


def timed(response: HttpResponse, **milliseconds: float) -> HttpResponse:
    """The response, telling the browser's own tools how long each part took."""
    parts = (f"{name};dur={took:.1f}" for name, took in milliseconds.items())
    response["Server-Timing"] = ", ".join(parts)
    return response
