"""An image that is ready, or has failed, in the space that is searched."""

from __future__ import annotations

import pytest

from search import services
from search.models import EmbeddingJob, EmbeddingSpace
from tests.factories import add_photo, make_product
from tests.webhooks.conftest import make_webhook
from tests.webhooks.receivers import Receiver
from tests.webhooks.test_outbox import told

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_image_is_ready(receiver: Receiver):
    make_webhook(receiver, "image.ready", "image.failed")
    image = add_photo(make_product(sku="SHOE-7"))
    assert told() == []

    services.embed_pending()

    data = {"image": image.pk, "sku": "SHOE-7", "state": "ready", "reason": None}
    assert told() == [("image.ready", data)]


def test_an_image_failed_with_its_reason(receiver: Receiver):
    make_webhook(receiver, "image.failed")
    image = add_photo(make_product(sku="SHOE-7"))
    image.file.storage.delete(image.file.name)

    services.embed_pending()

    [(kind, data)] = told()
    assert (kind, data["state"]) == ("image.failed", "failed")
    assert data["reason"].startswith("The picture's file is missing")


def test_an_image_that_killed_its_worker_each_time(receiver: Receiver):
    make_webhook(receiver, "image.failed")
    add_photo(make_product())
    EmbeddingJob.objects.update(attempts=3)

    services.reconcile(deep=False)

    assert [kind for kind, _ in told()] == ["image.failed"]


def test_other_spaces_than_the_one_that_is_searched_are_not_told_of(receiver: Receiver):
    make_webhook(receiver, "image.ready")
    services.ensure_space()
    other = services.create_space("fake@1", name="other@1")
    add_photo(make_product())

    services.embed_pending(space=other)
    assert told() == []

    services.embed_pending()
    assert [kind for kind, _ in told()] == ["image.ready"]


def test_a_derived_space_that_is_searched_is_filled_by_its_base(receiver: Receiver):
    make_webhook(receiver, "image.ready")
    base = services.ensure_space()
    add_photo(make_product())
    EmbeddingSpace.objects.filter(pk=base.pk).update(state="building")
    EmbeddingSpace.objects.create(name="derived", dim=base.dim, base=base, state="active")

    EmbeddingJob.objects.update(state="ready")

    assert [kind for kind, _ in told()] == ["image.ready"]
