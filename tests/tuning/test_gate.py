"""The gate counts what hidden photos say, product by product."""

from __future__ import annotations

import numpy as np
import pytest

from search.tuning.choosing import Trial
from search.tuning.gate import choose, compare, marks, walk
from search.tuning.probes import FOLDS, draw_folds, draw_probes, paired_gain, relevance, score
from search.tuning.recipes import PLAIN, recipes_with
from tests.tuning.catalogues import make_catalogue


def test_a_score_is_the_mean_of_the_first_hit_and_the_average_precision():
    similarity = np.array([[0.9, 0.5, 0.7, 0.1]], dtype=np.float32)
    relevant = np.array([[False, True, True, False]])

    [found] = score(similarity, relevant, np.zeros_like(relevant))

    assert found == pytest.approx((0 + (1 / 2 + 2 / 3) / 2) / 2)


def test_what_is_barred_is_not_shown():
    similarity = np.array([[0.9, 0.5, 0.7]], dtype=np.float32)
    relevant, barred = np.array([[False, False, True]]), np.array([[True, False, False]])

    assert score(similarity, relevant, barred).tolist() == [1.0]


def test_the_standard_error_counts_products_not_photos():
    """Ten probes of one product that agree are one observation."""
    differences = np.repeat([1.0, 0.0, 1.0, 0.0], 10).astype(np.float32)
    owners = np.repeat(np.arange(4), 10)

    gain, error = paired_gain({"view": differences}, {"view": owners})

    assert gain == pytest.approx(0.5)
    assert error == pytest.approx(np.std([1, 0, 1, 0], ddof=1) / np.sqrt(4))


def test_kinds_of_questions_weigh_the_same():
    gain, _ = paired_gain(
        {"view": np.ones(90, dtype=np.float32), "photo": np.zeros(10, dtype=np.float32)},
        {"view": np.arange(90), "photo": np.arange(10)},
    )

    assert gain == pytest.approx(0.5)


def test_a_photo_is_asked_about_only_where_it_is_hidden():
    shop = make_catalogue(products=30, photos=3)
    folds = draw_folds(shop.products, np.random.default_rng(0))

    for probes in draw_probes(shop, folds):
        for fold in range(FOLDS):
            asked = probes.photos[probes.folds == fold]
            assert len(asked)
            assert folds.hidden([fold])[asked].all()


def test_what_a_product_and_category_question_may_see():
    shop = make_catalogue(products=30, photos=3)
    folds = draw_folds(shop.products, np.random.default_rng(0))
    asked = np.array([0])

    answers, barred = relevance("photo", asked, shop)
    assert np.flatnonzero(answers).tolist() == [1, 2]
    assert np.flatnonzero(barred).tolist() == [0]

    answers, barred = relevance("category", asked, shop)
    assert np.flatnonzero(barred).tolist() == [0, 1, 2]
    assert sorted(set(shop.products[answers[0]])) == [106, 112, 118, 124]
    assert len(folds.products) == 90


def test_photos_of_a_product_are_hidden_one_by_one_where_the_product_is_not():
    shop = make_catalogue(products=30, photos=3)
    folds = draw_folds(shop.products, np.random.default_rng(0))

    hidden = folds.hidden([2]).reshape(30, 3)
    others = folds.products.reshape(30, 3)[:, 0] != 2

    assert hidden[~others].all()
    assert hidden[others].sum(axis=1).max() == 1


def test_each_fold_is_scored_with_a_recipe_that_was_chosen_without_it():
    trial = Trial(make_catalogue(), colour=0.0, seed=0)
    recipes = recipes_with("views", PLAIN)

    verdict = choose(trial, recipes)

    assert verdict.recipe in recipes
    for fold, scores in enumerate(verdict.scores):
        possible = [trial.held_back(recipe, fold) for recipe in recipes]
        assert any(scores is each for each in possible)


def test_the_steps_are_told_in_their_order():
    trial = Trial(make_catalogue(), colour=0.0, seed=0)

    plain, best, steps = walk(trial, seed=0, progress=lambda _: None)

    assert [step.level for step in steps][:3] == ["views", "product", "category"]
    assert steps[0].taken
    assert best.recipe.learned > 0 == plain.recipe.learned
    assert marks(best)["view"] > marks(plain)["view"]


def test_a_verdict_gains_nothing_over_itself():
    trial = Trial(make_catalogue(), colour=0.0, seed=0)
    plain, _, _ = walk(trial, seed=0, progress=lambda _: None)

    assert compare(trial, plain=plain, tuned=plain) == (0.0, 0.0)
