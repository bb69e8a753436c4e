"""What edits of many products cost with triggers, and without but with a refresh of all afterwards.

    python -m config.stack exec --ephemeral -- \
        .venv/bin/python -m benchmarks.bulk_edits [--products 10000] [--images 3] [--hnsw]

Each edit runs in each way by turns, in transactions that are rolled back, so that all find the same
rows. CPU is the database's. "no follow-up" is the bare edit, with triggers disabled. Needs an empty
database on this machine, and Linux.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import django
import numpy as np

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - models exist from here on
from django.db import connection, transaction  # noqa: E402
from django.db.models import F  # noqa: E402

from benchmarks.search.clock import ServerClock  # noqa: E402
from catalog.models import Category, Product, ProductImage, Tag  # noqa: E402
from search import documents, filter_columns  # noqa: E402
from search.models import EmbeddingSpace, ImageEmbedding  # noqa: E402

OUT = Path(__file__).parent / "out"
TABLES = (
    "catalog_product",
    "catalog_product_tags",
    "catalog_category",
    "catalog_tag",
    "catalog_productimage",
)
WAYS = ("triggers", "disabled, then refreshed", "no follow-up")
Links = Product.tags.through


def main() -> None:
    asked = options()
    call_command("migrate", verbosity=0)
    if Product.objects.exists():
        sys.exit("This database holds a catalogue; the benchmark fills one of its own.")
    stock(products=asked.products, images=asked.images, dim=asked.dim)
    if asked.hnsw:
        index(asked.dim)
    vacuum()
    rows = [row for edit in EDITS for row in measured(edit, rounds=asked.rounds)]
    print(f"{'edit':34} {'way':26} {'CPU ms':>10} {'wall ms':>10}")
    for row in rows:
        print(f"{row['edit']:34} {row['way']:26} {row['cpu_ms']:10,.1f} {row['wall_ms']:10,.1f}")
    OUT.mkdir(exist_ok=True)
    (OUT / "bulk_edits.json").write_text(json.dumps(rows, indent=1))


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--products", type=int, default=10_000, help="that are edited at once")
    parser.add_argument("--images", type=int, default=3, help="for each product")
    parser.add_argument("--dim", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--hnsw", action="store_true", help="with the index that rewrites cost most"
    )
    return parser.parse_args()


def stock(*, products: int, images: int, dim: int) -> None:
    """Products of one category and five tags each, with `images` vectors each."""
    category = Category.objects.create(name="Everything")
    tags = Tag.objects.bulk_create(Tag(value=f"tag {number}") for number in range(20))
    made = Product.objects.bulk_create(new_products(products, category=category))
    Links.objects.bulk_create(
        Links(product=each, tag=tags[(place + step) % 20])
        for place, each in enumerate(made)
        for step in range(5)
    )
    pictures = ProductImage.objects.bulk_create(
        ProductImage(product=each, file="a.jpg", width=1, height=1, checksum="0" * 64)
        for each in made
        for _ in range(images)
    )
    space = EmbeddingSpace.objects.create(name="benchmark@1", dim=dim, state="active")
    vectors = np.random.default_rng(7).normal(size=(len(pictures), dim))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ImageEmbedding.objects.bulk_create(
        (
            ImageEmbedding(
                image_id=each.pk,
                space=space,
                product_id=each.product_id,
                checksum=each.checksum,
                vector=vector,
                published=False,
            )
            for each, vector in zip(pictures, vectors, strict=True)
        ),
        batch_size=2_000,
    )
    filter_columns.refresh()


def new_products(count: int, *, category: Category | None = None) -> Iterator[Product]:
    kind = "new" if category is None else "old"
    for number in range(count):
        name = f"{kind} product {number}"
        slug = name.replace(" ", "-")
        text = f"A description of {name}, as long as a sentence or two of a real shop's would be."
        yield Product(
            sku=slug, slug=slug, title=name, description=text, category=category, price=10
        )


def index(dim: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE INDEX ON search_imageembedding "
            f"USING hnsw ((vector::halfvec({dim})) halfvec_cosine_ops)"
        )


def vacuum() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


@dataclass(frozen=True)
class Edit:
    name: str
    make: Callable[[], object]


@dataclass
class Spent:
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)


def measured(edit: Edit, *, rounds: int) -> Iterator[dict[str, object]]:
    """The medians of the edit in each way, in turns."""
    spent = {way: Spent() for way in WAYS}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        clock = ServerClock(cursor.fetchone()[0])
    for turn in range(rounds):
        for way in (*WAYS[turn % 3 :], *WAYS[: turn % 3]):
            times = spent[way]
            with rolled_back(triggers=way == WAYS[0]):
                cpu, wall = clock.read(), time.perf_counter_ns()
                edit.make()
                if way == WAYS[1]:
                    filter_columns.refresh()
                    documents.refresh()
                times.wall.append((time.perf_counter_ns() - wall) / 1e6)
                times.cpu.append((clock.read() - cpu) / 1e6)
            vacuum()
    for way, times in spent.items():
        cpu_ms, wall_ms = statistics.median(times.cpu), statistics.median(times.wall)
        yield {"edit": edit.name, "way": way, "cpu_ms": cpu_ms, "wall_ms": wall_ms}


@contextmanager
def rolled_back(*, triggers: bool) -> Iterator[None]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            for table in () if triggers else TABLES:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        transaction.set_rollback(True)


def save_one() -> None:
    for product in Product.objects.all()[:100]:
        product.price += 1
        product.save()


def tag_all() -> None:
    tag = Tag.objects.create(value="sale")
    Links.objects.bulk_create(Links(product=each, tag=tag) for each in Product.objects.all())


def move_category() -> None:
    above = Category.objects.create(name="Above")
    moved = Category.objects.get(name="Everything")
    moved.parent = above
    moved.save()


EDITS = [
    Edit("price of all, update()", lambda: Product.objects.update(price=F("price") + 1)),
    Edit("price of 100, save()", save_one),
    Edit("status of all, update()", lambda: Product.objects.update(status="archived")),
    Edit("a tag on all, bulk_create()", tag_all),
    Edit("the category of all moves", move_category),
    Edit(
        "10,000 new ones, bulk_create()", lambda: Product.objects.bulk_create(new_products(10_000))
    ),
]

if __name__ == "__main__":
    main()
