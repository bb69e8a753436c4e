"""Distinct products by their best image, with no page left short."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from math import ceil, sqrt

from search.engine import plan
from search.engine.filters import Resolved
from search.engine.nearest import Neighbour, Probe, exact_products, hnsw_images
from search.engine.statistics import Statistics


def best_images(images: Iterable[Neighbour], *, limit: int) -> list[Neighbour]:
    """The first image of each product, in the order given, up to `limit` products."""
    best: dict[int, Neighbour] = {}
    for image in images:
        best.setdefault(image.product_id, image)
    return list(islice(best.values(), limit))


def images_for(products: int, *, statistics: Statistics) -> int:
    """How many of the nearest images hold so many products, as a rule; too few cost a second scan.

    A few products with many images weigh less among a thousand than among twenty.
    """
    return ceil((products + 2 * sqrt(products)) * statistics.images_per_product)


def nearest_products(
    probe: Probe, *, limit: int, statistics: Statistics, resolved: Resolved
) -> tuple[list[Neighbour], int | None, str]:
    """At most `limit` products, nearest first; how many pass in all, None where that is not known
    but at least `limit`; and the plan that found them.

    The nearest images are the nearest products' best ones as soon as enough products are among
    them. Where products have more images than was thought, more are looked at.
    """
    wanted = images_for(limit, statistics=statistics)
    while True:
        for way in plan.ways(statistics, resolved, wanted=wanted):
            if way.name == plan.EXACT:
                return *exact_products(probe, limit=limit), plan.EXACT
            images = hnsw_images(probe, plan=way)
            best = best_images(images, limit=limit)
            if len(best) == limit:
                return best, None, plan.HNSW
            if len(images) >= wanted:
                break
        wanted *= 2
