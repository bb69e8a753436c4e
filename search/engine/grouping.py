"""Distinct products by their best image, with no page left short."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from math import ceil, sqrt

from search.engine import plan
from search.engine.filters import Resolved
from search.engine.nearest import Neighbour, Probe, exact_products, hnsw_images
from search.engine.statistics import Statistics

# More images than there are: every row is compared.
FAR = 2**31


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
    them; until then more are fetched, while that is cheaper than to compare every passing row.
    """
    wanted = images_for(limit, statistics=statistics)
    while True:
        chosen = plan.choose(statistics, resolved, wanted=wanted)
        if chosen.name == plan.EXACT:
            return *exact_products(probe, limit=limit), plan.EXACT
        images = hnsw_images(probe, plan=chosen)
        best = best_images(images, limit=limit)
        if len(best) == limit:
            return best, None, plan.HNSW
        # Fewer images than wanted pass: this filter's images lie elsewhere, and more steps of the
        # kind may find none.
        wanted = 2 * wanted if len(images) >= wanted else FAR
