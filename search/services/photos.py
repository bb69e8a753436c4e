"""Photos become vectors: decoded by the contract, embedded together, forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PIL import Image

from catalog.images import crop as cut
from catalog.images import decode
from catalog.images.limits import MAX_PIXELS
from search.embedder import accepted, embed_photos, slot, unavailable
from search.embedding import Vector
from search.engine.stopwatch import Stopwatch
from search.errors import SpaceMismatch, telling
from search.models import EmbeddingSpace
from search.services.examples import Example
from search.services.spaces import ensure_space


@dataclass(frozen=True, slots=True)
class Took:
    """Milliseconds spent on the photos; zero without any."""

    decode_ms: float = 0.0
    embed_ms: float = 0.0


def embed_examples(examples: Sequence[Example]) -> tuple[EmbeddingSpace, list[Vector], Took]:
    """The space, the photos' vectors in their order (float32, shape (dim,), norm 1), the time.

    One slot of the embedder for all of them, and one batch unless they are huge. Raises, with the
    example's field, ImageRejected; EmbedderBusy; SearchUnavailable.
    """
    vectors: list[Vector] = []
    watch = Stopwatch()
    with slot():
        for batch in _batches(examples, watch):
            with watch("embed"):
                space = _space()
                vectors += _embedded(batch)
    took = watch.took_ms("total")
    return space, vectors, Took(took["decode"], took["embed"])


Decoded = tuple[Example, Image.Image]


def _batches(examples: Sequence[Example], watch: Stopwatch) -> Iterator[list[Decoded]]:
    """The decoded photos, no more at once than have as many pixels as one photo may have: eight
    files of 1 kB can hold 1.2 GB of them."""
    batch: list[Decoded] = []
    for example in examples:
        with watch("decode"):
            image = _decoded(example)
        if batch and _pixels(batch) + image.width * image.height > MAX_PIXELS:
            yield batch
            batch = []
        batch.append((example, image))
    yield batch


def _pixels(batch: Sequence[Decoded]) -> int:
    return sum(image.width * image.height for _, image in batch)


def _decoded(example: Example) -> Image.Image:
    if example.photo is None:
        raise ValueError("Only photos are embedded.")
    with telling(example.field):
        picture = decode(example.photo).image
        return picture if example.crop is None else cut(picture, example.crop)


def _embedded(batch: Sequence[Decoded]) -> Iterator[Vector]:
    outcomes = embed_photos([image for _, image in batch])
    for (example, _), outcome in zip(batch, outcomes, strict=True):
        with telling(example.field):
            yield accepted(outcome)


def _space() -> EmbeddingSpace:
    """The space of the vectors that the embedder makes; the log says what is wrong with it."""
    try:
        return ensure_space()
    except SpaceMismatch as error:
        raise unavailable(error) from error
