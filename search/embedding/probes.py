"""Drawn pictures that a network is asked: at its export, and where it serves in rounded numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from search.embedding.agreement import lowest_cosine
from search.embedding.batching import Batch, Forward
from search.embedding.drawn import draw_picture
from search.embedding.exported import ExportedModel, remedy
from search.embedding.preprocess import to_tensor
from search.embedding.protocol import Card, EmbedderUnavailable

COUNT = 4
# Of one int8 network on two processors of a kind the cosine is 1; where sums saturate, without
# VNNI, vectors move by .02.
SAME_PROCESSOR = 0.9995


def probes(card: Card, side: int | None = None) -> Batch:
    """COUNT pictures as the network's input, float32 (COUNT, 3, side, side); the card's own size
    without `side`."""
    recipe = card.preprocessing
    side = side or recipe.size
    shortest = None if recipe.resize_to is None else max(recipe.resize_to, side)
    recipe = replace(recipe, size=side, resize_to=shortest, decode_side=None)
    return np.stack([to_tensor(draw_picture(number), recipe) for number in range(COUNT)])


def remember_answers(exported: ExportedModel, card: Card, forward: Forward) -> None:
    """Keep what the network says of the probes on this machine."""
    np.save(exported.answers, forward(probes(card)), allow_pickle=False)


def verify_answers(exported: ExportedModel, card: Card, forward: Forward) -> None:
    """Return quietly if the network says here what it said where it was exported. Raises
    EmbedderUnavailable."""
    try:
        expected = np.load(exported.answers, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise EmbedderUnavailable(
            f"{exported.answers} cannot be read: {error}. {remedy(exported)}"
        ) from error
    cosine = lowest_cosine(forward(probes(card)), expected)
    if not cosine >= SAME_PROCESSOR:
        raise EmbedderUnavailable(
            f"the {card.precision} network of {card.name} says something else on this processor "
            f"than where it was exported (cosine {cosine:.4f}): its vectors would not meet those "
            "of the other machine. Serve it on processors of one kind, or use the card in fp32."
        )
