"""One vector out of several examples: the arithmetic, and what holds for any of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from search.embedding import Vector
from search.engine.rocchio import GAMMA, LIKED, Weighted, combine, mean_descriptors, moved
from search.errors import InvalidSearch

DIM = 5
X, Y, Z = np.eye(DIM, dtype=np.float32)[:3]


def unit(vector: Any) -> Vector:
    exact = np.asarray(vector, dtype=np.float64)
    return (exact / np.linalg.norm(exact)).astype(np.float32)


def assert_same(found: Vector, expected: Any) -> None:
    np.testing.assert_allclose(found, expected, atol=1e-6)


@st.composite
def unit_vectors(draw: st.DrawFn) -> Vector:
    """Pictures' vectors: no two of them point away from each other."""
    numbers = draw(st.lists(st.floats(0, 1, width=32), min_size=DIM, max_size=DIM))
    assume(sum(numbers) > 0.1)
    return unit(numbers)


weights = st.floats(0.01, 1)
liked = st.tuples(unit_vectors(), weights)
disliked = st.tuples(unit_vectors(), weights.map(lambda weight: -weight))
some = st.builds(
    lambda positives, negatives: [*positives, *negatives],
    st.lists(liked, min_size=1, max_size=4),
    st.lists(disliked, max_size=4),
)


def test_positives_meet_in_the_middle_by_their_weights() -> None:
    assert_same(combine([(X, 1.0), (Y, 1.0)]), unit(X + Y))
    assert_same(combine([(X, 1.0), (Y, 0.5)]), unit(2 * X + Y))


def test_a_negative_pushes_by_gamma_times_its_share() -> None:
    near = unit(X + Y)

    assert_same(combine([(X, 1.0), (near, -1.0)]), unit(X - GAMMA * near))
    assert_same(combine([(X, 1.0), (near, -0.5)]), unit(X - GAMMA / 2 * near))
    assert_same(combine([(X, 0.5), (near, -0.25)]), unit(X - GAMMA / 2 * near))


def test_a_negative_never_pushes_harder_than_gamma() -> None:
    assert_same(combine([(X, 0.1), (Y, -1.0)]), unit(X - GAMMA * Y))


def test_several_negatives_push_as_their_mean() -> None:
    expected = unit(X - GAMMA * (Y + Z) / 2)

    assert_same(combine([(X, 1.0), (Y, -1.0), (Z, -1.0)]), expected)


def test_disliking_what_is_liked_leaves_it_where_it_is() -> None:
    assert_same(combine([(X, 1.0), (X, -1.0)]), X)


@given(vector=unit_vectors(), weight=weights)
def test_a_positive_alone_is_its_own_answer(vector: Vector, weight: float) -> None:
    assert_same(combine([(vector, weight)]), vector)


@given(examples=some)
def test_the_answer_is_a_unit_vector(examples: list[Weighted]) -> None:
    found = combine(examples)

    assert found.dtype == np.float32
    assert np.linalg.norm(found.astype(np.float64)) == pytest.approx(1, abs=1e-6)


@given(examples=some, factor=st.floats(1e-9, 1e9))
def test_only_the_proportions_of_the_weights_count(examples: list[Weighted], factor: float) -> None:
    scaled = [(vector, factor * weight) for vector, weight in examples]

    assert_same(combine(scaled), combine(examples))


@given(examples=some, dice=st.randoms(use_true_random=False))
def test_the_order_of_the_examples_does_not_count(examples: list[Weighted], dice: Any) -> None:
    shuffled = dice.sample(examples, len(examples))

    assert_same(combine(shuffled), combine(examples))


@given(examples=some)
def test_negatives_never_lead_far_from_what_is_liked(examples: list[Weighted]) -> None:
    wanted = combine([each for each in examples if each[1] > 0])

    assert float(wanted @ combine(examples)) >= math.sqrt(1 - GAMMA**2) - 1e-6


@given(vector=unit_vectors(), other=unit_vectors())
def test_what_is_disliked_is_never_nearer_than_before(vector: Vector, other: Vector) -> None:
    found = combine([(vector, 1.0), (other, -1.0)])

    assert float(found @ other) <= float(vector @ other) + 1e-6


def test_the_smallest_of_weights_still_points_somewhere() -> None:
    assert_same(combine([(X, 5e-324), (Y, 5e-324)]), unit(X + Y))


def test_nothing_but_negatives_is_no_question() -> None:
    with pytest.raises(InvalidSearch, match="Add an example of what you want"):
        combine([(X, -1.0)])


def test_positives_that_cancel_out_are_no_question() -> None:
    with pytest.raises(InvalidSearch, match="cancel each other out"):
        combine([(X, 1.0), (-X, 1.0)])


def test_likes_share_one_weight_beside_the_query() -> None:
    assert_same(moved(X, like=[Y], dislike=[]), unit(X + LIKED * Y))
    assert_same(moved(X, like=[Y, Z], dislike=[]), unit(X + LIKED * (Y + Z) / 2))


def test_dislikes_push_as_hard_beside_likes_as_alone() -> None:
    assert_same(moved(X, like=[], dislike=[Y]), unit(X - GAMMA * Y))
    assert_same(moved(X, like=[X], dislike=[Y]), unit(X - GAMMA * Y))


def test_without_a_query_vector_the_likes_lead_the_way() -> None:
    assert_same(moved(None, like=[X, Y], dislike=[Z]), unit(unit(X + Y) - GAMMA * Z))

    with pytest.raises(InvalidSearch):
        moved(None, like=[], dislike=[Z])


def test_descriptors_are_the_mean_of_what_is_liked_block_by_block() -> None:
    colours = np.zeros(48, dtype=np.float32)
    red, blue = colours.copy(), colours.copy()
    red[3], blue[40] = 1, 1

    mean = mean_descriptors([(red, 1.0), (blue, 0.5), (None, 1.0), (blue, -1.0)], kinds=("colour",))

    assert mean is not None
    assert mean[[3, 40]] == pytest.approx(np.array([2, 1]) / np.sqrt(5), abs=1e-6)
    assert float(np.linalg.norm(mean)) == pytest.approx(1)


def test_without_any_that_is_liked_there_are_no_descriptors() -> None:
    some = np.ones(48, dtype=np.float32)

    assert mean_descriptors([(None, 1.0), (some, -1.0)], kinds=("colour",)) is None
    assert mean_descriptors([(some, 1.0)], kinds=()) is None
