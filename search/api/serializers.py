"""What a program may ask, checked field by field."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from catalog.errors import LookalikeError
from search.api import limits
from search.api.fields import (
    Choice,
    ColourList,
    Number,
    Price,
    Real,
    SkuList,
    Strict,
    TagList,
    crop_field,
    optional,
    photo_field,
    product_field,
    query_field,
    weight_field,
)
from search.engine.types import MAX_K, MAX_TEXT, SORTS, Filters
from search.errors import InvalidSearch
from search.inputs import MAX_CATEGORY_LENGTH, make_filters
from search.services.examples import MAX_EXAMPLES, check_weight

SOURCES = ("image_base64", "product", "query_id")


class FiltersSerializer(Strict):
    """What a product must satisfy."""

    within = "filters"

    tags = TagList(help_text="All of these: `facet:value`, or a bare value.")
    any_tags = TagList(help_text="At least one of these.")
    not_tags = TagList(help_text="None of these.")
    facet_tags = TagList(
        help_text="As shoppers tick them: one of those of each facet. `colour:red`, `colour:blue` "
        "and `size:m` find what is red or blue, and in size m. A facet's other values are counted "
        "as if nothing were ticked in it; `tags` narrow every count."
    )
    category = serializers.CharField(
        **optional(
            allow_blank=True,
            max_length=MAX_CATEGORY_LENGTH,
            help_text="A category's slug; everything below it counts too.",
        )
    )
    price_min = Price(help_text="Inclusive, in the products' own currency.")
    price_max = Price(help_text="Inclusive, in the products' own currency.")
    in_stock = serializers.BooleanField(**optional(), help_text="Only what is in stock.")
    colours = ColourList(
        help_text="At least one of these, as a dominant colour of one of its pictures."
    )


class RefinementSerializer(Strict):
    """What narrows and orders an answer, whatever was asked."""

    filters = FiltersSerializer(**optional())
    min_similarity = Real(
        **optional(min_value=-1, max_value=1, help_text="Leave out what is less similar.")
    )
    colour_weight = weight_field("the colours")
    texture_weight = weight_field("the texture")
    shape_weight = weight_field("the outline")
    sort = Choice(SORTS, default="similarity")
    k = Number(min_value=1, max_value=MAX_K, default=limits.DEFAULT_K, help_text="Products a page.")
    facets = serializers.BooleanField(default=False, help_text="Whether to count values.")
    explain = serializers.BooleanField(
        default=False, help_text="Whether to tell how the answer was found, in `explain`."
    )

    def validate_filters(self, filters: dict[str, Any]) -> Filters:
        try:
            return make_filters(**filters)
        except InvalidSearch as error:
            error.field = f"filters.{error.field}"
            raise


class QuestionSerializer(RefinementSerializer):
    """A question, however it came in, and what narrows and orders its answer."""

    product = product_field()
    text = serializers.CharField(
        **optional(max_length=MAX_TEXT), help_text="Words, alone or on top of a photo."
    )
    query_id = query_field()
    crop = crop_field()


class ExampleSerializer(Strict):
    """One of a photo, a product or an earlier query, to be liked or disliked."""

    image_base64 = photo_field()
    product = product_field()
    query_id = query_field()
    crop = crop_field()
    weight = Real(
        default=1.0,
        min_value=-1,
        max_value=1,
        help_text="Above 0: like this; below 0: unlike this; 0 is refused. The proportions count.",
    )

    def validate_weight(self, weight: float) -> float:
        return check_weight(weight)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        given = [name for name in SOURCES if name in attrs]
        if len(given) != 1:
            raise InvalidSearch(
                f"An example is one of {', '.join(SOURCES)}; this one has "
                f"{' and '.join(given) or 'none of them'}.",
                field=given[1] if given else None,
            )
        if "crop" in attrs and "image_base64" not in attrs:
            raise InvalidSearch("crop cuts a photo out, and there is no photo here.", field="crop")
        return attrs


class PlacedList(serializers.ListField):
    """Objects whose errors say which of them is wrong: `images[1].weight`."""

    def run_child_validation(self, data: list[Any]) -> list[dict[str, Any]]:
        return [self._checked(place, each) for place, each in enumerate(data)]

    def _checked(self, place: int, example: Any) -> dict[str, Any]:
        try:
            checked: dict[str, Any] = self.child.run_validation(example)
        except serializers.ValidationError as error:
            located: Any = {place: error.detail}
            raise serializers.ValidationError(located) from error
        except LookalikeError as error:
            error.field = f"{self.field_name}[{place}]" + (f".{error.field}" if error.field else "")
            raise
        return checked


class SearchSerializer(QuestionSerializer):
    """A question as JSON."""

    image_base64 = photo_field()
    images = PlacedList(
        child=ExampleSerializer(),
        **optional(min_length=1, max_length=MAX_EXAMPLES),
        help_text="Several things at once, in the place of one: like these, not like those.",
    )


class FeedbackSerializer(RefinementSerializer):
    """Marks on hits."""

    like = SkuList(help_text="SKUs of hits to find more of.")
    dislike = SkuList(help_text="SKUs of hits to find less of.")


class PhotoFormSerializer(QuestionSerializer):
    """A question as multipart/form-data."""

    image = serializers.FileField(help_text="The photo (JPEG, PNG, WebP or AVIF).")
    filters = serializers.CharField(  # type: ignore[assignment] # the same, as JSON in text
        **optional(), help_text="The filters as a JSON object in a string."
    )
    crop = serializers.CharField(  # type: ignore[assignment] # the same, as text
        **optional(), help_text="`x,y,width,height` as shares from 0 to 1."
    )
