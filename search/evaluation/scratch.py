"""A catalogue for measuring that never was: one transaction that is always rolled back, files in
memory. A killed process leaves as little behind as one that ends well."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.core.files.storage import InMemoryStorage
from django.db import transaction

from catalog.errors import ImageRejected
from catalog.images import decode
from catalog.models import Product, ProductImage
from catalog.services import add_image, stored_names
from search.embedder import accepted, embed_photos, embedder_of
from search.embedding import Card, Embedded
from search.engine.stopwatch import Stopwatch
from search.errors import InvalidSet
from search.evaluation.labels import label
from search.evaluation.manifest import Row
from search.models import EmbeddingJob, EmbeddingSpace
from search.services import embed_pending
from search.services.queue import mark
from search.services.spaces import plain


@dataclass(frozen=True, slots=True)
class Photo:
    """A query's picture as the network sees it, and the milliseconds that took."""

    embedded: Embedded
    decode_ms: float
    embed_ms: float


@contextmanager
def scratch_gallery(card: Card, *, teaching: bool = False) -> Iterator[ScratchGallery]:
    """A gallery in a space of its own: neither does the shop see its pictures nor it the shop's.

    One for `teaching` keeps its pictures' files and labels its products.
    """
    field = ProductImage._meta.get_field("file")
    shop_files, field.storage = field.storage, InMemoryStorage()
    try:
        with transaction.atomic():
            yield ScratchGallery(_space(card), teaching=teaching)
            transaction.set_rollback(True)
    finally:
        field.storage = shop_files


class ScratchGallery:
    """Pictures that were added the way an upload is. `space` holds their vectors; `products` are
    they by the manifest's product_id."""

    def __init__(self, space: EmbeddingSpace, *, teaching: bool) -> None:
        self.space = space
        self.products: dict[str, Product] = {}
        self._teaching = teaching
        self._embedder = embedder_of(space)

    def add(self, row: Row, path: Path) -> int:
        """Decode, store, embed and index a picture; its image's id. Raises InvalidSet for one that
        can't be: a measurement may not leave out what is hard."""
        product = self.products.get(row["product_id"]) or self._make(row)
        with _naming(path):
            image = add_image(product=product, data=path.read_bytes())
        mark(image_ids=[image.pk])
        embed_pending(space=self.space)
        job = EmbeddingJob.objects.get(image=image, space=self.space)
        if job.state != EmbeddingJob.State.READY:
            raise InvalidSet(f"{path} could not be embedded: {job.error}")
        if not self._teaching:
            for name in stored_names(image):
                image.file.storage.delete(name)
        return image.pk

    def photo(self, path: Path) -> Photo:
        """The picture the way a customer's photo is read. Raises InvalidSet."""
        data, watch = path.read_bytes(), Stopwatch()
        smallest = self._embedder.card.preprocessing.decode_side
        with _naming(path):
            with watch("decode"):
                image = decode(data, at_least=smallest).image
            with watch("embed"):
                [outcome] = embed_photos([image], embedder=self._embedder)
                embedded = accepted(outcome)
        took = watch.took_ms("total")
        return Photo(embedded, took["decode"], took["embed"])

    def _make(self, row: Row) -> Product:
        sku = f"{self.space.name} {len(self.products)}"
        product = Product.objects.create(sku=sku, title=sku, slug=uuid.uuid4().hex, price=0)
        if self._teaching:
            label(product, row)
        self.products[row["product_id"]] = product
        return product


def _space(card: Card) -> EmbeddingSpace:
    return EmbeddingSpace.objects.create(
        name=f"evaluation {uuid.uuid4().hex}", dim=card.dim, card=plain(card)
    )


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    try:
        yield
    except ImageRejected as error:
        raise InvalidSet(f"{path} can't be used: {error.message}") from error
