"""From the catalogue to a space that is ready to be switched to, and every way to stop before."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import numpy as np
import psycopg
import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from PIL import Image

from catalog.services import add_image
from search.errors import AlreadyTuning, NotEnough, SpaceRefused
from search.models import EmbeddingSpace, Errand, ImageEmbedding, SpaceProjection
from search.services import (
    create_derived,
    create_space,
    drop_space,
    embed_pending,
    ensure_space,
    errands,
    switch_space,
)
from search.services.comparing import remembered
from search.services.tuning import tune
from search.services.tuning.lock import Work
from search.services.tuning.outcome import last_tuning, tuning_report
from search.services.tuning.policy import is_due
from tests.factories import jpeg_bytes, make_product
from tests.search.projections import any_projection
from tests.search.test_tune_policy import REPORT

pytestmark = pytest.mark.django_db(transaction=True)

PRODUCTS, PHOTOS = 24, 3


def draw_goods(product: int, photo: int) -> Image.Image:
    """A pale pattern of the product's own below a tint that differs from photo to photo and is most
    of the picture: what tells products apart must be learned."""
    pattern = np.random.default_rng(product).uniform(0, 255, (4, 4, 3))
    tint = np.random.default_rng((product, photo)).uniform(0, 255, 3)
    pixels = (0.25 * pattern + 0.75 * tint).astype(np.uint8)
    return Image.fromarray(pixels).resize((96, 96), Image.Resampling.NEAREST)


def stock_up(*, products: int = PRODUCTS, photos: int = PHOTOS) -> EmbeddingSpace:
    """A shop with so many products of so many photos, embedded; its space."""
    space = ensure_space()
    for number in range(products):
        product = make_product(sku=f"G-{number}", title=f"Goods {number}")
        for photo in range(photos):
            add_image(product=product, data=jpeg_bytes(draw_goods(number, photo)))
    embed_pending(limit=products * photos)
    return space


@pytest.fixture
def space(transactional_db: None) -> EmbeddingSpace:
    return stock_up()


def second_base(space: EmbeddingSpace) -> EmbeddingSpace:
    """Another base space, with the same vectors."""
    second = create_space("fake@1", name="second@1")
    for row in ImageEmbedding.objects.filter(space=space):
        row.space = second
        row.save(force_insert=True)
    return second


def spaces() -> list[tuple[str, str]]:
    return list(EmbeddingSpace.objects.order_by("pk").values_list("name", "state"))


def run(*arguments: str) -> str:
    output = io.StringIO()
    call_command("tune", *arguments, stdout=output, stderr=io.StringIO())
    return " ".join(output.getvalue().split())


def test_what_was_learned_becomes_a_space_beside_the_one_that_is_searched(space: EmbeddingSpace):
    found = tune(views=2)
    assert found.report.accepted
    assert found.report.gain > 1
    assert found.derived is not None
    assert spaces() == [("fake@1", "active"), (found.derived.name, "building")]
    assert ImageEmbedding.objects.filter(space=found.derived).count() == PRODUCTS * PHOTOS
    assert found.derived.base == space
    assert (found.sampled, found.unreadable) == (PRODUCTS * PHOTOS, 0)
    stored = EmbeddingSpace.objects.get(pk=found.derived.pk)
    assert remembered(stored) == found.comparison
    assert tuning_report(stored) == found.report
    last = last_tuning(EmbeddingSpace.objects.get(pk=space.pk))
    assert last is not None
    assert (last.photos, last.report) == (PRODUCTS * PHOTOS, found.report)


def test_a_dry_run_leaves_nothing(space: EmbeddingSpace):
    assert "A dry run: no space was made." in run("--views", "2", "--dry-run")
    assert spaces() == [("fake@1", "active")]
    assert last_tuning(EmbeddingSpace.objects.get(pk=space.pk)) is None


def test_a_new_offer_of_the_same_base_takes_the_place_of_the_last_one(space: EmbeddingSpace):
    first = tune(views=2).derived
    second = tune(first, views=2, seed=1).derived
    assert first is not None
    assert second is not None
    assert spaces() == [("fake@1", "active"), (second.name, "building")]
    assert second.base == space
    assert SpaceProjection.objects.count() == 1


def test_too_few_products_are_refused_with_a_reason(transactional_db: None):
    space = stock_up(products=10, photos=4)
    found = tune(views=2)
    assert not found.report.accepted
    assert found.report.reason
    assert spaces() == [("fake@1", "active")]
    last = last_tuning(EmbeddingSpace.objects.get(pk=space.pk))
    assert last is not None
    assert not last.report.accepted


def test_a_handful_of_photos_is_not_enough(transactional_db: None):
    stock_up(products=5, photos=2)
    with pytest.raises(NotEnough, match="10 photos of published products"):
        tune()


def test_only_one_tunes_at_a_time(space: EmbeddingSpace):
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [int(Work.TUNING)])
        with pytest.raises(AlreadyTuning):
            tune()
    assert tune(views=2, dry_run=True).space == space


@pytest.mark.parametrize("step", ["Looking at photos", "Filling", "Asking the golden queries"])
def test_stopped_at_any_step_it_leaves_nothing(space: EmbeddingSpace, step: str):
    def stop(now: str, done: int, total: int) -> None:
        if now.startswith(step) and done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tune(views=2, told=stop)
    assert spaces() == [("fake@1", "active")]
    assert set(ImageEmbedding.objects.values_list("space", flat=True)) == {space.pk}
    assert last_tuning(EmbeddingSpace.objects.get(pk=space.pk)) is None


def test_a_photo_that_is_replaced_while_it_learns_counts_as_new(
    space: EmbeddingSpace, settings: Any
):
    settings.TUNE_POLICY, settings.TUNE_PHOTOS, settings.TUNE_SHARE = "offer", 1, 0
    job = space.jobs.first()
    assert job is not None

    def replace_one(step: str, *_: int) -> None:
        if step == "Learning":
            space.jobs.filter(pk=job.pk).update(changed_at=timezone.now())

    tune(views=2)
    assert not is_due(EmbeddingSpace.objects.get(pk=space.pk))
    tune(views=2, told=replace_one)
    assert is_due(EmbeddingSpace.objects.get(pk=space.pk))


def test_an_unfinished_space_that_can_not_be_dropped_hides_nothing(
    space: EmbeddingSpace, monkeypatch: pytest.MonkeyPatch
):
    def refuse(dropped: EmbeddingSpace) -> int:
        raise SpaceRefused(f"The index of {dropped.name} is just being built.")

    def stop(now: str, *_: int) -> None:
        if now == "Building its index":
            raise KeyboardInterrupt

    monkeypatch.setattr("search.services.tuning.run.drop_space", refuse)
    with pytest.raises(KeyboardInterrupt):
        tune(views=2, told=stop)
    assert spaces() == [("fake@1", "active"), ("fake@1+tuned1", "building")]


def test_a_base_that_is_dropped_while_it_is_learned_from_is_told(transactional_db: None):
    second = second_base(stock_up(products=10, photos=4))

    def drop(now: str, *_: int) -> None:
        if now == "Learning":
            drop_space(second)

    with pytest.raises(SpaceRefused, match="second@1 was dropped meanwhile: nothing was"):
        tune(second, views=2, told=drop)
    assert spaces() == [("fake@1", "active")]


def test_the_command_says_what_was_found_and_what_to_do_next(space: EmbeddingSpace):
    shown = run("--views", "2")
    name = EmbeddingSpace.objects.get(state="building").name
    assert shown.startswith("Your catalogue taught the search something:")
    assert "Of the first 10 products" in shown
    assert f"{name} is ready. `manage.py space switch {name}` searches it from then on" in shown


def test_the_command_prints_json(space: EmbeddingSpace):
    told: dict[str, Any] = json.loads(run("--views", "2", "--json", "--sample", "50"))
    assert told["report"]["accepted"] is True
    assert told["sampled"] == 50
    assert told["derived"] == EmbeddingSpace.objects.get(state="building").name
    assert told["comparison"]["before"] == "fake@1"


def test_the_command_refuses_an_unknown_space(space: EmbeddingSpace):
    with pytest.raises(CommandError, match="no space 'other'"):
        run("--space", "other")


@pytest.mark.parametrize("seed", ["-1", "x", "1.5"])
def test_the_command_refuses_what_is_no_seed(seed: str):
    with pytest.raises(CommandError, match=f"--seed: '{seed}' is no whole number from 0 on"):
        run("--seed", seed)


def test_an_owners_errand_makes_an_offer(space: EmbeddingSpace):
    asked = errands.request_errand(kind=Errand.Kind.TUNE, space=space)
    errands.run_errands()
    asked.refresh_from_db()
    derived = EmbeddingSpace.objects.get(state="building")
    assert asked.state == Errand.State.DONE
    assert asked.outcome.startswith(f"{derived.name} is ready: it marks ")
    assert asked.outcome.endswith(" points of 100 more than fake@1.")


def test_auto_switches_by_itself(space: EmbeddingSpace, settings: Any):
    settings.TUNE_POLICY, settings.TUNE_PHOTOS, settings.TUNE_OVERLAP = "auto", 30, 0
    asked = errands.follow_policy()
    assert asked is not None
    errands.run_errands()
    asked.refresh_from_db()
    active = EmbeddingSpace.objects.active().get()
    assert active.base == space
    assert asked.outcome == f"{active.name} is searched now."
    assert errands.follow_policy() is None


def test_auto_leaves_a_base_that_somebody_has_chosen_meanwhile(
    space: EmbeddingSpace, settings: Any
):
    settings.TUNE_POLICY, settings.TUNE_PHOTOS, settings.TUNE_OVERLAP = "auto", 30, 0
    asked = errands.follow_policy()
    assert asked is not None
    switch_space(second_base(space), force=True)

    errands.run_errands()

    asked.refresh_from_db()
    assert asked.outcome.startswith("fake@1+tuned1 is ready: ")
    assert spaces() == [
        ("fake@1", "retired"),
        ("second@1", "active"),
        ("fake@1+tuned1", "building"),
    ]


def test_what_an_owner_asked_for_stays_an_offer_when_the_account_is_deleted(
    space: EmbeddingSpace, settings: Any
):
    settings.TUNE_POLICY, settings.TUNE_OVERLAP = "auto", 0
    owner = User.objects.create_user("anna")
    errands.request_errand(kind=Errand.Kind.TUNE, space=space, user=owner)
    owner.delete()

    errands.run_errands()

    assert spaces() == [("fake@1", "active"), ("fake@1+tuned1", "building")]


def tuned(space: EmbeddingSpace, name: str, **columns: Any) -> EmbeddingSpace:
    """A space that was learned from the catalogue some time ago."""
    projection = any_projection(base_dim=space.dim)
    made = create_derived(space, projection, {"tuning": REPORT}, name=name)
    EmbeddingSpace.objects.filter(pk=made.pk).update(**columns)
    return made


def test_auto_clears_up_what_it_left_more_than_a_day_ago(space: EmbeddingSpace, settings: Any):
    settings.TUNE_POLICY, settings.TUNE_PHOTOS, settings.TUNE_OVERLAP = "auto", 30, 0
    now = timezone.now()
    tuned(space, "long ago", state="retired", retired_at=now - timedelta(hours=25))
    tuned(space, "lately", state="retired", retired_at=now - timedelta(hours=23))
    create_derived(space, any_projection(base_dim=space.dim), {}, name="my own")
    EmbeddingSpace.objects.filter(name="my own").update(state="retired")

    errands.follow_policy()
    errands.run_errands()

    assert spaces() == [
        ("fake@1", "retired"),
        ("lately", "retired"),
        ("my own", "retired"),
        ("fake@1+tuned1", "active"),
    ]


def test_a_former_offer_that_was_taken_up_meanwhile_stays(
    space: EmbeddingSpace, monkeypatch: pytest.MonkeyPatch
):
    former = tuned(space, "former")

    def take_up(dropped: EmbeddingSpace) -> int:
        switch_space(dropped, force=True)
        return drop_space(dropped)

    monkeypatch.setattr("search.services.tuning.run.drop_space", take_up)
    found = tune(views=2)

    assert found.derived is not None
    assert EmbeddingSpace.objects.active().get() == former
