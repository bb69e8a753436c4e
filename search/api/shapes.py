"""The shapes of answers, for the schema alone. `answers.py` makes them; a test compares the two."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from search.api.codes import CODES
from search.api.explained import ExplainSerializer
from search.api.shape import Shape
from search.embedding.objects import MOST

BANDS = ["same", "very_similar", "similar", "weak", ""]


def code_table() -> str:
    """All codes with status and meaning, as Markdown."""
    rows = [f"| `{name}` | {code.status} | {code.meaning} |" for name, code in CODES.items()]
    return "\n".join(["| code | status | meaning |", "|---|---|---|", *rows])


@extend_schema_field({"type": "string", "enum": BANDS})
class Band(serializers.CharField):
    """How alike in a word."""


class ImageSerializer(Shape):
    """A picture and its thumbnail."""

    id = serializers.IntegerField()
    url = serializers.URLField()
    thumbnail = serializers.URLField(help_text="WebP, 480 pixels on the longer side.")


class FullImageSerializer(ImageSerializer):
    """A picture with its words and size in pixels."""

    alt = serializers.CharField(help_text="What the picture shows, in words; may be empty.")
    width = serializers.IntegerField()
    height = serializers.IntegerField()


class ProductSerializer(Shape):
    """A product as every answer shows it."""

    sku = serializers.CharField()
    title = serializers.CharField()
    url = serializers.URLField(help_text="The product's page in the shop.")
    price = serializers.CharField(help_text="Decimal number as text: nothing is rounded.")
    currency = serializers.CharField(help_text="ISO 4217.")
    in_stock = serializers.BooleanField()
    category = serializers.CharField(
        allow_null=True, help_text="Slug, as the `category` filter takes it."
    )
    tags = serializers.ListField(
        child=serializers.CharField(), help_text="Names, as the `tags` filter takes them."
    )


class ListedProductSerializer(ProductSerializer):
    """A product and its main image."""

    image = ImageSerializer(allow_null=True, help_text="The main image.")


class FullProductSerializer(ProductSerializer):
    """All of a product."""

    stock = serializers.IntegerField(
        allow_null=True, help_text="Pieces; null unless the key may write."
    )
    status = serializers.ChoiceField(
        choices=["draft", "active", "archived"],
        help_text="Others than `active` are told of to a key that may write, and to nobody else.",
    )
    description = serializers.CharField()
    images = FullImageSerializer(many=True)
    similar = serializers.URLField(help_text="Products that look like it.")


class ProductListSerializer(Shape):
    """A page of products."""

    results = ListedProductSerializer(many=True)
    next = serializers.URLField(allow_null=True, help_text="The next page, or null on the last.")


class HitSerializer(ProductSerializer):
    """A product and how near it is."""

    image = ImageSerializer(allow_null=True, help_text="The image that is nearest to the photo.")
    distance = serializers.FloatField(
        allow_null=True,
        min_value=0,
        max_value=2,
        help_text="Cosine distance of the vectors, lower is nearer; null where words alone found "
        "the product. Weights change the order, not this.",
    )
    similarity = serializers.FloatField(
        allow_null=True, help_text="`1 - distance`, for display; not a probability."
    )
    band = Band(help_text="How alike in a word; empty without a distance.")


class FacetValueSerializer(Shape):
    """A value to narrow by."""

    value = serializers.CharField(help_text="What the filter takes.")
    label = serializers.CharField()  # type: ignore[assignment] # the name that the JSON has
    count = serializers.IntegerField(
        help_text="Products with it, under all filters but those chosen in the same facet."
    )
    selected = serializers.BooleanField(help_text="Whether a filter names it.")
    swatch = serializers.CharField(
        allow_null=True, help_text="A colour to show, `#rrggbb`; null for all but colours."
    )


class FacetSerializer(Shape):
    """Values of one kind, counted among the products of all pages."""

    name = serializers.CharField(help_text="`category`, `colour`, `tag:<facet>`, `stock`, `price`.")
    label = serializers.CharField()  # type: ignore[assignment] # the name that the JSON has
    values = FacetValueSerializer(many=True)


class TookSerializer(Shape):
    """Milliseconds per step; 0 for a step that was not needed."""

    decode = serializers.FloatField()
    embed = serializers.FloatField()
    search = serializers.FloatField()
    total = serializers.FloatField()


def boxes_field(help_text: str = "") -> serializers.ListField:
    side = serializers.FloatField(min_value=0, max_value=1)
    box = serializers.ListField(child=side, min_length=4, max_length=4)
    return serializers.ListField(child=box, max_length=MOST, help_text=help_text)


class AnswerSerializer(Shape):
    """A page of hits."""

    query_id = serializers.UUIDField(
        allow_null=True,
        help_text="For further pages and other filters without the photo; null where a product's "
        "address asked.",
    )
    space = serializers.CharField(help_text="Name of the vectors' space; empty for words alone.")
    band = Band(help_text="Of the nearest product of all pages.")
    total = serializers.IntegerField(help_text="Products on all pages together.")
    among = serializers.IntegerField(
        allow_null=True,
        help_text="So many of the nearest products were looked at and counted, and there are more; "
        "null where these are all.",
    )
    results = HitSerializer(many=True)
    facets = FacetSerializer(many=True, help_text="Empty unless asked for.")
    next = serializers.URLField(allow_null=True, help_text="The next page, or null on the last.")
    suggestions = boxes_field(
        "Boxes around the main things in the photo, likeliest first: `[x, y, width, height]` in "
        "0..1, as `crop` takes them with the same photo. Empty where the photo was cropped or is "
        "one of several, and where the shop's network doesn't say."
    )
    took_ms = TookSerializer(help_text="Milliseconds per step.")
    explain = ExplainSerializer(
        allow_null=True, help_text="How the answer was found; null unless asked for."
    )


class ErrorDetailSerializer(Shape):
    """What went wrong."""

    code = serializers.ChoiceField(
        choices=list(CODES), help_text=f"Stable, for programs.\n\n{code_table()}"
    )
    message = serializers.CharField(help_text="What was wrong and what to do; for people.")
    field = serializers.CharField(
        allow_null=True, help_text="Path of the input it is about, such as `filters.tags`."
    )
    request_id = serializers.CharField(
        allow_null=True, help_text="The same as in X-Request-ID; finds the request in the log."
    )


class ErrorSerializer(Shape):
    """The one shape of every error."""

    error = ErrorDetailSerializer()
