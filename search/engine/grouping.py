"""Distinct products by their best image, with no page left short."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from django.conf import settings

from search.engine.nearest import Neighbour, Probe, exact_products, hnsw_images


def best_images(images: Iterable[Neighbour], *, limit: int) -> list[Neighbour]:
    """The first image of each product, in the order given, up to `limit` products."""
    best: dict[int, Neighbour] = {}
    for image in images:
        best.setdefault(image.product_id, image)
    return list(islice(best.values(), limit))


def hnsw_products(probe: Probe, *, limit: int) -> list[Neighbour]:
    """The nearest `limit` products by the index; all that pass where there are fewer.

    Products with many images crowd the others out, so more images are fetched until there are
    enough products. A scan that ends early has met its bound, not the end of the gallery: then
    every passing row is compared.
    """
    wanted = limit * settings.OVERSAMPLE
    while True:
        images = hnsw_images(probe, limit=wanted)
        best = best_images(images, limit=limit)
        if len(best) == limit:
            return best
        if len(images) < wanted:
            return exact_products(probe, limit=limit)
        wanted *= 4
