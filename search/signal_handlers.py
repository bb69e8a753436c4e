"""The catalogue changed: images wait for their vectors in its transaction, and the bell rings after
its commit. What bypasses signals is queued by the reconciler.

Filter columns and documents follow without signals, by triggers (search/sql). Everyone locks a
product before what belongs to it; Django's deletions and changes of tags begin at other rows, so
here they are made to hold the product first.
"""

from __future__ import annotations

from typing import Any

import structlog
from django.db.models import QuerySet
from django.db.models.signals import m2m_changed, post_save, pre_delete

from catalog.models import Product, ProductImage, Tag
from search import filter_columns
from search.errors import SearchUnavailable
from search.models import EmbeddingSpace, ImageEmbedding
from search.services import ensure_space
from search.services.queue import mark

log = structlog.get_logger(__name__)


def connect() -> None:
    """Called once, when the app is ready."""
    post_save.connect(image_saved, ProductImage, dispatch_uid="search.image_saved")
    pre_delete.connect(image_going, ProductImage, dispatch_uid="search.image_going")
    pre_delete.connect(product_going, Product, dispatch_uid="search.product_going")
    m2m_changed.connect(tags_changing, Product.tags.through, dispatch_uid="search.tags_changing")


def image_saved(instance: ProductImage, **_: Any) -> None:
    """A new or replaced picture waits for its vector from now on."""
    space_id = _space_id()
    if space_id is not None:
        mark(space_id=space_id, image_ids=[instance.pk])


def image_going(instance: ProductImage, **_: Any) -> None:
    """The product is held before the image's job goes: who saves a product locks it before jobs.

    The vector goes first. Else the tags that leave with a product would each rewrite it once more.
    """
    filter_columns.hold([instance.product_id])
    ImageEmbedding.objects.filter(image_id=instance.pk).delete()


def product_going(instance: Product, **_: Any) -> None:
    """A product without images is held as well before its tags go."""
    filter_columns.hold([instance.pk])


def tags_changing(
    instance: Product | Tag, *, action: str, pk_set: set[int] | None, **_: Any
) -> None:
    """Tags are about to be put on products or taken off, seen from either side."""
    if not action.startswith("pre_"):
        return
    if isinstance(instance, Product):
        filter_columns.hold([instance.pk])
    elif action == "pre_clear":
        filter_columns.hold(_products_of(instance))
    else:
        filter_columns.hold(pk_set or ())


def _products_of(tag: Tag) -> QuerySet[Product, int]:
    return tag.products.order_by("pk").values_list("pk", flat=True)


def _space_id() -> int | None:
    """The active space; an upload succeeds without one too, and the reconciler queues it later."""
    active = EmbeddingSpace.objects.filter(state=EmbeddingSpace.State.ACTIVE)
    space_id = active.values_list("pk", flat=True).first()
    if space_id is not None:
        return space_id
    try:
        return ensure_space().pk
    except SearchUnavailable:
        log.warning("An image was stored but can't be queued: there is no embedder for it")
        return None
