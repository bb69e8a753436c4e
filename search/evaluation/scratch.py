"""A catalogue for measuring that never was: one transaction that is always rolled back, files in
memory. A killed process leaves as little behind as one that ends well."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files.storage import InMemoryStorage
from django.db import transaction

from catalog.errors import ImageRejected
from catalog.images import decode
from catalog.models import Product, ProductImage
from catalog.services import add_image, stored_names
from search import selectors
from search.embedder import embed_photo, get_embedder
from search.engine.types import Question
from search.errors import InvalidSet
from search.models import EmbeddingJob, EmbeddingSpace
from search.services import embed_pending
from search.services.queue import mark


@contextmanager
def scratch_gallery() -> Iterator[ScratchGallery]:
    """A gallery in a space of its own: neither does the shop see its pictures nor it the shop's."""
    field = ProductImage._meta.get_field("file")
    shop_files, field.storage = field.storage, InMemoryStorage()
    try:
        with transaction.atomic():
            yield ScratchGallery(_space())
            transaction.set_rollback(True)
    finally:
        field.storage = shop_files


class ScratchGallery:
    """Pictures that were added the way an upload is, and are asked the way a customer asks."""

    def __init__(self, space: EmbeddingSpace) -> None:
        self._space = space
        self._prefix = space.name
        self._products: dict[str, Product] = {}

    def add(self, *, product_id: str, path: Path) -> int:
        """Decode, store, embed and index a picture; its image's id. Raises InvalidSet for one that
        can't be: a measurement may not leave out what is hard."""
        product = self._products.get(product_id) or self._make(product_id)
        with _naming(path):
            image = add_image(product=product, data=path.read_bytes())
        mark(space_id=self._space.pk, image_ids=[image.pk])
        embed_pending(space=self._space)
        job = EmbeddingJob.objects.get(image=image, space=self._space)
        if job.state != EmbeddingJob.State.READY:
            raise InvalidSet(f"{path} could not be embedded: {job.error}")
        for name in stored_names(image):
            image.file.storage.delete(name)
        return image.pk

    def ask(self, path: Path, *, k: int) -> list[tuple[int, float]]:
        """The k nearest pictures as (image id, distance), ranked singly by the search engine."""
        with _naming(path):
            vector = embed_photo(decode(path.read_bytes()).image)
        question = Question(vector=vector, space_id=self._space.pk, dim=self._space.dim)
        return selectors.rank_images(question=question, k=k)

    def _make(self, product_id: str) -> Product:
        sku = f"{self._prefix} {len(self._products)}"
        product = Product.objects.create(sku=sku, title=sku, slug=uuid.uuid4().hex, price=0)
        self._products[product_id] = product
        return product


def _space() -> EmbeddingSpace:
    card = get_embedder().card
    return EmbeddingSpace.objects.create(
        name=f"evaluation {uuid.uuid4().hex}", dim=card.dim, card=card.as_json()
    )


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    try:
        yield
    except ImageRejected as error:
        raise InvalidSet(f"{path} can't be used: {error.message}") from error
