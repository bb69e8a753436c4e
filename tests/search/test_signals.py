"""What the index knows of the catalogue changes in its own transaction, one save at a time."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from catalog.models import Product
from catalog.services import replace_image
from search import services
from search.errors import SearchUnavailable
from search.models import EmbeddingJob, EmbeddingSpace, ImageEmbedding
from tests.factories import (
    add_photo,
    draw_photo,
    jpeg_bytes,
    make_category,
    make_product,
    make_tag,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def product() -> Product:
    """A product with an embedded image."""
    product = make_product(tags=("colour:red",))
    add_photo(product)
    services.embed_pending()
    return product


def row() -> ImageEmbedding:
    return ImageEmbedding.objects.get()


def test_a_saved_image_waits_for_its_vector():
    image = add_photo(make_product())

    job = EmbeddingJob.objects.get()
    assert (job.image_id, job.checksum, job.state) == (image.pk, image.checksum, "pending")
    assert job.space == EmbeddingSpace.objects.get(state="active")


def test_an_image_and_its_job_are_rolled_back_together():
    product = make_product()

    with transaction.atomic():
        add_photo(product)
        assert EmbeddingJob.objects.count() == 1
        transaction.set_rollback(True)

    assert EmbeddingJob.objects.count() == 0


def test_a_new_alternative_text_embeds_nothing_again(product: Product):
    image = product.images.get()
    image.alt = "A red shoe"
    image.save()

    assert EmbeddingJob.objects.get().state == "ready"


def test_a_replaced_picture_waits_again(product: Product):
    image = product.images.get()
    EmbeddingJob.objects.update(attempts=3, state="failed", error="no")

    replace_image(image=image, data=jpeg_bytes(draw_photo(9)))

    job = EmbeddingJob.objects.get()
    assert (job.state, job.attempts, job.error) == ("pending", 0, "")
    assert job.checksum == image.checksum


def test_a_deleted_image_takes_its_vector_along(product: Product):
    product.images.get().delete()

    assert not ImageEmbedding.objects.exists()
    assert not EmbeddingJob.objects.exists()


def test_products_deleted_in_bulk_take_their_vectors_along(product: Product):
    Product.objects.all().delete()

    assert not ImageEmbedding.objects.exists()


def test_an_image_that_moves_to_another_product_is_found_there(product: Product):
    other = make_product(tags=("colour:blue",))
    image = product.images.get()
    image.product = other
    image.save()

    assert row().product_id == other.pk
    assert row().tag_ids == [make_tag("colour:blue").pk]


@pytest.mark.parametrize(("status", "published"), [("active", True), ("archived", False)])
def test_the_status_decides_who_sees_it(product: Product, status: str, published: bool):
    product.status = status
    product.save()

    assert row().published is published


def test_the_category_and_those_above_it_are_known(product: Product):
    root = make_category("Shoes")
    boots = make_category("Boots", parent=root)
    product.category = boots
    product.save()

    assert row().category_ids == [root.pk, boots.pk]


def test_a_category_that_moves_takes_everything_below_it_along(product: Product):
    old, new = make_category("Old"), make_category("New")
    middle = make_category("Middle", parent=old)
    leaf = make_category("Leaf", parent=middle)
    product.category = leaf
    product.save()

    middle.parent = new
    middle.save()

    assert row().category_ids == [new.pk, middle.pk, leaf.pk]


def test_a_deleted_category_is_forgotten(product: Product):
    category = make_category("Shoes")
    product.category = category
    product.save()

    category.delete()

    assert row().category_ids == []
    assert "shoe" not in Product.objects.get().document.document


@pytest.mark.parametrize("from_the_tag", [False, True])
def test_tags_follow_from_both_sides(product: Product, from_the_tag: bool):
    red, blue, sale = (make_tag(name) for name in ("colour:red", "colour:blue", "sale"))

    if from_the_tag:
        blue.products.add(product)
        sale.products.set([product])
        red.products.remove(product)
    else:
        product.tags.add(blue)
        product.tags.add(sale)
        product.tags.remove(red)

    assert row().tag_ids == sorted([blue.pk, sale.pk])


@pytest.mark.parametrize("from_the_tag", [False, True])
def test_cleared_tags_are_gone(product: Product, from_the_tag: bool):
    if from_the_tag:
        make_tag("colour:red").products.clear()
    else:
        product.tags.clear()

    assert row().tag_ids == []


def test_a_deleted_tag_is_forgotten(product: Product):
    make_tag("colour:red").delete()

    assert row().tag_ids == []
    assert "red" not in Product.objects.get().document.document


def test_filter_columns_are_rolled_back_with_the_catalogue(product: Product):
    with transaction.atomic():
        product.tags.clear()
        assert row().tag_ids == []
        transaction.set_rollback(True)

    assert row().tag_ids == [make_tag("colour:red").pk]


def test_price_and_stock_touch_no_vector_row(product: Product):
    before = place_of_the_row()

    product.price, product.stock = 99, 0
    product.save()

    assert place_of_the_row() == before


def place_of_the_row() -> str:
    """Postgres moves a row with every write to it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctid::text FROM search_imageembedding")
        [(place,)] = cursor.fetchall()
    return place


def test_an_upload_succeeds_without_any_embedder(settings):
    settings.EMBEDDER = "nobody@1"

    image = add_photo(make_product())

    assert image.pk
    assert not EmbeddingJob.objects.exists()
    settings.EMBEDDER = "fake@1"
    assert services.reconcile().queued == 1


def test_without_an_embedder_nothing_can_be_embedded_and_the_customer_is_told_calmly(settings):
    settings.EMBEDDER = "nobody@1"

    with pytest.raises(SearchUnavailable, match="Searching by photo is not possible"):
        services.embed_pending()
