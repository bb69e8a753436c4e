"""What a fit may be made of: blocks of directions, each taught by some levels of labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np

from search.embedding.protocol import Vector
from search.tuning.levels import CATEGORY, PRODUCT, TAGS, VIEWS
from search.tuning.scatter import Scatter, directions

# Views and products ask the same of a space (look past how it was photographed), so they share a
# block; a category asks the opposite (look past which product it is). One block of weighted
# scatters for all gave an mAP@10 of 54.8, several blocks 58.7.
_TAUGHT_BY: Mapping[str, tuple[tuple[str, float], ...]] = {
    VIEWS: ((VIEWS, 1.0),),
    PRODUCT: ((VIEWS, 1.0), (PRODUCT, 3.0)),
    CATEGORY: ((CATEGORY, 1.0),),
    TAGS: ((TAGS, 1.0),),
}
_SHRINKAGES = (0.05, 0.2, 0.5)
_SHARES = (0.1, 0.2, 0.3, 0.4)
_LABEL_SHARES = (0.05, 0.1, 0.2, 0.3)
_MOST_LEARNED = 0.7


@dataclass(frozen=True)
class Block:
    """Directions taught by levels with these label weights; `share` of the cosine is theirs."""

    taught_by: tuple[tuple[str, float], ...]
    shrinkage: float
    share: float


@dataclass(frozen=True)
class Recipe:
    """The blocks that are learned, and the share of the colours beside them; without either it is
    the plain base vector."""

    blocks: tuple[Block, ...] = ()
    colour: float = 0.0

    @property
    def learned(self) -> float:
        """The share a of all learned blocks together."""
        return sum(block.share for block in self.blocks)

    @property
    def label_weights(self) -> dict[str, float]:
        """The share of the cosine that each level of labels teaches."""
        weights: dict[str, float] = {}
        for block in self.blocks:
            total = sum(weight for _, weight in block.taught_by)
            for level, weight in block.taught_by:
                weights[level] = weights.get(level, 0.0) + block.share * weight / total
        return weights


PLAIN = Recipe()


def recipes_with(level: str, known: Recipe, *, colour: float = 0.0) -> list[Recipe]:
    """Every recipe that adds `level` to what is `known` to help. Products take the place of the
    block of views; other labels get one of their own beside it. `colour` is the colours' share."""
    first = level in (VIEWS, PRODUCT)
    kept = tuple(block for block in known.blocks if not (first and VIEWS in dict(block.taught_by)))
    options = product(_SHRINKAGES, _SHARES if first else _LABEL_SHARES)
    recipes = [
        Recipe((*kept, Block(_TAUGHT_BY[level], shrinkage, share)), colour)
        for shrinkage, share in options
    ]
    return [recipe for recipe in recipes if recipe.learned <= _MOST_LEARNED]


def block_directions(
    block: Block, scatters: Mapping[str, Scatter | None], items: Vector
) -> Vector | None:
    """The block's directions, float32 (r, rank), scaled so that centred `items` (n, r) have the
    mean square norm 1 along them; None where none of its levels has anything to teach."""
    weights = dict(block.taught_by)
    taught = {level: part for level in weights if (part := scatters[level]) is not None}
    if not taught:
        return None
    axes = directions(taught, weights, shrinkage=block.shrinkage)
    scaled: Vector = axes / np.sqrt(np.mean(np.sum((items @ axes) ** 2, axis=1)))
    return scaled


def mixed(recipe: Recipe, parts: Mapping[Block, Vector]) -> Vector:
    """The blocks' directions, each weighted by its share, side by side: float32 (r, all ranks)."""
    return np.hstack(
        [
            np.float32(np.sqrt(block.share / recipe.learned)) * parts[block]
            for block in recipe.blocks
            if block in parts
        ]
    )
