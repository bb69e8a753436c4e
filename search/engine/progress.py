"""How far the gallery is embedded, in a fixed number of queries."""

from __future__ import annotations

import time
from collections.abc import Collection

from django.conf import settings
from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from catalog.models import ProductImage
from search.engine.types import ImageIndex, IndexProgress
from search.models import EmbeddingJob, EmbeddingSpace

STALE = "stale"

_kept: tuple[float, IndexProgress] | None = None


def image_states(image_ids: Collection[int]) -> dict[int, str]:
    """Each image's state in the active space: `pending`, `ready` or `failed`; `stale` where its job
    is missing or of another file."""
    jobs = active_jobs().filter(image__in=image_ids, checksum=F("image__checksum"))
    return {**dict.fromkeys(image_ids, STALE), **dict(jobs.values_list("image_id", "state"))}


def image_index(image_id: int) -> ImageIndex | None:
    """The image's state in the active space, in one query; None where there is no such image."""
    job = active_jobs().filter(image=OuterRef("pk"), checksum=OuterRef("checksum"))[:1]
    found = (
        ProductImage.objects.filter(pk=image_id)
        .annotate(state=Subquery(job.values("state")), error=Subquery(job.values("error")))
        .values_list("state", "error")
        .first()
    )
    if found is None:
        return None
    state, error = found
    failed = state == EmbeddingJob.State.FAILED
    return ImageIndex(state or EmbeddingJob.State.PENDING.value, error if failed else "")


def progress() -> IndexProgress:
    """Images that are ready, failed, or still to do (with or without a job for it yet)."""
    state = EmbeddingJob.State
    total = ProductImage.objects.count()
    jobs = active_jobs().aggregate(
        ready=Count("pk", filter=Q(state=state.READY)),
        failed=Count("pk", filter=Q(state=state.FAILED)),
        oldest=Min("changed_at", filter=Q(state=state.PENDING)),
    )
    waited = (timezone.now() - jobs["oldest"]).total_seconds() if jobs["oldest"] else 0.0
    return IndexProgress(
        total=total,
        ready=jobs["ready"],
        pending=max(0, total - jobs["ready"] - jobs["failed"]),
        failed=jobs["failed"],
        oldest_pending_seconds=waited,
    )


def recent_progress() -> IndexProgress:
    """The progress, PROGRESS_SECONDS old at most and kept in this process: counting 100,000 images
    and their jobs takes 80 ms, which no shopper should wait for on every page."""
    global _kept  # noqa: PLW0603 - one number for the whole process, replaced as a whole
    if _kept is None or time.monotonic() - _kept[0] >= settings.PROGRESS_SECONDS:
        _kept = (time.monotonic(), progress())
    return _kept[1]


def active_jobs() -> QuerySet[EmbeddingJob]:
    """The jobs that fill the space that is searched: its own, or its base's where it is derived."""
    active = EmbeddingSpace.objects.active()
    return EmbeddingJob.objects.filter(space__in=active.values(root=Coalesce("base", "id")))
