"""Uploaded pictures, served from wherever the storage keeps them.

Good for a small shop. A busy one lets nginx serve MEDIA_ROOT, or points the storage at S3 or a CDN,
whose addresses then never lead here.
"""

from __future__ import annotations

import mimetypes
from datetime import datetime
from hashlib import sha256

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_safe

# A replaced picture gets a folder, and so an address, of its own: what lies at one never changes.
FOR_GOOD = "public, max-age=31536000, immutable"


@require_safe
def serve(request: HttpRequest, name: str) -> HttpResponseBase:
    """The file of that name, or 304 where the client has it; 404 for anything else."""
    file, changed = _open(name)
    seconds = int(changed.timestamp())
    etag = quote_etag(sha256(f"{name}:{file.size}:{seconds}".encode()).hexdigest()[:32])
    unchanged = get_conditional_response(request, etag=etag, last_modified=seconds)
    if unchanged:
        file.close()
    response = unchanged or FileResponse(file, content_type=_content_type(name))
    response.headers.pop("Content-Disposition", None)
    response["ETag"] = etag
    response["Last-Modified"] = http_date(seconds)
    response["Cache-Control"] = FOR_GOOD
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _open(name: str) -> tuple[File[bytes], datetime]:
    """The open file and when it was changed. Raises Http404, also for a way out of the storage."""
    if "\0" in name or "\\" in name or any(part in {"", ".", ".."} for part in name.split("/")):
        raise Http404("No such file.")
    try:
        changed = default_storage.get_modified_time(name)
        return default_storage.open(name), changed
    except (SuspiciousFileOperation, OSError, ValueError) as error:
        raise Http404("No such file.") from error


def _content_type(name: str) -> str:
    """The picture's type by its name; anything that is no picture is bytes to be saved."""
    guessed = mimetypes.guess_type(name)[0] or ""
    is_picture = guessed.startswith("image/") and guessed != "image/svg+xml"
    return guessed if is_picture else "application/octet-stream"
