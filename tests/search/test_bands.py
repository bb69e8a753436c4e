"""Bands as the gallery calibrates them: what is measured, stored, due, and said to customers."""

from __future__ import annotations

import random

import numpy as np
import pytest
from django.utils.dateparse import parse_datetime

from catalog.models import ProductImage
from search import selectors, services
from search.engine import statistics
from search.engine.bands import bands_of
from search.engine.calibration import LEAST_PRODUCTS
from search.models import EmbeddingSpace, ImageEmbedding
from search.services import bands
from search.services.bands import bands_due, calibrate_bands, tend_bands
from tests.engine.gallery import BANDS, asks, axis, embed, make_space, towards, unit_rows
from tests.factories import make_product

pytestmark = pytest.mark.django_db

PRODUCTS = 60


@pytest.fixture(autouse=True)
def _no_old_statistics(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has spaces of its own, and ids may come back after a rollback."""
    monkeypatch.setattr(statistics, "_kept", {})


def pairs(space: EmbeddingSpace, distances: list[float]) -> None:
    """Two products for each distance: that far apart, and at right angles to all others."""
    for place, distance in enumerate(distances):
        one, other = axis(2 * place, space.dim), axis(2 * place + 1, space.dim)
        near = (1 - distance) * one + np.sqrt(1 - (1 - distance) ** 2) * other
        embed(make_product(), one, space=space)
        embed(make_product(), near.astype(np.float32), space=space)


def wide_space(**overrides: object) -> EmbeddingSpace:
    return make_space(dim=PRODUCTS + 20, **overrides)


def test_the_edges_come_from_the_distance_to_the_nearest_other_product():
    space = wide_space()
    pairs(space, np.linspace(0.06, 0.5, PRODUCTS // 2).tolist())

    found = calibrate_bands(space)

    assert found.products == found.rows == PRODUCTS
    # Every distance stands in the null twice. "same" meets its floor or the lowest pair.
    assert found.edges == {"same": 0.06, "very_similar": 0.1662, "similar": 0.5}


def test_what_was_found_is_stored_with_what_it_rests_on():
    space = wide_space()
    pairs(space, np.linspace(0.06, 0.5, PRODUCTS // 2).tolist())

    found = calibrate_bands(space)

    space.refresh_from_db()
    assert space.bands == {
        "edges": dict(found.edges),
        "products": PRODUCTS,
        "rows": PRODUCTS,
        "at": found.at,
    }
    assert parse_datetime(found.at) is not None


def test_customers_are_told_by_the_calibrated_bands():
    space = make_space()
    embed(make_product(), axis(0), space=space)
    question = asks(towards(0.6), space)
    before = selectors.search(question=question, door="test")
    space.bands = {"edges": {"same": 0.1, "very_similar": 0.2, "similar": 0.3}}
    space.save()
    statistics._kept.clear()

    after = selectors.search(question=question, door="test")

    assert (before.band, after.band) == ("similar", "weak")
    assert [hit.band for hit in (*before.hits, *after.hits)] == ["similar", "weak"]
    assert after.best_distance == before.best_distance == pytest.approx(0.4, abs=1e-3)


def test_pictures_of_one_product_are_not_compared_with_each_other():
    space = wide_space()
    for place in range(PRODUCTS):
        one = axis(place, space.dim)
        beside = unit_rows(one + 0.1 * axis(PRODUCTS + place % 20, space.dim))
        embed(make_product(), one, beside, space=space)

    found = calibrate_bands(space)

    assert (found.products, found.rows) == (PRODUCTS, 2 * PRODUCTS)
    # As near as the pictures of a product are, .005, no other product comes: all meet the ceilings.
    assert found.edges == {
        "same": pytest.approx(1.5 * BANDS["same"]),
        "very_similar": pytest.approx(2 * BANDS["very_similar"]),
        "similar": pytest.approx(1.25 * BANDS["similar"]),
    }


def test_one_photo_on_two_products_does_not_make_everything_else_dissimilar():
    """The very same vector, and a second file of the same photo whose vector moved a little."""
    space = wide_space()
    pairs(space, np.linspace(0.06, 0.5, PRODUCTS // 2).tolist())
    before = calibrate_bands(space)
    dice = random.Random(4)
    for stored in list(ImageEmbedding.objects.order_by("image_id")[: PRODUCTS // 2]):
        vector = np.asarray(stored.vector, dtype=np.float32)
        moved = unit_rows(vector + 0.2 * axis(space.dim - 1, space.dim))
        twins = [embed(make_product(), copy, space=space)[0].pk for copy in (vector, moved)]
        same_photo = ProductImage.objects.filter(pk__in=[stored.image_id, *twins])
        same_photo.update(phash=dice.getrandbits(63))

    after = calibrate_bands(space)

    assert after.edges["same"] == pytest.approx(before.edges["same"], abs=0.03)
    assert after.edges["same"] > 0.5 * BANDS["same"]


def test_what_customers_do_not_see_is_not_counted():
    space = wide_space()
    pairs(space, [0.2] * (PRODUCTS // 2))
    ImageEmbedding.objects.filter(space=space).update(published=False)

    assert calibrate_bands(space).products == 0


def test_a_small_gallery_keeps_the_cards_bands():
    space = make_space(dim=LEAST_PRODUCTS)
    for place in range(LEAST_PRODUCTS - 1):
        embed(make_product(), axis(place, space.dim), space=space)

    assert not bands_due(space)
    assert calibrate_bands(space).edges == {}
    question = asks(axis(0, space.dim), space)
    assert selectors.search(question=question, door="test").band == "same"


def test_bands_are_due_when_a_gallery_has_grown_or_shrunk_by_a_quarter():
    space = wide_space()
    pairs(space, [0.2] * (PRODUCTS // 2))

    assert bands_due(space)
    assert tend_bands(space) is not None
    assert not bands_due(space)
    assert tend_bands(space) is None

    product = make_product()
    embed(product, *[axis(0, space.dim)] * (PRODUCTS // 4), space=space)
    assert not bands_due(space)
    embed(product, axis(0, space.dim), space=space)
    assert bands_due(space)

    calibrate_bands(space)
    kept = ImageEmbedding.objects.order_by("pk").values_list("image_id", flat=True)[:55]
    ImageEmbedding.objects.exclude(image_id__in=list(kept)).delete()
    assert bands_due(space)


def test_a_gallery_that_becomes_too_small_loses_its_bands():
    space = wide_space()
    pairs(space, [0.2] * (PRODUCTS // 2))
    calibrate_bands(space)
    kept = ImageEmbedding.objects.order_by("pk").values_list("image_id", flat=True)[:10]
    ImageEmbedding.objects.exclude(image_id__in=list(kept)).delete()

    tended = tend_bands(space)

    assert tended is not None
    assert (tended.edges, space.bands["edges"]) == ({}, {})
    assert bands_of(space) == BANDS
    assert not bands_due(space)


def test_it_ends_when_its_time_is_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bands, "SECONDS", 0.0)
    space = wide_space()
    pairs(space, [0.2] * (PRODUCTS // 2))

    assert calibrate_bands(space).products == 1


def test_the_deep_sweep_fits_them_anew():
    space = wide_space()
    pairs(space, [0.2] * (PRODUCTS // 2))

    services.reconcile(deep=False)
    space.refresh_from_db()
    assert space.bands == {}

    services.reconcile()
    space.refresh_from_db()
    assert (space.bands["products"], space.bands["rows"]) == (PRODUCTS, PRODUCTS)
