"""Golden queries: the questions by which two spaces are compared.

Customers' own questions are private and expire within the hour, so the shop's pictures ask instead:
a sample that is the same each time, so that two comparisons can be compared, and before them those
that staff have pinned.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Prefetch
from django.utils.translation import gettext as _

from catalog.errors import NoSuchProduct
from catalog.models import Product, ProductImage
from search.embedding import Vector
from search.engine.nearest import TABLE
from search.engine.statements import fetch
from search.errors import NotEnough
from search.models import EmbeddingSpace, GoldenQuery

# Of a picture in both spaces, as it is now. Vectors are fetched once it is known which are asked.
SAMPLE = f"""
    SELECT before.image_id
    FROM {TABLE} before
    JOIN {TABLE} after ON after.image_id = before.image_id AND after.checksum = before.checksum
    WHERE before.space_id = %(before)s AND after.space_id = %(after)s AND before.published
    ORDER BY md5(before.image_id::text || ':' || %(seed)s::text) LIMIT %(count)s::int
"""  # noqa: S608 - a table's name
VECTORS = f"""
    SELECT before.image_id, before.product_id, before.vector, after.vector
    FROM unnest(%(images)s::bigint[]) WITH ORDINALITY AS wanted (image_id, place)
    JOIN {TABLE} before ON before.image_id = wanted.image_id AND before.space_id = %(before)s
    JOIN {TABLE} after ON after.image_id = wanted.image_id AND after.space_id = %(after)s
    WHERE after.checksum = before.checksum ORDER BY wanted.place
"""  # noqa: S608 - a table's name


@dataclass(frozen=True, slots=True)
class GoldenQuestion:
    """A picture of the shop as a question to two spaces.

    `vectors` are its own in the one and in the other, float32; `expected` the ids of the products
    that must be found, () where it is only looked at.
    """

    image_id: int
    product_id: int
    vectors: tuple[Vector, Vector]
    pinned: bool = False
    expected: tuple[int, ...] = ()


def golden_questions(
    *, before: EmbeddingSpace, after: EmbeddingSpace, count: int, seed: int = 0
) -> list[GoldenQuestion]:
    """The pinned questions, then up to `count` pictures; only such as both spaces hold.

    Raises NotEnough where there is none.
    """
    pins = _pinned()
    spaces = {"before": before.pk, "after": after.pk}
    sampled = fetch(SAMPLE, {**spaces, "seed": seed, "count": count})
    wanted = dict.fromkeys([*pins, *(image_id for (image_id,) in sampled)])
    rows = fetch(VECTORS, {**spaces, "images": list(wanted)})
    if not rows:
        told = _("No picture has its vector both in %(one)s and in %(other)s. Fill them first.")
        raise NotEnough(
            told % {"one": before.name, "other": after.name},
            typed="`manage.py space fill NAME` does.",
        )
    return [
        GoldenQuestion(
            image_id=image_id,
            product_id=product_id,
            vectors=(_vector(one), _vector(other)),
            pinned=image_id in pins,
            expected=pins.get(image_id, ()),
        )
        for image_id, product_id, one, other in rows
    ]


def pin(
    *, image: ProductImage, expected: Iterable[Product] = (), note: str = ""
) -> tuple[GoldenQuery, bool]:
    """Make the picture a golden query; whether it is new. One that is there keeps its note, and is
    given the further products."""
    golden, new = GoldenQuery.objects.get_or_create(image=image, defaults={"note": note})
    golden.expected.add(*expected)
    return golden, new


def pin_product(sku: str) -> tuple[GoldenQuery, bool]:
    """Make the main picture of the product a golden query. Raises NoSuchProduct, and NotEnough for
    a product without pictures."""
    product = Product.objects.published().filter(sku=sku).first()
    if product is None:
        told = _("There is no published product %(sku)s.")
        raise NoSuchProduct(told % {"sku": repr(sku)}, field="sku")
    if product.main_image is None:
        told = _("%(sku)s has no picture to ask with. Add one first.")
        raise NotEnough(told % {"sku": sku}, field="sku")
    return pin(image=product.main_image)


def pictures(image_ids: Iterable[int]) -> dict[int, ProductImage]:
    """The pictures of a comparison that are still there, by their ids, with their products."""
    found = ProductImage.objects.select_related("product").filter(pk__in=set(image_ids))
    return {image.pk: image for image in found}


def _pinned() -> dict[int, tuple[int, ...]]:
    """Expected products by picture, the oldest pin first."""
    expected = Prefetch("expected", Product.objects.published().only("pk").order_by("pk"))
    pins = GoldenQuery.objects.filter(image__product__status=Product.Status.ACTIVE)
    return {
        pin.image_id: tuple(product.pk for product in pin.expected.all())
        for pin in pins.order_by("pk").prefetch_related(expected)
    }


def _vector(stored: Any) -> Vector:
    return np.asarray(stored.to_numpy(), dtype=np.float32)
