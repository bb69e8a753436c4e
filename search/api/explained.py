"""How an answer was found, in what `explain` says and in the shape of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rest_framework import serializers

from search.api.shape import Shape
from search.engine.types import SearchResult

PLANS = ("exact", "hnsw", "text", "hybrid")
READINGS = ("typed", "scattered", "mended")
STEPS = ("filters", "nearest", "products", "facets")


def explained(result: SearchResult) -> dict[str, Any] | None:
    """What ExplainSerializer describes; None where nobody asked."""
    found = result.explanation
    if found is None:
        return None
    told = asdict(found)
    nearest, farthest = told.pop("nearest"), told.pop("farthest")
    spread = {"nearest": nearest, "farthest": farthest}
    return {
        **{name: told[name] for name in ("plan", "why", "frozen", "pictures", "looks", "fusion")},
        "words": told["readings"],
        "candidates": {
            "products": told["candidates"],
            "limit": told["limit"],
            "complete": told["complete"],
        },
        "distances": None
        if nearest is None
        else {name: round(distance, 5) for name, distance in spread.items()},
        "weights": told["weights"],
        "steps_ms": {step: round(result.took_ms[step], 2) for step in STEPS},
        "statements": [
            {"step": each["step"], "took_ms": round(each["took_ms"], 2)}
            for each in told["statements"]
        ],
    }


class PicturesSerializer(Shape):
    """The pictures that pass the filters."""

    indexed = serializers.IntegerField(
        allow_null=True,
        help_text="About so many pictures in the index can be found; null without one that is "
        "ready.",
    )
    estimated = serializers.IntegerField(
        allow_null=True,
        help_text="So many were thought to pass; the plan was chosen by it. Null where there was "
        "nothing to choose.",
    )
    passing = serializers.IntegerField(help_text="So many pass, counted.")
    products = serializers.IntegerField(help_text="Products that these show.")
    all_counted = serializers.BooleanField(
        help_text="False where counting stopped, and there are more."
    )


class LookSerializer(Shape):
    """One try at finding the nearest pictures."""

    plan = serializers.ChoiceField(choices=PLANS[:2])
    products = serializers.IntegerField(help_text="Different products that it found.")
    looked_at = serializers.IntegerField(
        allow_null=True, help_text="The nearest pictures that the index gave; null if exact."
    )
    passed = serializers.IntegerField(
        allow_null=True, help_text="Those of them that pass the filters; null if exact."
    )
    ef_search = serializers.IntegerField(
        allow_null=True, help_text="The length of the index's candidate list; null if exact."
    )


class FusionSerializer(Shape):
    """Two rankings as one: by the sum of 1 / (k + rank), each counting alike."""

    k = serializers.IntegerField()
    by_photo = serializers.IntegerField(help_text="Products that the picture ranked.")
    by_words = serializers.IntegerField(help_text="Products that the words ranked.")
    both = serializers.IntegerField(help_text="Products in both rankings.")


class ReadingSerializer(Shape):
    """The words as they were looked for."""

    how = serializers.ChoiceField(
        choices=READINGS,
        help_text="As typed; with characters that stand without spaces apart; with typing errors "
        "mended.",
    )
    text = serializers.CharField()
    found = serializers.IntegerField(help_text="Products that no reading before had found.")


class CandidatesSerializer(Shape):
    """The products that paging, sorting and counting run inside."""

    products = serializers.IntegerField()
    limit = serializers.IntegerField(help_text="No search looks at more.")
    complete = serializers.BooleanField(
        help_text="False where only the first ones were needed and looked for."
    )


class SpreadSerializer(Shape):
    """Cosine distances of the candidates."""

    nearest = serializers.FloatField()
    farthest = serializers.FloatField()


class SharesSerializer(Shape):
    """What each kind counts in the order: together 1, or 0 for words alone."""

    vector = serializers.FloatField()
    colour = serializers.FloatField()
    texture = serializers.FloatField()
    shape = serializers.FloatField()


class StepsSerializer(Shape):
    """Milliseconds per step of the search."""

    filters = serializers.FloatField()
    nearest = serializers.FloatField()
    products = serializers.FloatField()
    facets = serializers.FloatField()


class StatementSerializer(Shape):
    """A statement to the database."""

    step = serializers.ChoiceField(choices=STEPS)
    took_ms = serializers.FloatField()


class ExplainSerializer(Shape):
    """How an answer was found."""

    plan = serializers.ChoiceField(
        choices=PLANS,
        help_text="`exact`: every picture that passes was compared; `hnsw`: the index gave the "
        "nearest; `text`: words alone; `hybrid`: picture and words, fused.",
    )
    why = serializers.CharField(help_text="The reason for the plan, for people.")
    frozen = serializers.BooleanField(
        help_text="Whether the candidates had been kept with the query: then `looks`, `words` and "
        "`fusion` are those of the first time, and empty here."
    )
    pictures = PicturesSerializer(allow_null=True, help_text="Null for words alone.")
    looks = LookSerializer(many=True, help_text="In the order in which they were made.")
    fusion = FusionSerializer(allow_null=True, help_text="Null unless two rankings were fused.")
    words = ReadingSerializer(many=True)
    candidates = CandidatesSerializer()
    distances = SpreadSerializer(allow_null=True, help_text="Null where nothing was compared.")
    weights = SharesSerializer()
    steps_ms = StepsSerializer()
    statements = StatementSerializer(many=True, help_text="In their order.")
