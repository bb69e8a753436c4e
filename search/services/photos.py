"""Photos become vectors: decoded by the contract, embedded together, forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PIL import Image

from catalog.images import check_light, decode
from catalog.images import crop as cut
from catalog.images.limits import MAX_PIXELS
from search.embedder import (
    accepted,
    embed_photos,
    embedder_of,
    network_missing,
    slot,
    unavailable,
)
from search.embedding import Embedded, Embedder, EmbedderUnavailable, Preprocessing
from search.engine.stopwatch import Stopwatch
from search.errors import SpaceMismatch, telling
from search.models import EmbeddingSpace
from search.services.examples import Example
from search.services.placing import Placed, place


@dataclass(frozen=True, slots=True)
class Took:
    """Milliseconds spent on the photos; zero without any."""

    decode_ms: float = 0.0
    embed_ms: float = 0.0


def embed_examples(
    examples: Sequence[Example], *, space: EmbeddingSpace
) -> tuple[list[Placed], Took]:
    """The photos in the space, in their order, and the time.

    One slot of the embedder for all of them, and one batch unless they are huge. Raises, with the
    example's field, ImageRejected; EmbedderBusy; SearchUnavailable.
    """
    embedder = _embedder(space)
    placed: list[Placed] = []
    watch = Stopwatch()
    with slot():
        for batch in _batches(examples, embedder.card.preprocessing, watch):
            with watch("embed"):
                placed += [_place(each, space) for each in _embedded(batch, embedder)]
    took = watch.took_ms("total")
    return placed, Took(took["decode"], took["embed"])


def _embedder(space: EmbeddingSpace) -> Embedder:
    """The space's embedder; the log says what is wrong with it. A missing network is not exported
    by whoever brings a photo: that takes half a minute, and hours where weights are fetched."""
    try:
        embedder = embedder_of(space)
    except SpaceMismatch as error:
        raise unavailable(error, embedder=space.root.name) from error
    if missing := network_missing(embedder):
        raise unavailable(EmbedderUnavailable(missing), embedder=space.root.name)
    return embedder


def _place(outcome: Embedded, space: EmbeddingSpace) -> Placed:
    try:
        return place(outcome, space)
    except SpaceMismatch as error:
        raise unavailable(error, embedder=space.name) from error


Decoded = tuple[Example, Image.Image]


def _batches(
    examples: Sequence[Example], recipe: Preprocessing, watch: Stopwatch
) -> Iterator[list[Decoded]]:
    """The decoded photos, no more at once than have as many pixels as one photo may have: eight
    files of 1 kB can hold 1.2 GB of them."""
    batch: list[Decoded] = []
    for example in examples:
        with watch("decode"):
            image = _decoded(example, recipe)
        if batch and _pixels(batch) + image.width * image.height > MAX_PIXELS:
            yield batch
            batch = []
        batch.append((example, image))
    yield batch


def _pixels(batch: Sequence[Decoded]) -> int:
    return sum(image.width * image.height for _, image in batch)


def _decoded(example: Example, recipe: Preprocessing) -> Image.Image:
    if example.photo is None:
        raise ValueError("Only photos are embedded.")
    with telling(example.field):
        image = decode(example.photo, at_least=recipe.decode_side, crop=example.crop).image
        part = image if example.crop is None else cut(image, example.crop)
        check_light(part)
        return part


def _embedded(batch: Sequence[Decoded], embedder: Embedder) -> Iterator[Embedded]:
    outcomes = embed_photos([image for _, image in batch], embedder=embedder)
    for (example, _), outcome in zip(batch, outcomes, strict=True):
        with telling(example.field):
            yield accepted(outcome)
