"""Many products in one body, which is read and answered line by line."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from catalog.errors import LookalikeError
from search.api import describe, limits
from search.api.base import Door
from search.api.bulk import MOST_BYTES, Bulk
from search.api.bulk_room import Held, end_when_silent
from search.api.ndjson import Body

NDJSON = "application/x-ndjson"
TAKEN = (NDJSON, "application/ndjson", "application/jsonl")


class NdjsonRenderer(JSONRenderer):
    """For the Accept header alone: an answer is streamed, and an error is JSON."""

    media_type = NDJSON
    format = "ndjson"


class WrongType(LookalikeError):
    code = "unsupported_media_type"


class BulkView(Door):
    """`POST products/bulk/`: products made, changed and deleted, up to 10,000 of them."""

    renderer_classes = [JSONRenderer, NdjsonRenderer]

    @describe.bulk_products
    def post(self, request: Request) -> StreamingHttpResponse:
        self.refuse_params(request)
        plain = request._request  # noqa: SLF001 - the body must not be read as a whole
        if plain.content_type not in TAKEN:
            raise WrongType(
                f"The body is NDJSON, one product a line: send Content-Type: {NDJSON}, not "
                f"{(plain.content_type or 'none')[:60]}."
            )
        told = Held(Bulk(Body(plain, most=MOST_BYTES)).answer())
        end_when_silent(plain)
        answer = StreamingHttpResponse(told, content_type=NDJSON)
        answer["Cache-Control"] = "no-store"
        answer["X-Accel-Buffering"] = "no"  # nginx passes the lines on as they come
        return answer

    def refuse_oversized(self, request: HttpRequest) -> None:
        """A body in chunks is taken where the server tells its end; it is counted on the way."""
        limits.refuse_packed(request)
        if limits.in_chunks(request) and not request.META.get("wsgi.input_terminated"):
            super().refuse_oversized(request)
        limits.refuse_more_than(MOST_BYTES, request, remedy="Send the products in several bodies.")

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        super().perform_content_negotiation(request, force)
        return JSONRenderer(), JSONRenderer.media_type
