"""The Feedback page: the rows as they are, and what they tell together."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.models import Product
from search.admin.events import DAYS
from search.models import SearchEvent, SearchFeedback
from tests.admin.pages import text_of
from tests.factories import make_product

FEEDBACK = reverse("admin:search_searchfeedback_changelist")


def show(times: int, **overrides: Any) -> None:
    """Answers that were shown."""
    event = {"kind": "photo", "door": "page", "plan": "exact", "results": 3, "took_ms": 9.0}
    for _ in range(times):
        SearchEvent.objects.create(**{**event, **overrides})


def open_hit(product: Product | None, position: int = 1, **overrides: Any) -> SearchFeedback:
    row = {"kind": "click", "asked_by": "photo", "band": "same", "position": position}
    return SearchFeedback.objects.create(**{**row, "product": product, **overrides})


def miss() -> None:
    SearchFeedback.objects.create(kind="missed", asked_by="photo")


def test_a_day_is_summed_up_beside_its_searches(staff: Client):
    lamp = make_product()
    show(6)
    show(2, kind="text")
    show(5, door="api")
    for position in (1, 2, 9):
        open_hit(lamp, position)
    miss()

    [day] = staff.get(FEEDBACK).context["days"]

    assert (day.day, day.shown, day.by_photo) == (timezone.localdate(), 8, 6)
    assert (day.opened, day.missed, day.median_place) == (3, 1, 2.0)
    assert (day.opened_per_100, day.missed_per_100) == (37.5, 12.5)


def test_days_come_newest_first_and_older_ones_are_left_out(staff: Client):
    show(1)
    for days in (0, 1, DAYS + 1):
        row = open_hit(None)
        at = timezone.now() - timedelta(days=days)
        SearchFeedback.objects.filter(pk=row.pk).update(created_at=at)

    days = staff.get(FEEDBACK).context["days"]

    today = timezone.localdate()
    assert [(day.day, day.shown, day.opened) for day in days] == [
        (today, 1, 1),
        (today - timedelta(days=1), 0, 1),
    ]
    assert days[1].opened_per_100 is None


def test_what_cannot_be_told_is_a_dash(staff: Client):
    show(1)

    page = text_of(staff.get(FEEDBACK))

    assert "1 1 0 0 – 0" in page


def test_the_ten_products_that_were_opened_most(staff: Client):
    products = [make_product(title=f"Piece {number}") for number in range(11)]
    for number, product in enumerate(products, start=1):
        for _ in range(number):
            open_hit(product)

    response = staff.get(FEEDBACK)

    most = [(each["product"], each["opened"]) for each in response.context["most_opened"]]
    assert most == [(products[number - 1], number) for number in range(11, 1, -1)]
    link = reverse("admin:catalog_product_change", args=[products[10].pk])
    assert f'<a href="{link}">' in response.content.decode()


@pytest.mark.parametrize(
    ("chosen", "rows"),
    [
        ("", 3),
        ("kind__exact=missed", 1),
        ("asked_by__exact=text", 1),
        ("band=weak", 1),
        ("band=no", 3),
    ],
)
def test_the_list_can_be_narrowed(staff: Client, chosen: str, rows: int):
    open_hit(None)
    open_hit(None, asked_by="text", band="weak")
    miss()

    response = staff.get(f"{FEEDBACK}?{chosen}")

    assert len(response.context["cl"].result_list) == rows


def test_how_close_is_said_in_words(staff: Client):
    open_hit(None, band="very_similar")

    assert '<td class="field-how_close">Very similar</td>' in staff.get(FEEDBACK).content.decode()


def test_nobody_has_searched_yet(staff: Client):
    assert "Nobody has searched yet." in text_of(staff.get(FEEDBACK))


def test_a_viewer_may_look_and_nobody_may_write(viewer: Client, staff: Client):
    row = open_hit(None)

    assert viewer.get(FEEDBACK).status_code == 200
    assert staff.get(reverse("admin:search_searchfeedback_add")).status_code == 403
    delete = reverse("admin:search_searchfeedback_delete", args=[row.pk])
    assert staff.post(delete, {"post": "yes"}).status_code == 403
