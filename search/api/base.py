"""What every address of the API has in common."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import is_valid_path, reverse
from django.utils.cache import patch_vary_headers
from rest_framework.exceptions import NotFound
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from search.api import authentication, charging, deprecation, limits
from search.api.deprecation import Deprecation
from search.api.parsers import FormParser, JSONParser
from search.inputs import UnknownField, shown
from search.models import Scope
from search.slots import refuse_when_crowded, refuse_when_full, search_slot
from search.throttling import Kind


class Door(APIView):
    """An address of the API, which says of itself, by method:

    - `scopes`: the scope that it needs, where it is not `read` for GET and `write` for others;
      `public` are those that need none whatever the settings say;
    - `kinds`: as what a request without a key counts, if it does;
    - `charges_itself`: those that call `charge` themselves, as their body says how much;
    - `photos`: those that take photos, which the embedder must have room for;
    - `searches`: those that search: refused before they are counted where there is no room. GET
      joins the line before that, and holds its turn to its answer; others have a body to be read
      before, and take their turn themselves;
    - `deprecated`: what will go: methods by their names in capitals, parameters by theirs.

    `no_store` marks answers that tell of a customer's photo.
    """

    parser_classes = [JSONParser, FormParser]
    no_store = False
    public = False
    scopes: Mapping[str, str] = {}
    kinds: Mapping[str, Kind] = {}
    charges_itself: Collection[str] = ()
    photos: Collection[str] = ()
    searches: Collection[str] = ()
    deprecated: Mapping[str, Deprecation] = {}

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        # A charset such as rot13 is known to Python but reads no text, and crashes the parsing.
        request.encoding = "utf-8"
        return super().initialize_request(request, *args, **kwargs)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with ExitStack() as self._turn:
            return super().dispatch(request, *args, **kwargs)

    def scope_of(self, method: str) -> str:
        """The scope that the method needs; "" where it needs none, or there is no such method."""
        handler = method.lower()
        exists = handler in self.http_method_names and hasattr(self, handler)
        if self.public or method == "OPTIONS" or not exists:
            return ""
        return self.scopes.get(method, Scope.READ if method in SAFE_METHODS else Scope.WRITE)

    def check_permissions(self, request: Request) -> None:
        super().check_permissions(request)
        if scope := self.scope_of(_method(request)):
            authentication.require(authentication.key_of(request), scope)

    def check_throttles(self, request: Request) -> None:
        """What is refused for its size or because everybody comes at once is not counted."""
        super().check_throttles(request)
        method = _method(request)
        plain = request._request  # noqa: SLF001 - DRF keeps Django's request there
        self.refuse_oversized(plain)
        if method in self.photos and limits.brings_photo(plain):
            refuse_when_full()
        if method == "GET" and method in self.searches:
            self._turn.enter_context(search_slot(in_line=lambda: self._charge(request)))
            return
        if method in self.searches:
            refuse_when_crowded()
        self._charge(request)

    def _charge(self, request: Request) -> None:
        method = _method(request)
        if self.scope_of(method) and method not in self.charges_itself:
            charging.charge(request, kind=self.kinds.get(method))

    def refuse_params(self, request: Request) -> None:
        """Raises UnknownField for any: whoever puts into the address what belongs into the body
        shouldn't have to guess why nothing changes."""
        for name in request.query_params:
            sendable = name[:200].encode("utf-8", "replace").decode()
            body = "" if _method(request) in {"GET", "DELETE"} else ", or put it into the body"
            raise UnknownField(
                f"Nothing is read from the query string here. Leave {shown(name)} out{body}.",
                field=sendable,
            )

    def refuse_oversized(self, request: HttpRequest) -> None:
        """Raises for a body that is larger than the address takes, before it is read."""
        limits.refuse_oversized(request)

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        for name, value in charging.headers(request).items():
            answer[name] = value
        self._keep_apart(request, answer)
        for name, value in deprecation.headers(self._used_deprecations(request)).items():
            answer[name] = value
        return answer

    def _keep_apart(self, request: Request, answer: Response) -> None:
        """No cache on the way may give others what one key was shown, such as drafts."""
        patch_vary_headers(answer, ["Authorization"])
        if self.no_store:
            answer["Cache-Control"] = "no-store"
        elif "HTTP_AUTHORIZATION" in request.META and "Cache-Control" not in answer:
            answer["Cache-Control"] = "private, no-cache"

    def _used_deprecations(self, request: Request) -> Iterator[Deprecation]:
        for name, mark in self.deprecated.items():
            if name == request.method or name in request.query_params:
                yield mark


class Nowhere(Door):
    """Every other address below /api/v1/."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:  # noqa: ARG002 - DRF's
        self.perform_authentication(request)
        if not request.path.endswith("/") and is_valid_path(f"{request.path}/"):
            raise NotFound(f"Addresses here end with a slash: {request.path}/")
        raise NotFound(f"There is nothing at this address. See {reverse('api:docs')}.")


def _method(request: Request) -> str:
    """HEAD is the work of GET."""
    return "GET" if request.method == "HEAD" else request.method or ""
