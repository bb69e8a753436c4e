"""Distances in words."""

from __future__ import annotations

import pytest

from search.engine.bands import band, bands_of
from search.models import EmbeddingSpace

BANDS = {"same": 0.05, "very_similar": 0.15, "similar": 0.3}


@pytest.mark.parametrize(
    ("distance", "expected"),
    [
        (0.0, "same"),
        (0.05, "same"),
        (0.051, "very_similar"),
        (0.3, "similar"),
        (0.31, "weak"),
        (2.0, "weak"),
        (None, ""),
    ],
)
def test_the_narrowest_band_that_holds_the_distance(distance: float | None, expected: str) -> None:
    assert band(distance, BANDS) == expected


def test_bands_come_nearest_first_however_a_card_lists_them() -> None:
    card = {"bands": {"similar": 0.3, "same": 0.05, "very_similar": 0.15}}

    assert list(bands_of(EmbeddingSpace(card=card))) == ["same", "very_similar", "similar"]


def test_a_card_without_bands_says_nothing() -> None:
    assert band(0.1, {}) == ""
