"""What a program sends with a new image: JSON, or a form with the file."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict
from rest_framework import serializers
from rest_framework.request import Request

from catalog.services import LAST_POSITION
from search.api.fields import Number, Strict, optional
from search.api.photos import decode_base64, read_form
from search.api.questions import checked_body, rules_of
from search.errors import InvalidSearch

MAX_ALT = 250


class ImageWordsSerializer(Strict):
    """What is said of an image beside its bytes."""

    alt = serializers.CharField(
        **optional(allow_blank=True, max_length=MAX_ALT),
        help_text="What the picture shows, in words, for those who can't see it.",
    )
    position = Number(
        **optional(min_value=0, max_value=LAST_POSITION),
        help_text="Its place among the product's images, the lowest first; the last by default.",
    )


class ImageBodySerializer(ImageWordsSerializer):
    """A new image as JSON."""

    image_base64 = serializers.CharField(
        help_text="The photo (JPEG, PNG, WebP or AVIF) in base64; a `data:` prefix is allowed."
    )


class ImageFormSerializer(ImageWordsSerializer):
    """A new image as multipart/form-data."""

    image = serializers.FileField(help_text="The photo (JPEG, PNG, WebP or AVIF).")


FORM_NAMES = tuple(ImageFormSerializer().fields)


@dataclass(frozen=True)
class NewImage:
    """An image as it came in; `field` names the part that holds its bytes."""

    data: bytes
    field: str
    alt: str = ""
    position: int | None = None


def read_image(request: Request) -> NewImage:
    """The image in the body. Raises InvalidSearch, ImageRejected for too many bytes."""
    body = request.data
    if isinstance(body, QueryDict):
        return _from_form(body)
    such_as = '{"image_base64": "..."}'
    checked = checked_body(rules_of(ImageBodySerializer), body, such_as=such_as)
    packed = checked.pop("image_base64")
    return NewImage(decode_base64(packed, field="image_base64"), "image_base64", **checked)


def _from_form(form: QueryDict) -> NewImage:
    data, given = read_form(form, allowed=FORM_NAMES)
    if data is None:
        raise InvalidSearch("There is no photo. Send its file as image.", field="image")
    return NewImage(data, "image", **rules_of(ImageWordsSerializer).run_validation(given))
