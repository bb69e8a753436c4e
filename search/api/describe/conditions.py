"""Headers that reads and writes share in the schema."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from search.api.idempotency import HEADER


def header(name: str, text: str, kind: Any = OpenApiTypes.STR) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.HEADER, description=text)


IDEMPOTENCY_KEY = header(
    HEADER,
    "A word of your own for this request, such as a UUID. Sent again with the same key within a "
    "day, it isn't done twice: the first answer comes again, with `Idempotency-Replayed: true`.",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]{1,255}$"},
)
_TAGS = {"type": "string", "pattern": r'^(\*|(W/)?"[!#-~]*"(, *(W/)?"[!#-~]*")*)$'}
IF_MATCH = header(
    "If-Match",
    "The ETag of the state that this write is about: another one is left as it is (412).",
    _TAGS,
)
CREATE_ONLY = header("If-None-Match", "`*`: only where nothing is there yet, else 412.", _TAGS)
IF_NONE_MATCH = header(
    "If-None-Match", "The ETag of the state that you have: it isn't sent again (304).", _TAGS
)
ETAG = OpenApiParameter(
    "ETag",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Names this state; another one comes with every change of what is shown.",
    response=[200, 201],
)
LOCATION = OpenApiParameter(
    "Location",
    OpenApiTypes.URI,
    OpenApiParameter.HEADER,
    description="The address of what was made.",
    response=[201],
)
REPLAYED = OpenApiParameter(
    "Idempotency-Replayed",
    {"type": "string", "enum": ["true"]},
    OpenApiParameter.HEADER,
    description="There where the answer is an earlier one's.",
    response=True,
)
WRITE_HEADERS = [IDEMPOTENCY_KEY, REPLAYED]
WRITE_ERRORS = ("invalid", "idempotency_in_use", "idempotency_mismatch")
BODY_ERRORS = (
    *("unknown_field", "malformed", "too_large", "length_required"),
    *("too_slow", "unsupported_media_type"),
)
UNCHANGED = {304: OpenApiResponse(description="It is as the client has it.")}
GONE = {204: OpenApiResponse(description="It is gone.")}
