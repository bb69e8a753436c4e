"""Pictures that failed in the space one would switch to: told apart, tried again, done without."""

from __future__ import annotations

import pytest
from django.test import Client

from search.models import EmbeddingJob, EmbeddingSpace, ImageEmbedding
from search.services import errands
from tests.admin.pages import JOBS, text_of
from tests.admin.spaces import SPACES, action

TOLD = "2 pictures failed in it and would not be found. Filling it tries them again."


def states(space: EmbeddingSpace) -> list[str]:
    return sorted(set(EmbeddingJob.objects.filter(space=space).values_list("state", flat=True)))


@pytest.fixture
def failed(second: EmbeddingSpace) -> EmbeddingSpace:
    """The second space, in which two of the pictures failed."""
    lost = ImageEmbedding.objects.filter(space=second).values_list("image_id", flat=True)[:2]
    jobs = EmbeddingJob.objects.filter(space=second, image__in=list(lost))
    ImageEmbedding.objects.filter(space=second, image_id__in=jobs.values("image")).delete()
    jobs.update(state="failed", error="Too dark.", attempts=3)
    return second


def test_the_page_says_that_some_failed_and_offers_to_try_again(
    staff: Client, failed: EmbeddingSpace
):
    page = staff.get(SPACES)
    assert "second@1 Ready but for what failed Pictures 10 of 12" in text_of(page)
    assert action(failed, "fill") in page.content.decode()


def test_before_the_switch_one_is_told_and_may_choose(staff: Client, failed: EmbeddingSpace):
    page = staff.get(action(failed, "switch"))
    assert TOLD in text_of(page)
    shown = page.content.decode()
    assert action(failed, "fill") in shown
    assert 'name="without_failed" value="1">Search here without them<' in shown
    jobs = f"{JOBS}?space__id__exact={failed.pk}"
    assert f'href="{jobs}"' in shown
    assert text_of(staff.get(jobs)).count("Too dark.") == 2


def test_one_switches_without_them_when_that_is_said(staff: Client, failed: EmbeddingSpace):
    told = text_of(staff.post(action(failed, "switch"), follow=True))
    assert "2 of the pictures that customers find now failed in second@1" in told
    assert "manage.py" not in told
    assert EmbeddingSpace.objects.active().get().name == "fake@1"

    staff.post(action(failed, "switch"), {"without_failed": "1"})
    assert EmbeddingSpace.objects.active().get() == failed


def test_filling_tries_them_again(staff: Client, failed: EmbeddingSpace):
    staff.post(action(failed, "fill"))
    errands.run_errands()

    assert states(failed) == ["pending", "ready"]
    page = staff.get(action(failed, "switch"))
    assert "It lacks 2 pictures that customers find now. Fill it first" in text_of(page)
    assert b"without_failed" not in page.content


def test_what_failed_in_both_is_no_loss(
    staff: Client, space: EmbeddingSpace, failed: EmbeddingSpace
):
    jobs = EmbeddingJob.objects.filter(space=failed, state="failed")
    ImageEmbedding.objects.filter(space=space, image_id__in=jobs.values("image")).delete()

    assert "would not be found" not in text_of(staff.get(action(failed, "switch")))
    staff.post(action(failed, "switch"))
    assert EmbeddingSpace.objects.active().get() == failed
