"""How far the gallery is embedded, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count, F, Min, Q, QuerySet
from django.utils import timezone

from catalog.models import ProductImage
from search.engine.types import IndexProgress
from search.models import EmbeddingJob, EmbeddingSpace

STALE = "stale"


def image_states(image_ids: Collection[int]) -> dict[int, str]:
    """Each image's state in the active space: `pending`, `ready` or `failed`; `stale` where its job
    is missing or of another file."""
    jobs = _active_jobs().filter(image__in=image_ids, checksum=F("image__checksum"))
    return {**dict.fromkeys(image_ids, STALE), **dict(jobs.values_list("image_id", "state"))}


def progress() -> IndexProgress:
    """Images that are ready, failed, or still to do (with or without a job for it yet)."""
    state = EmbeddingJob.State
    total = ProductImage.objects.count()
    jobs = _active_jobs().aggregate(
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


def _active_jobs() -> QuerySet[EmbeddingJob]:
    return EmbeddingJob.objects.filter(space__state=EmbeddingSpace.State.ACTIVE)
