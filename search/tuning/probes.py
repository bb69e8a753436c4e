"""Questions with known answers, made of the shop's own photos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from search.embedding.protocol import Vector
from search.tuning.levels import leaves
from search.tuning.types import Indices, TrainingSet

VIEW, PHOTO, CATEGORY = "view", "photo", "category"
FOLDS = 5
# A kind that fewer products answer is not asked: each kind counts the same, and with the two photos
# of a shop's only product of several the gate was passed though all others were found less.
LEAST_ASKED = 20
_TOP = 10
_VIEWS_A_PHOTO = 3


@dataclass(frozen=True)
class Probes:
    """Questions of one kind, one a row.

    "view": an augmented picture asks for its product. "photo": a photo of a product with several,
    itself aside, asks for the product's others. "category": a photo asks for other products of its
    category, its own product aside. `sources` are rows of the stacked photos and augmented
    pictures; `photos` whose photo it is; `folds` in which fold it must be hidden from the fit.
    """

    kind: str
    sources: Indices
    photos: Indices
    folds: Indices


@dataclass(frozen=True)
class Folds:
    """What is hidden from the fit of each fold: whole products, int64 (n,), each photo's product's
    fold, and of products with several photos also single photos, -1 for the others."""

    products: Indices
    photos: Indices

    def hidden(self, folds: Sequence[int]) -> npt.NDArray[np.bool_]:
        """Photos that a fit must not see, bool (n,)."""
        return np.isin(self.products, folds) | np.isin(self.photos, folds)


def draw_folds(products: Indices, random: np.random.Generator) -> Folds:
    """Products spread evenly over FOLDS at random, and the photos of each over the folds too."""
    _, numbers, counts = np.unique(products, return_inverse=True, return_counts=True)
    of_product = random.permutation(np.arange(len(counts)) % FOLDS)
    order = random.permutation(len(products))
    turn, seen = np.empty(len(products), dtype=np.int64), np.zeros(len(counts), dtype=np.int64)
    for photo in order:
        turn[photo] = seen[numbers[photo]]
        seen[numbers[photo]] += 1
    # A product's own fold comes first for none of its photos as long as there are fewer than FOLDS.
    single = (of_product[numbers] + 1 + turn) % FOLDS
    return Folds(of_product[numbers], np.where(counts[numbers] > 1, single, -1))


def draw_probes(training: TrainingSet, folds: Folds) -> list[Probes]:
    """All kinds of questions that this catalogue can ask about LEAST_ASKED products or more."""
    products = training.products
    several = np.flatnonzero(folds.photos >= 0)
    views = _first_views(training.augmented_of)
    of_view = training.augmented_of[views]
    classes = leaves(training.categories)
    answered = np.flatnonzero(_other_products_in_class(classes, products))
    made = [
        Probes(VIEW, training.photos + views, of_view, folds.products[of_view]),
        Probes(PHOTO, several, several, folds.photos[several]),
        Probes(CATEGORY, answered, answered, folds.products[answered]),
    ]
    return [probes for probes in made if len(set(products[probes.photos])) >= LEAST_ASKED]


def relevance(
    kind: str, photos: Indices, training: TrainingSet
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """For probes of these photos: which photos answer them, and which may not be shown; bool
    (len(photos), n) each."""
    same_product = training.products[photos][:, None] == training.products[None, :]
    if kind == VIEW:
        return same_product, np.zeros_like(same_product)
    if kind == PHOTO:
        itself = photos[:, None] == np.arange(training.photos)[None, :]
        return same_product & ~itself, itself
    classes = leaves(training.categories)
    return (classes[photos][:, None] == classes[None, :]) & ~same_product, same_product


def score(
    similarity: Vector, relevant: npt.NDArray[np.bool_], barred: npt.NDArray[np.bool_]
) -> Vector:
    """The mean of R@1 and AP@10 of each probe, float32 (m,), from similarities (m, n)."""
    shown = np.where(barred, -np.inf, similarity)
    top = min(_TOP, shown.shape[1])
    best = np.argpartition(-shown, top - 1, axis=1)[:, :top]
    order = np.argsort(-np.take_along_axis(shown, best, axis=1), axis=1, kind="stable")
    found = np.take_along_axis(relevant, np.take_along_axis(best, order, axis=1), axis=1)
    precision = np.cumsum(found, axis=1) / np.arange(1, top + 1)
    answers = np.maximum(1, np.minimum(_TOP, relevant.sum(axis=1)))
    average = (precision * found).sum(axis=1) / answers
    both: Vector = ((found[:, 0] + average) / 2).astype(np.float32)
    return both


def paired_gain(
    differences: Mapping[str, Vector], groupings: Sequence[Mapping[str, Indices]]
) -> tuple[float, float]:
    """The mean over kinds of the mean difference, and its standard error.

    Probes that stand or fall together are one observation: those of a product, and where two
    products of a category answer each other, those of a category. Each grouping names the group of
    every probe; the largest error counts.
    """
    shares = {kind: diff / len(diff) / len(differences) for kind, diff in differences.items()}
    gain = sum(float(share.sum()) for share in shares.values())
    offsets = np.concatenate([share - share.mean() for share in shares.values()])
    return gain, max(
        _error(offsets, np.concatenate([groups[kind] for kind in shares])) for groups in groupings
    )


def _error(offsets: Vector, groups: Indices) -> float:
    by_group = np.bincount(np.unique(groups, return_inverse=True)[1], weights=offsets)
    count = len(by_group)
    return float(np.sqrt((by_group**2).sum() * count / max(1, count - 1)))


def _first_views(augmented_of: Indices) -> Indices:
    """Rows of the first few augmented pictures of each photo: more would ask the same again."""
    order = np.argsort(augmented_of, kind="stable")
    sorted_of = augmented_of[order]
    turn = np.arange(len(order)) - np.searchsorted(sorted_of, sorted_of, side="left")
    return np.sort(order[turn < _VIEWS_A_PHOTO])


def _other_products_in_class(classes: Indices, products: Indices) -> npt.NDArray[np.bool_]:
    """Whether each photo's class holds a product besides its own."""
    known = classes >= 0
    pairs = np.unique(np.stack([classes[known], products[known]]), axis=1)
    counts = np.bincount(pairs[0], minlength=1)
    answered = np.zeros(len(classes), dtype=bool)
    answered[known] = counts[classes[known]] > 1
    return answered
