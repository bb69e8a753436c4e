"""How much a request may carry, checked before its body is read."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from catalog.errors import ImageRejected, LookalikeError
from search.embedding.descriptors import COLOURS

DEFAULT_K = 24
LONGEST_LENGTH = 18
COLOUR_SCHEMA = {"type": "string", "enum": [each.name for each in COLOURS]}
MAX_SKU = 64
HIGHEST_ID = 2**63 - 1  # of a row
# A batch costs as many searches as it holds, but no more memory than its body and its answer: the
# hits of 64 queries with the usual k fit, about a kilobyte each.
MAX_BATCH = 64
MAX_BATCH_HITS = 1_600
MAX_BATCH_PHOTOS = 64
# Photos that become vectors by one request.
MAX_VECTORS = 16
# Bytes of a body of words, with every filter there is.
WITHOUT_PHOTO = 32 * 1024


class LengthRequired(LookalikeError):
    """The body's size isn't announced, so it can't be refused in time."""

    code = "length_required"


class PackedBody(LookalikeError):
    """The body is compressed."""

    code = "unsupported_media_type"


def refuse_oversized(request: HttpRequest) -> None:
    """Raise where the announced body is larger than one with a photo can be, where none is
    announced, and where it is packed: what it unpacks to nobody knows before."""
    refuse_packed(request)
    if in_chunks(request):
        raise LengthRequired("Send the body with a Content-Length, not in chunks.")
    refuse_more_than(
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE, request, remedy="Send less, such as a smaller photo."
    )


def refuse_packed(request: HttpRequest) -> None:
    """Raise where the body is compressed."""
    encoding = request.META.get("HTTP_CONTENT_ENCODING", "").strip().lower()
    if encoding not in {"", "identity"}:
        raise PackedBody("Bodies are read as they are. Send it without a Content-Encoding.")


def in_chunks(request: HttpRequest) -> bool:
    """Whether nobody says how long the body is."""
    return "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower()


def refuse_more_than(most: int, request: HttpRequest, *, remedy: str) -> None:
    """Raise where the announced body has more than so many bytes."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    # No more digits than make sense: Python reads no number of 5,000.
    size = int(announced[:LONGEST_LENGTH]) if announced.isdecimal() else 0
    if size > most:
        message = f"The body has {size / 2**20:.1f} MiB; {most / 2**20:.1f} are allowed. {remedy}"
        raise ImageRejected(message, code="too_large", field=None)


def brings_photo(request: HttpRequest) -> bool:
    """Whether the body is likely to hold a photo, told without reading it: a form is made for one,
    and no question in words is as long."""
    if (request.content_type or "").startswith("multipart/"):
        return True
    announced = request.META.get("CONTENT_LENGTH") or "0"
    return announced.isdecimal() and int(announced) > WITHOUT_PHOTO


def refuse_large_photo(size: int, *, field: str) -> None:
    """Raise where a photo of `size` bytes is over the cap."""
    if size > settings.MAX_PHOTO_BYTES:
        raise ImageRejected(
            f"The photo has {size / 2**20:.1f} MiB; {settings.MAX_PHOTO_BYTES / 2**20:.1f} are "
            "allowed. Shrink it: 1024 pixels on the longer side are plenty.",
            code="too_large",
            field=field,
        )
