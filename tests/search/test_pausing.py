"""A space is filled from when somebody asks for it until somebody pauses it; new pictures wait."""

from __future__ import annotations

import pytest

from search import services
from search.errors import SpaceRefused
from search.models import EmbeddingJob, EmbeddingSpace, Errand, ImageEmbedding
from search.services import (
    Batch,
    Reconciled,
    create_derived,
    create_space,
    ensure_space,
    errands,
    switch_space,
)
from search.services.deriving import derive_missing
from tests.factories import add_photo, make_product
from tests.search.cards import CENTRED
from tests.search.projections import any_projection
from tests.search.test_switching import embed_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def first() -> EmbeddingSpace:
    """The searched space, with three pictures."""
    for seed in range(3):
        add_photo(make_product(), seed=seed)
    embed_all()
    return ensure_space()


@pytest.fixture
def second(first: EmbeddingSpace) -> EmbeddingSpace:
    """Another one, that nobody has asked to fill."""
    return create_space("tests.search.cards:centred")


def states(space: EmbeddingSpace) -> list[str]:
    return list(EmbeddingJob.objects.filter(space=space).values_list("state", flat=True))


def test_a_new_space_waits_until_it_is_filled(second: EmbeddingSpace):
    assert services.reconcile() == Reconciled()
    assert states(second) == []

    assert services.fill(second) == 3
    embed_all()

    assert states(second) == ["ready"] * 3


def test_new_pictures_wait_for_a_paused_space(second: EmbeddingSpace):
    add_photo(make_product(), seed=9)
    embed_all()

    assert services.reconcile() == Reconciled()
    assert states(second) == ["pending"]

    services.fill(second)
    # Of a space aside a process takes one picture first, to know how long it takes.
    assert services.embed_pending() == Batch(claimed=1, ready=1)
    embed_all()
    assert states(second) == ["ready"] * 4


def test_filling_is_paused_and_goes_on(second: EmbeddingSpace):
    services.fill(second)
    services.embed_pending(limit=1)
    services.pause(second)

    assert services.embed_pending() == Batch()
    assert services.reconcile() == Reconciled()
    assert sorted(states(second)) == ["pending", "pending", "ready"]

    assert services.fill(second) == 0
    embed_all()
    assert states(second) == ["ready"] * 3


def test_filling_what_is_derived_lets_the_base_go_on(second: EmbeddingSpace):
    derived = create_derived(second, any_projection(), {})
    services.fill(derived)
    embed_all()

    assert ImageEmbedding.objects.filter(space=derived).count() == 3
    assert EmbeddingSpace.objects.get(pk=second.pk).paused is False


def test_what_is_searched_is_not_paused(first: EmbeddingSpace, second: EmbeddingSpace):
    derived = create_derived(first, any_projection(), {})
    for space in (first, derived):
        with pytest.raises(SpaceRefused, match=f"{space.name.replace('+', '.')} can't be paused"):
            services.pause(space)


def test_the_base_of_what_is_searched_is_not_paused(second: EmbeddingSpace):
    derived = create_derived(second, any_projection(), {})
    services.fill(derived)
    embed_all()
    switch_space(derived)

    with pytest.raises(SpaceRefused, match=f"{CENTRED.name} can't be paused"):
        services.pause(second)


def test_a_paused_space_that_is_switched_to_goes_on(first: EmbeddingSpace, second: EmbeddingSpace):
    derived = create_derived(second, any_projection(), {})
    derive_missing(derived)
    add_photo(make_product(), seed=9)
    embed_all()
    assert switch_space(derived, force=True) == first

    assert services.embed_pending() == Batch(claimed=1, ready=1)


def test_an_errand_that_was_paused_meanwhile_does_nothing(second: EmbeddingSpace):
    asked = errands.request_errand(kind=Errand.Kind.FILL, space=second)
    second.refresh_from_db()
    assert second.paused is False
    services.pause(second)

    errands.run_errands()

    asked.refresh_from_db()
    assert asked.outcome == "It was paused before the worker came to it."
    assert states(second) == []
