"""One batch from claim to vector. Every claimed image ends ready, failed with a reason, or waiting
again; none is lost, whatever happens in between."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image

from catalog.models import ProductImage
from search import filter_columns
from search.embedder import embedder_of, unavailable
from search.embedding import (
    Embedded,
    Embedder,
    EmbedderUnavailable,
    Outcome,
    Rejected,
)
from search.errors import SearchUnavailable
from search.filter_columns import EmbeddingRow
from search.models import EmbeddingSpace
from search.services import queue
from search.services.deriving import derive
from search.services.opening import Hiccup, open_stored, told_of
from search.services.queue import Claim
from search.services.spaces import ensure_space, filled_roots
from search.services.throttling import pace

log = structlog.get_logger(__name__)


# Pictures that lie decoded in memory at the same time, 8 MB each at 1,600 pixels: a forward pass
# takes no more on a CPU. A GPU gets the whole batch.
DECODED = 8


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of claimed images. Those `waiting` are tried again, or were changed or deleted
    while they were embedded."""

    claimed: int = 0
    ready: int = 0
    failed: int = 0
    waiting: int = 0

    def __add__(self, other: Batch) -> Batch:
        return Batch(
            self.claimed + other.claimed,
            self.ready + other.ready,
            self.failed + other.failed,
            self.waiting + other.waiting,
        )


Result = Outcome | Hiccup


def embed_pending(
    *, limit: int | None = None, space: EmbeddingSpace | None = None, others: bool = True
) -> Batch:
    """Claim up to `limit` (EMBED_BATCH) waiting images of one space and embed them.

    The space is the given one's root, or the first that something waits for: the active one, then
    the `others` that are filled, of which fewer are claimed where they take long. Raises
    SearchUnavailable, with every image back in the queue and no attempt lost, when nothing waits
    but for a space whose embedder can't be had; without `others` nothing is claimed then.
    """
    if space is None:
        ensure_space()
    fault: SearchUnavailable | None = None
    roots = filled_roots() if space is None else [space.root]
    for place, root in enumerate(roots if others else roots[:1]):
        embed = _embed_aside if place else _embed_some
        try:
            batch = embed(root, limit or settings.EMBED_BATCH)
        except SearchUnavailable as error:
            fault = fault or error
            continue
        if batch.claimed:
            return batch
    if fault and others:
        raise fault
    return Batch()


def _embed_aside(root: EmbeddingSpace, limit: int) -> Batch:
    """Of a space that isn't the one searched."""
    began = time.monotonic()
    batch = _embed_some(root, min(limit, pace.pictures(root.pk)))
    if batch.claimed:
        seconds = time.monotonic() - began
        pace.worked(root.pk, pictures=batch.ready, seconds=seconds)
    return batch


def _embed_some(root: EmbeddingSpace, limit: int) -> Batch:
    claims = queue.claim(space=root, limit=limit)
    if not claims:
        return Batch()
    try:
        embedder = embedder_of(root)
        states = _finish(_results(claims, embedder), root=root)
    except (SearchUnavailable, EmbedderUnavailable, KeyboardInterrupt) as error:
        queue.release(claims)
        if isinstance(error, EmbedderUnavailable):
            raise unavailable(error, embedder=root.name) from error
        raise
    return Batch(
        claimed=len(claims),
        ready=states.count("ready"),
        failed=states.count("failed"),
        waiting=states.count("waiting"),
    )


def _results(claims: Sequence[Claim], embedder: Embedder) -> dict[Claim, Result]:
    """A result for each claim; raises EmbedderUnavailable."""
    rows = ProductImage.objects.in_bulk([claim.image_id for claim in claims])
    at_once = len(claims) if settings.EMBEDDER_DEVICE == "cuda" else DECODED
    results: dict[Claim, Result] = {}
    for start in range(0, len(claims), at_once):
        some = claims[start : start + at_once]
        pictures, reasons = open_stored(some, rows, recipe=embedder.card.preprocessing)
        results |= reasons
        results |= _embed(pictures, embedder)
    return results


def _embed(pictures: dict[Claim, Image.Image], embedder: Embedder) -> dict[Claim, Result]:
    """A result for each picture; raises EmbedderUnavailable."""
    if not pictures:
        return {}
    try:
        outcomes = embedder.embed(list(pictures.values()))
    except EmbedderUnavailable:
        raise
    except Exception as error:
        # Whichever picture it was, each is tried alone next time.
        log.exception("A batch could not be embedded", images=[each.image_id for each in pictures])
        told = _("it could not be embedded: %(error)s") % {"error": told_of(error)}
        return dict.fromkeys(pictures, Hiccup(told))
    return dict(zip(pictures, outcomes, strict=True))


def _finish(results: dict[Claim, Result], *, root: EmbeddingSpace) -> list[str]:
    """Write down what came of the claims: "ready", "failed" or "waiting" for each."""
    embedded = {claim: each for claim, each in results.items() if isinstance(each, Embedded)}
    stored = _store(embedded, root=root)
    states = ["ready" if claim in stored else "waiting" for claim in embedded]
    for claim, result in results.items():
        match result:
            case Rejected(reason=reason):
                states.append("failed" if queue.fail(claim, reason) else "waiting")
            case Hiccup(reason=reason):
                states.append("failed" if queue.retry(claim, reason) else "waiting")
    return states


def _store(embedded: dict[Claim, Embedded], *, root: EmbeddingSpace) -> set[Claim]:
    """Vectors, those of the derived spaces and states in one transaction, where the job still is
    about the picture that was embedded; the claims that are done with.

    The products are locked first, then the jobs, as by everyone: neither does a product deleted or
    edited meanwhile leave an orphan or old filter columns, nor do two wait for each other.
    """
    if not embedded:
        return set()
    with transaction.atomic():
        products = filter_columns.hold_products_of(claim.image_id for claim in embedded)
        still = queue.hold_still(list(embedded))
        rows = [_row(claim, embedded[claim], root) for claim in still]
        derived = derive(rows, root=root)
        written = filter_columns.write_embeddings([*rows, *derived], product_ids=products)
        stored = {claim for claim in still if (claim.image_id, root.pk) in written}
        queue.finish(stored)
    return stored


def _row(claim: Claim, outcome: Embedded, root: EmbeddingSpace) -> EmbeddingRow:
    return EmbeddingRow(
        image_id=claim.image_id,
        space_id=root.pk,
        checksum=claim.checksum,
        vector=outcome.vector,
        descriptors=outcome.descriptors,
        colours=outcome.colours,
    )
