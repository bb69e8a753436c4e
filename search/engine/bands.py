"""A distance in words: what a customer can make of it."""

from __future__ import annotations

from collections.abc import Mapping

WEAK = "weak"


def band(distance: float | None, bands: Mapping[str, float]) -> str:
    """The first of the space's bands (name -> largest distance) that the distance falls in.

    "weak" beyond the last one; "" without a distance or where the space's card names no bands.
    """
    if distance is None or not bands:
        return ""
    by_distance = sorted(bands.items(), key=lambda each: each[1])
    return next((name for name, largest in by_distance if distance <= largest), WEAK)
