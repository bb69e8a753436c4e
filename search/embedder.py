"""This process's embedder: made once, loaded at first use, with a bounded number of callers."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import structlog
from django.conf import settings
from PIL import Image

from catalog.errors import ImageRejected
from search import measures
from search.embedding import (
    Embedder,
    EmbeddingError,
    Outcome,
    Rejected,
    Vector,
    make_embedder,
)
from search.embedding.exported import exported_model
from search.embedding.onnx_engine import OnnxEmbedder
from search.errors import EmbedderBusy, SearchUnavailable

log = structlog.get_logger(__name__)

_lock = threading.Lock()


def get_embedder() -> Embedder:
    """The embedder that the settings name; the same object on every call.

    Cheap: weights are loaded by the first `embed()`. Raises SearchUnavailable for a name, engine or
    device that doesn't exist.
    """
    try:
        with _lock:
            return _embedder(
                settings.EMBEDDER,
                Path(settings.DATA_DIR),
                settings.EMBEDDER_ENGINE,
                settings.EMBEDDER_DEVICE,
            )
    except EmbeddingError as error:
        raise unavailable(error) from error


@cache
def _embedder(name: str, data_dir: Path, engine: str, device: str) -> Embedder:
    return make_embedder(name, data_dir=data_dir, engine=engine, device=device)


@cache
def _slots(concurrency: int) -> threading.BoundedSemaphore:
    return threading.BoundedSemaphore(concurrency)


@contextmanager
def slot() -> Iterator[None]:
    """The right to decode and embed a photo: EMBED_CONCURRENCY callers at once in this process.

    Decoding counts because a picture of 50 megapixels, which a file of 1.2 kB can hold, takes up
    to 0.9 GB for a second or two. Waits up to EMBED_QUEUE_SECONDS for a turn, then raises
    EmbedderBusy.
    """
    with _lock:
        slots = _slots(settings.EMBED_CONCURRENCY)
    if not slots.acquire(timeout=settings.EMBED_QUEUE_SECONDS):
        measures.refused_query()
        raise EmbedderBusy(
            "Many people are searching by photo right now. Please try again in a few seconds."
        )
    try:
        yield
    finally:
        slots.release()


def embed_photos(images: Sequence[Image.Image]) -> list[Outcome]:
    """One outcome per RGB picture, in order, by one call of the embedder.

    The caller holds a slot. Raises SearchUnavailable.
    """
    embedder = get_embedder()
    started = time.perf_counter()
    try:
        outcomes = embedder.embed(images)
    except EmbeddingError as error:
        raise unavailable(error) from error
    measures.embedded_query(seconds=time.perf_counter() - started)
    return outcomes


def accepted(outcome: Outcome) -> Vector:
    """The outcome's vector: float32, shape (dim,), L2 norm 1. Raises ImageRejected with the
    embedder's own reason."""
    if isinstance(outcome, Rejected):
        raise ImageRejected(outcome.reason, code="corrupt")
    return outcome.vector


def embed_photo(image: Image.Image) -> Vector:
    """The vector of one RGB picture; raises what the two above do."""
    [outcome] = embed_photos([image])
    return accepted(outcome)


def network_missing() -> str:
    """Why photos can't be embedded at once: the network was not exported yet; "" if it was."""
    embedder = get_embedder()
    exported = exported_model(embedder.card, Path(settings.DATA_DIR))
    if not isinstance(embedder, OnnxEmbedder) or exported.exists():
        return ""
    return f"the network of {embedder.card.name} is not exported yet to {exported.folder}"


def unavailable(error: Exception) -> SearchUnavailable:
    """What a customer is told; the cause and the cure go into the log."""
    log.error(
        "Photos can't be embedded",
        embedder=settings.EMBEDDER,
        error=str(error),
        hint="Run `manage.py doctor`; it says what is missing.",
    )
    return SearchUnavailable(
        "Searching by photo is not possible at the moment. Searching by words works; "
        "please try a photo again later."
    )
