"""One id for each request, in the log, in error answers and in the X-Request-ID header."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
_KEY = "HTTP_X_REQUEST_ID"
# What a proxy may have chosen; anything else could forge log lines or fill them.
_PLAUSIBLE = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestIdMiddleware:
    """Takes a proxy's id or makes one. Stands before django-structlog, which puts it in the log."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.META.get(_KEY, "")
        request.META[_KEY] = given if _PLAUSIBLE.fullmatch(given) else str(uuid.uuid4())
        response = self.get_response(request)
        response[HEADER] = request.META[_KEY]
        return response
