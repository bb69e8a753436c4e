"""The parts of a fit: levels of labels, scatter, sampling, and the worth of a second photo."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.tuning.levels import Level, levels_of, memberships, shuffled
from search.tuning.sampling import sample_products
from search.tuning.scatter import directions, moments, principal_axes, scatter
from search.tuning.second_photo import DEFAULT_GAIN, second_photo_gain
from search.tuning.types import UnfitTraining
from tests.tuning.catalogues import DIM, make_catalogue


def test_levels_that_say_nothing_are_left_out():
    single = make_catalogue(products=100, photos=1)

    assert set(levels_of(single)) == {"views", "category", "tags"}
    assert set(levels_of(make_catalogue(products=50))) == {"views", "product", "category", "tags"}
    assert set(levels_of(replace(single, categories=[()] * 100, tags=[()] * 100))) == {"views"}


def test_few_photos_teach_no_categories_and_no_tags():
    assert set(levels_of(make_catalogue(products=99, photos=1))) == {"views"}
    assert set(levels_of(make_catalogue(products=33, photos=3))) == {"views", "product"}


def test_a_tag_that_most_products_carry_is_no_level():
    shop = make_catalogue(products=120, photos=1)

    assert "tags" not in levels_of(replace(shop, tags=[(1,)] * 80 + [(1, 2)] * 40))


def test_a_photo_with_two_tags_is_in_two_classes():
    level = Level("tags", np.array([0, 2, 2]), np.array([5, 6, 7]))

    rows, classes = memberships(level, np.array([2, 1, 0, 2]))

    assert rows.tolist() == [0, 0, 2, 3, 3]
    assert classes.tolist() == [6, 7, 5, 6, 7]


def test_shuffled_categories_stay_whole_per_product():
    shop = make_catalogue(products=40, photos=3)
    lie = shuffled(levels_of(shop)["category"], shop.products, seed=1)

    by_product = lie.classes[np.argsort(lie.photos)].reshape(40, 3)
    truth = levels_of(shop)["category"].classes.reshape(40, 3)

    assert (by_product == by_product[:, :1]).all()
    assert (by_product != truth).any()
    assert sorted(by_product[:, 0]) == sorted(truth[:, 0])


def test_scatter_is_the_mean_outer_product_within_and_between():
    items = np.array([[1.0, 0], [3, 0], [0, 5], [0, 7]], dtype=np.float32)
    level = Level("product", np.arange(4), np.array([0, 0, 1, 1]))

    found = scatter(items, np.arange(4), level)

    np.testing.assert_allclose(found.within, [[0.5, 0], [0, 0.5]], atol=1e-9)
    np.testing.assert_allclose(found.between, [[1, -3], [-3, 9]], atol=1e-9)


def test_scatter_of_classes_of_one_is_none():
    level = Level("product", np.arange(3), np.arange(3))

    assert scatter(np.eye(3, dtype=np.float32), np.arange(3), level) is None


def test_directions_make_the_shrunk_scatter_within_the_identity():
    shop = make_catalogue()
    level = levels_of(shop)["product"]
    found = scatter(shop.vectors, np.arange(shop.photos), level)

    axes = directions({"product": found}, {"product": 1.0}, shrinkage=0.1).astype(np.float64)

    even = np.trace(found.within) / DIM * np.eye(DIM)
    np.testing.assert_allclose(
        axes.T @ (0.9 * found.within + 0.1 * even) @ axes, np.eye(axes.shape[1]), atol=1e-3
    )


def test_principal_axes_keep_what_has_energy():
    rows = np.zeros((50, 6), dtype=np.float32)
    rows[:, 2], rows[:, 4] = 3, np.linspace(-1, 1, 50)

    axes = np.abs(principal_axes(moments(rows), 2))

    np.testing.assert_allclose(axes, np.eye(6)[:, [2, 4]], atol=1e-5)


@given(most=st.integers(1, 200), photos=st.integers(1, 4))
def test_a_sample_holds_whole_products(most, photos):
    shop = make_catalogue(products=30, photos=photos, views=1)

    sample = sample_products(shop, most=most, seed=0)

    counts = np.unique(sample.products, return_counts=True)[1]
    assert sample.photos <= max(most, 0) or sample.photos == shop.photos
    assert (counts == photos).all()
    assert len(sample.tags) == len(sample.categories) == sample.photos
    for row, photo in zip(sample.augmented, sample.augmented_of, strict=True):
        original = shop.augmented_of[np.flatnonzero((shop.augmented == row).all(axis=1))[0]]
        assert (shop.vectors[original] == sample.vectors[photo]).all()


def test_a_product_that_does_not_fit_is_passed_over():
    shop = make_catalogue(products=20, photos=4, views=1)
    crowd = replace(shop, products=np.where(shop.products < 110, 100, shop.products))

    sample = sample_products(crowd, most=39, seed=0)

    assert set(sample.products) <= set(range(110, 120))
    assert sample.photos == 36


def test_products_with_augmented_pictures_are_sampled_first():
    shop = make_catalogue(products=30, photos=2, views=1)
    seen = shop.augmented_of >= 40
    few = replace(shop, augmented=shop.augmented[seen], augmented_of=shop.augmented_of[seen])

    assert set(sample_products(few, most=20, seed=0).products) == set(range(120, 130))


def test_a_second_photo_is_worth_what_it_adds_here():
    """Every product has two looks; a photo of the second look finds it by its second photo only."""
    looks = np.eye(60, dtype=np.float32)
    vectors = np.concatenate([looks[:30], looks[30:], looks[30:]])
    products = np.tile(np.arange(30), 3)

    gains = {second_photo_gain(vectors, products, seed=seed) for seed in range(5)}

    assert all(measured for _, measured in gains)
    assert all(20 <= gain < 100 for gain, _ in gains)


def test_a_second_photo_of_the_others_counts_too():
    """Two products each look alike from every side: own photos say no more of another side, and
    the other product's second one may show it."""
    products = np.repeat(np.arange(30), 3)
    side = np.arange(90) % 3 + products // 2 * 3
    vectors = np.sqrt(0.9) * np.eye(75)[side] + np.sqrt(0.1) * np.eye(75)[45 + products]

    gains = [second_photo_gain(vectors, products, seed=seed)[0] for seed in range(5)]

    assert all(-100 < gain < 0 for gain in gains)


def test_without_products_of_three_photos_the_default_is_told():
    shop = make_catalogue(products=30, photos=2)

    assert second_photo_gain(shop.vectors, shop.products, seed=0) == (DEFAULT_GAIN, False)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"products": np.arange(3)}, "products has 3 rows, but there are 60 photos"),
        ({"tags": []}, "tags has 0 rows"),
        ({"augmented": np.zeros((2, 5), dtype=np.float32)}, "augmented must be"),
        ({"augmented_of": np.full(240, 60)}, "outside 0..59"),
        ({"colour": slice(0, 48)}, "the colour block needs it"),
    ],
)
def test_a_training_set_that_contradicts_itself_is_refused(changes, complaint):
    with pytest.raises(UnfitTraining, match=complaint):
        replace(make_catalogue(products=30), **changes)
