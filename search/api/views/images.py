"""Pictures of products: added, looked at until they are found, deleted."""

from __future__ import annotations

from django.urls import reverse
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from catalog import services
from catalog.errors import ImageRejected, NoSuchImage
from catalog.models import Product, ProductImage
from search import inputs, selectors
from search.api import conditions, describe, waiting
from search.api.answers import absolute, indexed_image, origin_of
from search.api.callers import may_write
from search.api.idempotency import Repeatable
from search.api.image_bodies import read_image
from search.api.parsers import JSONParser
from search.api.refinement import query_params
from search.api.views.products import storable
from search.engine.types import ImageIndex
from search.errors import InvalidSearch

PENDING = ImageIndex("pending")
# Of an image that isn't indexed yet: after so many seconds it may be.
RETRY_AFTER = "1"


class ProductImages(Repeatable):
    """`POST products/{sku}/images/`: one more image of the product."""

    @describe.add_image
    def post(self, request: Request, sku: str) -> Response:
        self.refuse_params(request)
        new = read_image(request)
        try:
            image, created = services.attach_image(
                sku=storable(sku), data=new.data, alt=new.alt, position=new.position
            )
        except ImageRejected as error:
            error.field = new.field
            raise
        index = selectors.image_index(image.pk) or PENDING
        origin = origin_of(request)
        response = Response(indexed_image(origin, image, index), status=201 if created else 200)
        own = absolute(origin, reverse("api:image", args=[image.pk]))
        response["Content-Location"] = own
        if created:
            response["Location"] = own
        return conditions.tagged(response, _tag(image, index))


class ImageView(Repeatable):
    """`images/{id}/`: an image and whether it is found by now; or away with it."""

    parser_classes = [JSONParser]

    @describe.image
    def get(self, request: Request, image_id: int) -> Response:
        seconds = _seconds(query_params(request, allowed=("wait",)))
        image = _visible(request, image_id)
        index = waiting.image_index(request, image_id, seconds=seconds)
        if seconds:
            image = _visible(request, image_id)  # it may have changed meanwhile, or be gone
        shown = indexed_image(origin_of(request), image, index or PENDING)
        response = conditions.answer(request, shown, etag=_tag(image, index or PENDING))
        if index is None or not index.settled:
            response["Retry-After"] = RETRY_AFTER
        return response

    @describe.delete_image
    def delete(self, request: Request, image_id: int) -> Response:
        self.refuse_params(request)
        asked = conditions.read_conditions(request)

        def guard(image: ProductImage) -> None:
            asked.check(_tag(image, selectors.image_index(image.pk) or PENDING))

        services.delete_image(image_id=image_id, guard=guard)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _seconds(params: inputs.Params) -> int:
    seconds = inputs.parse_number(params, "wait", default=0)
    if not 0 <= seconds <= waiting.MOST_SECONDS:
        raise InvalidSearch(
            f"wait is a number of seconds from 0 to {waiting.MOST_SECONDS}, not {seconds}.",
            field="wait",
        )
    return seconds


def _visible(request: Request, image_id: int) -> ProductImage:
    """The image, unless it is of a product that the caller may not see. Raises NoSuchImage."""
    images = ProductImage.objects.select_related("product")
    if not may_write(request):
        images = images.filter(product__in=Product.objects.published())
    found = images.filter(pk=image_id).first()
    if found is None:
        raise NoSuchImage(
            f"No image has the id {image_id}. A product tells those of its images.",
            field="image_id",
        )
    return found


def _tag(image: ProductImage, index: ImageIndex) -> str:
    """The ETag of what is shown of it; the same by whatever name the shop is called."""
    return conditions.etag_of(indexed_image("", image, index))
