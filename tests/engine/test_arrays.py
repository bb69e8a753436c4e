"""Arrays that are packed at once arrive as the driver's own would."""

from __future__ import annotations

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.engine.arrays import Bigints, Doubles
from search.engine.statements import fetch

pytestmark = pytest.mark.django_db
one_transaction = settings(
    max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
bigints = st.integers(-(2**63), 2**63 - 1)


def test_none_of_them_is_an_empty_array():
    empty = {"ids": Bigints([]), "distances": Doubles([])}

    assert fetch("SELECT %(ids)s, %(distances)s, cardinality(%(ids)s)", empty) == [([], [], 0)]


@one_transaction
@given(numbers=st.lists(bigints, max_size=20))
def test_whole_numbers(numbers: list[int]):
    [[same, kind]] = fetch("SELECT %(n)s, pg_typeof(%(n)s)::text", {"n": Bigints(numbers)})

    assert (same, kind) == (numbers, "bigint[]")


@one_transaction
@given(numbers=st.lists(st.floats(allow_nan=False), max_size=20))
def test_numbers_with_a_fraction(numbers: list[float]):
    [[same, kind]] = fetch("SELECT %(n)s, pg_typeof(%(n)s)::text", {"n": Doubles(numbers)})

    assert (same, kind) == (numbers, "double precision[]")


def test_no_number_at_all_stays_none():
    [[found]] = fetch("SELECT %(n)s", {"n": Doubles([0.5, math.nan])})

    assert found[0] == 0.5
    assert math.isnan(found[1])
