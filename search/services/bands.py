"""Bands that fit the gallery: calibrated when a space is filled, and again as it grows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import structlog

from search.engine.bands import bands_of
from search.engine.calibration import LEAST_PRODUCTS, calibrated
from search.engine.index.notes import now
from search.engine.others import distances_to_others
from search.models import EmbeddingSpace, ImageEmbedding

log = structlog.get_logger(__name__)

# Samples of 500 put an edge where it belongs to .01 (standard deviation), samples of 100 to .02.
PRODUCTS = 500
# Among 20,000 pictures that is enough for 280 products without an index, on cores with much else
# to do; a smaller sample is as fair.
SECONDS = 20.0
# A gallery that has grown, or shrunk, by more than a quarter may look different.
GROWN = 1.25


@dataclass(frozen=True, slots=True)
class Bands:
    """Where each band ends, and what that rests on: `products` asked among `rows` pictures, `at`
    that time. `edges` is empty where the gallery is too small to tell: the card's hold."""

    edges: Mapping[str, float] = field(default_factory=dict)
    products: int = 0
    rows: int = 0
    at: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def calibrate_bands(space: EmbeddingSpace) -> Bands:
    """Measure the space's gallery and store its bands, whether they are due or not.

    Asks the search engine for up to PRODUCTS pictures, SECONDS at most.
    """
    rows = _rows(space)
    null = distances_to_others(space, count=PRODUCTS, seconds=SECONDS)
    edges = calibrated(null, space.root.card.get("bands", {}))
    bands = Bands(edges, products=len(null), rows=rows, at=now())
    space.bands = bands.as_json()
    space.save(update_fields=["bands"])
    log.info("The bands were calibrated", space=space.name, products=len(null), **bands_of(space))
    return bands


def tend_bands(space: EmbeddingSpace) -> Bands | None:
    """Calibrate the bands if they are due; None if they are not."""
    return calibrate_bands(space) if bands_due(space) else None


def bands_due(space: EmbeddingSpace) -> bool:
    """Whether the bands were never calibrated, or the gallery has grown or shrunk by a quarter
    since. A gallery too small to tell is due only to lose the bands that it has. One count."""
    rows, known = _rows(space), int(space.bands.get("rows", 0))
    if rows < LEAST_PRODUCTS:
        return bool(space.bands.get("edges"))
    return not known / GROWN <= rows <= known * GROWN


def _rows(space: EmbeddingSpace) -> int:
    return ImageEmbedding.objects.filter(space=space, published=True).count()
