"""A space goes with all that belongs to it, and never while anybody wants it."""

from __future__ import annotations

import pytest

from search import services
from search.engine.index import find_index
from search.errors import QueryExpired, SpaceRefused
from search.models import EmbeddingJob, EmbeddingSpace, ImageEmbedding, PhotoQuery
from search.services import (
    create_derived,
    create_space,
    dropping,
    ensure_space,
    photo_query,
    switch_space,
)
from tests.factories import add_photo, draw_photo, jpeg_bytes, make_product
from tests.search.cards import CENTRED
from tests.search.projections import any_projection
from tests.search.test_switching import embed_all

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def first(transactional_db: None) -> EmbeddingSpace:
    """The searched space, with three pictures."""
    for seed in range(3):
        add_photo(make_product(), seed=seed)
    embed_all()
    return ensure_space()


@pytest.fixture
def second(first: EmbeddingSpace) -> EmbeddingSpace:
    """Another one, filled."""
    space = create_space("tests.search.cards:centred")
    services.fill(space)
    embed_all()
    return space


def test_a_space_goes_with_all_that_belongs_to_it(
    first: EmbeddingSpace, second: EmbeddingSpace, settings
):
    settings.HNSW_MIN_ROWS = 3
    photo_query(photo=jpeg_bytes(draw_photo(1)))
    services.tend_index(space=first)
    services.tend_index(space=second)
    switch_space(second)

    assert services.drop_space(first) == 3

    assert EmbeddingSpace.objects.get() == second
    assert set(EmbeddingJob.objects.values_list("space", flat=True)) == {second.pk}
    assert set(ImageEmbedding.objects.values_list("space", flat=True)) == {second.pk}
    assert not PhotoQuery.objects.exists()
    assert not find_index(first.pk).exists


def test_the_searched_space_and_the_base_of_others_are_not_dropped(
    first: EmbeddingSpace, second: EmbeddingSpace
):
    derived = create_derived(second, any_projection(), {})

    with pytest.raises(SpaceRefused, match=r"fake@1 is the space that is searched"):
        services.drop_space(first)
    with pytest.raises(SpaceRefused, match=f"tuned1 derives from {CENTRED.name}"):
        services.drop_space(second)

    services.drop_space(derived)
    services.drop_space(second)
    assert EmbeddingSpace.objects.get() == first


def test_a_space_that_is_just_being_dropped_is_not_switched_to(
    first: EmbeddingSpace, second: EmbeddingSpace, monkeypatch: pytest.MonkeyPatch
):
    """It still holds every vector, so that nothing is missing in it."""
    told: list[str] = []

    def switch_meanwhile(space: EmbeddingSpace) -> None:
        assert services.lacking(space) == 0
        for force in (False, True):
            with pytest.raises(SpaceRefused) as raised:
                switch_space(space, force=force)
            told.append(raised.value.message)

    monkeypatch.setattr(dropping, "drop_index", switch_meanwhile)
    services.drop_space(second)

    refused = f"{CENTRED.name} was left, and new pictures don't go to it any more. Fill it first."
    assert told == [refused, refused]
    assert EmbeddingSpace.objects.get() == first


def test_a_space_that_is_filled_meanwhile_is_kept_and_becomes_whole_again(
    first: EmbeddingSpace, second: EmbeddingSpace, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(dropping, "ROWS_AT_A_TIME", 2)

    def fill_meanwhile(done: int, total: int) -> None:
        services.fill(second)

    with pytest.raises(SpaceRefused, match=f"{CENTRED.name} is wanted again"):
        services.drop_space(second, fill_meanwhile)

    assert ImageEmbedding.objects.filter(space=second).count() == 1
    embed_all()
    assert switch_space(second) == first


def test_a_base_from_which_somebody_derives_meanwhile_is_kept(
    first: EmbeddingSpace, second: EmbeddingSpace
):
    def derive_meanwhile(done: int, total: int) -> None:
        if not EmbeddingSpace.objects.filter(base=second).exists():
            create_derived(second, any_projection(), {})

    with pytest.raises(SpaceRefused, match=f"tuned1 derives from {CENTRED.name}"):
        services.drop_space(second, derive_meanwhile)

    services.fill(EmbeddingSpace.objects.get(base=second))
    embed_all()
    assert ImageEmbedding.objects.filter(space__base=second).count() == 3


def test_nothing_is_derived_from_a_space_that_is_gone(first: EmbeddingSpace):
    gone = create_space("tests.search.cards:centred")
    services.drop_space(EmbeddingSpace.objects.get(pk=gone.pk))

    with pytest.raises(SpaceRefused, match=f"{CENTRED.name} was dropped meanwhile"):
        create_derived(gone, any_projection(), {})


def test_who_asked_in_a_space_that_is_gone_is_told_to_ask_again(
    first: EmbeddingSpace, second: EmbeddingSpace, embedder_that
):
    def switch_and_drop(images):
        switch_space(second)
        services.drop_space(first)

    embedder_that(switch_and_drop)

    with pytest.raises(QueryExpired, match="has just renewed its picture index"):
        photo_query(photo=jpeg_bytes(draw_photo(1)))


def test_a_space_is_dropped_once(first: EmbeddingSpace, second: EmbeddingSpace):
    services.drop_space(EmbeddingSpace.objects.get(pk=second.pk))

    with pytest.raises(SpaceRefused, match=f"{CENTRED.name} was dropped already"):
        services.drop_space(second)
