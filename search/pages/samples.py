"""The sample photos: offered on the front, searched with by name, shown above their results."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from PIL import Image

from catalog import sample
from search.errors import InvalidSearch

# Shown at most at 150 px, on screens of two dots to a pixel.
SHOWN_AT = 320


def find_sample(name: str) -> sample.SampleQuery:
    """The sample photo of that name. Raises InvalidSearch."""
    for each in sample.query_photos():
        if each.name == name:
            return each
    raise InvalidSearch(_("There is no such sample photo. Choose another one."), field="sample")


def sample_address(name: str) -> str:
    """Where the sample's picture is served, "" where there is no such sample."""
    try:
        return reverse("sample_photo", args=[find_sample(name).name])
    except InvalidSearch:
        return ""


@require_safe
@cache_control(public=True, max_age=86_400)
def sample_photo(request: HttpRequest, name: str) -> HttpResponse:  # noqa: ARG001 - a view
    """A sample photo, as small as the pages show it."""
    try:
        file = find_sample(name).file
        return HttpResponse(_small(file, file.stat().st_mtime_ns), content_type="image/webp")
    except (InvalidSearch, FileNotFoundError) as error:
        raise Http404(_("There is no such sample photo.")) from error


@lru_cache(maxsize=16)
def _small(file: Path, changed: int) -> bytes:  # noqa: ARG001 - `changed` is part of the cache's key
    with Image.open(file) as photo:
        photo.draft("RGB", (2 * SHOWN_AT, 2 * SHOWN_AT))
        photo.thumbnail((SHOWN_AT, SHOWN_AT))
        buffer = io.BytesIO()
        photo.convert("RGB").save(buffer, "WEBP", quality=78)
    return buffer.getvalue()
