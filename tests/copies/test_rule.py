"""The rule: each kind of proof suffices, and the distance comes from the gallery's own pairs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.copies import Evidence, Rule, farthest_copy

RULE = Rule(farthest=0.05)


def gallery(seed=0, products=120, dim=16):
    vectors = np.random.default_rng(seed).normal(size=(products, dim)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def share_within(vectors, distance):
    upper = np.triu_indices(len(vectors), k=1)
    return float(((1 - vectors @ vectors.T)[upper] <= distance).mean())


@pytest.mark.parametrize(
    ("evidence", "proof"),
    [
        (Evidence(), ""),
        (Evidence(bits=7, distance=1.0), "hash"),
        (Evidence(bits=8, distance=0.06, agreement=0.69), ""),
        (Evidence(bits=8, distance=0.05), "vector"),
        (Evidence(bits=30, distance=0.3, agreement=0.7), "overlay"),
        (Evidence(bits=0, distance=0.0, agreement=1.0), "hash"),
    ],
)
def test_each_kind_of_proof_suffices(evidence, proof):
    assert RULE.proof(evidence) == proof


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_half_of_one_pair_in_a_thousand_is_let_through_at_most(seed):
    vectors = gallery(seed)
    distance = farthest_copy(vectors, most=2.0)
    assert distance is not None
    assert 0.0003 <= share_within(vectors, distance) <= 0.0005


def test_a_gallery_without_anything_alike_is_held_to_the_most():
    assert farthest_copy(gallery(dim=500), most=0.2) == 0.2


def test_few_products_tell_nothing():
    assert farthest_copy(gallery(products=60), most=0.2) is None


def test_one_photo_on_many_products_does_not_make_copies_impossible():
    vectors = gallery()
    same = np.concatenate([vectors, np.repeat(vectors[:1], 20, axis=0)])
    alone, beside = farthest_copy(vectors, most=2.0), farthest_copy(same, most=2.0)
    assert alone is not None
    assert beside == pytest.approx(alone, abs=0.05)
