"""What page and API say of one answer, brought into one form and compared."""

from __future__ import annotations

from typing import Any

import pytest

from search.engine.types import SearchResult

Counts = dict[str, dict[str, tuple[int, bool]]]


def assert_alike(told: dict[str, Any], result: SearchResult) -> None:
    """The API's answer and the page's result are of the same products, distances and counts."""
    assert [hit["sku"] for hit in told["results"]] == [hit.product.sku for hit in result.hits]
    shown = [(hit.distance, hit.band, hit.image and hit.image.pk) for hit in result.hits]
    for hit, (distance, band, image) in zip(told["results"], shown, strict=True):
        assert hit["distance"] == (None if distance is None else pytest.approx(distance, abs=1e-4))
        assert (hit["band"], hit["image"] and hit["image"]["id"]) == (band, image)
    assert (told["total"], told["among"], told["band"]) == (
        result.total,
        result.among,
        result.band,
    )
    assert told["space"] == result.space
    assert (told["next"] is not None) == result.has_next
    assert facets_told(told) == {
        facet.name: {each.value: (each.count, each.selected) for each in facet.values}
        for facet in result.facets
    }


def facets_told(told: dict[str, Any]) -> Counts:
    named = {facet["name"]: facet["values"] for facet in told["facets"]}
    return {
        name: {each["value"]: (each["count"], each["selected"]) for each in values}
        for name, values in named.items()
    }
