"""When the shop learns by itself, and when it switches unasked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from search.models import EmbeddingJob, EmbeddingSpace, Errand
from search.selectors import active_space
from search.services import create_derived, embed_pending, errands
from search.services.comparing import Comparison, Expectations
from search.services.deriving import derive_missing
from search.services.tuning import TuningOutcome
from search.services.tuning.policy import is_due, may_switch, take_up
from search.tuning.types import TuningReport
from tests.factories import add_photo, make_product
from tests.search.projections import any_projection

PHOTOS = 6
REPORT: dict[str, Any] = {
    "accepted": False,
    "reason": "Too little to tell.",
    "plain": 50.0,
    "tuned": 50.0,
    "gain": 0.0,
    "standard_error": 0.5,
    "learned": 0.0,
    "colour": 0.0,
    "shrinkage": 0.0,
    "label_weights": {},
    "dim": 0,
    "photos": PHOTOS,
    "products": PHOTOS,
    "held_back": 3,
    "several_photos_share": 0.0,
    "second_photo_gain": 12.0,
    "second_photo_measured": False,
    "seconds": 0.1,
    "probes": {},
}


@pytest.fixture
def gallery(space: EmbeddingSpace, settings: Any) -> EmbeddingSpace:
    """Six photos embedded an hour ago; so many are enough to learn from."""
    settings.TUNE_PHOTOS = PHOTOS
    settings.TUNE_POLICY = "offer"
    for seed in range(PHOTOS):
        add_photo(make_product(), seed)
    embed_pending(limit=PHOTOS)
    EmbeddingJob.objects.update(changed_at=timezone.now() - timedelta(hours=1))
    return space


def learned(space: EmbeddingSpace, *, photos: int = PHOTOS) -> EmbeddingSpace:
    """As if somebody had learned from it just now."""
    last = {"at": timezone.now().isoformat(), "photos": photos, "report": REPORT}
    space.report = {"last_tuning": last}
    space.save()
    return space


def add_photos(count: int) -> None:
    for seed in range(count):
        add_photo(make_product(), 50 + seed)
    embed_pending(limit=count)


def test_enough_photos_are_learned_from_once(gallery: EmbeddingSpace):
    assert is_due(gallery)
    assert not is_due(learned(gallery))


def test_too_few_photos_are_not(gallery: EmbeddingSpace, settings: Any):
    settings.TUNE_PHOTOS = PHOTOS + 1
    assert not is_due(gallery)


def test_nothing_is_due_when_the_policy_is_off(gallery: EmbeddingSpace, settings: Any):
    settings.TUNE_POLICY = "off"
    assert not is_due(gallery)


def test_nothing_is_due_while_pictures_wait(gallery: EmbeddingSpace):
    add_photo(make_product(), 99)
    assert not is_due(gallery)


@pytest.mark.parametrize(("new", "due"), [(PHOTOS - 1, False), (PHOTOS, True)])
def test_a_grown_gallery_is_learned_from_again(gallery: EmbeddingSpace, new: int, due: bool):
    learned(gallery)
    add_photos(new)
    assert is_due(gallery) is due


def test_of_a_larger_gallery_a_share_must_have_changed(gallery: EmbeddingSpace, settings: Any):
    settings.TUNE_PHOTOS = 2
    settings.TUNE_SHARE = 50
    learned(gallery)
    add_photos(2)
    assert not is_due(gallery)
    add_photos(1)
    assert is_due(gallery)


def test_a_gallery_that_shrank_is_learned_from_again(gallery: EmbeddingSpace):
    assert is_due(learned(gallery, photos=2 * PHOTOS))


def compared(*, overlap: float, lost: int = 0, before: str = "a") -> Comparison:
    return Comparison(
        before=before,
        after="b",
        k=10,
        questions=300,
        overlap=overlap,
        histogram=(0,) * 11,
        first_changed=0.1,
        expectations=Expectations(lost=lost),
        changes=(),
        before_ms=1.0,
        after_ms=1.0,
        took_s=1.0,
    )


@pytest.mark.parametrize(
    ("policy", "overlap", "lost", "may"),
    [
        ("auto", 0.40, 0, True),
        ("auto", 0.39, 0, False),
        ("auto", 0.90, 1, False),
        ("offer", 0.90, 0, False),
    ],
)
def test_only_auto_switches_and_only_where_golden_queries_agree(
    settings: Any, policy: str, overlap: float, lost: int, may: bool
):
    settings.TUNE_POLICY, settings.TUNE_OVERLAP = policy, 40
    assert may_switch(compared(overlap=overlap, lost=lost)) is may


@pytest.mark.parametrize(("before", "taken"), [("fake@1", True), ("fake@1+tuned1", False)])
def test_auto_replaces_only_what_it_compared_with(
    gallery: EmbeddingSpace, settings: Any, before: str, taken: bool
):
    settings.TUNE_POLICY = "auto"
    derived = create_derived(gallery, any_projection(base_dim=gallery.dim), {}, name="offer")
    derive_missing(derived)
    found = TuningOutcome(
        space=gallery,
        report=TuningReport(**REPORT),
        sampled=PHOTOS,
        unreadable=0,
        derived=derived,
        comparison=compared(overlap=1.0, before=before),
    )
    assert take_up(found) is taken
    assert active_space() == (derived if taken else gallery)


def test_the_policy_asks_once_and_for_the_base(gallery: EmbeddingSpace):
    first = errands.follow_policy()
    again = errands.follow_policy()
    assert first is not None
    assert again == first
    assert (first.kind, first.space, first.by_policy) == (Errand.Kind.TUNE, gallery, True)
    assert Errand.objects.count() == 1


@pytest.mark.parametrize(("hours", "asked"), [(23, False), (25, True)])
def test_what_failed_is_left_alone_for_a_day(gallery: EmbeddingSpace, hours: int, asked: bool):
    """Nothing is noted of a tuning that killed its worker, so it stays due."""
    Errand.objects.create(
        kind=Errand.Kind.TUNE,
        state=Errand.State.FAILED,
        space=gallery,
        space_name=gallery.name,
        changed_at=timezone.now() - timedelta(hours=hours),
    )
    assert is_due(gallery)
    assert (errands.follow_policy() is not None) is asked


def test_the_policy_asks_nothing_when_nothing_is_due(gallery: EmbeddingSpace):
    learned(gallery)
    assert errands.follow_policy() is None
    assert not Errand.objects.exists()
