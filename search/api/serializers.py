"""What a program may ask, checked field by field."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from search.api import limits
from search.engine.types import MAX_K, MAX_TEXT, SORTS, Filters
from search.errors import InvalidSearch
from search.inputs import (
    MAX_CATEGORY_LENGTH,
    MAX_TAG_LENGTH,
    MAX_TAGS,
    make_box,
    make_filters,
    refuse_unknown,
)


class Strict(serializers.Serializer[Any]):
    """Refuses names it doesn't know; null counts as not given."""

    within = ""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if isinstance(data, dict):
            refuse_unknown(data, allowed=list(self.fields), within=self.within)
            data = {name: value for name, value in data.items() if value is not None}
        checked: dict[str, Any] = super().to_internal_value(data)
        return checked


class Number(serializers.IntegerField):
    """A whole number; true and 1.0 are none."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool | float):
            self.fail("invalid")
        return super().to_internal_value(data)


def _optional(**extra: Any) -> dict[str, Any]:
    return {"required": False, "allow_null": True, **extra}


class TagList(serializers.ListField):
    """Tag names, `facet:value` or a bare value."""

    child = serializers.CharField(max_length=MAX_TAG_LENGTH)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**_optional(max_length=MAX_TAGS, **kwargs))


@extend_schema_field({"type": ["string", "number"], "minimum": 0, "example": "19.90"})
class Price(serializers.DecimalField):
    """Inclusive, in the products' own currency; a number, or text so that nothing is rounded."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**_optional(max_digits=None, decimal_places=None, **kwargs))


class FiltersSerializer(Strict):
    """What a product must satisfy."""

    within = "filters"

    tags = TagList(help_text="All of these: `facet:value`, or a bare value.")
    any_tags = TagList(help_text="At least one of these.")
    not_tags = TagList(help_text="None of these.")
    category = serializers.CharField(
        **_optional(
            allow_blank=True,
            max_length=MAX_CATEGORY_LENGTH,
            help_text="A category's slug; everything below it counts too.",
        )
    )
    price_min = Price(help_text="Inclusive, in the products' own currency.")
    price_max = Price(help_text="Inclusive, in the products' own currency.")
    in_stock = serializers.BooleanField(**_optional(), help_text="Only what is in stock.")


class RefinementSerializer(Strict):
    """What narrows and orders an answer, however the question came in."""

    product = serializers.CharField(
        **_optional(max_length=limits.MAX_SKU), help_text="SKU of a product to look like."
    )
    text = serializers.CharField(
        **_optional(max_length=MAX_TEXT), help_text="Words, alone or on top of a photo."
    )
    query_id = serializers.UUIDField(
        **_optional(), help_text="An earlier query, so that its photo needn't be sent again."
    )
    crop = serializers.ListField(
        child=serializers.FloatField(),
        **_optional(min_length=4, max_length=4),
        help_text="Part of the photo: [x, y, width, height] as shares from 0 to 1.",
    )
    filters = FiltersSerializer(**_optional())
    sort = serializers.ChoiceField(choices=SORTS, default="similarity")
    k = Number(min_value=1, max_value=MAX_K, default=limits.DEFAULT_K, help_text="Products a page.")
    facets = serializers.BooleanField(default=False, help_text="Whether to count values.")

    def validate_crop(self, crop: list[float]) -> tuple[float, float, float, float]:
        return make_box(crop)

    def validate_filters(self, filters: dict[str, Any]) -> Filters:
        try:
            return make_filters(**filters)
        except InvalidSearch as error:
            error.field = f"filters.{error.field}"
            raise


class SearchSerializer(RefinementSerializer):
    """A question as JSON."""

    image_base64 = serializers.CharField(
        **_optional(),
        help_text="The photo (JPEG, PNG, WebP or AVIF) in base64; a `data:` prefix is allowed.",
    )


class PhotoFormSerializer(RefinementSerializer):
    """A question as multipart/form-data."""

    image = serializers.FileField(help_text="The photo (JPEG, PNG, WebP or AVIF).")
    filters = serializers.CharField(  # type: ignore[assignment] # the same, as JSON in text
        **_optional(), help_text="The filters as a JSON object in a string."
    )
    crop = serializers.CharField(  # type: ignore[assignment] # the same, as text
        **_optional(), help_text="`x,y,width,height` as shares from 0 to 1."
    )
