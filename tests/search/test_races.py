"""What happens to an image while it is being embedded: the result never lands where it must not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import numpy as np
import pytest
from django.db import connection, transaction

from catalog.models import ProductImage
from catalog.services import replace_image
from search import services
from search.models import EmbeddingJob, ImageEmbedding
from search.services import Batch
from tests.factories import add_photo, draw_photo, jpeg_bytes, make_product, make_tag

pytestmark = pytest.mark.django_db


def once(action):
    """A `before` of the embedder that acts during the first batch only."""
    actions = iter([action])

    def before(images):
        next(actions, lambda: None)()

    return before


def test_a_product_deleted_meanwhile_leaves_no_orphan(embedder_that):
    product = make_product()
    add_photo(product)
    embedder_that(once(product.delete))

    assert services.embed_pending() == Batch(claimed=1, waiting=1)

    assert not ImageEmbedding.objects.exists()
    assert not EmbeddingJob.objects.exists()


def test_a_picture_replaced_meanwhile_drops_the_stale_vector_and_waits_for_its_own(embedder_that):
    image = add_photo(make_product(), seed=1)
    picture = jpeg_bytes(draw_photo(2))
    embedder_that(once(lambda: replace_image(image=image, data=picture)))

    assert services.embed_pending() == Batch(claimed=1, waiting=1)
    assert not ImageEmbedding.objects.exists()
    job = EmbeddingJob.objects.get()
    assert (job.state, job.attempts, job.checksum) == ("pending", 0, image.checksum)

    assert services.embed_pending() == Batch(claimed=1, ready=1)
    assert ImageEmbedding.objects.get().checksum == image.checksum


def test_a_replaced_picture_keeps_its_old_vector_until_the_new_one_is_there():
    image = add_photo(make_product(), seed=1)
    services.embed_pending()
    before = np.array(ImageEmbedding.objects.get().vector)

    replace_image(image=image, data=jpeg_bytes(draw_photo(2)))
    assert np.array_equal(ImageEmbedding.objects.get().vector, before)
    services.embed_pending()

    row = ImageEmbedding.objects.get()
    assert row.checksum == image.checksum
    assert not np.array_equal(row.vector, before)


def test_a_replaced_picture_that_fails_loses_its_old_vector():
    image = add_photo(make_product(), seed=1)
    services.embed_pending()
    replace_image(image=image, data=jpeg_bytes(draw_photo(2)))
    image.file.storage.delete(image.file.name)

    assert services.embed_pending() == Batch(claimed=1, failed=1)

    assert not ImageEmbedding.objects.exists()


def test_an_image_that_fails_when_embedded_again_keeps_the_vector_of_the_same_picture():
    image = add_photo(make_product(), seed=1)
    services.embed_pending()
    services.request_embedding(image_ids=[image.pk])
    image.file.storage.delete(image.file.name)

    assert services.embed_pending() == Batch(claimed=1, failed=1)

    assert ImageEmbedding.objects.get().checksum == image.checksum


def test_a_picture_swapped_behind_djangos_back_is_not_stored_under_the_old_vector(embedder_that):
    add_photo(make_product(), seed=1)
    embedder_that(once(lambda: ProductImage.objects.update(checksum="0" * 64)))

    assert services.embed_pending() == Batch(claimed=1, waiting=1)

    assert not ImageEmbedding.objects.exists()
    assert services.reconcile().queued == 1
    assert EmbeddingJob.objects.get().checksum == "0" * 64


@pytest.mark.django_db(transaction=True)
def test_tags_changed_in_an_open_transaction_reach_the_vector_that_is_written_meanwhile(
    embedder_that,
):
    """The tagging transaction holds the product: the write waits for it and reads the new tags."""
    product = make_product()
    add_photo(product)
    red = make_tag("colour:red")
    tagged, embedding = Event(), Event()

    def tag_slowly() -> None:
        with transaction.atomic():
            product.tags.add(red)
            tagged.set()
            embedding.wait(10)
        connection.close()

    with ThreadPoolExecutor(1) as pool:

        def before(images):
            pool.submit(tag_slowly)
            tagged.wait(10)
            embedding.set()

        embedder_that(before)
        assert services.embed_pending() == Batch(claimed=1, ready=1)

    assert ImageEmbedding.objects.get().tag_ids == [red.pk]
