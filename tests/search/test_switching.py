"""The searched space changes at once or not at all, and can be changed back."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from catalog.models import ProductImage
from search import selectors, services
from search.engine.index import find_index
from search.errors import QueryExpired, SpaceRefused
from search.models import EmbeddingJob, EmbeddingSpace, ImageEmbedding
from search.services import create_derived, create_space, ensure_space, photo_query, switch_space
from search.services.deriving import derive_missing
from tests.factories import add_photo, draw_photo, jpeg_bytes, make_product
from tests.search.cards import CENTRED
from tests.search.projections import any_projection

pytestmark = pytest.mark.django_db

SECOND = "tests.search.cards:centred"


def embed_all() -> None:
    while services.embed_pending().claimed:
        pass


@pytest.fixture
def first() -> EmbeddingSpace:
    """The searched space, with three pictures."""
    for seed in range(3):
        add_photo(make_product(), seed=seed)
    embed_all()
    return ensure_space()


@pytest.fixture
def second(first: EmbeddingSpace) -> EmbeddingSpace:
    """Another one, filled."""
    space = create_space(SECOND)
    services.fill(space)
    embed_all()
    return space


def test_a_filled_space_takes_over(first: EmbeddingSpace, second: EmbeddingSpace):
    assert switch_space(second) == first

    assert selectors.active_space() == second
    first.refresh_from_db()
    assert (first.state, first.follows) == ("retired", True)
    assert second.activated_at == first.retired_at


def test_a_space_that_lacks_pictures_is_refused_with_what_to_do(first: EmbeddingSpace):
    space = create_space(SECOND)

    with pytest.raises(SpaceRefused) as raised:
        switch_space(space)

    assert raised.value.message == (
        f"{CENTRED.name} lacks 3 of the pictures that customers find now. Fill it first."
    )
    assert raised.value.typed == (
        f"`manage.py space fill {CENTRED.name} --wait` does; with --force it is searched as it is."
    )
    assert selectors.active_space() == first
    assert switch_space(space, force=True) == first


def test_a_space_that_is_searched_no_longer_is_not_replaced(
    first: EmbeddingSpace, second: EmbeddingSpace
):
    third = create_space(SECOND, name="third@1")
    switch_space(third, force=True)

    with pytest.raises(SpaceRefused, match="switched to third@1: nothing was changed"):
        switch_space(second, instead_of=first)

    assert selectors.active_space() == third
    assert switch_space(second, instead_of=third) == third


def test_pictures_that_wait_in_both_are_no_hindrance(first: EmbeddingSpace, second: EmbeddingSpace):
    add_photo(make_product(), seed=9)

    assert switch_space(second) == first


def test_a_picture_that_failed_in_the_new_space_alone_is_one(
    first: EmbeddingSpace, second: EmbeddingSpace
):
    job = EmbeddingJob.objects.filter(space=second).first()
    ImageEmbedding.objects.filter(space=second, image_id=job.image_id).delete()
    EmbeddingJob.objects.filter(pk=job.pk).update(state="failed")

    with pytest.raises(SpaceRefused, match="1 of the pictures that customers find now failed"):
        switch_space(second)
    assert (services.lacking(second), services.failed_in(second)) == (1, 1)

    assert switch_space(second, without_failed=True) == first


def test_what_failed_is_tried_again_by_filling(first: EmbeddingSpace, second: EmbeddingSpace):
    job = EmbeddingJob.objects.filter(space=second).first()
    ImageEmbedding.objects.filter(space=second, image_id=job.image_id).delete()
    EmbeddingJob.objects.filter(pk=job.pk).update(state="failed", attempts=3)

    assert services.fill(second) == 1
    embed_all()

    assert switch_space(second) == first


def test_what_still_waits_is_not_done_without(first: EmbeddingSpace, second: EmbeddingSpace):
    """Only those that failed are."""
    job = EmbeddingJob.objects.filter(space=second).first()
    ImageEmbedding.objects.filter(space=second, image_id=job.image_id).delete()

    with pytest.raises(SpaceRefused, match="lacks 1 of the pictures"):
        switch_space(second, without_failed=True)


def test_a_derived_space_lacks_what_was_not_derived(first: EmbeddingSpace):
    space = create_derived(first, any_projection(), {})
    with pytest.raises(SpaceRefused, match="lacks 3 of the pictures"):
        switch_space(space)

    derive_missing(space)
    assert switch_space(space) == first

    now = selectors.index_progress()
    assert (now.total, now.ready) == (3, 3)


@pytest.mark.django_db(transaction=True)
def test_a_large_space_without_its_index_is_refused(
    first: EmbeddingSpace, second: EmbeddingSpace, settings
):
    settings.HNSW_MIN_ROWS = 3
    with pytest.raises(SpaceRefused, match=f"{CENTRED.name} has no index yet") as raised:
        switch_space(second)
    assert f"`manage.py index build --space {CENTRED.name}`" in raised.value.typed

    services.tend_index(space=second)

    assert find_index(second.pk).valid
    assert switch_space(second) == first


def test_switching_to_the_searched_space_changes_nothing(first: EmbeddingSpace):
    assert switch_space(first) == first
    assert EmbeddingSpace.objects.get().state == "active"


@pytest.mark.django_db(transaction=True)
def test_of_two_switches_at_once_one_wins_and_the_other_is_told(
    first: EmbeddingSpace, second: EmbeddingSpace
):
    third = create_space(SECOND, name="third")
    ready = threading.Barrier(3)

    def switch(space: EmbeddingSpace) -> str:
        try:
            with connection.cursor():
                ready.wait(10)
            switch_space(space, force=True)
        except SpaceRefused as error:
            return error.message
        finally:
            connection.close()
        return "won"

    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            list(EmbeddingSpace.objects.select_for_update())
            asked = [pool.submit(switch, space) for space in (second, third)]
            ready.wait(10)
            wait_for_waiters(2)
        told = sorted(each.result() for each in asked)

    active = selectors.active_space()
    assert active in {second, third}
    refused = f"Somebody else has just switched to {active.name}: nothing was changed."
    assert told == [refused, "won"]


def wait_for_waiters(count: int) -> None:
    """Until so many sessions wait for a lock of this one."""
    waiting = 0
    while waiting < count:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid)) OR wait_event_type = 'Lock'"
            )
            [waiting] = cursor.fetchone()


def test_rolling_back_needs_no_filling(first: EmbeddingSpace, second: EmbeddingSpace):
    switch_space(second)
    late = add_photo(make_product(), seed=9)
    embed_all()

    assert services.roll_back() == first

    assert selectors.active_space() == first
    assert services.lacking(first) == 0
    assert ImageEmbedding.objects.filter(space=first, image_id=late.pk).exists()


def test_asked_twice_one_goes_back_once(first: EmbeddingSpace, second: EmbeddingSpace):
    switch_space(second)

    assert services.roll_back(to=first) == first
    assert services.roll_back(to=first) == first

    assert selectors.active_space() == first


def test_one_goes_back_only_to_what_was_shown(first: EmbeddingSpace, second: EmbeddingSpace):
    switch_space(second)
    third = create_space(SECOND, name="third")
    switch_space(third, force=True)

    with pytest.raises(SpaceRefused, match=rf"{CENTRED.name} was left last meanwhile, not fake@1"):
        services.roll_back(to=first)

    assert selectors.active_space() == third


def test_after_a_day_there_is_no_rolling_back(first: EmbeddingSpace, second: EmbeddingSpace):
    switch_space(second)
    left_at = timezone.now() - timedelta(hours=25)
    EmbeddingSpace.objects.filter(pk=first.pk).update(retired_at=left_at)

    with pytest.raises(SpaceRefused, match="No space was left within the last 24 hours"):
        services.roll_back()


def test_a_space_that_was_left_long_ago_is_filled_again(
    first: EmbeddingSpace, second: EmbeddingSpace
):
    switch_space(second)
    left_at = timezone.now() - timedelta(days=9)
    EmbeddingSpace.objects.filter(pk=first.pk).update(retired_at=left_at)
    add_photo(make_product(), seed=9)
    embed_all()
    first.refresh_from_db()

    assert services.fill(first) == 1
    embed_all()

    assert first.state == "building"
    assert switch_space(first) == second


def test_a_stored_query_goes_on_in_its_space_for_a_day(
    first: EmbeddingSpace, second: EmbeddingSpace
):
    query, _ = photo_query(photo=jpeg_bytes(draw_photo(1)))
    before = selectors.search(question=selectors.question_of(query), door="test")
    switch_space(second)

    stored = selectors.get_query(query.pk)
    after = selectors.search(question=selectors.question_of(stored), door="test")

    assert [hit.product for hit in after.hits] == [hit.product for hit in before.hits]
    assert after.space == "fake@1"

    left_at = timezone.now() - timedelta(hours=25)
    EmbeddingSpace.objects.filter(pk=first.pk).update(retired_at=left_at)
    with pytest.raises(QueryExpired):
        selectors.question_of(selectors.get_query(query.pk))


def test_a_product_is_joined_to_an_earlier_query_in_the_querys_space(
    first: EmbeddingSpace, second: EmbeddingSpace
):
    query, _ = photo_query(photo=jpeg_bytes(draw_photo(1)))
    switch_space(second)
    liked = services.Example(product=ProductImage.objects.all()[0].product)

    joined, _ = photo_query(examples=[services.Example(query=query), liked])

    assert joined.space == first
