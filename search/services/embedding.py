"""One batch from claim to vector. Every claimed image ends ready, failed with a reason, or waiting
again; none is lost, whatever happens in between."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image

from catalog.errors import ImageRejected
from catalog.images import decode
from catalog.models import ProductImage
from search import filter_columns
from search.embedder import embedder_of, unavailable
from search.embedding import (
    Embedded,
    Embedder,
    EmbedderUnavailable,
    Outcome,
    Preprocessing,
    Rejected,
)
from search.errors import SearchUnavailable
from search.filter_columns import EmbeddingRow
from search.models import EmbeddingSpace
from search.services import queue
from search.services.deriving import derive
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


@dataclass(frozen=True, slots=True)
class Hiccup:
    """A failure that may pass by itself: the storage didn't answer, memory ran short."""

    reason: str


Result = Outcome | Hiccup
Read = Image.Image | Rejected | Hiccup


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
        pictures, reasons = _open(some, rows, recipe=embedder.card.preprocessing)
        results |= reasons | _embed(pictures, embedder)
    return results


def _open(
    claims: Sequence[Claim], rows: Mapping[int, ProductImage], *, recipe: Preprocessing
) -> tuple[dict[Claim, Image.Image], dict[Claim, Result]]:
    """The stored pictures of the claims, and the reasons of those that can't be had."""
    pictures: dict[Claim, Image.Image] = {}
    reasons: dict[Claim, Result] = {}
    reads = _all(lambda claim: _read(rows.get(claim.image_id), recipe), claims)
    for claim, found in zip(claims, reads, strict=True):
        if isinstance(found, Image.Image):
            pictures[claim] = found
        else:
            reasons[claim] = found
    return pictures, reasons


def _all(read: Callable[[Claim], Read], claims: Sequence[Claim]) -> list[Read]:
    """What `read` says of each. A GPU waits for pictures: they are opened on all cores. On a CPU
    the worker's own threads keep those busy."""
    if settings.EMBEDDER_DEVICE != "cuda":
        return [read(claim) for claim in claims]
    with ThreadPoolExecutor(len(os.sched_getaffinity(0)), "open") as pool:
        return list(pool.map(read, claims))


def _read(row: ProductImage | None, recipe: Preprocessing) -> Read:
    if row is None:
        return Rejected(_("The image was deleted."))
    name = row.file.name or ""
    try:
        with row.file.storage.open(name) as file:
            content = file.read()
        return decode(content, max_bytes=len(content), at_least=recipe.decode_side).image
    except FileNotFoundError:
        told = _("The picture's file is missing (%(name)s). Upload the picture again.")
        return Rejected(told % {"name": name})
    except ImageRejected as error:
        if isinstance(error.__cause__, MemoryError):
            # It was small enough when it was stored.
            return Hiccup(_("there was not enough memory to open it"))
        told = _("The stored file can't be read: %(reason)s Upload the picture again.")
        return Rejected(told % {"reason": error.message})
    except Exception as error:  # noqa: BLE001 - each storage backend has exceptions of its own
        log.warning("A stored picture could not be opened", image=row.pk, error=str(error))
        return Hiccup(_("its file could not be opened: %(error)s") % {"error": _told(error)})


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
        told = _("it could not be embedded: %(error)s") % {"error": _told(error)}
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


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
