"""Filling another space stands back while customers search."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils import timezone

from search.models import PhotoQuery
from search.services import photo_query, throttling
from search.services.throttling import Pace, customers_ask, rest_after


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


@dataclass
class Clock:
    """Stands still, but for who sleeps."""

    now: float = 100.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(throttling, "time", made)
    return made


@pytest.mark.parametrize(
    ("share", "worked", "rest"),
    [(1.0, 0.4, 0.0), (0.5, 0.4, 0.4), (0.25, 0.4, 1.2), (0.5, 16.0, 16.0), (0.01, 1.0, 99.0)],
)
def test_the_rest_leaves_the_work_its_share_of_the_time(settings, share, worked, rest):
    settings.FILL_SHARE = share

    assert rest_after(worked) == pytest.approx(rest)


@pytest.mark.parametrize(
    ("pictures", "seconds", "following"),
    [(1, 0.5, 2), (1, 4.0, 1), (32, 4.0, 8), (8, 0.008, 32), (0, 3.0, 1)],
)
def test_a_batch_of_another_space_is_about_a_second_of_work(
    settings, pictures: int, seconds: float, following: int
):
    settings.EMBED_BATCH = 32
    pace = Pace()
    assert pace.pictures(7) == 1

    pace.worked(7, pictures=pictures, seconds=seconds)

    assert (pace.pictures(7), pace.pictures(8)) == (following, 1)


def test_who_filled_another_space_rests_as_long_as_customers_ask(
    settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    settings.FILL_SHARE = 0.2
    asking = [True, False, True]
    monkeypatch.setattr(throttling, "customers_ask", lambda: asking.pop(0))
    pace = Pace()
    assert pace.rests() is False

    pace.worked(7, pictures=1, seconds=1.0)
    assert [pace.rests(), pace.rests(), pace.rests()] == [True, False, True]

    clock.sleep(4.0)
    assert pace.rests() is False


@pytest.mark.parametrize(("asks", "rested"), [(100, 3.0), (2, 0.5), (0, 0.0)])
def test_work_stands_back_for_its_share_or_until_nobody_asks(
    settings, clock: Clock, monkeypatch: pytest.MonkeyPatch, asks: int, rested: float
):
    settings.FILL_SHARE = 0.5
    answers = itertools.chain([True] * asks, itertools.repeat(False))
    monkeypatch.setattr(throttling, "customers_ask", lambda: next(answers))
    began = clock.now
    clock.sleep(3.0)

    throttling.stand_back(began)

    assert clock.now == pytest.approx(began + 3.0 + rested)
