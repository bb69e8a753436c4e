"""What is offered is asked once more as it would be stored: fitted without each fold, and cut."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from search.embedding.projection import Projection
from search.embedding.protocol import Vector
from search.tuning.choosing import Scores, Trial
from search.tuning.gate import Verdict
from search.tuning.probes import FOLDS
from search.tuning.projecting import project
from search.tuning.sampling import only
from search.tuning.types import Progress, TrainingSet


def proven(trial: Trial, found: Verdict, *, max_dim: int, progress: Progress) -> Verdict:
    """The verdict with what its recipes score as projections of at most `max_dim`, each fitted to
    what its fold leaves.

    Choosing looks at cosines of whole blocks. The cut to few numbers costs something, and an offer
    is worth what is left of it.
    """
    scores = []
    for fold in range(FOLDS):
        progress(f"asking hidden photos about what would be stored ({fold + 1} of {FOLDS})")
        scores.append(_scores(trial, found, fold, max_dim))
    return replace(found, scores=tuple(scores))


def _scores(trial: Trial, found: Verdict, fold: int, max_dim: int) -> Scores:
    seen = only(trial.training, np.flatnonzero(~trial.folds.hidden([fold])))
    projection = project(seen, found.winners[fold], max_dim=max_dim)
    return trial.scores_by(_all_derived(trial.training, projection), fold)


def _all_derived(training: TrainingSet, projection: Projection) -> Vector:
    return np.concatenate(
        [
            projection.apply(training.vectors, training.descriptors),
            projection.apply(training.augmented, training.augmented_descriptors),
        ]
    )
