"""The body of a search becomes an `Ask`: what to look for, and how to narrow and order it."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from rest_framework.exceptions import ParseError
from rest_framework.request import Request

from search import inputs
from search.api import limits
from search.api.parsers import read_json
from search.api.refinement import Refinement
from search.api.serializers import PhotoFormSerializer, RefinementSerializer, SearchSerializer
from search.engine.types import Filters
from search.errors import InvalidSearch

_FORM_NAMES = tuple(PhotoFormSerializer().fields)


@dataclass(frozen=True)
class Ask:
    """A question as it came in; `photo_field` is the name under which the photo was sent."""

    refinement: Refinement
    photo: bytes | None = None
    photo_field: str = "image"
    text: str = ""
    product: str = ""
    query_id: UUID | None = None
    crop: inputs.Box | None = None


def read_ask(request: Request) -> Ask:
    """The question in the body, JSON or multipart. Raises InvalidSearch, ImageRejected."""
    if isinstance(request.data, QueryDict):
        return _from_form(request.data)
    if not isinstance(request.data, dict):
        raise ParseError('The body must be a JSON object, such as {"text": "red shoes"}.')
    serializer = SearchSerializer(data=request.data)
    serializer.is_valid(raise_exception=True)
    encoded = serializer.validated_data.pop("image_base64", None)
    photo = None if encoded is None else decode_base64(encoded)
    return _make_ask(serializer.validated_data, photo=photo, photo_field="image_base64")


def _from_form(form: QueryDict) -> Ask:
    """The question of a form; its texts pass the same checks as the JSON body's values."""
    if not form:
        raise ParseError("No part of the form could be read: a part's headers take 1 KB at most.")
    inputs.refuse_unknown(form, allowed=_FORM_NAMES)
    values = {name: _only(form, name) for name in form}
    photo = _photo(values.pop("image", None))
    for name, value in values.items():
        if not isinstance(value, str):
            raise InvalidSearch(f"{name} is text, not a file.", field=name)
    given: dict[str, Any] = {name: value for name, value in values.items() if value.strip()}
    if "filters" in given:
        given["filters"] = read_json(given["filters"])
    if "crop" in given:
        given["crop"] = inputs.parse_crop(given["crop"])
    serializer = RefinementSerializer(data=given)
    serializer.is_valid(raise_exception=True)
    return _make_ask(serializer.validated_data, photo=photo, photo_field="image")


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


def decode_base64(text: str) -> bytes:
    """The bytes in `text`: standard or URL-safe alphabet, line breaks and a `data:` prefix allowed.

    Raises InvalidSearch, or ImageRejected for more bytes than a photo may have.
    """
    body = text.partition(",")[2] if text[:5].lower() == "data:" else text
    packed = re.sub(r"\s+", "", body).replace("-", "+").replace("_", "/").rstrip("=")
    limits.refuse_large_photo(len(packed) * 3 // 4, field="image_base64")
    try:
        return base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidSearch(
            "image_base64 is not base64. Encode the photo's bytes, as `base64 -w0 photo.jpg` does.",
            field="image_base64",
        ) from error


def _make_ask(checked: dict[str, Any], *, photo: bytes | None, photo_field: str) -> Ask:
    refinement = Refinement(
        filters=checked.get("filters", Filters()),
        sort=checked["sort"],
        k=checked["k"],
        facets=checked["facets"],
    )
    ask = Ask(
        refinement=refinement,
        photo=photo,
        photo_field=photo_field,
        text=checked.get("text", ""),
        product=checked.get("product", ""),
        query_id=checked.get("query_id"),
        crop=checked.get("crop"),
    )
    _refuse_senseless(ask)
    return ask


def _refuse_senseless(ask: Ask) -> None:
    sources = {ask.photo_field: ask.photo, "product": ask.product, "query_id": ask.query_id}
    given = [name for name, value in sources.items() if value not in (None, "")]
    if len(given) > 1:
        raise InvalidSearch(
            f"{' and '.join(given)} are different questions. Send one of them; text may be added.",
            field=given[1],
        )
    if not given and not ask.text:
        raise InvalidSearch(
            "Nothing to search for. Send one of image, image_base64, product, text, query_id."
        )
    if ask.crop and ask.photo is None:
        raise InvalidSearch("crop cuts a photo out, and there is no photo here.", field="crop")
