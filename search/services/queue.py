"""The claim queue: which images wait for their vector, who works on them, what became of them.

A job waits while it is `pending` and `claimed_until` is empty or past. The database's clock
decides, so that machines with different clocks agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from search import doorbell
from search.models import EmbeddingJob, EmbeddingSpace, ImageEmbedding
from search.services.spaces import ensure_space, followed_roots, hold_followed

Pending = EmbeddingJob.State.PENDING
LOST_WORKER = gettext_noop("the worker stopped while it embedded this image")
# How long an image waits after its first, second ... failure that may pass by itself.
RETRY_AFTER = timedelta(seconds=10)

QUEUE_UP = """
INSERT INTO search_embeddingjob
    (image_id, space_id, checksum, state, attempts, error, created_at, changed_at)
SELECT image.id, space.id, image.checksum, 'pending', 0, '', now(), now()
FROM catalog_productimage image
CROSS JOIN unnest(%(spaces)s::bigint[]) AS space(id)
"""
# Everyone who locks several jobs does so in this order.
OR_AGAIN = """
ORDER BY image.id, space.id
ON CONFLICT (image_id, space_id) DO UPDATE
SET checksum = excluded.checksum, state = 'pending', attempts = 0, error = '',
    claimed_until = NULL, changed_at = now()
"""
THESE = "WHERE image.id = ANY(%(images)s)"
IF_CHANGED = "WHERE search_embeddingjob.checksum <> excluded.checksum"
COUNTED = "\nRETURNING image_id"
# Without a job, with a job about another picture, or said to be ready without the vector of it.
STALE = """
LEFT JOIN search_embeddingjob job ON job.image_id = image.id AND job.space_id = space.id
LEFT JOIN search_imageembedding embedding
    ON embedding.image_id = image.id AND embedding.space_id = space.id
WHERE job.id IS NULL OR job.checksum <> image.checksum
   OR (job.state = 'ready' AND job.checksum IS DISTINCT FROM embedding.checksum)
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """One image to embed. `attempt` counts from 1 and is already stored."""

    job_id: int
    image_id: int
    checksum: str
    attempt: int


def waiting() -> Q:
    """Jobs that a worker may claim now."""
    return Q(state=Pending) & (Q(claimed_until=None) | Q(claimed_until__lt=Now()))


def request_embedding(*, image_ids: Iterable[int]) -> int:
    """Embed these images again in every space that follows the catalogue, whatever became of them
    before; returns how many are queued now.

    Their present vectors stay searchable until the new ones are there.
    """
    ensure_space()
    return _queue_up(QUEUE_UP + THESE + OR_AGAIN, _followed(), images=list(image_ids))


def mark(*, image_ids: Iterable[int]) -> int:
    """Queue those of the images whose picture is new to a space that follows the catalogue; returns
    how many."""
    return _queue_up(QUEUE_UP + THESE + OR_AGAIN + IF_CHANGED, _followed(), images=list(image_ids))


def mark_stale(*, space_id: int) -> int:
    """Queue every image of the catalogue that lacks the vector of its present picture in the root
    space and isn't queued or failed already; returns how many."""
    return _queue_up(QUEUE_UP + STALE + OR_AGAIN, [space_id])


def _followed() -> list[int]:
    return [root.pk for root in followed_roots()]


