"""The made-up shop in the project's own tables: rows by COPY, words as the project derives them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

import psycopg
from django.core.management import call_command
from django.db.models import Model
from django.utils import timezone

from benchmarks.text.baseline import INDEXES
from benchmarks.text.catalogue import MATERIALS, SHARES, Catalogue
from catalog.models import Category, Product, Tag
from search import documents
from search.engine.words import vocabulary

UNPUBLISHED = 50  # every 50th product is a draft


def load(catalogue: Catalogue) -> None:
    """Fills a migrated database; leaves one alone that an earlier run filled with as many.

    Exits with a sentence where the database holds something else.
    """
    call_command("migrate", verbosity=0)
    there = Product.objects.count()
    if there == catalogue.n and Tag.objects.filter(facet="share").exists():
        return
    if there:
        sys.exit(
            "This database holds a catalogue; the benchmark fills one of its own. Unset "
            "DATABASE_URL, or name an empty one."
        )
    shelves = [Category.objects.create(name=f"{name.title()} goods") for name in MATERIALS]
    materials = [Tag.objects.create(facet="material", value=name) for name in MATERIALS]
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        _copy_products(connection, catalogue, shelves)
        _copy_tags(connection, catalogue, materials)
    documents.refresh()
    vocabulary.refresh()
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        for index in INDEXES:
            connection.execute(index)
        connection.execute("VACUUM ANALYZE")


def share_tag(share: float) -> str:
    return f"share:{share:.0%}"


def _copy_products(
    connection: psycopg.Connection[Any], catalogue: Catalogue, shelves: Sequence[Category]
) -> None:
    now = timezone.now()
    texts = zip(catalogue.skus(), catalogue.titles(), catalogue.descriptions(), strict=True)
    rows = (
        (
            *(number, sku, title, f"p{number}", description, shelves[number % len(shelves)].pk),
            *(number % 500, number % 4, "EUR", now, now),
            "active" if number % UNPUBLISHED else "draft",
        )
        for number, (sku, title, description) in enumerate(texts, 1)
    )
    columns = "id sku title slug description category_id price stock currency created_at updated_at"
    _copy(connection, Product, [*columns.split(), "status"], rows)


def _copy_tags(
    connection: psycopg.Connection[Any], catalogue: Catalogue, materials: Sequence[Tag]
) -> None:
    """Every product has a material; the tags of SHARES lie on that share of the products."""
    made = ((n, materials[n // 7 % len(materials)].pk) for n in range(1, catalogue.n + 1))
    shares = [(share, Tag.objects.create(facet="share", value=f"{share:.0%}")) for share in SHARES]
    shared = ((n, tag.pk) for share, tag in shares for n in catalogue.carried(share).tolist())
    _copy(connection, Product.tags.through, ["product_id", "tag_id"], chain(made, shared))


def _copy(
    connection: psycopg.Connection[Any],
    model: type[Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
) -> None:
    statement = f"COPY {model._meta.db_table} ({', '.join(columns)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        for row in rows:
            copy.write_row(row)
