"""What a ranking counts beside the vector: a picture's descriptors, each block with its weight.

    joint = (1 - sum w) * distance + sum w_i * distance_i

`distance` is the vector's cosine distance, `distance_i` that of a block, 0 to 1 in practice: blocks
are histograms, without negative numbers. A picture whose block isn't known counts as one that
shares nothing with the question, 1: who asks for the same colour wants it where it is known.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pgvector import HalfVector

from search.embedding.descriptors import blocks
from search.engine.statistics import statistics_of
from search.engine.types import KINDS, Question, Weights
from search.errors import InvalidSearch
from search.models import EmbeddingSpace

# The look keeps a say: a ranking by colour alone would be a filter, and there is one.
MOST_WEIGHT = 0.9
UNKNOWN = 1.0


@dataclass(frozen=True, slots=True)
class Joint:
    """The joint distance in SQL: `apart` over the columns of ImageEmbedding, and `rank` over that
    and `distance`, of which `rest` is the share. Without weights it is the distance itself."""

    rest: float = 1.0
    apart: str = "NULL"
    block_params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def weighed(self) -> bool:
        return self.rest < 1

    @property
    def rank(self) -> str:
        return "(%(rest)s::float8 * distance + apart)" if self.weighed else "distance"

    @property
    def params(self) -> dict[str, Any]:
        return {"rest": self.rest, **self.block_params} if self.weighed else {}

    def least(self, distance: float) -> float:
        """No picture whose vector is further away than that can rank before this."""
        return self.rest * distance


def joint_of(question: Question) -> Joint:
    """How the question ranks. It was checked."""
    if not question.weights or question.descriptors is None or question.space_id is None:
        return Joint()
    at = blocks(kinds_of(statistics_of(question.space_id).space))
    parts: list[str] = []
    params: dict[str, Any] = {}
    for kind, weight in question.weights:
        parts.append(_block_distance(kind, at[kind]))
        params |= {f"{kind}_weight": weight}
        params |= {f"{kind}_block": HalfVector(question.descriptors[at[kind]])}
    return Joint(1 - sum(weight for _, weight in question.weights), " + ".join(parts), params)


def _block_distance(kind: str, at: slice) -> str:
    """A zero block has no direction: its cosine distance is NaN, and it counts as unknown."""
    block = f"subvector(descriptors, {at.start + 1}, {at.stop - at.start})"
    distance = f"nullif({block} <=> %({kind}_block)s, 'NaN')"
    return f"%({kind}_weight)s::float8 * coalesce({distance}, {UNKNOWN})"


def kinds_of(space: EmbeddingSpace | None) -> tuple[str, ...]:
    """The descriptors that are stored beside the space's vectors, in their order."""
    return space.descriptors if space else ()


def weighed(question: Question) -> Question:
    """The question with the weights that count, in one order. Raises InvalidSearch, with the field
    such as `colour_weight`, where they make no sense or there is nothing to weigh."""
    named = {kind: _checked_weight(kind, weight) for kind, weight in question.weights}
    weights = tuple((kind, named[kind]) for kind in KINDS if named.get(kind))
    if weights:
        _check_total(weights)
        _check_described(question, weights[0][0])
        space = statistics_of(question.space_id).space if question.space_id else None
        for kind, _ in weights:
            _check_stored(kind, space)
    return replace(question, weights=weights)


def _checked_weight(kind: str, weight: float) -> float:
    if kind not in KINDS:
        raise InvalidSearch(f"There is no descriptor {kind[:40]!r}; there is {', '.join(KINDS)}.")
    if not (math.isfinite(weight) and 0 <= weight <= 1):
        raise InvalidSearch(
            f"A weight lies between 0 and 1, not at {weight}.", field=f"{kind}_weight"
        )
    return round(weight, 5)


def _check_total(weights: Weights) -> None:
    total = sum(weight for _, weight in weights)
    if total > MOST_WEIGHT + 1e-9:
        raise InvalidSearch(
            f"The weights add up to {total:g}; {MOST_WEIGHT} is the most, so that the look of the "
            "whole picture counts too. Use less.",
            field=f"{weights[-1][0]}_weight",
        )


def _check_described(question: Question, kind: str) -> None:
    if question.picture is None:
        raise InvalidSearch(
            f"Words alone have no {kind}. Leave {kind}_weight out, or add a photo.",
            field=f"{kind}_weight",
        )
    if question.descriptors is None and question.space_id is not None:
        _check_stored(kind, statistics_of(question.space_id).space)
        raise InvalidSearch(
            f"The pictures of this question were indexed before their {kind} was kept. Leave "
            f"{kind}_weight out, or send a photo.",
            field=f"{kind}_weight",
        )


def _check_stored(kind: str, space: EmbeddingSpace | None) -> None:
    kinds = kinds_of(space)
    if kind not in kinds:
        name = space.name if space else "This space"
        there = f"there is {' and '.join(kinds)}" if kinds else "nothing else is stored there"
        raise InvalidSearch(
            f"{name} keeps no {kind} of its pictures; {there}. Leave {kind}_weight out.",
            field=f"{kind}_weight",
        )


def weighable(question: Question) -> tuple[str, ...]:
    """The kinds that this question can be weighed by: its space keeps them and so does it."""
    if question.descriptors is None or question.space_id is None:
        return ()
    return kinds_of(statistics_of(question.space_id).space)
