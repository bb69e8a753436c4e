"""A row says of a product what its objects say."""

from __future__ import annotations

from decimal import Decimal

import pytest

from catalog.models import Product
from catalog.summaries import image_summary_of, summary_of
from search.engine.candidates import Match
from search.engine.cards import product_rows
from tests.factories import add_photo, make_category, make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def lamp() -> Product:
    product = make_product(
        title="Lamp",
        category=make_category("Lamps"),
        tags=("colour:red", "sale", "size:a:b"),
        price=Decimal("19.90"),
        stock=0,
    )
    add_photo(product, seed=1)
    add_photo(product, seed=2)
    return product


def test_the_summaries_are_those_of_the_objects(lamp: Product) -> None:
    second = lamp.images.all()[1]
    row = product_rows([Match(lamp.pk, second.pk)])[lamp.pk]

    assert row.summary == summary_of(Product.objects.get(pk=lamp.pk))
    assert row.summary.tags == ["sale", "colour:red", "size:a:b"]
    assert row.picture == image_summary_of(second)


def test_the_objects_are_those_of_the_catalogue(lamp: Product) -> None:
    row = product_rows([Match(lamp.pk)])[lamp.pk]
    product, image = row.product, row.image

    assert product == lamp
    assert (product.title, product.category, product.price) == ("Lamp", lamp.category, lamp.price)
    assert [tag.name for tag in product.tags.all()] == ["sale", "colour:red", "size:a:b"]
    assert image == lamp.images.all()[0]
    assert image is not None
    assert image.file.url == lamp.images.all()[0].file.url
    assert row.product is product


def test_without_category_tags_and_image_there_is_nothing_to_tell() -> None:
    bare = make_product(sku="bare", title="Bare", slug="bare")
    row = product_rows([Match(bare.pk)])[bare.pk]

    assert row.summary == summary_of(bare)
    assert (row.summary.category, row.summary.tags) == (None, [])
    assert (row.picture, row.image, row.product.category) == (None, None, None)


def test_rows_of_other_statuses_are_asked_for_by_name(lamp: Product) -> None:
    Product.objects.filter(pk=lamp.pk).update(status="draft")

    assert product_rows([Match(lamp.pk)]) == {}
    assert list(product_rows([Match(lamp.pk)], statuses=["draft"])) == [lamp.pk]


def test_equal_rows_are_equal(lamp: Product) -> None:
    first, again = (product_rows([Match(lamp.pk)])[lamp.pk] for _ in range(2))
    other = product_rows([Match(lamp.pk, lamp.images.all()[1].pk)])[lamp.pk]

    assert first == again
    assert hash(first) == hash(again)
    assert first != other
    assert first != lamp
