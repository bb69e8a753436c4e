"""The sweep mends what signals and triggers missed, whatever it was."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from catalog.models import Category, Product, ProductImage
from search import filter_columns, services
from search.models import EmbeddingJob, ImageEmbedding, ProductDocument
from search.services import Batch, Reconciled
from tests.factories import add_photo, make_category, make_product, make_tag

pytestmark = pytest.mark.django_db


@pytest.fixture
def product() -> Product:
    product = make_product(tags=("colour:red",), category=make_category("Shoes"))
    add_photo(product)
    services.embed_pending()
    return product


def disable_triggers(*tables: str) -> None:
    """Until the test is rolled back, as the tables' owner may."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")


def test_nothing_to_mend_is_nothing_mended(product: Product):
    assert services.reconcile() == Reconciled()


def test_an_image_that_came_in_bulk_is_queued(product: Product):
    image = product.images.get()
    twin = ProductImage(product=product, file=image.file.name, checksum="f" * 64)
    ProductImage.objects.bulk_create([twin])

    assert services.reconcile() == Reconciled(queued=1, waiting=1)
    assert services.reconcile() == Reconciled(waiting=1)
    assert services.embed_pending() == Batch(claimed=1, ready=1)


def test_a_lost_vector_is_made_again(product: Product):
    ImageEmbedding.objects.all().delete()

    assert services.reconcile().queued == 1
    services.embed_pending()
    assert ImageEmbedding.objects.count() == 1


def test_a_failed_image_stays_failed(product: Product):
    EmbeddingJob.objects.update(state="failed", error="no")
    ImageEmbedding.objects.all().delete()

    assert services.reconcile() == Reconciled()


def test_a_vector_without_its_image_is_dropped(product: Product):
    disable_triggers("catalog_productimage")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_embeddingjob")
        cursor.execute("DELETE FROM catalog_productimage")

    assert services.reconcile() == Reconciled(orphans=1)
    assert not ImageEmbedding.objects.exists()


@pytest.mark.parametrize("column", ["tag_ids", "category_ids", "published", "product_id"])
def test_drifted_filter_columns_are_mended(product: Product, column: str):
    before = getattr(ImageEmbedding.objects.get(), column)
    wrong = {"tag_ids": [1, 2], "category_ids": [], "published": False, "product_id": 0}
    ImageEmbedding.objects.update(**{column: wrong[column]})

    assert services.reconcile() == Reconciled(filters=1)
    assert getattr(ImageEmbedding.objects.get(), column) == before


def test_what_was_changed_while_the_triggers_were_disabled_is_mended(product: Product):
    blue = make_tag("colour:blue")
    other = make_category("Boots")
    disable_triggers("catalog_product", "catalog_product_tags")
    Product.objects.update(status="draft", title="Sandals", category=other)
    Product.tags.through.objects.update(tag=blue)
    assert filter_columns.drift_by_column() == {
        "product_id": 0,
        "tag_ids": 1,
        "category_ids": 1,
        "published": 1,
    }

    assert services.reconcile() == Reconciled(filters=1, documents=1)

    row = ImageEmbedding.objects.get()
    assert (row.published, row.category_ids, row.tag_ids) == (False, [other.pk], [blue.pk])
    assert ProductDocument.objects.get().words == "Sandals blue"


def test_paths_changed_while_the_triggers_were_disabled_are_mended(product: Product):
    category = Category.objects.get()
    disable_triggers("catalog_category")
    Category.objects.update(path=[7, category.pk])

    assert services.reconcile() == Reconciled(filters=1, documents=1)
    assert ImageEmbedding.objects.get().category_ids == [7, category.pk]


def test_a_dead_workers_claim_waits_again_once_it_has_expired():
    add_photo(make_product())
    past = timezone.now() - timedelta(seconds=1)
    EmbeddingJob.objects.update(attempts=1, claimed_until=past)

    assert services.reconcile(deep=False) == Reconciled(waiting=1)
    assert services.embed_pending() == Batch(claimed=1, ready=1)


def test_a_third_death_is_a_quarantine_without_any_worker():
    add_photo(make_product())
    past = timezone.now() - timedelta(seconds=1)
    EmbeddingJob.objects.update(attempts=3, claimed_until=past)

    assert services.reconcile(deep=False) == Reconciled()
    assert EmbeddingJob.objects.get().state == "failed"


def test_the_light_round_compares_nothing(product: Product):
    ImageEmbedding.objects.update(published=False)

    assert services.reconcile(deep=False) == Reconciled()
    assert ImageEmbedding.objects.get().published is False


def test_every_space_that_follows_is_completed(product: Product):
    services.fill(services.create_space("tests.search.cards:centred"))
    EmbeddingJob.objects.filter(state="pending").delete()

    assert services.reconcile() == Reconciled(queued=1, waiting=1)
    assert services.embed_pending() == Batch(claimed=1, ready=1)
    assert services.reconcile() == Reconciled()
