"""The spaces that there are: the first one, new ones, and what new pictures go to."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from search import services
from search.embedding.fake import FAKE
from search.errors import SpaceMismatch, SpaceRefused
from search.models import EmbeddingJob, EmbeddingSpace, ImageEmbedding
from search.services import Batch, create_derived, create_space, ensure_space
from search.services.spaces import followed_roots
from tests.factories import add_photo, make_product
from tests.search.cards import CENTRED
from tests.search.projections import any_projection

pytestmark = pytest.mark.django_db

SECOND = "tests.search.cards:centred"


def test_the_first_space_is_made_from_the_card_of_the_settings():
    space = ensure_space()

    assert (space.name, space.dim, space.state) == ("fake@1", FAKE.dim, "active")
    assert space.card == json.loads(json.dumps(FAKE.as_json()))
    assert space.activated_at is not None
    assert ensure_space() == space


def test_an_empty_space_that_is_alone_gives_way_to_another_embedder():
    EmbeddingSpace.objects.create(name="another@1", dim=3, state="active")

    assert ensure_space().name == "fake@1"
    assert EmbeddingSpace.objects.get(name="another@1").state == "retired"


def test_an_empty_space_that_was_switched_to_stays():
    ensure_space()
    second = create_space(SECOND)
    services.switch_space(second, force=True)

    assert ensure_space() == second


def test_an_empty_space_that_was_switched_to_stays_when_it_is_alone():
    first, second = ensure_space(), create_space(SECOND)
    services.switch_space(second)
    EmbeddingSpace.objects.filter(pk=first.pk).delete()

    assert ensure_space() == second
    assert EmbeddingSpace.objects.get().state == "active"


def test_a_filled_space_stays_whatever_the_settings_name(settings):
    add_photo(make_product())
    services.embed_pending()
    settings.EMBEDDER = SECOND
    add_photo(make_product(), seed=2)

    assert services.embed_pending() == Batch(claimed=1, ready=1)
    assert ensure_space().name == "fake@1"


def test_a_new_space_is_empty_and_follows_from_now_on():
    ensure_space()
    space = create_space(SECOND)

    assert (space.name, space.dim, space.state) == (CENTRED.name, CENTRED.dim, "building")
    assert space.paused is True
    assert [each.name for each in followed_roots()] == ["fake@1", CENTRED.name]


def test_a_second_space_of_one_card_needs_a_name_of_its_own():
    create_space("fake@1")

    with pytest.raises(SpaceRefused, match="There is a space fake@1 already"):
        create_space("fake@1")

    assert create_space("fake@1", name="once more").card["name"] == "fake@1"


def test_an_unknown_card_names_those_that_there_are():
    with pytest.raises(SpaceRefused, match=r"no embedder called 'nobody@1'. There are: .*fake@1"):
        create_space("nobody@1")


def test_derived_spaces_are_numbered_and_keep_how_they_were_made():
    base = ensure_space()
    first = create_derived(base, any_projection(), {"gain": 2.5})
    second = create_derived(first, any_projection(), {})

    assert (first.name, second.name) == ("fake@1+tuned1", "fake@1+tuned2")
    assert (first.base, second.base) == (base, base)
    assert (first.dim, first.state, first.report) == (8, "building", {"gain": 2.5})
    assert first.card["backbone"] == base.card["backbone"]


def test_a_projection_of_other_vectors_is_refused():
    with pytest.raises(SpaceMismatch, match=r"takes vectors of 5 dimensions; those of fake@1"):
        create_derived(ensure_space(), any_projection(base_dim=5, dim=4), {})


def test_new_pictures_are_queued_in_every_root_that_follows():
    ensure_space()
    second = create_space(SECOND)
    create_derived(second, any_projection(), {})

    add_photo(make_product())

    queued = EmbeddingJob.objects.order_by("space").values_list("space__name", flat=True)
    assert list(queued) == ["fake@1", CENTRED.name]


@pytest.mark.parametrize(("hours", "queued"), [(23, 2), (25, 1)])
def test_a_space_that_was_left_follows_for_a_day(hours: int, queued: int):
    left = ensure_space()
    services.switch_space(create_space(SECOND))
    EmbeddingSpace.objects.filter(pk=left.pk).update(
        retired_at=timezone.now() - timedelta(hours=hours)
    )

    add_photo(make_product())

    assert EmbeddingJob.objects.count() == queued
    assert EmbeddingSpace.objects.get(pk=left.pk).follows is (queued == 2)


def test_the_space_that_is_searched_comes_first():
    ensure_space()
    second = create_space(SECOND)
    services.fill(second)
    for seed in range(2):
        add_photo(make_product(), seed=seed)

    assert services.embed_pending() == Batch(claimed=2, ready=2)
    assert {row.space.name for row in ImageEmbedding.objects.all()} == {"fake@1"}
    assert services.drain(seconds=30) is True
    assert ImageEmbedding.objects.filter(space=second).count() == 2
    assert services.embed_pending() == Batch()
