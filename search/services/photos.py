"""Photos become vectors: decoded by the contract, embedded together, forgotten."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from PIL import Image

from catalog.errors import ImageRejected, LookalikeError
from catalog.images import check_light, decode
from catalog.images import crop as cut
from catalog.images.limits import MAX_PIXELS
from search.embedder import (
    accepted,
    embed_photos,
    embedder_of,
    network_missing,
    unavailable,
)
from search.embedding import Embedded, Embedder, EmbedderUnavailable, Preprocessing
from search.engine.stopwatch import Stopwatch
from search.errors import SpaceMismatch, telling
from search.models import EmbeddingSpace
from search.services.examples import MAX_EXAMPLES, Example
from search.services.placing import Placed, place
from search.slots import slot

Key = TypeVar("Key", bound=Hashable)
# As many as one search may bring: whoever sends more in one request must send them smaller.
MOST_PHOTOS = MAX_EXAMPLES


@dataclass(frozen=True, slots=True)
class Took:
    """Milliseconds spent on the photos; zero without any."""

    decode_ms: float = 0.0
    embed_ms: float = 0.0

    def __add__(self, other: Took) -> Took:
        return Took(self.decode_ms + other.decode_ms, self.embed_ms + other.embed_ms)


def embed_examples(
    examples: Mapping[Key, Example],
    *,
    space: EmbeddingSpace,
    refused: dict[Key, LookalikeError] | None = None,
) -> tuple[dict[Key, Placed], Took]:
    """The photos in the space, by the keys of their examples, and the time.

    One slot of the embedder for all of them, and one batch unless they are huge. Raises, with the
    example's field, ImageRejected; EmbedderBusy; SearchUnavailable. With `refused` given, a photo
    that is rejected spoils nothing: it is left out, and the reason stands there under its key.
    """
    embedder = _embedder(space)
    placed: dict[Key, Placed] = {}
    watch = Stopwatch()
    with slot():
        for batch in _batches(examples, embedder.card.preprocessing, watch, refused):
            with watch("embed"):
                outcomes = embed_photos([image for _, image in batch], embedder=embedder)
                for (key, _), outcome in zip(batch, outcomes, strict=True):
                    try:
                        with telling(examples[key].field):
                            placed[key] = _place(accepted(outcome), space)
                    except ImageRejected as error:
                        if refused is None:
                            raise
                        refused[key] = error
    took = watch.took_ms("total")
    return placed, Took(took.get("decode", 0.0), took.get("embed", 0.0))


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


def _batches(
    examples: Mapping[Key, Example],
    recipe: Preprocessing,
    watch: Stopwatch,
    refused: dict[Key, LookalikeError] | None,
) -> Iterator[list[tuple[Key, Image.Image]]]:
    """The decoded photos, no more at once than have as many pixels as one photo may have: eight
    files of 1 kB can hold 1.2 GB of them."""
    batch: list[tuple[Key, Image.Image]] = []
    pixels = total = 0
    for key, example in examples.items():
        try:
            with telling(example.field), watch("decode"):
                image = _decoded(example, recipe, pixels_before=total)
        except ImageRejected as error:
            if refused is None:
                raise
            refused[key] = error
            continue
        size = image.width * image.height
        if batch and pixels + size > MAX_PIXELS:
            yield batch
            batch, pixels = [], 0
        batch.append((key, image))
        pixels += size
        total += size
    if batch:
        yield batch


def _too_many_pixels() -> ImageRejected:
    most = MOST_PHOTOS * MAX_PIXELS // 1_000_000
    return ImageRejected(
        f"The photos before this one have {most} megapixels, which is the most of one request. "
        "Send them smaller (1024 pixels on the longer side are plenty), or this one by itself.",
        code="too_many_pixels",
    )


def _decoded(example: Example, recipe: Preprocessing, *, pixels_before: int) -> Image.Image:
    if example.photo is None:
        raise ValueError("Only photos are embedded.")
    if pixels_before >= MOST_PHOTOS * MAX_PIXELS:
        raise _too_many_pixels()
    image = decode(example.photo, at_least=recipe.decode_side, crop=example.crop).image
    part = image if example.crop is None else cut(image, example.crop)
    check_light(part)
    return part
