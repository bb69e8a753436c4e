"""Which recipe teaches the most, asked of photos that its fit did not see."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from search.embedding.protocol import Vector
from search.tuning.levels import Level, leaves, levels_of, shuffled
from search.tuning.probes import (
    CATEGORY,
    Folds,
    Probes,
    draw_folds,
    draw_probes,
    relevance,
    score,
)
from search.tuning.recipes import Block, Recipe, block_directions, mixed
from search.tuning.scatter import Scatter, moments, principal_axes, scatter
from search.tuning.types import Indices, TrainingSet

# Discriminants are sought among this many leading directions of the shop's own pictures: with 320
# the results were the same to a tenth of a point, at twice the time.
REDUCED = 256

Mask = npt.NDArray[np.bool_]
Scores = Mapping[str, Vector]
Hidden = tuple[int, ...]


@dataclass(frozen=True)
class Asked:
    """The probes of one kind and fold, m of them, against the n photos: rows of the items, cosines
    of the base vectors and of the colours, what is an answer, what is not shown."""

    sources: Indices
    base: Vector
    colours: Vector | None
    relevant: Mask
    barred: Mask


class Trial:
    """A sample of the catalogue, its probes, and what any recipe scores on them when the photos of
    one or two folds are hidden from its fit."""

    def __init__(self, training: TrainingSet, *, seed: int) -> None:
        self.training = training
        self.folds: Folds = draw_folds(training.products, np.random.default_rng(seed))
        self.probes: list[Probes] = draw_probes(training, self.folds)
        self.levels: dict[str, Level] = levels_of(training)
        self._questions: dict[tuple[int, int], Asked] = {}
        self._forget_fits()

    def _forget_fits(self) -> None:
        self._scores: dict[tuple[Recipe, int, Hidden], Scores] = {}
        self._scatters: dict[tuple[Hidden, str], Scatter | None] = {}
        self._directions: dict[tuple[Hidden, Block], Vector | None] = {}

    def with_shuffled(self, level: str, *, seed: int) -> Trial:
        """The same trial, but for the labels of one level: they are of other products."""
        twin = copy(self)
        lie = shuffled(self.levels[level], self.training.products, seed=seed)
        twin.levels = self.levels | {level: lie}
        twin._forget_fits()  # noqa: SLF001 - of this class itself
        return twin

    @cached_property
    def items(self) -> Vector:
        """Photos and augmented pictures in the reduced space, float32 (n + m, at most REDUCED). No
        label has a say in that, so the hidden ones take part."""
        axes = principal_axes(moments(self.pictures), REDUCED)
        return self.pictures @ axes

    @cached_property
    def pictures(self) -> Vector:
        """Photos and augmented pictures, float32 (n + m, d)."""
        return np.concatenate([self.training.vectors, self.training.augmented])

    @cached_property
    def item_photos(self) -> Indices:
        return np.concatenate([np.arange(self.training.photos), self.training.augmented_of])

    def held_back(self, recipe: Recipe, fold: int, *, also_hidden: int | None = None) -> Scores:
        """Score of each probe of a fold, by kind, after a fit that saw none of the fold's photos,
        nor those of `also_hidden`."""
        hidden = tuple(sorted({fold, fold if also_hidden is None else also_hidden}))
        if not recipe.learned:
            hidden = (fold,)
        key = (recipe, fold, hidden)
        if key not in self._scores:
            self._try(recipe, hidden)
        return self._scores[key]

    def scores_by(self, vectors: Vector, fold: int) -> Scores:
        """Score of each probe of a fold, by kind, by the cosines of these vectors of norm 1 of
        photos and augmented pictures, (n + m, dim)."""
        found = {}
        for number, probes in enumerate(self.probes):
            asked = self._asked(number, fold)
            similarity = vectors[asked.sources] @ vectors[: self.training.photos].T
            found[probes.kind] = score(similarity, asked.relevant, asked.barred)
        return found

    def groupings(self, fold: int) -> list[dict[str, Indices]]:
        """Which probes of a fold, in the order of its scores, stand or fall together: those of a
        product; and those of a category that ask for each other."""
        photos = {probes.kind: probes.photos[probes.folds == fold] for probes in self.probes}
        of_product = {kind: self.training.products[rows] for kind, rows in photos.items()}
        if CATEGORY not in photos:
            return [of_product]
        # Below every product's number.
        below = int(of_product[CATEGORY].min(initial=0)) - 1
        classes = below - leaves(self.training.categories)[photos[CATEGORY]]
        return [of_product, of_product | {CATEGORY: classes}]

    def _try(self, recipe: Recipe, hidden: Hidden) -> None:
        """Remember the scores of one fit for each hidden fold."""
        learned = self._learned(recipe, hidden)
        for fold in hidden:
            self._scores[recipe, fold, hidden] = {
                probes.kind: self._score(number, fold, recipe, learned)
                for number, probes in enumerate(self.probes)
            }

    def _score(self, number: int, fold: int, recipe: Recipe, learned: Vector | None) -> Vector:
        asked = self._asked(number, fold)
        similarity = (1 - recipe.learned - recipe.colour) * asked.base
        if recipe.colour and asked.colours is not None:
            similarity += recipe.colour * asked.colours
        if learned is not None:
            of_photos = learned[: self.training.photos]
            similarity += recipe.learned * (learned[asked.sources] @ of_photos.T)
        return score(similarity, asked.relevant, asked.barred)

    def _asked(self, number: int, fold: int) -> Asked:
        if (number, fold) not in self._questions:
            self._questions[number, fold] = self._ask(self.probes[number], fold)
        return self._questions[number, fold]

    def _ask(self, probes: Probes, fold: int) -> Asked:
        mine = probes.folds == fold
        sources, count = probes.sources[mine], self.training.photos
        relevant, barred = relevance(probes.kind, probes.photos[mine], self.training)
        base = self.pictures[sources] @ self.pictures[:count].T
        return Asked(sources, base, self._colour_similarity(sources), relevant, barred)

    def _colour_similarity(self, sources: Indices) -> Vector | None:
        training = self.training
        if training.colour is None or training.descriptors is None:
            return None
        gallery = training.descriptors[:, training.colour]
        views = training.augmented_descriptors
        everything = (
            gallery if views is None else np.concatenate([gallery, views[:, training.colour]])
        )
        similarity: Vector = everything[sources] @ gallery.T
        return similarity

    def _learned(self, recipe: Recipe, hidden: Hidden) -> Vector | None:
        """Every item's learned block, of norm 1, by a fit that saw no hidden photo; None where
        there is nothing to learn."""
        seen = ~self.folds.hidden(hidden)[self.item_photos]
        parts = {
            block: found
            for block in recipe.blocks
            if (found := self._taught(block, hidden, seen)) is not None
        }
        if not parts:
            return None
        learned = (self.items - self.items[seen].mean(axis=0)) @ mixed(recipe, parts)
        unit: Vector = learned / np.maximum(np.linalg.norm(learned, axis=1)[:, None], 1e-12)
        return unit

    def _taught(self, block: Block, hidden: Hidden, seen: Mask) -> Vector | None:
        """The block's directions; one fit serves every share."""
        key = (hidden, replace(block, share=0.0))
        if key not in self._directions:
            items = self.items[seen]
            scatters = {name: self._scatter(name, hidden, seen) for name, _ in block.taught_by}
            self._directions[key] = block_directions(block, scatters, items - items.mean(axis=0))
        return self._directions[key]

    def _scatter(self, name: str, hidden: Hidden, seen: Mask) -> Scatter | None:
        if (hidden, name) not in self._scatters:
            self._scatters[hidden, name] = scatter(
                self.items[seen], self.item_photos[seen], self.levels[name]
            )
        return self._scatters[hidden, name]
