"""What the shapes of all answers are made of."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class Shape(serializers.Serializer[Any]):
    """An answer, or a part of one, whose fields are always there."""
