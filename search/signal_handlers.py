"""The catalogue changed: images wait for their vectors in its transaction, and the bell rings after
its commit. What bypasses signals is queued by the reconciler. Webhooks hear of it by triggers, and
here their bell rings.

Filter columns and documents follow without signals, by triggers (search/sql). Everyone locks a
product before what belongs to it and before its labels; Django's deletions, changes of tags and
edits of labels begin at other rows, so here they are made to hold the products first.
"""

from __future__ import annotations

from typing import Any

import structlog
from django.db.models import QuerySet
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save

from catalog.models import Category, Product, ProductImage, Tag
from search import filter_columns
from search.errors import SearchUnavailable
from search.models import EmbeddingSpace, ImageEmbedding
from search.services import ensure_space
from search.services.queue import mark
from search.services.webhooks.listening import ring_after_commit

log = structlog.get_logger(__name__)


def connect() -> None:
    """Called once, when the app is ready."""
    post_save.connect(image_saved, ProductImage, dispatch_uid="search.image_saved")
    pre_delete.connect(image_going, ProductImage, dispatch_uid="search.image_going")
    pre_delete.connect(product_going, Product, dispatch_uid="search.product_going")
    m2m_changed.connect(tags_changing, Product.tags.through, dispatch_uid="search.tags_changing")
    pre_save.connect(category_saving, Category, dispatch_uid="search.category_saving")
    pre_save.connect(tag_saving, Tag, dispatch_uid="search.tag_saving")
    for sender in (Product, ProductImage):
        post_save.connect(changed, sender, dispatch_uid=f"search.{sender.__name__}_saved")
        post_delete.connect(changed, sender, dispatch_uid=f"search.{sender.__name__}_gone")
    m2m_changed.connect(changed, Product.tags.through, dispatch_uid="search.tags_changed")


def image_saved(instance: ProductImage, **_: Any) -> None:
    """A new or replaced picture waits for its vector from now on, in every space that follows."""
    if _ready():
        mark(image_ids=[instance.pk])


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


def category_saving(instance: Category, **_: Any) -> None:
    """A category is about to be renamed or moved: all that lies below it is held before its row.

    Who edits a product has that locked already when he asks for its categories.
    """
    stored = Category.objects.filter(pk=instance.pk)
    if stored.exclude(name=instance.name, path=instance.path).exists():
        below = Product.objects.filter(category__path__contains=[instance.pk])
        filter_columns.hold(below.order_by("pk").values_list("pk", flat=True))


def tag_saving(instance: Tag, **_: Any) -> None:
    """A tag is about to be renamed: the same."""
    stored = Tag.objects.filter(pk=instance.pk)
    if stored.exclude(facet=instance.facet, value=instance.value).exists():
        filter_columns.hold(_products_of(instance))


def changed(**_: Any) -> None:
    """Something that webhooks are told of."""
    ring_after_commit()


def _products_of(tag: Tag) -> QuerySet[Product, int]:
    return tag.products.order_by("pk").values_list("pk", flat=True)


def _ready() -> bool:
    """Whether there is a space to queue for; an upload succeeds without one too, and the reconciler
    queues it later."""
    if EmbeddingSpace.objects.active().exists():
        return True
    try:
        ensure_space()
    except SearchUnavailable:
        log.warning("An image was stored but can't be queued: there is no embedder for it")
        return False
    return True
