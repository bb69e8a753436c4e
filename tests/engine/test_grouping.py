"""Distinct products by their best image, however many images each has."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from search import selectors
from search.engine import index, plan
from search.engine.candidates import probe_of
from search.engine.filters import Resolved
from search.engine.grouping import best_images, nearest_products
from search.engine.nearest import Neighbour
from search.engine.statistics import statistics_of
from tests.engine import gallery

pytestmark = pytest.mark.django_db

QUERY = gallery.clustered(1, seed=3)[0]


def test_the_first_image_of_each_product_is_kept_in_order() -> None:
    images = [
        Neighbour(1, 7, 0.1, 0.1),
        Neighbour(2, 7, 0.2, 0.2),
        Neighbour(3, 8, 0.3, 0.3),
        Neighbour(4, 9, 0.4, 0.4),
    ]

    assert best_images(images, limit=2) == [images[0], images[2]]


def test_products_with_many_images_do_not_crowd_others_out(settings: Any) -> None:
    settings.HNSW_STEP_ROWS = 5
    crowd = gallery.make_crowd(1_000, images_each=8)
    gallery.check_constraints()
    index.create_index(crowd.space, concurrently=False)
    gallery.analyse()
    known = replace(statistics_of(crowd.space.pk), images_per_product=1.0)  # as if it were so
    found, total, name = nearest_products(
        probe_of(gallery.asks(QUERY, crowd.space), resolved=Resolved()),
        limit=24,
        statistics=known,
        resolved=Resolved(),
    )
    distances = crowd.distances(QUERY)
    expected = set(sorted(distances, key=lambda pk: distances[pk])[:24])

    assert (total, name) == (None, plan.HNSW)
    assert len({each.product_id for each in found}) == 24
    assert len({each.product_id for each in found} & expected) >= 23


def test_without_a_valid_index_everything_is_compared() -> None:
    crowd = gallery.make_crowd(50)
    result = selectors.search(question=gallery.asks(QUERY, crowd.space), door="test")

    assert (result.plan, result.total) == (plan.EXACT, 50)
