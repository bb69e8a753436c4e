"""A deterministic embedder without weights, for tests and for a laptop without torch.

Its vector is a 4 x 4 grid of mean colours, so that an edited copy of a picture (cropped a little,
lighter, recompressed, smaller) lies nearest to its original.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

from search.embedding.batching import Batch, Seen, embed_in_batches
from search.embedding.protocol import Card, Outcome, Preprocessing

GRID = 4

FAKE = Card(
    name="fake@1",
    backbone="fake",
    dim=3 * GRID * GRID + 1,
    licence="Apache-2.0",
    source="a 4 x 4 grid of mean colours; no weights",
    preprocessing=Preprocessing(
        size=32,
        resize="squash",
        interpolation="bilinear",
        # Uncentred, so that the cosine does not see a change of light.
        mean=(0.0, 0.0, 0.0),
        std=(255.0, 255.0, 255.0),
    ),
    bands={"same": 0.01, "very_similar": 0.03, "similar": 0.08},
    descriptors=("colour",),
)


class FakeEmbedder:
    """Embeds by mean colours. Loading is instant and never fails."""

    def __init__(self, card: Card = FAKE) -> None:
        self._card = card

    @property
    def card(self) -> Card:
        return self._card

    def load(self) -> None:
        """Nothing to load."""

    def embed(self, images: Sequence[Image.Image]) -> list[Outcome]:
        """Exactly one outcome per image, in order."""
        return embed_in_batches(images, card=self._card, look=_look, batch_size=64)


def _look(batch: Batch) -> Seen:
    return Seen(_cell_means(batch), _contrast(batch))


def _cell_means(batch: Batch) -> Batch:
    """Mean colour of every cell, shape (n, 48), and a constant that keeps the vector of a black
    picture from being zero."""
    count, channels, height, _ = batch.shape
    cell = height // GRID
    cells = batch.reshape(count, channels, GRID, cell, GRID, cell).mean(axis=(3, 5))
    constant = np.full((count, 1), 0.1, dtype=np.float32)
    return np.concatenate([cells.reshape(count, -1), constant], axis=1)


def _contrast(batch: Batch) -> Batch:
    """How far each place's colour lies from the picture's mean, shape (n, rows, columns)."""
    offset = batch - batch.mean(axis=(2, 3), keepdims=True)
    apart: Batch = np.sqrt(np.square(offset).sum(axis=1))
    return apart
