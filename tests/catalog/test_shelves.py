"""Categories by name: what a wrong name costs."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from catalog.errors import ValueRefused
from catalog.models import Category
from catalog.shelves import MAX_HINTS, Shelves

pytestmark = pytest.mark.django_db


def refused(shelves: Shelves, slug: str) -> str:
    with pytest.raises(ValueRefused) as caught:
        shelves.place(slug)
    return caught.value.message


def test_the_nearest_slug_is_looked_for_once_for_each_of_the_first_wrong_ones(
    django_assert_num_queries: DjangoAssertNumQueries,
):
    Category.objects.create(name="Lamps")
    shelves = Shelves()
    with django_assert_num_queries(3):  # each asks whether it is there by now
        assert "Did you mean lamps?" in refused(shelves, "lampz")
        assert "Did you mean lamps?" in refused(shelves, "lampz")
    for number in range(MAX_HINTS):
        refused(shelves, f"other-{number}")
    with django_assert_num_queries(1):
        assert "Did you mean" not in refused(shelves, "lamp")
    assert "Did you mean lamps?" in refused(shelves, "lampz")
