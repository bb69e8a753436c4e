"""What a body may hold is all that it may hold; the schema says so too."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension

from search.api.fields import Strict


class StrictObjects(OpenApiSerializerExtension):  # type: ignore[no-untyped-call] # registers it
    """Objects that refuse names they don't know."""

    target_class = Strict
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        described = auto_schema._map_serializer(  # noqa: SLF001 - as its documentation shows
            self.target, direction, bypass_extensions=True
        )
        return {**described, "additionalProperties": False}
