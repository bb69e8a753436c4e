"""The gate: a step is taken only if photos that neither fit nor choice saw say that it helps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from search.tuning.choosing import Scores, Trial
from search.tuning.levels import LABELS, PRODUCT, TAGS, VIEWS
from search.tuning.probes import CATEGORY, FOLDS, PHOTO, VIEW, paired_gain
from search.tuning.recipes import PLAIN, Recipe, recipes_with
from search.tuning.types import Progress

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
    """The recipe that a way of choosing ends with, and what it scored on held-back photos: one
    `Scores` per fold, each by a recipe chosen without that fold."""

    recipe: Recipe
    scores: tuple[Scores, ...]


@dataclass(frozen=True)
class Step:
    """A level that was tried: its gain in points over the state before; whether it was taken."""

    level: str
    gain: float
    standard_error: float
    taken: bool


def walk(trial: Trial, *, seed: int, progress: Progress) -> tuple[Verdict, Verdict, list[Step]]:
    """The plain verdict, the best that passed the gate (the plain one where none did), and the
    steps on the way: augmented views first, then each level of labels on top of what was taken."""
    plain = Verdict(PLAIN, tuple(trial.held_back(PLAIN, fold) for fold in range(FOLDS)))
    best, steps = plain, []
    for level in (VIEWS, *(name for name in LABELS if name in trial.levels)):
        progress(f"asking hidden photos what {level} teach")
        if recipes := recipes_with(level, best.recipe):
            tried = choose(trial, recipes)
            step = _judge(trial, best, tried, level, recipes, seed)
            steps.append(step)
            best = tried if step.taken else best
    return plain, best, steps


def _judge(
    trial: Trial, before: Verdict, tried: Verdict, level: str, recipes: list[Recipe], seed: int
) -> Step:
    """Whether the step wins over the state before it. One of labels must win on the questions that
    its labels are about too, and there also over the same step with these labels shuffled: groups
    at random show what all pictures have in common, and looking past that helps without a word of
    what the labels say."""
    gain, error = compare(trial, plain=before, tuned=tried)
    taken = _wins(gain, error)
    if taken and level != VIEWS:
        about = ABOUT[level]
        taken = _wins(*compare(trial, plain=before, tuned=tried, kinds=about), errors=LABEL_ERRORS)
        if taken:
            placebo = choose(trial.with_shuffled(level, seed=seed), recipes)
            taken = _wins(
                *compare(trial, plain=placebo, tuned=tried, kinds=about), errors=LABEL_ERRORS
            )
    return Step(level, gain, error, taken)


def _wins(gain: float, error: float, *, errors: float = STANDARD_ERRORS) -> bool:
    return gain >= max(LEAST_GAIN, errors * error)


def choose(trial: Trial, recipes: Sequence[Recipe]) -> Verdict:
    """The recipe that wins over all folds, scored on each with the one that wins without it."""
    scores = []
    for fold in range(FOLDS):
        others = [other for other in range(FOLDS) if other != fold]
        winner = max(recipes, key=lambda recipe: _mean(trial, recipe, others, hidden=fold))
        scores.append(trial.held_back(winner, fold))
    overall = max(recipes, key=lambda recipe: _mean(trial, recipe, range(FOLDS), hidden=None))
    return Verdict(overall, tuple(scores))


def compare(
    trial: Trial, *, plain: Verdict, tuned: Verdict, kinds: Sequence[str] = (VIEW, PHOTO, CATEGORY)
) -> tuple[float, float]:
    """Gain of `tuned` over `plain` and its paired standard error, in points, over these kinds of
    questions as far as there are any; without any it is no gain at all."""
    kinds = [probes.kind for probes in trial.probes if probes.kind in kinds]
    if not kinds:
        return 0.0, 0.0
    owners = [trial.products_of(fold) for fold in range(FOLDS)]
    differences = {
        kind: np.concatenate(
            [
                after[kind] - before[kind]
                for before, after in zip(plain.scores, tuned.scores, strict=True)
            ]
        )
        for kind in kinds
    }
    products = {kind: np.concatenate([owner[kind] for owner in owners]) for kind in kinds}
    gain, error = paired_gain(differences, products)
    return 100 * gain, 100 * error


def marks(verdict: Verdict) -> dict[str, float]:
    """The mean score of each kind of probe, in points."""
    kinds = verdict.scores[0]
    return {
        kind: 100 * float(np.concatenate([fold[kind] for fold in verdict.scores]).mean())
        for kind in kinds
    }


def _mean(trial: Trial, recipe: Recipe, folds: Sequence[int], *, hidden: int | None) -> float:
    """The mean over kinds of the mean score over these folds' probes."""
    scored = [trial.held_back(recipe, fold, also_hidden=hidden) for fold in folds]
    return float(
        np.mean([np.concatenate([fold[kind] for fold in scored]).mean() for kind in scored[0]])
    )
