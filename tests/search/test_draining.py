"""A worker embeds on several cores at once."""

from __future__ import annotations

import threading

import pytest
from django.db import connections

from search import services
from search.embedding import EmbedderUnavailable
from search.errors import SearchUnavailable
from search.models import EmbeddingJob, EmbeddingSpace, ImageEmbedding
from search.services import Batch, create_space, draining, embedding
from search.services.throttling import Pace
from tests.factories import add_photo, make_product

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def photos(settings) -> None:
    settings.EMBED_BATCH = 2
    product = make_product()
    for seed in range(8):
        add_photo(product, seed=seed)


def test_threads_share_the_queue_and_embed_every_image_once(embedder_that):
    met = threading.Barrier(2, timeout=10)
    callers: set[int] = set()

    def wait_for_the_other(images):
        if threading.get_ident() not in callers:
            callers.add(threading.get_ident())
            met.wait()

    embedder_that(wait_for_the_other)
    batches: list[Batch] = []

    assert services.drain(seconds=30, threads=2, after_batch=batches.append) is True

    assert sum(batches, Batch()) == Batch(claimed=8, ready=8)
    assert ImageEmbedding.objects.count() == 8
    assert set(EmbeddingJob.objects.values_list("attempts", flat=True)) == {1}
    assert len(callers) == 2


def test_what_stops_one_thread_is_told_and_nothing_is_lost(embedder_that):
    def unavailable(images):
        raise EmbedderUnavailable("no weights")

    embedder_that(unavailable)

    with pytest.raises(SearchUnavailable):
        services.drain(seconds=30, threads=2)

    assert set(EmbeddingJob.objects.values_list("state", "attempts")) == {("pending", 0)}
    assert connections["default"].is_usable()


def test_one_thread_that_stops_stops_the_others(embedder_that):
    """Whoever comes first goes on without end; the second one fails."""
    second, seen = threading.Event(), []

    def fail_the_second_caller(images):
        seen.append(threading.get_ident())
        if len(set(seen)) > 1 and threading.get_ident() != seen[0]:
            second.set()
            raise EmbedderUnavailable("no weights")
        second.wait(10)
        services.request_embedding(
            image_ids=EmbeddingJob.objects.values_list("image_id", flat=True)
        )

    embedder_that(fail_the_second_caller)

    with pytest.raises(SearchUnavailable):
        services.drain(seconds=3600, threads=2)

    assert second.is_set()


class OwnPace(Pace):
    """Two pictures of another space at a time; rests when it is told to."""

    def __init__(self, *rests: bool) -> None:
        super().__init__()
        self._rests = list(rests)

    def pictures(self, _: int) -> int:
        return 2

    def rests(self) -> bool:
        return self._rests.pop(0) if self._rests else False


@pytest.fixture
def second(settings) -> EmbeddingSpace:
    """A space that nothing is embedded in, beside the searched one that is full."""
    settings.EMBED_BATCH = 8
    services.drain(seconds=30)
    made = create_space("fake@1", name="second@1")
    services.fill(made)
    return made


def use(pace: Pace, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (draining, embedding):
        monkeypatch.setattr(module, "pace", pace)


def test_another_space_is_filled_in_smaller_batches(second, monkeypatch):
    use(OwnPace(), monkeypatch)
    batches: list[Batch] = []

    assert services.drain(seconds=30, after_batch=batches.append) is True

    assert batches == [Batch(claimed=2, ready=2)] * 4
    assert ImageEmbedding.objects.filter(space=second).count() == 8


def test_an_upload_does_not_wait_for_the_end_of_a_rest(second, monkeypatch):
    use(OwnPace(False, True, True), monkeypatch)
    steps: list[tuple[int, int]] = []

    def upload_once(_: Batch) -> None:
        if not steps:
            add_photo(make_product(), seed=9)
        aside = ImageEmbedding.objects.filter(space=second).count()
        steps.append((ImageEmbedding.objects.count() - aside, aside))

    assert services.drain(seconds=30, after_batch=upload_once) is True

    assert steps == [(8, 2), (9, 2), (9, 4), (9, 6), (9, 8), (9, 9)]


def test_who_rests_leaves_the_others_where_the_searched_space_cannot_be_served(
    second, monkeypatch, embedder_that
):
    def unavailable(images):
        raise EmbedderUnavailable("no weights")

    add_photo(make_product(), seed=9)
    embedder_that(unavailable)

    assert services.embed_pending(others=False) == Batch()
