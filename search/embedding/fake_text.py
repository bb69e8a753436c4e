"""The fake with words: "red" finds red pictures, so that the whole way of a text search can be
walked without weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PIL import Image

from search.embedding.fake import FAKE, FakeEmbedder
from search.embedding.protocol import Card, Embedded, Vector

FAKE_TEXT = replace(FAKE, name="fake-text@1", text=FAKE.backbone)

_COLOURS = {
    "red": (200, 20, 20),
    "green": (20, 160, 20),
    "blue": (20, 20, 200),
    "yellow": (220, 220, 20),
    "black": (0, 0, 0),
    "white": (255, 255, 255),
}
_GREY = (128, 128, 128)


class FakeTextEmbedder:
    """Embeds words as the fake embeds a picture of the mean of the colours that they name, grey
    where they name none."""

    def __init__(self, card: Card = FAKE_TEXT) -> None:
        self._pictures = FakeEmbedder(card)

    @property
    def card(self) -> Card:
        return self._pictures.card

    def load(self) -> None:
        """Nothing to load."""

    def embed_texts(self, texts: Sequence[str]) -> list[Vector]:
        """One vector per text, in order."""
        outcomes = self._pictures.embed(
            [Image.new("RGB", (32, 32), _colour(text)) for text in texts]
        )
        return [outcome.vector for outcome in outcomes if isinstance(outcome, Embedded)]


def _colour(text: str) -> tuple[int, ...]:
    named = [_COLOURS[word] for word in text.lower().split() if word in _COLOURS]
    return tuple(np.mean(named or [_GREY], axis=0).round().astype(int).tolist())
