"""What every address of the API has in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import is_valid_path, reverse
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from search.api import limits
from search.api.parsers import FormParser, JSONParser
from search.inputs import UnknownField, shown


class Door(APIView):
    """An address of the API. `no_store` marks answers that tell of a customer's photo; `scopes`
    names the scope that a method needs, where it is not `read` for GET and `write` for others."""

    parser_classes = [JSONParser, FormParser]
    no_store = False
    scopes: Mapping[str, str] = {}

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        # A charset such as rot13 is known to Python but reads no text, and crashes the parsing.
        request.encoding = "utf-8"
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        limits.refuse_oversized(request._request)  # noqa: SLF001 - DRF keeps Django's request there

    def refuse_params(self, request: Request) -> None:
        """Whoever puts into the address what belongs into the body shouldn't have to guess why
        nothing changes."""
        for name in request.query_params:
            sendable = name[:200].encode("utf-8", "replace").decode()
            raise UnknownField(
                f"Nothing is read from the address here: {shown(name)} belongs into the body.",
                field=sendable,
            )

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        if self.no_store:
            answer["Cache-Control"] = "no-store"
        return answer


class Nowhere(Door):
    """Every other address below /api/v1/."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:  # noqa: ARG002 - DRF's
        if not request.path.endswith("/") and is_valid_path(f"{request.path}/"):
            raise NotFound(f"Addresses here end with a slash: {request.path}/")
        raise NotFound(f"There is nothing at this address. See {reverse('api:docs')}.")
