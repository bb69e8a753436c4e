"""A distance in words: what a customer can make of it."""

from __future__ import annotations

from collections.abc import Mapping

from search.models import EmbeddingSpace

WEAK = "weak"


def band(distance: float | None, bands: Mapping[str, float]) -> str:
    """The first of the space's bands (name -> largest distance, nearest first, as `bands_of` gives
    them) that the distance falls in.

    "weak" beyond the last one; "" without a distance or where the space has no bands.
    """
    if distance is None or not bands:
        return ""
    return next((name for name, largest in bands.items() if distance <= largest), WEAK)


def bands_of(space: EmbeddingSpace | None) -> Mapping[str, float]:
    """Name -> largest distance, the nearest first: as calibrated on the gallery of the space, else
    as its card says; empty without a space."""
    if space is None:
        return {}
    edges: Mapping[str, float] = space.bands.get("edges") or space.root.card.get("bands", {})
    return dict(sorted(edges.items(), key=lambda each: each[1]))
