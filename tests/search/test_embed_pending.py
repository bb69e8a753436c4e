"""From a queued image to a vector, or to a reason why there is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from catalog.images import decode
from search import services
from search.embedding import EmbedderUnavailable, Rejected
from search.embedding.fake import FakeEmbedder
from search.errors import SearchUnavailable, SpaceMismatch
from search.models import EmbeddingJob, EmbeddingSpace, ImageEmbedding
from search.services import Batch
from tests.factories import add_photo, make_category, make_product, make_tag

pytestmark = pytest.mark.django_db


def job_of(image) -> EmbeddingJob:
    return EmbeddingJob.objects.get(image=image)


def test_an_image_becomes_searchable():
    image = add_photo(make_product(), seed=1)

    assert services.embed_pending() == Batch(claimed=1, ready=1)

    job = job_of(image)
    assert (job.state, job.attempts, job.claimed_until, job.error) == ("ready", 1, None, "")
    row = ImageEmbedding.objects.get()
    assert (row.image_id, row.product_id) == (image.pk, image.product_id)
    assert row.checksum == image.checksum
    assert services.embed_pending() == Batch()


def test_the_vector_is_that_of_the_stored_file():
    image = add_photo(make_product(), seed=1)
    services.embed_pending()

    with image.file.open() as file:
        [outcome] = FakeEmbedder().embed([decode(file.read()).image])
    stored = np.array(ImageEmbedding.objects.get().vector, dtype=np.float32)

    np.testing.assert_allclose(stored, outcome.vector, atol=1e-3)


def test_the_filter_columns_are_written_with_the_vector():
    root = make_category("Shoes")
    boots = make_category("Boots", parent=root)
    product = make_product(category=boots, tags=("colour:red", "sale"), status="draft")
    add_photo(product)

    services.embed_pending()

    row = ImageEmbedding.objects.get()
    assert row.tag_ids == sorted([make_tag("colour:red").pk, make_tag("sale").pk])
    assert row.category_ids == [root.pk, boots.pk]
    assert row.published is False


def test_a_batch_takes_the_oldest_first_and_no_more_than_its_limit():
    product = make_product()
    images = [add_photo(product, seed=seed) for seed in range(3)]

    assert services.embed_pending(limit=2) == Batch(claimed=2, ready=2)

    assert [job_of(image).state for image in images] == ["ready", "ready", "pending"]


def test_a_missing_file_fails_at_once_and_says_what_to_do():
    image = add_photo(make_product())
    neighbour = add_photo(make_product(), seed=2)
    image.file.storage.delete(image.file.name)

    assert services.embed_pending() == Batch(claimed=2, ready=1, failed=1)

    assert job_of(image).state == "failed"
    expected = f"The picture's file is missing ({image.file.name}). Upload the picture again."
    assert job_of(image).error == expected
    assert job_of(neighbour).state == "ready"


def test_a_damaged_file_fails_at_once():
    image = add_photo(make_product())
    Path(image.file.path).write_bytes(b"\xff\xd8\xff\xe0 no picture")

    assert services.embed_pending() == Batch(claimed=1, failed=1)

    assert job_of(image).error.startswith("The stored file can't be read: ")
    assert job_of(image).error.endswith("Upload the picture again.")


def test_a_picture_for_which_memory_is_short_is_tried_again(monkeypatch):
    image = add_photo(make_product())

    def short(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("PIL.Image.open", short)

    assert services.embed_pending() == Batch(claimed=1, waiting=1)

    job = EmbeddingJob.objects.get(image=image)
    assert (job.state, job.attempts) == ("pending", 1)
    assert "not enough memory to open it" in job.error


def test_for_a_gpu_all_that_was_claimed_is_opened_and_embedded_at_once(settings, embedder_that):
    settings.EMBEDDER_DEVICE = "cuda"
    product = make_product()
    images = [add_photo(product, seed=seed) for seed in range(10)]
    Path(images[4].file.path).unlink()
    sizes: list[int] = []
    embedder_that(lambda pictures: sizes.append(len(pictures)))

    assert services.embed_pending() == Batch(claimed=10, ready=9, failed=1)

    assert sizes == [9]
    expected = [FakeEmbedder().embed([decode(each.file.read()).image])[0] for each in images[:4]]
    for image, outcome in zip(images[:4], expected, strict=True):
        stored = ImageEmbedding.objects.get(image_id=image.pk).vector
        np.testing.assert_allclose(stored, outcome.vector, atol=1e-3)


def test_what_the_embedder_rejects_fails_with_its_reason(embedder_that):
    image = add_photo(make_product())
    embedder_that(lambda _: [Rejected("Not for me.")])

    assert services.embed_pending() == Batch(claimed=1, failed=1)

    assert job_of(image).error == "Not for me."


def test_without_weights_images_wait_and_lose_no_attempt(embedder_that):
    image = add_photo(make_product())

    def unavailable(images):
        raise EmbedderUnavailable("no weights at /nowhere")

    embedder_that(unavailable)
    for _ in range(4):
        with pytest.raises(SearchUnavailable) as raised:
            services.embed_pending()
        assert "nowhere" not in raised.value.message

    job = job_of(image)
    assert (job.state, job.attempts, job.claimed_until) == ("pending", 0, None)


def test_an_interrupted_batch_goes_back_to_the_queue(embedder_that):
    image = add_photo(make_product())

    def interrupted(images):
        raise KeyboardInterrupt

    embedder_that(interrupted)
    with pytest.raises(KeyboardInterrupt):
        services.embed_pending()

    job = job_of(image)
    assert (job.state, job.attempts, job.claimed_until) == ("pending", 0, None)


def test_a_space_whose_card_has_another_dimension_is_not_written_to():
    add_photo(make_product())
    services.embed_pending()
    add_photo(make_product(), seed=2)
    EmbeddingSpace.objects.update(dim=7)

    with pytest.raises(SpaceMismatch, match="of 7 dimensions, but its card makes some of 49"):
        services.embed_pending()

    assert ImageEmbedding.objects.count() == 1
    assert set(EmbeddingJob.objects.values_list("state", "attempts")) == {
        ("ready", 1),
        ("pending", 0),
    }


def test_a_space_without_its_code_keeps_no_other_one_waiting():
    services.ensure_space()
    for card in ("without_code", "centred"):
        services.fill(services.create_space(f"tests.search.cards:{card}"))
    add_photo(make_product())

    assert services.embed_pending() == Batch(claimed=1, ready=1)
    assert services.embed_pending() == Batch(claimed=1, ready=1)
    with pytest.raises(SearchUnavailable):
        services.embed_pending()
    assert EmbeddingJob.objects.get(state="pending").attempts == 0


def test_drain_goes_on_until_nothing_is_left():
    product = make_product()
    for seed in range(5):
        add_photo(product, seed=seed)
    batches: list[Batch] = []

    assert services.drain(seconds=30, after_batch=batches.append) is True

    assert sum(batches, Batch()) == Batch(claimed=5, ready=5)


def test_drain_says_when_time_was_too_short():
    add_photo(make_product())

    assert services.drain(seconds=0) is False
