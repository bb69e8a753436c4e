"""The nearest other product, picture by picture: what a gallery looks like to itself."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from django.db import connection

from catalog.duplicates.nearest import COPY
from catalog.models import ProductImage
from search.embedding.protocol import Vector
from search.engine.candidates import Found, find
from search.engine.filters import resolve
from search.engine.index.state import TABLE
from search.engine.types import NO_FILTERS, Question
from search.models import EmbeddingSpace

# A product that shows the very same photo says nothing about how near another one comes. Photos
# saved a second time lie .000 to .002 apart, and their hashes differ in COPY bits at most.
SAME_PHOTO = 0.002
# Other products looked at: one photo on that many products leaves its picture out of the sample.
LOOKED_AT = 10

# One picture for each product, the same ones each time; any first part of them is a fair sample.
SAMPLE = """
    WITH chosen AS (
        SELECT product_id, min(image_id) AS image_id FROM {table}
        WHERE space_id = %(space)s AND published AND vector_dims(vector) = %(dim)s
        GROUP BY product_id ORDER BY md5(product_id::text) LIMIT %(count)s
    )
    SELECT product_id, image_id, stored.vector::text
    FROM chosen JOIN {table} stored USING (product_id, image_id)
    WHERE stored.space_id = %(space)s ORDER BY md5(product_id::text)
"""


class Sampled(NamedTuple):
    """A product's picture with its stored vector, float32, shape (dim,)."""

    product_id: int
    image_id: int
    vector: Vector


def distances_to_others(space: EmbeddingSpace, *, count: int, seconds: float) -> list[float]:
    """The cosine distance from a picture to the nearest one of another product, for up to `count`
    products of the published gallery; fewer where they are fewer, or the time is up.

    The search engine answers, by the space's index where there is one. Pictures that show the same
    photo as the sampled one are passed over.
    """
    deadline = time.monotonic() + seconds
    distances = []
    for sampled in _sample(space, count=count):
        distance = _to_another(space, sampled)
        if distance is not None:
            distances.append(distance)
        if time.monotonic() > deadline:
            break
    return distances


def _sample(space: EmbeddingSpace, *, count: int) -> Iterator[Sampled]:
    params = {"space": space.pk, "dim": space.dim, "count": count}
    with connection.cursor() as cursor:
        cursor.execute(SAMPLE.format(table=TABLE), params)
        rows = cursor.fetchall()
    for product_id, image_id, text in rows:
        vector = np.fromstring(text[1:-1], dtype=np.float32, sep=",")
        yield Sampled(product_id, image_id, vector)


def _to_another(space: EmbeddingSpace, sampled: Sampled) -> float | None:
    question = Question(
        vector=sampled.vector,
        space_id=space.pk,
        dim=space.dim,
        exclude_product_id=sampled.product_id,
    )
    found = find(question, resolved=resolve(NO_FILTERS), first=LOOKED_AT)
    near = [each for each in found.matches[:LOOKED_AT] if (each.distance or 0.0) > SAME_PHOTO]
    twins = _twins(sampled.image_id, near)
    return next((each.distance for each in near if each.image_id not in twins), None)


def _twins(image_id: int, matches: Sequence[Found]) -> set[int | None]:
    """The images among the matches whose perceptual hash says that they show the same photo."""
    asked = [image_id, *(each.image_id for each in matches if each.image_id is not None)]
    hashes = dict(ProductImage.objects.filter(pk__in=asked).values_list("pk", "phash"))
    own = hashes.get(image_id)
    if own is None:
        return set()
    return {pk for pk, phash in hashes.items() if phash is not None and _bits(own, phash) <= COPY}


def _bits(one: int, other: int) -> int:
    """In how many of 64 bits two hashes differ, each stored as a signed number."""
    return ((one ^ other) & (2**64 - 1)).bit_count()
