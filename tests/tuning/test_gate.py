"""The gate counts what hidden photos say, product by product."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from search.tuning.choosing import Scores, Trial
from search.tuning.gate import Verdict, choose, compare, judge, marks, walk, wins
from search.tuning.probes import FOLDS, draw_folds, draw_probes, paired_gain, relevance, score
from search.tuning.recipes import PLAIN, Block, Recipe
from search.tuning.types import ELSEWHERE, RANDOM, TAKEN, TOO_LITTLE
from tests.tuning.catalogues import make_catalogue

RANDOM_NUMBERS = np.random.default_rng(0)


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

    gain, error = paired_gain({"view": differences}, [{"view": owners}])

    assert gain == pytest.approx(0.5)
    assert error == pytest.approx(np.std([1, 0, 1, 0], ddof=1) / np.sqrt(4))


def test_of_two_ways_to_stand_or_fall_together_the_less_sure_one_counts():
    differences = np.array([1, 1, 1, 0, 0, 0], dtype=np.float32)
    products, categories = np.arange(6), np.repeat([0, 1], 3)

    _, error = paired_gain({"category": differences}, [{"category": products}])
    _, wider = paired_gain(
        {"category": differences}, [{"category": products}, {"category": categories}]
    )

    assert error == pytest.approx(np.std(differences, ddof=1) / np.sqrt(6))
    assert wider == pytest.approx(np.std([1, 0], ddof=1) / np.sqrt(2))


def test_kinds_of_questions_weigh_the_same():
    owners = {"view": np.arange(90), "photo": np.arange(10)}

    gain, _ = paired_gain(
        {"view": np.ones(90, dtype=np.float32), "photo": np.zeros(10, dtype=np.float32)}, [owners]
    )

    assert gain == pytest.approx(0.5)


def test_a_kind_that_few_products_answer_is_not_asked():
    """Else the two photos of one product would count as much as all other products together."""
    single = make_catalogue(products=60, photos=1, categories=60)
    pair = replace(single, products=np.array([100, 100, *range(102, 160)]))

    kinds = [each.kind for each in draw_probes(pair, draw_folds(pair.products, RANDOM_NUMBERS))]

    assert kinds == ["view"]


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


class Stub:
    """A trial that scores as it is told: (recipe, fold, hidden folds) to one score a question."""

    def __init__(self, says: Callable[[Recipe, int, tuple[int, ...]], list[float]]) -> None:
        self.says = says
        self.probes = [SimpleNamespace(kind="view"), SimpleNamespace(kind="category")]

    def held_back(self, recipe: Recipe, fold: int, *, also_hidden: int | None = None) -> Scores:
        hidden = (fold,) if also_hidden is None else tuple(sorted({fold, also_hidden}))
        scores = np.array(self.says(recipe, fold, hidden), dtype=np.float32)
        return {"view": scores, "category": scores}

    def with_shuffled(self, _level: str, **_seed: int) -> Stub:
        return self

    def groupings(self, fold: int) -> list[dict[str, np.ndarray]]:
        numbers = np.arange(10 * fold, 10 * fold + 10)
        return [{"view": numbers, "category": numbers}]


def recipe(share: float) -> Recipe:
    return Recipe((Block((("views", 1.0),), 0.2, share),))


GOOD, LEAKING = recipe(0.1), recipe(0.2)


def test_a_fold_has_no_say_in_the_recipe_that_is_judged_on_it():
    """LEAKING shines on fold 0 alone, and wherever a fit saw the fold that is asked about."""

    def says(tried: Recipe, fold: int, hidden: tuple[int, ...]) -> list[float]:
        if tried == LEAKING:
            return [1.0 if fold == 0 or hidden == (fold,) else 0.0] * 10
        return [0.5] * 10

    stub = Stub(says)
    before = Verdict(PLAIN, (PLAIN,) * FOLDS, ())

    verdict = choose(stub, lambda _: [GOOD, LEAKING], before)

    assert verdict.winners[0] == GOOD
    assert verdict.scores[0]["view"].tolist() == [0.5] * 10


def test_what_a_fold_goes_on_with_is_what_it_chose_before():
    stub = Stub(lambda *_: [0.5] * 10)
    known: list[Recipe] = []
    winners = tuple(recipe(share) for share in (0.1, 0.2, 0.3, 0.4, 0.15))

    def recipes(before: Recipe) -> list[Recipe]:
        known.append(before)
        return []

    verdict = choose(stub, recipes, Verdict(GOOD, winners, ()))

    assert known == [*winners, GOOD]
    assert (verdict.recipe, verdict.winners) == (GOOD, winners)


@pytest.mark.parametrize(
    ("gain", "error", "errors", "won"),
    [
        (0.9, 0.1, 2.0, False),
        (1.0, 0.1, 2.0, True),
        (2.1, 1.0, 2.0, True),
        (1.9, 1.0, 2.0, False),
        (2.4, 1.0, 2.5, False),
    ],
)
def test_a_gain_is_a_point_and_more_than_chance(gain, error, errors, won):
    assert wins(gain, error, errors=errors) is won


def verdict_of(view: float, category: float) -> Verdict:
    """So many points on every question of a kind; some noise keeps the error from being zero."""
    noise = np.tile([0.001, -0.001], 5).astype(np.float32)
    fold = {"view": view / 100 + noise, "category": category / 100 - noise}
    return Verdict(GOOD, (GOOD,) * FOLDS, (fold,) * FOLDS)


@pytest.mark.parametrize(
    ("level", "tried", "placebo", "verdict"),
    [
        ("views", (50.9, 50.9), None, TOO_LITTLE),
        ("views", (54, 50), None, TAKEN),
        ("category", (53, 50), None, ELSEWHERE),
        ("category", (50, 54), (50, 53.5), RANDOM),
        ("category", (50, 54), (50, 51), TAKEN),
    ],
)
def test_what_becomes_of_a_level(level, tried, placebo, verdict, monkeypatch):
    stub = Stub(lambda *_: [])
    shuffled_one = placebo and verdict_of(*placebo)
    monkeypatch.setattr("search.tuning.gate.choose", lambda *_: shuffled_one)

    step = judge(stub, verdict_of(50, 50), verdict_of(*tried), level, lambda _: [], seed=0)

    assert (step.level, step.verdict) == (level, verdict)
    assert step.gain == pytest.approx(sum(tried) / 2 - 50, abs=1e-4)


def test_the_steps_are_told_in_their_order():
    trial = Trial(make_catalogue(), seed=0)

    plain, best, steps = walk(trial, colour=0.0, seed=0, progress=lambda _: None)

    assert [step.level for step in steps][:3] == ["views", "product", "category"]
    assert steps[0].taken
    assert best.recipe.learned > 0 == plain.recipe.learned
    assert plain.recipe == PLAIN
    assert marks(best)["view"] > marks(plain)["view"]


def test_the_plain_verdict_is_what_the_whole_base_vectors_find():
    """As they are searched today: not cut, and without colours."""
    shop = make_catalogue(colour=True)
    trial = Trial(shop, seed=0)
    plain, _, _ = walk(trial, colour=0.1, seed=0, progress=lambda _: None)

    pictures = np.concatenate([shop.vectors, shop.augmented])
    for fold in range(FOLDS):
        for kind, scores in trial.scores_by(pictures, fold).items():
            np.testing.assert_allclose(scores, plain.scores[fold][kind], atol=1e-6)


def test_a_verdict_gains_nothing_over_itself():
    trial = Trial(make_catalogue(), seed=0)
    plain, _, _ = walk(trial, colour=0.0, seed=0, progress=lambda _: None)

    assert compare(trial, plain=plain, tuned=plain) == (0.0, 0.0)
