"""Requests are read as UTF-8, or not at all."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

UTF_8 = {"utf-8", "utf8"}


class Utf8Middleware:
    """Refuses a body, or an address, that its Content-Type says to read by another charset.

    Python knows charsets that make half characters of plain letters (`unicode_escape`), which
    neither an address nor a database can hold. Browsers send pages of UTF-8 as UTF-8.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        charset = (request.content_params or {}).get("charset", "utf-8")
        if charset.lower() not in UTF_8:
            raise BadRequest(f"The charset {charset[:40]!r} is not read here. Send UTF-8.")
        return self._get_response(request)
