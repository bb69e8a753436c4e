"""The shape of what a batch is answered with."""

from __future__ import annotations

from rest_framework import serializers

from search.api.shape import Shape
from search.api.shapes import AnswerSerializer, ErrorDetailSerializer, TookSerializer


class BatchedSerializer(Shape):
    """What one query of a batch came to: an answer or an error."""

    status = serializers.IntegerField(help_text="As the query alone would have been answered with.")
    answer = AnswerSerializer(allow_null=True, help_text="Null where there is an error.")
    error = ErrorDetailSerializer(
        allow_null=True, help_text="Null where there is an answer. `field` begins with the query."
    )
    retry_after = serializers.IntegerField(
        allow_null=True, help_text="Seconds, where the same query may be answered later."
    )


class BatchAnswerSerializer(Shape):
    """The answers to the queries of a batch, in their order."""

    answers = BatchedSerializer(many=True)
    took_ms = TookSerializer(help_text="Milliseconds per step, of all queries together.")
