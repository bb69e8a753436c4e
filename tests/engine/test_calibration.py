"""Bands from a gallery's null: its quantiles, within bounds that the card sets."""

from __future__ import annotations

import numpy as np
import pytest

from search.engine.calibration import LEAST_PRODUCTS, calibrated

CARD = {"same": 0.08, "very_similar": 0.20, "similar": 0.40}


def evenly(low: float, high: float, count: int = 101) -> list[float]:
    return np.linspace(low, high, count).tolist()


def test_the_edges_are_quantiles_of_the_null():
    # 1, 25 and 95 per cent of the way from .09 to .49.
    assert calibrated(evenly(0.09, 0.49), CARD) == {
        "same": 0.094,
        "very_similar": 0.19,
        "similar": 0.47,
    }


def test_a_gallery_of_near_duplicates_pulls_no_edge_below_its_floor():
    assert calibrated(evenly(0.001, 0.02), CARD) == {
        "same": 0.04,
        "very_similar": 0.1,
        "similar": 0.4,
    }


def test_a_gallery_without_anything_alike_pushes_no_edge_over_its_ceiling():
    assert calibrated(evenly(0.8, 1.0), CARD) == {
        "same": 0.12,
        "very_similar": 0.4,
        "similar": 0.5,
    }


@pytest.mark.parametrize("card", [{}, {"similar": 0.2}, {"same": 0.08, "similar": 0.4}])
def test_a_card_without_all_bands_leaves_it_to_the_null(card: dict[str, float]):
    assert calibrated(evenly(0.0, 1.0), card) == {
        "same": 0.01,
        "very_similar": 0.25,
        "similar": 0.95,
    }


def test_no_band_reaches_past_the_next_where_a_card_sets_them_close_together():
    close = {"same": 0.1, "very_similar": 0.3, "similar": 0.4}

    assert calibrated(evenly(0.8, 1.0), close) == {
        "same": 0.15,
        "very_similar": 0.5,
        "similar": 0.5,
    }


def test_what_is_no_distance_is_not_counted():
    null = evenly(0.09, 0.49)

    assert calibrated([*null, np.nan, np.inf], CARD) == calibrated(null, CARD)
    assert calibrated([*null[: LEAST_PRODUCTS - 1], np.nan], CARD) == {}


def test_too_few_products_tell_nothing():
    assert calibrated(evenly(0.1, 0.5, LEAST_PRODUCTS - 1), CARD) == {}
    assert calibrated(evenly(0.1, 0.5, LEAST_PRODUCTS), CARD) != {}


@pytest.mark.parametrize("card", [CARD, {"same": 0.1, "very_similar": 0.3, "similar": 0.4}, {}])
@pytest.mark.parametrize("seed", range(20))
def test_the_edges_ascend_whatever_the_null(seed: int, card: dict[str, float]):
    dice = np.random.default_rng(seed)
    null = dice.beta(*dice.uniform(0.2, 5, 2), size=200) * dice.uniform(0.05, 1.5)

    edges = calibrated(null.tolist(), card)

    assert list(edges) == ["same", "very_similar", "similar"]
    assert list(edges.values()) == sorted(edges.values())
