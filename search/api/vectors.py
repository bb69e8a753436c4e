"""Photos that are to become vectors: what is sent, and what the answer looks like."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.http import QueryDict
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from search.api import limits
from search.api.fields import Choice, Strict, crop_field, optional, photo_field
from search.api.photos import decode_base64, read_form
from search.api.questions import Given, checked_body, rules_of
from search.api.serializers import PlacedList
from search.api.shape import Shape
from search.api.shapes import TookSerializer, boxes_field
from search.crops import parse_crop
from search.embedding.protocol import Vector
from search.errors import InvalidSearch

FLOAT = "float"
BASE64 = "base64"
FORM_NAMES = ("image", "crop", "encoding")


class EncodedSerializer(Strict):
    """How the vectors are wanted, and the one photo's part."""

    crop = crop_field()
    encoding = Choice(
        [FLOAT, BASE64],
        default=FLOAT,
        help_text="`float`: lists of numbers; `base64`: the same as float32, little-endian, in "
        "base64: half as long.",
    )


class PictureSerializer(Strict):
    """A photo, or a part of it."""

    image_base64 = photo_field()
    crop = crop_field()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "image_base64" not in attrs:
            raise InvalidSearch("There is no photo here. Send it as image_base64.")
        return attrs


class EmbeddingsSerializer(EncodedSerializer):
    """Photos as JSON: one as `image_base64`, or several in `images`."""

    image_base64 = photo_field()
    images = PlacedList(
        child=PictureSerializer(),
        **optional(min_length=1, max_length=limits.MAX_VECTORS),
        help_text="Several photos in the place of one; together no larger than the body may be.",
    )


class EmbeddingsFormSerializer(EncodedSerializer):
    """A photo as multipart/form-data."""

    image = serializers.FileField(help_text="The photo (JPEG, PNG, WebP or AVIF).")
    crop = serializers.CharField(  # type: ignore[assignment] # the same, as text
        **optional(), help_text="`x,y,width,height` as shares from 0 to 1."
    )


@extend_schema_field(
    {
        "type": "array",
        "maxItems": limits.MAX_VECTORS,
        "items": {
            "oneOf": [
                {"type": "array", "items": {"type": "number", "format": "float"}},
                {"type": "string", "contentEncoding": "base64"},
            ]
        },
    }
)
class VectorList(serializers.ListField):
    """Vectors as lists of numbers, or as text."""


class EmbeddingsAnswerSerializer(Shape):
    """Photos as vectors."""

    space = serializers.CharField(
        help_text="Name of the vectors' space. Vectors of two spaces can't be compared: when the "
        "shop changes its model, embed your pictures anew."
    )
    dim = serializers.IntegerField(help_text="Numbers in each vector.")
    vectors = VectorList(
        help_text="One for each photo, in their order, of length 1: the inner product of two is "
        "their cosine similarity. With `encoding` `base64`, text in the place of each list.",
    )
    suggestions = serializers.ListField(
        child=boxes_field(),
        help_text="For each photo the boxes around the main things in it, as a search tells them; "
        "empty for one that was cropped.",
    )
    took_ms = TookSerializer(help_text="Milliseconds per step.")


@dataclass(frozen=True)
class Wanted:
    """Photos to embed, and how their vectors are to be written."""

    photos: tuple[Given, ...]
    encoding: str


def cost_of(body: Any) -> int:
    """As many searches as the photos in a body count for, told without looking at them; one where
    it brings none, or more than are taken."""
    several = body.get("images") if isinstance(body, dict) else None
    count = len(several) if isinstance(several, list) else 1
    return count if 0 < count <= limits.MAX_VECTORS else 1


def read_photos(request: Request) -> Wanted:
    """The photos in the body, JSON or multipart. Raises InvalidSearch, ImageRejected."""
    if isinstance(request.data, QueryDict):
        return _from_form(request.data)
    such_as = '{"image_base64": "..."}'
    checked = checked_body(rules_of(EmbeddingsSerializer), request.data, such_as=such_as)
    one, several = checked.get("image_base64"), checked.get("images")
    if one is not None and several is not None:
        raise InvalidSearch("Send one photo as image_base64, or several in images.", field="images")
    if several is not None:
        if "crop" in checked:
            raise InvalidSearch("Of several photos each has a crop of its own.", field="crop")
        photos = [
            _given(each, field=f"images[{place}].image_base64")
            for place, each in enumerate(several)
        ]
        return Wanted(tuple(photos), checked["encoding"])
    if one is None:
        raise InvalidSearch("There is no photo here. Send image_base64, or several in images.")
    return Wanted((_given(checked, field="image_base64"),), checked["encoding"])


def _from_form(form: QueryDict) -> Wanted:
    photo, given = read_form(form, allowed=FORM_NAMES)
    if photo is None:
        raise InvalidSearch("There is no photo here. Send it as the file `image`.", field="image")
    if "crop" in given:
        given["crop"] = parse_crop(given["crop"])
    checked = checked_body(rules_of(EncodedSerializer), given, such_as="{}")
    return Wanted((Given("image", photo=photo, crop=checked.get("crop")),), checked["encoding"])


def _given(checked: dict[str, Any], *, field: str) -> Given:
    photo = decode_base64(checked["image_base64"], field=field)
    return Given(field, photo=photo, crop=checked.get("crop"))


def written(vector: Vector, *, encoding: str) -> list[float] | str:
    """The vector as the answer has it, of length 1 in float32."""
    unit = vector.astype(np.float32) / np.float32(np.linalg.norm(vector))
    if encoding == BASE64:
        return base64.b64encode(unit.astype("<f4").tobytes()).decode()
    # The shortest number that is this float32, not the seventeen digits of its float64.
    return [float(str(number)) for number in unit]
