"""A full space is searched once its index is built; a derived one is filled without any picture."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from search.models import EmbeddingSpace, Errand, ImageEmbedding
from search.services import create_derived, tend_index
from tests.admin.pages import text_of
from tests.admin.spaces import SPACES, action
from tests.search.projections import any_projection


@pytest.mark.django_db(transaction=True)
def test_a_space_without_its_index_is_not_ready(
    staff: Client, second: EmbeddingSpace, settings: Any
):
    settings.HNSW_MIN_ROWS = 3
    page = staff.get(SPACES)
    assert "second@1 Its index is being built" in text_of(page)
    assert action(second, "switch") not in page.content.decode()
    confirm = staff.get(action(second, "switch"))
    assert "Its index is being built. Without it every search would look at all" in text_of(confirm)
    assert b'type="submit">Search here' not in confirm.content
    told = text_of(staff.post(action(second, "switch"), follow=True))
    assert "second@1 has no index yet" in told
    assert "manage.py" not in told

    tend_index(space=second)

    page = staff.get(SPACES)
    assert "second@1 Ready" in text_of(page)
    assert action(second, "switch") in page.content.decode()


def test_a_derived_space_tells_how_far_its_errand_is(
    staff: Client, space: EmbeddingSpace, second: EmbeddingSpace
):
    derived = create_derived(space, any_projection(), {})
    assert "They come with those of fake@1." in text_of(staff.get(SPACES))
    Errand.objects.create(
        kind="fill", state="running", space=derived, space_name=derived.name, done=5, total=12
    )
    page = text_of(staff.get(SPACES))
    assert "5 of 12 are made of their base's" in page
    assert "Nothing moved" not in page


def test_a_networks_space_tells_that_nothing_moves(staff: Client, second: EmbeddingSpace):
    ImageEmbedding.objects.filter(space=second).delete()
    second.jobs.update(state="pending")
    EmbeddingSpace.objects.update(paused=False)
    assert "Nothing moved within the last minute." in text_of(staff.get(SPACES))
