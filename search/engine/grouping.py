"""Distinct products by their best image, with no page left short."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from math import ceil, sqrt

from django.conf import settings

from search.engine import plan
from search.engine.explaining import Look
from search.engine.explaining.trace import finding
from search.engine.filters import Resolved
from search.engine.nearest import Neighbour, Probe, exact_products, hnsw_images
from search.engine.statistics import Statistics

# Where more than the vector counts, so many are proven to be the best, or MOST_TO_WEIGH times
# CANDIDATES pictures were looked at. On 100,000 pictures with colours that say nothing about their
# look, the 4,000 nearest hold all of the 24 best up to a weight of .5, .97 of them at .7 and .59 at
# .9: there the answer is the best in colour of what looks alike. Eleven thousand, found by the
# index, held no more of them at .7.
PROVEN = 24
MOST_TO_WEIGH = 5


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


def settled(
    ranked: Sequence[Neighbour], *, looked_at: Sequence[Neighbour], probe: Probe, wanted: int
) -> bool:
    """Whether no other picture can be among the first of the ranked ones, or it would be too dear
    to find out. `looked_at` are all up to the furthest vector, `wanted` as many as were asked for.
    """
    if not probe.joint.weighed or 2 * wanted > MOST_TO_WEIGH * settings.CANDIDATES:
        return True
    furthest = max(each.distance for each in looked_at)
    return ranked[:PROVEN][-1].rank <= probe.joint.least(furthest)


def nearest_products(
    probe: Probe, *, limit: int, statistics: Statistics, resolved: Resolved
) -> tuple[list[Neighbour], int | None, str]:
    """At most `limit` products, nearest first; how many pass in all, None where that is not known
    but at least `limit`; and the plan that found them.

    The nearest images are the nearest products' best ones as soon as enough products are among
    them. Where products have more images than was thought, more are looked at. What counts beside
    the vector is not in the index: what the index gives is ranked anew, until it is `settled`.
    """
    wanted = images_for(limit, statistics=statistics)
    while True:
        for way in plan.ways(statistics, resolved, wanted=wanted):
            if way.name == plan.EXACT:
                best, total = exact_products(probe, limit=limit)
                if trace := finding():
                    trace.looks.append(Look(plan.EXACT, total))
                return best, total, plan.EXACT
            images = hnsw_images(probe, plan=way)
            best = best_images(images, limit=limit)
            if trace := finding():
                products = len({each.product_id for each in images})
                trace.looks.append(Look(plan.HNSW, products, way.rows, len(images), way.ef_search))
            if len(best) == limit and settled(best, looked_at=images, probe=probe, wanted=wanted):
                return best, None, plan.HNSW
            if len(images) >= wanted:
                break
        wanted *= 2
