"""The table of error codes: stable, for programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Code(NamedTuple):
    status: int
    meaning: str
    retry_after: int | None = None  # seconds


CODES: Mapping[str, Code] = {
    "invalid": Code(400, "A value makes no sense as given."),
    "unknown_field": Code(400, "A field or parameter that nothing reads."),
    "unknown_filter": Code(400, "A tag or category that the catalogue hasn't got."),
    "malformed": Code(400, "The body can't be read as what it claims to be."),
    "empty": Code(400, "The photo has no bytes."),
    "corrupt": Code(400, "The photo is damaged."),
    "too_small": Code(400, "The photo, or the part that was cut out, has too few pixels."),
    "too_dark": Code(400, "Nothing can be seen in the photo, or in the part: it is next to black."),
    "missing_key": Code(401, "The address needs an API key, and none was sent."),
    "invalid_key": Code(401, "The API key is unknown, revoked or expired."),
    "missing_scope": Code(403, "The API key lacks the scope that the address needs."),
    "not_found": Code(404, "No such address."),
    "unknown_product": Code(404, "No published product has that SKU."),
    "unknown_image": Code(404, "No image has that id."),
    "unknown_webhook": Code(404, "No webhook, or no delivery of it, has that id."),
    "method_not_allowed": Code(405, "The address exists, but not for this method."),
    "not_acceptable": Code(406, "The Accept header rules out every form there is."),
    "too_slow": Code(408, "The body came too slowly, or stopped coming."),
    "not_indexed_yet": Code(409, "The product's photos are still being indexed.", 5),
    "idempotency_in_use": Code(409, "A request with that Idempotency-Key is still running.", 1),
    "query_expired": Code(410, "The query has expired, was deleted, or never was."),
    "length_required": Code(411, "The body has no Content-Length."),
    "precondition_failed": Code(
        412, "What is stored is not what If-Match or If-None-Match asks for."
    ),
    "too_large": Code(413, "The photo or the body has too many bytes."),
    "too_many_pixels": Code(413, "The photo has too many pixels."),
    "unsupported_type": Code(415, "The photo's format isn't taken."),
    "unsupported_media_type": Code(415, "The body's Content-Type isn't taken here."),
    "idempotency_mismatch": Code(422, "That Idempotency-Key came with another request before."),
    "throttled": Code(429, "More requests in a short time than this caller may make.", 1),
    "quota_exceeded": Code(429, "The API key has used up its requests of today."),
    "internal": Code(500, "A fault of this server; the request id finds it in the log."),
    "busy": Code(503, "More photos, searches or bulk writes at once than there is room for.", 2),
    "search_unavailable": Code(503, "Photos can't be embedded at present.", 30),
    "unavailable": Code(503, "A server that the shop stands on doesn't answer.", 5),
    "storage_full": Code(507, "The disk is full; nothing was stored."),
}
