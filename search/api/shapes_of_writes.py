"""The shapes of what is answered to writes, for the schema alone."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from search.api.bulk import STATUSES
from search.api.codes import CODES
from search.api.shape import Shape
from search.api.shapes import FullImageSerializer


class IndexedImageSerializer(FullImageSerializer):
    """A picture and whether it is found by now."""

    sku = serializers.CharField(help_text="Of its product.")
    position = serializers.IntegerField(help_text="Its place among the product's images.")
    state = serializers.ChoiceField(
        choices=["pending", "ready", "failed"],
        help_text="`ready`: searches find it. `failed`: they won't, for the `reason`.",
    )
    reason = serializers.CharField(allow_null=True, help_text="Why it failed, in words.")


class LineErrorSerializer(Shape):
    """What was wrong with a line, or with the body."""

    code = serializers.ChoiceField(choices=list(CODES))
    message = serializers.CharField(help_text="What was wrong and what to do; for people.")
    field = serializers.CharField(
        allow_null=True, help_text="Path of the input it is about, such as `price`."
    )


class BulkResultSerializer(Shape):
    """What became of one line."""

    line = serializers.IntegerField(help_text="Counted from 1, empty ones too.")
    sku = serializers.CharField(allow_null=True, help_text="null where the line has none.")
    status = serializers.ChoiceField(choices=list(STATUSES))
    error = LineErrorSerializer(allow_null=True)


@extend_schema_field({"type": "integer", "minimum": 0})
class Count(serializers.IntegerField):
    """How many."""


class BulkCountsSerializer(Shape):
    """How many lines came to what."""

    lines = Count()
    created = Count()
    updated = Count()
    unchanged = Count()
    deleted = Count()
    error = Count()


class BulkSummarySerializer(Shape):
    """The last line of the answer; without it, the answer was cut off."""

    summary = BulkCountsSerializer()
    complete = serializers.BooleanField(
        help_text="Whether every line was read and answered; else `error` says why not."
    )
    error = LineErrorSerializer(allow_null=True)
