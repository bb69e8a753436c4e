"""How photos arrive: as the file of a form, or in base64 inside JSON."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from rest_framework.exceptions import ParseError

from search import inputs
from search.api import limits
from search.errors import InvalidSearch


def read_form(form: QueryDict, *, allowed: Sequence[str]) -> tuple[bytes | None, dict[str, Any]]:
    """The photo that a form brings as `image`, if any, and its texts; empty ones count as not
    given. Raises InvalidSearch, ImageRejected."""
    if not form:
        raise ParseError("No part of the form could be read: a part's headers take 1 KB at most.")
    inputs.refuse_unknown(form, allowed=allowed)
    values = {name: _only(form, name) for name in form}
    photo = _photo(values.pop("image", None))
    for name, value in values.items():
        if not isinstance(value, str):
            raise InvalidSearch(f"{name} is text, not a file: leave its file name out.", field=name)
    return photo, {name: value for name, value in values.items() if value.strip()}


def _only(form: QueryDict, name: str) -> Any:
    values = form.getlist(name)
    if len(values) > 1:
        raise InvalidSearch(f"{name} was given {len(values)} times. Give it once.", field=name)
    return values[0]


def _photo(upload: Any) -> bytes | None:
    if upload is None:
        return None
    if not isinstance(upload, UploadedFile):
        raise InvalidSearch("image must be a file: give its part a file name.", field="image")
    limits.refuse_large_photo(upload.size or 0, field="image")
    content: bytes = upload.read()
    return content


def decode_base64(text: str, *, field: str) -> bytes:
    """The bytes in `text`: standard or URL-safe alphabet, line breaks and a `data:` prefix allowed.

    Raises InvalidSearch, or ImageRejected for more bytes than a photo may have.
    """
    body = text.partition(",")[2] if text[:5].lower() == "data:" else text
    packed = "".join(body.split()).replace("-", "+").replace("_", "/").rstrip("=")
    limits.refuse_large_photo(len(packed) * 3 // 4, field=field)
    try:
        return base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidSearch(
            f"{field} is not base64. Encode the photo's bytes, as `base64 -w0 photo.jpg` does.",
            field=field,
        ) from error
