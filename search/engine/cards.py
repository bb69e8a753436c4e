"""Candidates of one page become hits, with everything that a product card shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from catalog.models import Product, ProductImage
from search.engine.bands import band
from search.engine.candidates import Candidate, Match
from search.engine.types import SearchHit


def hits(page: Sequence[Candidate], *, bands: Mapping[str, float]) -> tuple[SearchHit, ...]:
    """One hit per candidate that is still there, in order; three queries, whatever the number."""
    ids = [each.match.product_id for each in page]
    found = {each.pk: each for each in Product.objects.with_relations().filter(pk__in=ids)}
    return tuple(
        _hit(found[each.match.product_id], each.match, bands)
        for each in page
        if each.match.product_id in found
    )


def _hit(product: Product, match: Match, bands: Mapping[str, float]) -> SearchHit:
    return SearchHit(
        product=product,
        image=_best_image(product, match.image_id),
        distance=match.distance,
        band=band(match.distance, bands),
    )


def _best_image(product: Product, image_id: int | None) -> ProductImage | None:
    """The image that was nearest; the first one where words found the product."""
    by_id = (image for image in product.images.all() if image.pk == image_id)
    return next(by_id, None) or product.main_image
