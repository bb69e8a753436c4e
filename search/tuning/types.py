"""What goes into a fit and what comes out of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from search.embedding.projection import Projection
from search.embedding.protocol import Vector

Indices = npt.NDArray[np.int64]
Progress = Callable[[str], None]


class UnfitTraining(ValueError):
    """The training set contradicts itself; says which part does not fit which."""


@dataclass(frozen=True)
class TrainingSet:
    """The shop's gallery as numbers; row i of everything is photo i.

    `vectors` are the base space's, float32 (n, d) of norm 1; `products` the product of each photo,
    int64 (n,); `categories` its category ids from the root to the leaf, () where it has none;
    `tags` its tag ids. `descriptors` are the stored ones, float32 (n, k), whose slice `colour` is
    the colour block; without both, colour plays no part.

    `augmented` are the base vectors of augmented pictures, float32 (m, d), `augmented_of` the
    photo of each, int64 (m,), `augmented_descriptors` theirs, float32 (m, k). They may be of a
    sample of the photos.
    """

    vectors: Vector
    products: Indices
    categories: Sequence[tuple[int, ...]]
    tags: Sequence[tuple[int, ...]]
    augmented: Vector
    augmented_of: Indices
    descriptors: Vector | None = None
    augmented_descriptors: Vector | None = None
    colour: slice | None = None

    def __post_init__(self) -> None:
        _check(self)

    @property
    def photos(self) -> int:
        return len(self.vectors)

    @property
    def base_dim(self) -> int:
        return int(self.vectors.shape[1])


# What became of a level that was tried.
TAKEN, TOO_LITTLE, ELSEWHERE, RANDOM = "taken", "too little", "elsewhere", "random"


@dataclass(frozen=True)
class Step:
    """A level that was tried: its gain in points over the state before (first of all the base with
    its colours), and what became of it.

    `verdict` is TAKEN; or it was left out because the gain was TOO_LITTLE for its standard error;
    because it came from ELSEWHERE than the questions that the labels are about; or because RANDOM
    groups of the same sizes taught as much.
    """

    level: str
    gain: float
    standard_error: float
    verdict: str

    @property
    def taken(self) -> bool:
        return self.verdict == TAKEN


@dataclass(frozen=True)
class TuningReport:
    """What was found. Scores are the mean of R@1 and mAP@10 over the probes, in points of 0..100,
    on held-back photos: `plain` of the base vectors as they are searched, `tuned` of the vectors
    that would be stored. `gain` is their difference, `standard_error` the paired one of that gain.
    `reason` is a sentence or two for a person, also where it was accepted; `steps` are the levels
    that were tried, in their order.

    `learned` is a, the share of the learned block, `colour` that of the colour block,
    `label_weights` what each level of labels counts for in the fit. `dim` is 0 where it was
    refused. `second_photo_gain` is what a second photo of each product is expected to add to R@1,
    in points; `second_photo_measured` says whether it comes from this shop's own products or from
    the default.
    """

    accepted: bool
    reason: str
    plain: float
    tuned: float
    gain: float
    standard_error: float
    learned: float
    colour: float
    shrinkage: float
    label_weights: Mapping[str, float]
    dim: int
    photos: int
    products: int
    held_back: int
    several_photos_share: float
    second_photo_gain: float
    second_photo_measured: bool
    seconds: float
    probes: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The report as plain JSON values, as it is stored with the derived space."""
        return asdict(self)


@dataclass(frozen=True)
class Tuned:
    """The outcome of a fit: a projection to derive a space by, or None with the reason why not."""

    projection: Projection | None
    report: TuningReport


def _check(training: TrainingSet) -> None:
    count, base_dim = training.vectors.shape
    for name in ("products", "categories", "tags"):
        if len(getattr(training, name)) != count:
            raise UnfitTraining(
                f"{name} has {len(getattr(training, name))} rows, but there are {count} photos"
            )
    views = training.augmented.shape[0]
    if training.augmented.shape != (views, base_dim) or training.augmented_of.shape != (views,):
        raise UnfitTraining(
            f"augmented must be (m, {base_dim}) and augmented_of (m,), not "
            f"{training.augmented.shape} and {training.augmented_of.shape}"
        )
    if views and not (training.augmented_of.min() >= 0 and training.augmented_of.max() < count):
        raise UnfitTraining(f"augmented_of names photos outside 0..{count - 1}")
    _check_colour(training)


def _check_colour(training: TrainingSet) -> None:
    if training.colour is None:
        return
    for name, rows in (
        ("descriptors", training.photos),
        ("augmented_descriptors", len(training.augmented)),
    ):
        stored = getattr(training, name)
        if stored is None or len(stored) != rows or stored.shape[1] < training.colour.stop:
            raise UnfitTraining(
                f"{name} must be ({rows}, {training.colour.stop} or more): the colour block needs "
                "it. Give colour=None to leave colours out."
            )
