"""A sample of the shop's pictures as customers' phones would have taken them, embedded."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import structlog
from PIL import Image

from catalog.errors import ImageRejected
from catalog.images import decode
from catalog.models import ProductImage
from search.embedding import Embedded, Embedder, Vector
from search.services.throttling import stand_back
from search.services.tuning.gathering import Gallery, Ids
from search.tuning.augment import SIDE, augment

log = structlog.get_logger(__name__)

# Pictures opened at once: each gives VIEWS small ones, one call of the embedder.
AT_ONCE = 4

Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Lessons:
    """The vectors of augmented pictures, float32 (m, dim), and the row of the gallery that each is
    a picture of, int64 (m,). `unreadable` pictures were left out."""

    vectors: Vector
    of: Ids
    descriptors: Vector | None
    unreadable: int


def draw_lessons(
    gallery: Gallery, *, embedder: Embedder, sample: int, views: int, seed: int, told: Told
) -> Lessons:
    """Augment and embed up to `sample` photos of the gallery, `views` times each.

    Writes nothing: stopping it loses this run alone. Stands back while customers search. `told`
    hears how many photos are done. Raises EmbedderUnavailable.
    """
    chosen = choose(gallery.products, count=sample, seed=seed)
    vectors: list[Vector] = []
    descriptors: list[Vector] = []
    rows: list[int] = []
    unreadable = 0
    for start in range(0, len(chosen), AT_ONCE):
        began = time.monotonic()
        part = chosen[start : start + AT_ONCE]
        seen = dict(_augmented(gallery, part, views=views, seed=seed))
        unreadable += len(part) - len(seen)
        for row, outcome in _embedded(seen, embedder):
            rows.append(row)
            vectors.append(outcome.vector)
            if outcome.descriptors is not None:
                descriptors.append(outcome.descriptors)
        told(min(start + AT_ONCE, len(chosen)), len(chosen))
        stand_back(began)
    return Lessons(
        vectors=_stacked(vectors, gallery.vectors.shape[1]),
        of=np.array(rows, dtype=np.int64),
        descriptors=np.stack(descriptors) if len(descriptors) == len(rows) and rows else None,
        unreadable=unreadable,
    )


def choose(products: Ids, *, count: int, seed: int) -> list[int]:
    """Rows to learn from: one photo of each product before a second one of any, else at random.

    The same products, count and seed give the same rows; all rows where there are no more.
    """
    order = np.random.default_rng(seed).permutation(len(products))
    turns: dict[int, int] = {}
    ranked = []
    for place, row in enumerate(order.tolist()):
        product = int(products[row])
        turns[product] = turns.get(product, 0) + 1
        ranked.append((turns[product], place, row))
    return [row for _, _, row in sorted(ranked)[:count]]


def _augmented(
    gallery: Gallery, rows: Sequence[int], *, views: int, seed: int
) -> Iterator[tuple[int, list[Image.Image]]]:
    """The pictures that can be opened, each with its views."""
    ids = {row: int(gallery.image_ids[row]) for row in rows}
    images = ProductImage.objects.in_bulk(list(ids.values()))
    for row, image_id in ids.items():
        picture = _opened(images.get(image_id))
        if picture is not None:
            yield row, augment(picture, count=views, seed=seed * 2**32 + image_id)


def _opened(image: ProductImage | None) -> Image.Image | None:
    """The picture, or None where it was deleted or can't be read: a fit does without it."""
    if image is None:
        return None
    name = image.file.name or ""
    try:
        with image.file.storage.open(name) as file:
            content = file.read()
        return decode(content, max_bytes=len(content), at_least=SIDE).image
    except (ImageRejected, OSError) as error:
        log.warning("A picture is left out of the tuning", image=image.pk, error=str(error))
    except Exception as error:  # noqa: BLE001 - each storage backend has exceptions of its own
        log.warning("A picture could not be fetched", image=image.pk, error=str(error))
    return None


def _embedded(
    seen: dict[int, list[Image.Image]], embedder: Embedder
) -> Iterator[tuple[int, Embedded]]:
    pictures = [picture for views in seen.values() for picture in views]
    rows = [row for row, views in seen.items() for _ in views]
    if not pictures:
        return
    for row, outcome in zip(rows, embedder.embed(pictures), strict=True):
        if isinstance(outcome, Embedded):
            yield row, outcome


def _stacked(vectors: Sequence[Vector], dim: int) -> Vector:
    return np.stack(vectors) if vectors else np.empty((0, dim), dtype=np.float32)