def _queue_up(statement: str, roots: list[int], **values: Any) -> int:
    """Run the statement for those of the roots that still follow; the bell rings when the caller's
    transaction commits. Returns how many images it queued, in however many spaces.

    A foreign key is checked at the commit only: were a root dropped before that, an upload would
    lose its photos.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement + COUNTED, {"spaces": hold_followed(roots), **values})
        queued = {image_id for (image_id,) in cursor.fetchall()}
        if queued:
            doorbell.ring_after_commit()
    return len(queued)


def claim(*, space: EmbeddingSpace, limit: int) -> list[Claim]:
    """Take up to `limit` waiting jobs for EMBED_CLAIM, their attempt counted.

    An image that was tried before is taken alone: should it be what killed the worker, it takes no
    neighbour along again. Whoever waits longest goes first.
    """
    with transaction.atomic():
        give_up_on_lost(space=space)
        jobs = list(
            EmbeddingJob.objects.select_for_update(skip_locked=True)
            .filter(waiting(), space=space)
            .order_by("id")[:limit]
        )
        taken = _batch(jobs)
        EmbeddingJob.objects.filter(pk__in=[job.pk for job in taken]).update(
            attempts=F("attempts") + 1, claimed_until=Now() + settings.EMBED_CLAIM
        )
    return [Claim(job.pk, job.image_id, job.checksum, job.attempts + 1) for job in taken]


def _batch(jobs: Sequence[EmbeddingJob]) -> Sequence[EmbeddingJob]:
    if jobs and jobs[0].attempts > 0:
        return jobs[:1]
    return [job for job in jobs if job.attempts == 0]


def give_up_on_lost(*, space: EmbeddingSpace) -> int:
    """Quarantine what has used up its attempts without a result: its worker died each time."""
    reason = _gave_up(settings.EMBED_ATTEMPTS, f"{_(LOST_WORKER)}.")
    lost = EmbeddingJob.objects.select_for_update(skip_locked=True).filter(
        waiting(), space=space, attempts__gte=settings.EMBED_ATTEMPTS
    )
    return EmbeddingJob.objects.filter(pk__in=lost.values("pk")).update(
        state=EmbeddingJob.State.FAILED, error=reason, claimed_until=None, changed_at=Now()
    )


def release(claims: Iterable[Claim]) -> None:
    """Give the images back untried: the embedder was at fault, not they."""
    EmbeddingJob.objects.filter(
        Q(state=Pending), pk__in=[each.job_id for each in claims], attempts__gt=0
    ).update(attempts=F("attempts") - 1, claimed_until=None)


def retry(each: Claim, reason: str) -> bool:
    """Try the image again a little later; True when that was its last attempt and it has failed."""
    if each.attempt >= settings.EMBED_ATTEMPTS:
        return fail(each, _gave_up(each.attempt, reason))
    wait = RETRY_AFTER * 2 ** (each.attempt - 1)
    still(each).update(claimed_until=Now() + wait, error=_fitting(reason))
    return False


def _gave_up(attempts: int, reason: str) -> str:
    return _("Gave up after %(count)s attempts: %(reason)s") % {"count": attempts, "reason": reason}


def fail(each: Claim, reason: str) -> bool:
    """Quarantine the image with a reason that staff can act on; False when it is gone or changed.

    A vector of an earlier picture of it goes too: customers would find the new picture by the looks
    of the old one.
    """
    with transaction.atomic():
        job = still(each).select_for_update().first()
        if job is None:
            return False
        job.state, job.error = EmbeddingJob.State.FAILED, _fitting(reason)
        job.claimed_until, job.changed_at = None, timezone.now()
        job.save()
        of_the_space = Q(space=job.space_id) | Q(space__base=job.space_id)
        ImageEmbedding.objects.filter(of_the_space, image_id=job.image_id).exclude(
            checksum=job.checksum
        ).delete()
    return True


def finish(claims: Iterable[Claim]) -> None:
    """These have their vectors now; in the transaction that wrote them, with the jobs locked."""
    EmbeddingJob.objects.filter(pk__in=[each.job_id for each in claims]).update(
        state=EmbeddingJob.State.READY, error="", claimed_until=None, changed_at=Now()
    )


def hold_still(claims: Sequence[Claim]) -> list[Claim]:
    """Those of the claims whose job still is about the picture that was claimed; their jobs are
    locked, in the order of their images, until the transaction ends."""
    jobs = EmbeddingJob.objects.filter(pk__in=[each.job_id for each in claims], state=Pending)
    locked = jobs.select_for_update().order_by("image_id", "space_id")
    checksums = dict(locked.values_list("pk", "checksum"))
    return [each for each in claims if checksums.get(each.job_id) == each.checksum]


def still(each: Claim) -> QuerySet[EmbeddingJob]:
    """The job, if it still is about the picture that was claimed."""
    return EmbeddingJob.objects.filter(pk=each.job_id, checksum=each.checksum, state=Pending)


def _fitting(reason: str) -> str:
    return reason[: EmbeddingJob._meta.get_field("error").max_length]
