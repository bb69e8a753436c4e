"""The catalogue changed: jobs, vectors' filter columns and documents follow in its transaction, and
the bell rings after its commit. What bypasses signals is mended by the reconciler."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import structlog
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete

from catalog.models import Category, Product, ProductImage, Tag
from search import documents, filter_columns
from search.errors import SearchUnavailable
from search.models import EmbeddingSpace, ImageEmbedding
from search.services import ensure_space
from search.services.queue import mark

log = structlog.get_logger(__name__)


def connect() -> None:
    """Called once, when the app is ready."""
    post_save.connect(image_saved, ProductImage, dispatch_uid="search.image_saved")
    post_delete.connect(image_deleted, ProductImage, dispatch_uid="search.image_deleted")
    post_save.connect(product_saved, Product, dispatch_uid="search.product_saved")
    m2m_changed.connect(tags_changed, Product.tags.through, dispatch_uid="search.tags_changed")
    for label in (Tag, Category):
        name = label.__name__
        post_save.connect(label_saved, label, dispatch_uid=f"search.{name}_saved")
        pre_delete.connect(label_going, label, dispatch_uid=f"search.{name}_going")
        post_delete.connect(label_gone, label, dispatch_uid=f"search.{name}_gone")


def image_saved(instance: ProductImage, *, created: bool, **_: Any) -> None:
    """A new or replaced picture waits for its vector from now on."""
    space_id = _space_id()
    if space_id is not None:
        mark(space_id=space_id, image_ids=[instance.pk])
    if not created:
        filter_columns.refresh([instance.product_id])


def image_deleted(instance: ProductImage, **_: Any) -> None:
    ImageEmbedding.objects.filter(image_id=instance.pk).delete()


def product_saved(instance: Product, *, created: bool, **_: Any) -> None:
    documents.refresh([instance.pk])
    if not created:
        filter_columns.refresh([instance.pk])


def tags_changed(
    instance: Product | Tag, *, action: str, pk_set: set[int] | None, **_: Any
) -> None:
    """Tags were put on products or taken off, seen from either side."""
    if isinstance(instance, Product):
        if action.startswith("post_"):
            _follow([instance.pk])
    elif action == "pre_clear":
        label_going(instance)
    elif action == "post_clear":
        label_gone(instance)
    elif action.startswith("post_"):
        _follow(pk_set or ())


def label_saved(instance: Tag | Category, *, created: bool, **_: Any) -> None:
    """A tag was renamed, a category renamed or moved with everything below it."""
    if not created:
        _follow(_products_of(instance))


def label_going(instance: Tag | Category, **_: Any) -> None:
    """Remember whom the tag or category belongs to: afterwards nothing says so."""
    vars(instance)["products_left"] = _products_of(instance)


def label_gone(instance: Tag | Category, **_: Any) -> None:
    _follow(vars(instance).pop("products_left"))


def _follow(product_ids: Iterable[int]) -> None:
    products = list(product_ids)
    if products:
        documents.refresh(products)
        filter_columns.refresh(products)


def _products_of(label: Tag | Category) -> list[int]:
    if isinstance(label, Tag):
        return list(label.products.values_list("pk", flat=True))
    return list(Product.objects.in_category(label).values_list("pk", flat=True))


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
