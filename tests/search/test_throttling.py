"""Filling another space stands back while customers search."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from search.models import PhotoQuery
from search.services import photo_query
from search.services.throttling import customers_ask, rest_after


@pytest.mark.django_db
def test_who_asked_within_the_last_seconds_counts():
    assert customers_ask() is False

    query, _ = photo_query(text="red")
    assert customers_ask() is True

    earlier = query.expires_at - timedelta(seconds=6)
    PhotoQuery.objects.update(expires_at=earlier)
    assert customers_ask() is False


@pytest.mark.django_db
def test_an_expired_query_counts_for_nothing():
    PhotoQuery.objects.create(text="red", expires_at=timezone.now())

    assert customers_ask() is False


@pytest.mark.parametrize(("share", "rest"), [(1.0, 0.0), (0.5, 0.4), (0.25, 1.2), (0.01, 2.0)])
def test_the_rest_leaves_the_work_its_share_of_the_time(settings, share: float, rest: float):
    settings.FILL_SHARE = share

    assert rest_after(0.4) == pytest.approx(rest)
