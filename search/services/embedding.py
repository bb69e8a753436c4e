"""One batch from claim to vector. Every claimed image ends ready, failed with a reason, or waiting
again; none is lost, whatever happens in between."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from PIL import Image

from catalog.errors import ImageRejected
from catalog.images import decode
from catalog.models import ProductImage
from search import filter_columns
from search.embedder import get_embedder, unavailable
from search.embedding import Embedded, EmbedderUnavailable, Outcome, Rejected, Vector
from search.models import EmbeddingJob, EmbeddingSpace
from search.services import queue
from search.services.queue import Claim
from search.services.spaces import ensure_space

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of claimed images. Those `waiting` are tried again, or were changed or deleted
    while they were embedded."""

    claimed: int = 0
    ready: int = 0
    failed: int = 0
    waiting: int = 0

    def __add__(self, other: Batch) -> Batch:
        return Batch(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


@dataclass(frozen=True, slots=True)
class Hiccup:
    """A failure that may pass by itself: the storage didn't answer, memory ran short."""

    reason: str


Result = Outcome | Hiccup


def drain(*, seconds: float, after_batch: Callable[[Batch], None] | None = None) -> bool:
    """Embed batch after batch for about `seconds`; whether nothing is left to claim.

    `after_batch` is told what each batch has done. Raises as `embed_pending` does.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        batch = embed_pending()
        if not batch.claimed:
            return True
        if after_batch:
            after_batch(batch)
    return False


def embed_pending(*, limit: int | None = None, space: EmbeddingSpace | None = None) -> Batch:
    """Claim up to `limit` (EMBED_BATCH) waiting images of the space (the active one), embed them.

    Raises SearchUnavailable, with every image back in the queue and no attempt lost, when the
    embedder's weights can't be had; SpaceMismatch when the index is another embedder's.
    """
    space = space or ensure_space()
    claims = queue.claim(space=space, limit=limit or settings.EMBED_BATCH)
    try:
        pictures, results = _open(claims)
        results |= _embed(pictures)
        states = [_finish(claim, results[claim], space=space) for claim in claims]
    except (EmbedderUnavailable, KeyboardInterrupt) as error:
        queue.release(claims)
        if isinstance(error, EmbedderUnavailable):
            raise unavailable(error) from error
        raise
    return Batch(len(claims), *(states.count(state) for state in ("ready", "failed", "waiting")))


def _open(claims: Sequence[Claim]) -> tuple[dict[Claim, Image.Image], dict[Claim, Result]]:
    """The stored pictures of the claims, and the reasons of those that can't be had."""
    rows = ProductImage.objects.in_bulk([claim.image_id for claim in claims])
    pictures: dict[Claim, Image.Image] = {}
    reasons: dict[Claim, Result] = {}
    for claim in claims:
        found = _read(rows.get(claim.image_id))
        if isinstance(found, Image.Image):
            pictures[claim] = found
        else:
            reasons[claim] = found
    return pictures, reasons


def _read(row: ProductImage | None) -> Image.Image | Rejected | Hiccup:
    if row is None:
        return Rejected("The image was deleted.")
    name = row.file.name or ""
    try:
        with row.file.storage.open(name) as file:
            content = file.read()
        return decode(content, max_bytes=len(content)).image
    except FileNotFoundError:
        return Rejected(f"The picture's file is missing ({name}). Upload the picture again.")
    except ImageRejected as error:
        return Rejected(f"The stored file can't be read: {error.message} Upload the picture again.")
    except Exception as error:  # noqa: BLE001 - each storage backend has exceptions of its own
        log.warning("A stored picture could not be opened", image=row.pk, error=str(error))
        return Hiccup(f"its file could not be opened: {_told(error)}")


def _embed(pictures: dict[Claim, Image.Image]) -> dict[Claim, Result]:
    """A result for each picture; raises EmbedderUnavailable."""
    if not pictures:
        return {}
    try:
        outcomes = get_embedder().embed(list(pictures.values()))
    except EmbedderUnavailable:
        raise
    except Exception as error:
        # Whichever picture it was, each is tried alone next time.
        log.exception("A batch could not be embedded", images=[each.image_id for each in pictures])
        return dict.fromkeys(pictures, Hiccup(f"it could not be embedded: {_told(error)}"))
    return dict(zip(pictures, outcomes, strict=True))


def _finish(claim: Claim, result: Result, *, space: EmbeddingSpace) -> str:
    """Write down what came of a claim: "ready", "failed" or "waiting"."""
    match result:
        case Embedded(vector=vector):
            return "ready" if _store(claim, vector, space=space) else "waiting"
        case Rejected(reason=reason):
            failed = queue.fail(claim, reason)
        case Hiccup(reason=reason):
            failed = queue.retry(claim, reason)
    return "failed" if failed else "waiting"


def _store(claim: Claim, vector: Vector, *, space: EmbeddingSpace) -> bool:
    """Vector and state in one transaction, if the job still is about the picture that was embedded.

    The product is locked first, then the job, as by everyone: neither does a product deleted or
    edited meanwhile leave an orphan or old filter columns, nor do two wait for each other.
    """
    with transaction.atomic():
        product_id = filter_columns.hold_product_of(claim.image_id)
        job = queue.still(claim).select_for_update().first()
        if job is None or product_id is None:
            return False
        if not filter_columns.write_embedding(
            image_id=claim.image_id,
            product_id=product_id,
            space_id=space.pk,
            checksum=claim.checksum,
            vector=vector,
        ):
            return False
        job.state, job.error = EmbeddingJob.State.READY, ""
        job.claimed_until, job.changed_at = None, timezone.now()
        job.save()
    return True


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
