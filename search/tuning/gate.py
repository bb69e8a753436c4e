"""The gate: a step is taken only if photos that neither fit nor choice saw say that it helps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from search.tuning.choosing import Scores, Trial
from search.tuning.levels import LABELS, PRODUCT, TAGS, VIEWS
from search.tuning.probes import CATEGORY, FOLDS, PHOTO, VIEW, paired_gain
from search.tuning.recipes import PLAIN, Recipe, recipes_with
from search.tuning.types import ELSEWHERE, RANDOM, TAKEN, TOO_LITTLE, Progress, Step

# In points of 0..100. Choosing by cross-validation alone took shuffled labels for lessons in 3 of
# 8 tries; two standard errors of photos outside of that choice are what keeps them out.
LEAST_GAIN = 1.0
STANDARD_ERRORS = 2.0

# Up to three levels of labels are tried, each a chance to be fooled.
LABEL_ERRORS = 2.5

# The questions that a level's labels are about.
ABOUT = {PRODUCT: (PHOTO,), CATEGORY: (CATEGORY,), TAGS: (CATEGORY,)}


@dataclass(frozen=True)
class Verdict:
    """The recipe that a way of choosing ends with; for each fold the one that it would have ended
    with if that fold weren't there; and what these scored on the fold's held-back photos."""

    recipe: Recipe
    winners: tuple[Recipe, ...]
    scores: tuple[Scores, ...]


Recipes = Callable[[Recipe], list[Recipe]]


def walk(
    trial: Trial, *, colour: float, seed: int, progress: Progress
) -> tuple[Verdict, Verdict, list[Step]]:
    """The plain verdict, what the base vectors find by themselves; the best that passed the gate
    (without a block where nothing did); and the steps on the way: augmented views first, then each
    level of labels on top of what was taken.

    The steps start from the base with its colours, so that each is judged by what it teaches.
    """
    plain, best = (_unlearned(trial, recipe) for recipe in (PLAIN, Recipe(colour=colour)))
    steps = []
    for level in (VIEWS, *(name for name in LABELS if name in trial.levels)):
        progress(f"asking hidden photos what {level} teach")
        recipes = partial(recipes_with, level, colour=colour)
        tried = choose(trial, recipes, best)
        step = judge(trial, best, tried, level, recipes, seed)
        steps.append(step)
        best = tried if step.taken else best
    return plain, best, steps


def _unlearned(trial: Trial, recipe: Recipe) -> Verdict:
    scores = tuple(trial.held_back(recipe, fold) for fold in range(FOLDS))
    return Verdict(recipe, (recipe,) * FOLDS, scores)


def judge(
    trial: Trial, before: Verdict, tried: Verdict, level: str, recipes: Recipes, seed: int
) -> Step:
    """Whether the step wins over the state before it. One of labels must win on the questions that
    its labels are about too, and there also over the same step with these labels shuffled: groups
    at random show what all pictures have in common, and looking past that helps without a word of
    what the labels say."""
    gain, error = compare(trial, plain=before, tuned=tried)
    step = partial(Step, level, gain, error)
    if not wins(gain, error):
        return step(TOO_LITTLE)
    if level == VIEWS:
        return step(TAKEN)
    about = ABOUT[level]
    if not wins(*compare(trial, plain=before, tuned=tried, kinds=about), errors=LABEL_ERRORS):
        return step(ELSEWHERE)
    placebo = choose(trial.with_shuffled(level, seed=seed), recipes, before)
    if not wins(*compare(trial, plain=placebo, tuned=tried, kinds=about), errors=LABEL_ERRORS):
        return step(RANDOM)
    return step(TAKEN)


def wins(gain: float, error: float, *, errors: float = STANDARD_ERRORS) -> bool:
    """Whether a gain in points is large enough, and too large for chance."""
    return gain >= max(LEAST_GAIN, errors * error)


def choose(trial: Trial, recipes: Recipes, before: Verdict) -> Verdict:
    """The recipe that wins over all folds, and for each fold the one that wins over the others,
    which were fitted without it. `recipes` are those to go on with after one that is known."""
    winners = []
    for fold in range(FOLDS):
        others = [other for other in range(FOLDS) if other != fold]
        winners.append(_best(trial, recipes, before.winners[fold], others, hidden=fold))
    overall = _best(trial, recipes, before.recipe, range(FOLDS), hidden=None)
    scores = tuple(trial.held_back(winner, fold) for fold, winner in enumerate(winners))
    return Verdict(overall, tuple(winners), scores)


def _best(
    trial: Trial, recipes: Recipes, known: Recipe, folds: Sequence[int], *, hidden: int | None
) -> Recipe:
    """What is known stays where nothing can be added to it."""
    return max(
        recipes(known) or [known],
        key=lambda recipe: _mean(trial, recipe, folds, hidden=hidden),
    )


def compare(
    trial: Trial, *, plain: Verdict, tuned: Verdict, kinds: Sequence[str] = (VIEW, PHOTO, CATEGORY)
) -> tuple[float, float]:
    """Gain of `tuned` over `plain` and its paired standard error, in points, over these kinds of
    questions as far as there are any; without any it is no gain at all."""
    kinds = [probes.kind for probes in trial.probes if probes.kind in kinds]
    if not kinds:
        return 0.0, 0.0
    differences = {
        kind: np.concatenate(
            [
                after[kind] - before[kind]
                for before, after in zip(plain.scores, tuned.scores, strict=True)
            ]
        )
        for kind in kinds
    }
    by_fold = zip(*(trial.groupings(fold) for fold in range(FOLDS)), strict=True)
    groupings = [
        {kind: np.concatenate([groups[kind] for groups in folds]) for kind in kinds}
        for folds in by_fold
    ]
    gain, error = paired_gain(differences, groupings)
    return 100 * gain, 100 * error


def marks(verdict: Verdict) -> dict[str, float]:
    """The mean score of each kind of probe, in points."""
    kinds = verdict.scores[0]
    return {
        kind: 100 * float(np.concatenate([fold[kind] for fold in verdict.scores]).mean())
        for kind in kinds
    }


def _mean(trial: Trial, recipe: Recipe, folds: Sequence[int], *, hidden: int | None) -> float:
    """The mean over kinds of the mean score over these folds' probes, as far as there are any."""
    scored = [trial.held_back(recipe, fold, also_hidden=hidden) for fold in folds]
    kinds = [np.concatenate([fold[kind] for fold in scored]) for kind in scored[0]]
    return float(np.mean([scores.mean() for scores in kinds if len(scores)] or [0.0]))
