"""What the API says: plain dictionaries. `shapes.py` describes the same for the schema.

Addresses are absolute, so that an answer can be passed on as it is. `origin` is the part that they
share, such as `https://shop.example`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urljoin

from django.urls import reverse
from rest_framework.request import Request

from catalog.models import Product, ProductImage
from catalog.summaries import ImageSummary, ProductSummary, image_summary_of, summary_of
from search.api import sparse
from search.api.explained import explained
from search.api.refinement import Refinement
from search.crops import Box
from search.engine.product_rows import ProductRow
from search.engine.types import Facet, ImageIndex, SearchHit, SearchResult

THUMBNAIL = 480


def search_answer(
    request: Request,
    result: SearchResult,
    *,
    refinement: Refinement,
    path: str,
    query_id: str | None,
    suggestions: Sequence[Box] = (),
    took_ms: dict[str, float],
) -> dict[str, Any]:
    """A page of hits; `path` is the address below which the further pages lie, `suggestions` the
    boxes around what else the photo could be asked for."""
    origin = origin_of(request)
    return {
        "query_id": query_id,
        "space": result.space,
        "band": result.band,
        "total": result.total,
        "among": result.among,
        "results": [sparse.only(refinement.fields, hit_card(origin, hit)) for hit in result.hits],
        "facets": [facet_card(facet) for facet in result.facets],
        "next": _next_page(origin, result, refinement, path),
        "suggestions": [list(box) for box in suggestions],
        "took_ms": {step: round(spent, 1) for step, spent in took_ms.items()},
        "explain": explained(result),
    }


def _next_page(origin: str, result: SearchResult, refinement: Refinement, path: str) -> str | None:
    if not result.has_next:
        return None
    return absolute(origin, path + refinement.next_page(result.page + 1))


def origin_of(request: Request) -> str:
    return f"{request.scheme}://{request.get_host()}"


def absolute(origin: str, url: str) -> str:
    """`url` with its origin; a storage elsewhere gives absolute addresses already."""
    is_path = url.startswith("/") and not url.startswith("//")
    return origin + url if is_path else urljoin(origin, url)


def hit_card(origin: str, hit: SearchHit) -> dict[str, Any]:
    return {
        **listed_product(origin, hit.row),
        "distance": _rounded(hit.distance),
        "similarity": _rounded(hit.similarity),
        "band": hit.band,
    }


def listed_product(origin: str, row: ProductRow) -> dict[str, Any]:
    image = row.picture
    return {**product_card(origin, row.summary), "image": image and image_card(origin, image)}


def product_card(origin: str, product: ProductSummary) -> dict[str, Any]:
    """What every answer says of a product; `category` and `tags` can be used as filters."""
    return {
        "sku": product.sku,
        "title": product.title,
        "url": absolute(origin, product.address),
        "price": str(product.price),
        "currency": product.currency,
        "in_stock": product.stock > 0,
        "category": product.category,
        "tags": product.tags,
    }


def full_product(origin: str, product: Product, *, writer: bool) -> dict[str, Any]:
    """All of a product; to a `writer` also what customers aren't told."""
    similar = reverse("api:similar", args=[product.sku])
    return {
        **product_card(origin, summary_of(product)),
        "stock": product.stock if writer else None,
        "status": product.status if writer else Product.Status.ACTIVE.value,
        "description": product.description,
        "images": [full_image(origin, image) for image in product.images.all()],
        "similar": absolute(origin, similar),
    }


def image_card(origin: str, image: ImageSummary) -> dict[str, Any]:
    return {
        "id": image.pk,
        "url": absolute(origin, image.address),
        "thumbnail": absolute(origin, image.thumbnail_address(THUMBNAIL)),
    }


def full_image(origin: str, image: ProductImage) -> dict[str, Any]:
    return {
        **image_card(origin, image_summary_of(image)),
        "alt": image.alt,
        "width": image.width,
        "height": image.height,
    }


def indexed_image(origin: str, image: ProductImage, index: ImageIndex) -> dict[str, Any]:
    """An image and whether it is found by now."""
    return {
        "id": image.pk,
        "sku": image.product.sku,
        **full_image(origin, image),
        "position": image.position,
        "state": index.state,
        "reason": index.reason or None,
    }


def facet_card(facet: Facet) -> dict[str, Any]:
    values = [
        {
            "value": each.value,
            "label": each.label,
            "count": each.count,
            "selected": each.selected,
            "swatch": each.swatch or None,
        }
        for each in facet.values
    ]
    return {"name": facet.name, "label": facet.label, "values": values}


def _rounded(number: float | None) -> float | None:
    """Five decimals: half precision stores no more."""
    return None if number is None else round(number, 5)
