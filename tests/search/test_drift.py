"""After any sequence of edits, single or in bulk, committed or rolled back, nothing has drifted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.models import Category, Product, ProductImage, Tag
from search import documents, filter_columns, services
from search.filter_columns import EmbeddingRow
from search.models import EmbeddingJob, ImageEmbedding
from tests.factories import make_category, make_product, make_tag

pytestmark = pytest.mark.django_db

Links = Product.tags.through
NUMBERS = st.integers(min_value=0, max_value=3)


@dataclass(frozen=True)
class Edit:
    """One edit; the numbers choose products, tags and categories among those that are left."""

    kind: Callable[[int, int], object]
    one: int
    other: int
    undone: bool

    def make(self) -> None:
        with transaction.atomic():
            self.kind(self.one, self.other)
            if self.undone:
                transaction.set_rollback(True)


def product(number: int) -> Product:
    return Product.objects.order_by("pk")[number % Product.objects.count()]


def tag(number: int) -> Tag:
    return Tag.objects.order_by("pk")[number % Tag.objects.count()]


def category(number: int) -> Category:
    return Category.objects.order_by("pk")[number % Category.objects.count()]


def set_status(one: int, other: int) -> None:
    status = ("active", "draft", "archived", "active")[other]
    Product.objects.filter(pk__gte=product(one).pk).update(status=status)


def set_category(one: int, other: int) -> None:
    Product.objects.filter(pk__lte=product(one).pk).update(category=category(other))


def save_product(one: int, other: int) -> None:
    saved = product(one)
    saved.title, saved.status, saved.category = f"Thing {other}", "active", None
    saved.save()


def retitle(one: int, other: int) -> None:
    changed = [product(one), product(other)]
    for each in changed:
        each.title = f"Thing {one} {other}"
    Product.objects.bulk_update({each.pk: each for each in changed}.values(), ["title"])


def give_tags(one: int, other: int) -> None:
    Links.objects.bulk_create(
        [Links(product=each, tag=tag(other)) for each in Product.objects.all()[: one + 1]],
        ignore_conflicts=True,
    )


def set_tags(one: int, other: int) -> None:
    product(one).tags.set([tag(one), tag(other)])


def swap_tags(one: int, other: int) -> None:
    Links.objects.filter(tag=tag(one)).exclude(product__tags=tag(other)).update(tag=tag(other))


def take_tags(one: int, other: int) -> None:
    tag(one).products.remove(product(other))


def rename_tag(one: int, other: int) -> None:
    Tag.objects.filter(pk=tag(one).pk).update(value=f"value {one} {other}")


def delete_tag(one: int, _: int) -> None:
    if Tag.objects.count() > 1:
        tag(one).delete()


def move_category(one: int, other: int) -> None:
    moved, above = category(one), category(other)
    moved.parent = None if moved.pk in above.path else above
    moved.save()


def rename_category(one: int, other: int) -> None:
    Category.objects.filter(pk=category(one).pk).update(name=f"Name {one} {other}")


def delete_category(one: int, _: int) -> None:
    chosen = category(one)
    if Category.objects.count() > 1 and not chosen.children.exists():
        chosen.delete()


def give_images(one: int, other: int) -> None:
    ProductImage.objects.filter(product=product(one)).update(product=product(other))


def delete_images(one: int, _: int) -> None:
    ProductImage.objects.filter(product=product(one)).delete()


def delete_product(one: int, _: int) -> None:
    if Product.objects.count() > 1:
        product(one).delete()


def add_product(one: int, other: int) -> None:
    number = Product.objects.latest("pk").pk + 1
    added = Product(sku=f"N{number}", slug=f"n{number}", title="New", price=1)
    added.category = category(other)
    Product.objects.bulk_create([added])
    add_image(added)


KINDS = [
    set_status, set_category, save_product, retitle, give_tags, set_tags, swap_tags, take_tags,
    rename_tag, delete_tag, move_category, rename_category, delete_category, give_images,
    delete_images, delete_product, add_product,
]  # fmt: skip


def add_image(product: Product) -> None:
    """An image with a vector, made without a picture."""
    image = ProductImage.objects.create(
        product=product, file="a.jpg", width=1, height=1, checksum="0" * 64
    )
    space = services.ensure_space()
    held = filter_columns.hold_products_of([image.pk])
    assert held == [product.pk]
    ones = np.ones(space.dim, dtype=np.float32)
    row = EmbeddingRow(image.pk, space.pk, image.checksum, ones)
    assert filter_columns.write_embeddings([row], product_ids=held) == {(image.pk, space.pk)}


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    edits=st.lists(
        st.builds(Edit, st.sampled_from(KINDS), NUMBERS, NUMBERS, st.booleans()), max_size=12
    )
)
def test_nothing_drifts_whatever_is_edited(db: None, edits: list[Edit]):
    with transaction.atomic():
        stock_the_shop()
        for edit in edits:
            edit.make()
            assert (filter_columns.drift(), documents.drift()) == (0, 0), edit
        assert orphans() == 0
        check_foreign_keys()
        transaction.set_rollback(True)


def stock_the_shop() -> None:
    shoes = make_category("Shoes")
    shelves = [shoes, make_category("Boots", parent=shoes), make_category("Hats")]
    names = ("colour:red", "colour:blue", "sale")
    for number, (shelf, name) in enumerate(zip(shelves, names, strict=True)):
        make_tag(name)
        stocked = make_product(title=f"Thing {number}", category=shelf, tags=names[: number + 1])
        for _ in range(number + 1):
            add_image(stocked)


def orphans() -> int:
    images = ProductImage.objects.values("pk")
    return (
        ImageEmbedding.objects.exclude(image_id__in=images).count()
        + EmbeddingJob.objects.exclude(image_id__in=images).count()
    )


def check_foreign_keys() -> None:
    """As a commit does."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
