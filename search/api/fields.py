"""The parts of a question: strict fields, and a serializer that refuses what it doesn't know."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NoReturn

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from search.api import limits
from search.crops import Box, make_box
from search.embedding.descriptors import COLOURS
from search.engine.weights import MOST_WEIGHT
from search.inputs import MAX_TAG_LENGTH, MAX_TAGS, refuse_unknown, shown
from search.services.examples import MAX_EXAMPLES


class Strict(serializers.Serializer[Any]):
    """Refuses names it doesn't know; null counts as not given, unless it `keeps_null`."""

    within = ""
    keeps_null = False

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if isinstance(data, dict):
            refuse_unknown(data, allowed=list(self.fields), within=self.within)
            if not self.keeps_null:
                data = {name: value for name, value in data.items() if value is not None}
        checked: dict[str, Any] = super().to_internal_value(data)
        return checked


class Number(serializers.IntegerField):
    """A whole number; true and 1.0 are none."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool | float):
            self.fail("invalid")
        return super().to_internal_value(data)


class Real(serializers.FloatField):
    """A number; true and "nan" are none."""

    def to_internal_value(self, data: Any) -> float:
        number = super().to_internal_value(data)
        if isinstance(data, bool) or not math.isfinite(number):
            self.fail("invalid")
        return number


class Choice(serializers.ChoiceField):
    """One of a few words, which the complaint about any other names."""

    def __init__(self, choices: Sequence[str], **kwargs: Any) -> None:
        super().__init__(choices, **kwargs)
        self._named = ", ".join(choices)

    def fail(self, key: str, **kwargs: Any) -> NoReturn:
        if key == "invalid_choice":
            given = shown(kwargs["input"])
            raise serializers.ValidationError(f"{given} is none of {self._named}.", code=key)
        super().fail(key, **kwargs)


class Query(serializers.UUIDField):
    """The id of an earlier query."""

    default_error_messages = {
        "invalid": "This is no query_id. Send one as an answer gave it, or leave it out."
    }


def optional(**extra: Any) -> dict[str, Any]:
    return {"required": False, "allow_null": True, **extra}


class Crop(serializers.ListField):
    """Four numbers that are a Box."""

    child = serializers.FloatField()

    def run_validation(self, data: Any = serializers.empty) -> Box:
        return make_box(super().run_validation(data))


class TagList(serializers.ListField):
    """Tag names, `facet:value` or a bare value."""

    child = serializers.CharField(max_length=MAX_TAG_LENGTH)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**optional(max_length=MAX_TAGS, **kwargs))


@extend_schema_field(
    {"type": ["array", "null"], "maxItems": len(COLOURS), "items": limits.COLOUR_SCHEMA}
)
class ColourList(serializers.ListField):
    """Names of colours; which there are, the search knows, and names the nearest of them."""

    child = serializers.CharField(max_length=MAX_TAG_LENGTH)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**optional(max_length=len(COLOURS), **kwargs))


class SkuList(serializers.ListField):
    """SKUs of published products."""

    child = serializers.CharField(max_length=limits.MAX_SKU)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**optional(max_length=MAX_EXAMPLES, **kwargs))


@extend_schema_field({"type": ["string", "number"], "minimum": 0, "example": "19.90"})
class Price(serializers.DecimalField):
    """Inclusive, in the products' own currency; a number, or text so that nothing is rounded."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**optional(max_digits=None, decimal_places=None, **kwargs))


class Photo(serializers.CharField):
    """A photo in base64. What else it could hold than letters of that alphabet, whoever decodes it
    will see: looking for it here, character by character, took longer than decoding."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, **kwargs)
        self.validators = []


def product_field() -> serializers.CharField:
    return serializers.CharField(
        **optional(max_length=limits.MAX_SKU), help_text="SKU of a product to look like."
    )


def query_field() -> Query:
    return Query(
        **optional(), help_text="An earlier query, so that its photo needn't be sent again."
    )


def crop_field() -> Crop:
    return Crop(
        **optional(min_length=4, max_length=4),
        help_text="Part of the photo: [x, y, width, height] as shares from 0 to 1.",
    )


def weight_field(of_what: str) -> Real:
    return Real(
        **optional(min_value=0, max_value=MOST_WEIGHT),
        help_text=f"How much {of_what} of the pictures count in the order; all weights together at "
        f"most {MOST_WEIGHT}. Distances and bands stay those of the whole picture's vector. Only "
        "where the space keeps such descriptors.",
    )


def photo_field() -> Photo:
    return Photo(
        **optional(),
        help_text="The photo (JPEG, PNG, WebP or AVIF) in base64; a `data:` prefix is allowed.",
    )
