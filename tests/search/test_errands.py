"""Long work that staff ask for: done by one worker, one after the other, whatever happens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import User
from django.db import connection

from search.engine.index import find_index
from search.errors import SpaceRefused
from search.models import EmbeddingSpace, Errand, ImageEmbedding
from search.services import embed_pending, ensure_space, errand_work, errands
from search.services.comparing import remembered
from search.services.spaces import create_space
from search.services.tuning.lock import Work
from tests.factories import add_photo, make_product

pytestmark = pytest.mark.django_db(transaction=True)
Kind, State = Errand.Kind, Errand.State


@pytest.fixture
def space(transactional_db: None) -> EmbeddingSpace:
    """Three photos in the space that is searched."""
    active = ensure_space()
    for seed in range(3):
        add_photo(make_product(), seed)
    embed_pending(limit=3)
    return active


@pytest.fixture
def second(space: EmbeddingSpace) -> EmbeddingSpace:
    """A space of the same kind, empty."""
    return create_space("fake@1", name="second@1")


def outcome(errand: Errand) -> tuple[str, str]:
    errand.refresh_from_db()
    return errand.state, errand.outcome


def test_filling_queues_what_the_space_lacks(second: EmbeddingSpace):
    asked = errands.request_errand(kind=Kind.FILL, space=second)
    assert errands.run_errands() == 1
    state, told = outcome(asked)
    assert state == State.DONE
    assert told.startswith("3 pictures were queued")
    assert second.jobs.filter(state="pending").count() == 3


def test_filling_ends_with_the_index_that_the_space_needs(second: EmbeddingSpace, settings: Any):
    settings.HNSW_MIN_ROWS = 3
    errands.request_errand(kind=Kind.FILL, space=second)
    errands.run_errands()
    assert not find_index(second.pk).valid
    embed_pending(limit=3, space=second)

    errands.request_errand(kind=Kind.FILL, space=second)
    errands.run_errands()

    assert find_index(second.pk).valid


def test_why_a_space_is_not_filled_is_told(space: EmbeddingSpace):
    card = {**space.card, "backbone": "nowhere:build"}
    other = EmbeddingSpace.objects.create(name="other@1", dim=space.dim, card=card)
    asked = errands.request_errand(kind=Kind.FILL, space=other)
    errands.run_errands()
    state, told = outcome(asked)
    assert state == State.FAILED
    assert "nowhere" in told
    assert other.jobs.filter(state="pending").count() == 3


def test_comparing_keeps_what_it_found(space: EmbeddingSpace, second: EmbeddingSpace):
    for row in ImageEmbedding.objects.filter(space=space):
        row.space = second
        row.save(force_insert=True)
    asked = errands.request_errand(kind=Kind.COMPARE, space=second)
    errands.run_errands()
    assert outcome(asked) == (State.DONE, "Of the first ten, 100 % are the same as in fake@1.")
    second.refresh_from_db()
    kept = remembered(second)
    assert kept is not None
    assert kept.questions == 3


def test_dropping_leaves_the_name(second: EmbeddingSpace):
    asked = errands.request_errand(kind=Kind.DROP, space=second)
    errands.run_errands()
    assert outcome(asked)[0] == State.DONE
    assert (asked.space, asked.space_name) == (None, "second@1")
    assert not EmbeddingSpace.objects.filter(name="second@1").exists()


def test_what_is_refused_is_told(space: EmbeddingSpace):
    asked = errands.request_errand(kind=Kind.DROP, space=space)
    errands.run_errands()
    state, told = outcome(asked)
    assert state == State.FAILED
    assert "Switch to another one first" in told


def test_the_same_is_asked_once(space: EmbeddingSpace, second: EmbeddingSpace):
    user = User.objects.create_user("anna")
    one = errands.request_errand(kind=Kind.FILL, space=second, user=user)
    assert errands.request_errand(kind=Kind.FILL, space=second) == one
    assert errands.request_errand(kind=Kind.FILL, space=space) != one
    assert one.asked_by == user


def test_nothing_is_asked_for_a_space_that_is_gone(second: EmbeddingSpace):
    EmbeddingSpace.objects.filter(pk=second.pk).delete()
    with pytest.raises(SpaceRefused, match="second@1 was dropped meanwhile"):
        errands.request_errand(kind=Kind.FILL, space=second)


def test_an_errand_of_a_space_that_is_gone_ends(second: EmbeddingSpace):
    drop = errands.request_errand(kind=Kind.DROP, space=second)
    fill = errands.request_errand(kind=Kind.FILL, space=second)
    assert errands.run_errands() == 2
    assert outcome(drop)[0] == State.DONE
    assert outcome(fill) == (State.DONE, "The space is gone.")


def test_what_a_dead_worker_left_begins_again_once(second: EmbeddingSpace):
    asked = errands.request_errand(kind=Kind.FILL, space=second)
    Errand.objects.filter(pk=asked.pk).update(state=State.RUNNING, attempts=1)
    assert errands.run_errands() == 1
    assert outcome(asked)[0] == State.DONE


def test_what_killed_two_workers_is_given_up(second: EmbeddingSpace):
    asked = errands.request_errand(kind=Kind.FILL, space=second)
    Errand.objects.filter(pk=asked.pk).update(state=State.RUNNING, attempts=2)
    assert errands.run_errands() == 0
    state, told = outcome(asked)
    assert state == State.FAILED
    assert "stopped twice" in told


@pytest.mark.parametrize(
    ("done", "state"), [(1, State.DONE), (0, State.FAILED)], ids=["headway", "none"]
)
def test_deaths_with_headway_between_do_not_count(
    second: EmbeddingSpace, monkeypatch: pytest.MonkeyPatch, done: int, state: str
):
    asked = errands.request_errand(kind=Kind.DROP, space=second)

    def killed(space: EmbeddingSpace, told: Callable[[int, int], None]) -> None:
        told(done, 3)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(errand_work, "drop_space", killed)
        for _ in range(2):
            with pytest.raises(KeyboardInterrupt):
                errands.run_errands()

    errands.run_errands()
    assert outcome(asked)[0] == state


def test_a_second_worker_leaves_it_to_the_first(second: EmbeddingSpace):
    asked = errands.request_errand(kind=Kind.FILL, space=second)
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [int(Work.ERRANDS)])
        assert errands.run_errands() == 0
    assert outcome(asked)[0] == State.WAITING
    assert errands.run_errands() == 1


def test_an_unforeseen_error_ends_the_errand_and_not_the_next(
    second: EmbeddingSpace, monkeypatch: pytest.MonkeyPatch
):
    bad = errands.request_errand(kind=Kind.COMPARE, space=second)
    good = errands.request_errand(kind=Kind.FILL, space=second)

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a fault of ours")

    monkeypatch.setattr(errand_work, "compare", broken)
    assert errands.run_errands() == 2
    assert outcome(bad) == (State.FAILED, "ZeroDivisionError: a fault of ours")
    assert outcome(good)[0] == State.DONE
