"""Pictures in, exactly one outcome each out: what every engine shares around its forward pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

from search.embedding.preprocess import to_rgb, to_tensor
from search.embedding.protocol import Card, Embedded, Outcome, Preprocessing, Rejected, Vector

Batch = npt.NDArray[np.float32]
Forward = Callable[[Batch], Batch]


def embed_in_batches(
    images: Sequence[Image.Image], *, card: Card, forward: Forward, batch_size: int
) -> list[Outcome]:
    """One outcome per image, in order; `forward` sees at most `batch_size` pictures at once.

    `forward` takes float32 (n, 3, size, size) and gives (n, card.dim); what it raises is passed
    on, because a network that fails on well-formed input is no fault of the picture.
    """
    outcomes: list[Outcome] = []
    for chunk in _chunks(images, batch_size):
        outcomes.extend(_embed_chunk(chunk, card.preprocessing, forward))
    return outcomes


def unit_outcome(features: Vector) -> Outcome:
    """The features scaled to L2 norm 1, or a rejection where they have no direction."""
    if not np.isfinite(features).all():
        return Rejected("the network's answer to this picture is not a finite vector")
    exact = features.astype(np.float64)
    norm = np.linalg.norm(exact)
    if norm == 0.0:
        return Rejected("the network saw nothing in this picture: its vector is zero")
    return Embedded((exact / norm).astype(np.float32))


def _chunks(images: Sequence[Image.Image], size: int) -> Iterator[Sequence[Image.Image]]:
    for start in range(0, len(images), size):
        yield images[start : start + size]


def _embed_chunk(
    images: Sequence[Image.Image], recipe: Preprocessing, forward: Forward
) -> list[Outcome]:
    prepared = [_prepare(image, recipe) for image in images]
    tensors = [each for each in prepared if not isinstance(each, Rejected)]
    rows = iter(forward(np.stack(tensors)) if tensors else ())
    return [each if isinstance(each, Rejected) else unit_outcome(next(rows)) for each in prepared]


def _prepare(image: Image.Image, recipe: Preprocessing) -> Batch | Rejected:
    try:
        return to_tensor(to_rgb(image), recipe)
    except Exception as error:  # noqa: BLE001 - Pillow's decoders raise anything on bad bytes
        return Rejected(f"the picture cannot be read: {error or type(error).__name__}")
