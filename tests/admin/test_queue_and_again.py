"""Embedding again: from the product list, from the queue of failures, and with Redis away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from celery import Celery, current_app
from django.test import Client

from catalog.models import Product
from search import doorbell
from search.models import EmbeddingJob
from tests.admin.pages import (
    ADD_PRODUCT,
    JOBS,
    PRODUCTS,
    act,
    photo_file,
    product_fields,
    text_of,
)
from tests.factories import add_photo, make_product

REDIS_IS_DOWN = "The queue can't be reached: Redis is down. Nothing is lost"


@pytest.fixture
def no_redis(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The broker's address leads nowhere: the kernel refuses every connection there."""
    present = current_app._get_current_object()
    monkeypatch.setattr(doorbell, "_quiet_until", 0.0)
    Celery("lonely", broker="redis://127.0.0.1:1/0").set_current()
    yield
    present.set_current()


def jobs() -> list[tuple[str, int, str]]:
    return list(EmbeddingJob.objects.order_by("pk").values_list("state", "attempts", "error"))


def test_embed_again_queues_all_images_of_the_chosen_products(staff: Client):
    chosen, other = make_product(), make_product()
    add_photo(chosen, 1)
    add_photo(chosen, 2)
    add_photo(other, 3)
    EmbeddingJob.objects.update(state="failed", attempts=3, error="Too dark.")
    page = text_of(act(staff, PRODUCTS, "embed_again", chosen))
    assert "2 images wait to be embedded again." in page
    assert jobs() == [("pending", 0, ""), ("pending", 0, ""), ("failed", 3, "Too dark.")]


def test_queue_shows_failures_with_their_reason_first(staff: Client):
    failed, ready = add_photo(make_product(sku="BAD"), 1), add_photo(make_product(sku="GOOD"), 2)
    EmbeddingJob.objects.filter(image=failed).update(state="failed", error="Too dark.")
    EmbeddingJob.objects.filter(image=ready).update(state="ready")
    page = text_of(staff.get(JOBS))
    assert "BAD" in page
    assert "Too dark." in page
    assert "GOOD" not in page
    assert "GOOD" in text_of(staff.get(JOBS, {"state": "all"}))


def test_retry_makes_a_failed_job_pending(staff: Client):
    image = add_photo(make_product())
    EmbeddingJob.objects.filter(image=image).update(state="failed", attempts=3, error="Too dark.")
    page = text_of(act(staff, JOBS, "retry", EmbeddingJob.objects.get()))
    assert "1 image waits to be embedded again." in page
    assert jobs() == [("pending", 0, "")]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_redis")
def test_product_is_saved_while_redis_is_down(staff: Client, settings: Any):
    fields = product_fields(new_photos=[photo_file("a.jpg", 1)])
    page = text_of(staff.post(ADD_PRODUCT, fields, follow=True))
    assert Product.objects.get(sku="MUG-1").images.count() == 1
    assert jobs() == [("pending", 0, "")]
    assert REDIS_IS_DOWN in page
    assert f"taken up within {settings.RECONCILE_SECONDS} s" in page


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_redis")
def test_embed_again_says_that_redis_is_down(staff: Client):
    image = add_photo(make_product())
    assert REDIS_IS_DOWN in text_of(act(staff, PRODUCTS, "embed_again", image.product))


def test_nothing_is_said_of_redis_while_it_is_up(staff: Client):
    fields = product_fields(new_photos=[photo_file("a.jpg", 1)])
    assert REDIS_IS_DOWN not in text_of(staff.post(ADD_PRODUCT, fields, follow=True))
