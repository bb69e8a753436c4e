"""From a catalogue to a projection, or to the reason why there is none."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from search.tuning.choosing import Trial
from search.tuning.gate import Verdict, compare, marks, walk, wins
from search.tuning.levels import LEAST_LABELLED
from search.tuning.projecting import length, project
from search.tuning.proof import proven
from search.tuning.recipes import PLAIN
from search.tuning.sampling import sample_products
from search.tuning.second_photo import second_photo_gain
from search.tuning.types import (
    ELSEWHERE,
    RANDOM,
    TOO_LITTLE,
    Progress,
    Step,
    TrainingSet,
    Tuned,
    TuningReport,
)

LEAST_PRODUCTS = 20

# Photos on which every recipe is tried: enough for a standard error of about a point, and seconds.
MOST_ON_TRIAL = 1500


def _quiet(_line: str) -> None:
    """Progress for those who do not ask."""


def fit(
    training: TrainingSet,
    *,
    colour_weight: float = 0.1,
    max_dim: int = 384,
    seed: int = 0,
    progress: Progress = _quiet,
) -> Tuned:
    """The projection that this catalogue teaches, or None, with a report either way.

    Everything is chosen and judged on at most MOST_ON_TRIAL photos, against the base vectors as
    they are searched today; the projection is then fitted to all. `colour_weight` is what colours
    count in it: that isn't chosen, because augmented pictures change light and lamp. The same
    training set and seed give the same projection.
    """
    began = time.monotonic()
    sample = sample_products(training, most=MOST_ON_TRIAL, seed=seed)
    if reason := _too_little(training) or _too_little(sample):
        return Tuned(None, _report(training, reason=reason, seed=seed, began=began))
    trial, dim = Trial(sample, seed=seed), length(training.photos, max_dim)
    colour = colour_weight if training.colour is not None else 0.0
    plain, best, steps = walk(trial, colour=colour, seed=seed, progress=progress)
    projection, offered = None, plain
    if best.recipe.learned:
        offered = proven(trial, best, max_dim=dim, progress=progress)
        if wins(*compare(trial, plain=plain, tuned=offered)):
            progress("fitting to the whole catalogue")
            projection = project(training, best.recipe, max_dim=dim)
    report = _report(
        training,
        reason=_in_words(steps, accepted=projection is not None, photos=training.photos),
        seed=seed,
        began=began,
        outcome=(trial, plain, offered),
        steps=steps,
        dim=projection.dim if projection else 0,
    )
    return Tuned(projection, report)


def _too_little(training: TrainingSet) -> str:
    """Why nothing can be learned or judged here, "" where it can."""
    products = len(np.unique(training.products))
    if products < LEAST_PRODUCTS:
        return (
            f"The catalogue has photos of {products} products; with fewer than {LEAST_PRODUCTS} "
            "it cannot be judged whether learning helps. Add products and try again."
        )
    if not len(training.augmented):
        return "No augmented picture could be made of the catalogue's photos. Check their files."
    return ""


# How a level that was left out is told.
_LEFT_OUT = {
    TOO_LITTLE: "left out: too little to be sure",
    ELSEWHERE: "left out: not on the questions that it is about",
    RANDOM: "left out: groups at random taught as much",
}


def _in_words(steps: list[Step], *, accepted: bool, photos: int) -> str:
    """What helped and what did not, level by level."""
    taken = " and ".join(step.level for step in steps if step.taken)
    told = "; ".join(_step_in_words(step) for step in steps)
    if accepted:
        head = f"Learned from {taken}"
    elif taken:
        head = f"Refused: {taken} helped, but as it would be stored it finds too little more"
    else:
        head = "Refused: nothing helped enough to be sure"
    tried = f"{head}. Tried on held-back photos: {told}."
    if photos >= LEAST_LABELLED:
        return tried
    return f"{tried} Categories and tags are learned from {LEAST_LABELLED} photos on."


def _step_in_words(step: Step) -> str:
    figures = f"{step.level} {step.gain:+.1f} points (standard error {step.standard_error:.1f})"
    return figures if step.taken else f"{figures}, {_LEFT_OUT[step.verdict]}"


def _report(
    training: TrainingSet,
    *,
    reason: str,
    seed: int,
    began: float,
    outcome: tuple[Trial, Verdict, Verdict] | None = None,
    steps: Sequence[Step] = (),
    dim: int = 0,
) -> TuningReport:
    counts = np.unique(training.products, return_counts=True)[1]
    more, measured = second_photo_gain(training.vectors, training.products, seed=seed)
    recipe, probes, gain, error, asked = PLAIN, {}, 0.0, 0.0, 0
    if outcome is not None:
        trial, plain, best = outcome
        recipe, before, after = best.recipe, marks(plain), marks(best)
        probes = {kind: (before[kind], after[kind]) for kind in before}
        gain, error = compare(trial, plain=plain, tuned=best)
        asked = len(np.unique(np.concatenate([each.photos for each in trial.probes])))
    scores = np.array(list(probes.values())).reshape(-1, 2)
    plain_score, tuned_score = scores.mean(axis=0).tolist() if len(scores) else (0.0, 0.0)
    return TuningReport(
        accepted=dim > 0,
        reason=reason,
        plain=plain_score,
        tuned=tuned_score,
        gain=gain,
        standard_error=error,
        learned=recipe.learned,
        colour=recipe.colour if dim else 0.0,
        shrinkage=recipe.blocks[0].shrinkage if dim else 0.0,
        label_weights=recipe.label_weights if dim else {},
        dim=dim,
        photos=training.photos,
        products=len(counts),
        held_back=asked,
        several_photos_share=float((counts > 1).mean()) if len(counts) else 0.0,
        second_photo_gain=more,
        second_photo_measured=measured,
        seconds=time.monotonic() - began,
        probes=probes,
        steps=tuple(steps),
    )
