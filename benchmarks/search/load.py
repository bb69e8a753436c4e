"""The gallery in the project's own tables: rows by COPY, then the project's own index."""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import psycopg
from django.core.management import call_command
from django.db.models import Model
from django.utils import timezone
from pgvector import HalfVector
from pgvector.psycopg import register_vector

from benchmarks.search.gallery import Gallery
from catalog.models import Category, Product, ProductImage, Tag
from search.engine.index import create_index
from search.engine.recall import calibrate
from search.models import EmbeddingSpace, ImageEmbedding

EMBEDDING_TYPES = {
    "image_id": "int8",
    "space_id": "int8",
    "product_id": "int8",
    "checksum": "varchar",
    "vector": "halfvec",
    "tag_ids": "int8[]",
    "category_ids": "int8[]",
    "published": "bool",
}
BANDS = {"same": 0.05, "very_similar": 0.2, "similar": 0.5}


def load(gallery: Gallery) -> EmbeddingSpace:
    """The active space of this gallery, with its index, in a migrated database.

    One that an earlier run left complete is used again. Exits with a sentence where the database
    holds other products.
    """
    call_command("migrate", verbosity=0)
    space = _space(gallery)
    if space.state == EmbeddingSpace.State.ACTIVE:
        return space
    if Product.objects.exists():
        sys.exit(
            "This database holds a catalogue, or what an interrupted run left; the benchmark fills "
            "one of its own. Unset DATABASE_URL, or name an empty one."
        )
    category = Category.objects.create(name="Everything")
    tag_ids = [_make_tag(name).pk for name in gallery.tags]
    carried = np.stack(list(gallery.tags.values()), axis=1)
    by_product = [[tag_ids[t] for t in np.flatnonzero(row)] for row in carried]
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        register_vector(connection)
        _copy_products(connection, gallery, category)
        links = ((number, tag) for number, tags in enumerate(by_product, 1) for tag in tags)
        _copy(connection, Product.tags.through, ["product_id", "tag_id"], links)
        _copy_images(connection, gallery)
        _copy_embeddings(connection, gallery, space, category, by_product)
    _vacuum()
    create_index(space)
    calibrate(space)
    space.state = EmbeddingSpace.State.ACTIVE
    space.save()
    return space


def _space(gallery: Gallery) -> EmbeddingSpace:
    """The row of this gallery; a gallery of this size is always the same."""
    n, dim = gallery.vectors.shape
    fields = {"dim": dim, "card": {"bands": BANDS}}
    name = f"benchmark-{gallery.name}@{n}x{dim}"
    return EmbeddingSpace.objects.get_or_create(name=name, defaults=fields)[0]


def _make_tag(name: str) -> Tag:
    facet, _, value = name.partition(":")
    return Tag.objects.create(facet=facet, value=value)


def _copy(
    connection: psycopg.Connection[Any],
    model: type[Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    types: Sequence[str] = (),
) -> None:
    """Binary where the types of the columns are given, else as text."""
    how = "WITH (FORMAT binary)" if types else ""
    statement = f"COPY {model._meta.db_table} ({', '.join(columns)}) FROM STDIN {how}"
    with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        if types:
            copy.set_types(types)
        for row in rows:
            copy.write_row(row)


def _copy_products(
    connection: psycopg.Connection[Any], gallery: Gallery, category: Category
) -> None:
    now = timezone.now()
    fields: dict[str, Any] = {"description": "", "category_id": category.pk, "currency": "EUR"}
    fields |= {"status": "active", "created_at": now, "updated_at": now}
    rest = tuple(fields.values())
    rows = (
        (number, f"B{number}", f"Product {number}", f"b{number}", number % 500, number % 4, *rest)
        for number in range(1, gallery.products + 1)
    )
    columns = ["id", "sku", "title", "slug", "price", "stock", *fields]
    _copy(connection, Product, columns, rows)


def _copy_images(connection: psycopg.Connection[Any], gallery: Gallery) -> None:
    fields: dict[str, Any] = {"alt": "", "position": 0, "checksum": "0" * 64, "size": 1}
    fields |= {"width": 1, "height": 1, "created_at": timezone.now()}
    rows = (
        (number, product, uuid.UUID(int=number), f"{number}.jpg", *fields.values())
        for number, product in enumerate(gallery.product_of.tolist(), 1)
    )
    columns = ["id", "product_id", "folder", "file", *fields]
    _copy(connection, ProductImage, columns, rows)


def _copy_embeddings(
    connection: psycopg.Connection[Any],
    gallery: Gallery,
    space: EmbeddingSpace,
    category: Category,
    tags: Sequence[list[int]],
) -> None:
    rows = (
        (
            *(number, space.pk, product, "0" * 64),
            *(HalfVector(vector), tags[product - 1], category.path, True),
        )
        for number, (product, vector) in enumerate(
            zip(gallery.product_of.tolist(), gallery.vectors, strict=True), 1
        )
    )
    _copy(connection, ImageEmbedding, list(EMBEDDING_TYPES), rows, list(EMBEDDING_TYPES.values()))


def _vacuum() -> None:
    """What autovacuum would do sooner or later, in the middle of a race."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
