"""Doorbells. A message carries nothing: each task looks into Postgres for what there is to do, so a
lost or a doubled message does no harm."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from celery import shared_task
from celery.signals import worker_shutting_down
from django.conf import settings

from search import doorbell, services
from search.errors import SearchUnavailable
from search.services import errands, webhooks
from search.services.webhooks.delivering import stopping

log = structlog.get_logger(__name__)

# A task ends after about this long and rings for the next one: a worker that is told to stop
# finishes the task in hand, and the whole stack stops within ten seconds.
TASK_SECONDS = 4.0


@shared_task
def embed_pending() -> None:
    """Embed what waits."""
    finished = True
    with _patient():
        finished = services.drain(
            seconds=TASK_SECONDS,
            threads=settings.EMBED_THREADS,
            after_batch=lambda _batch: webhooks.ring_if_heard(),
        )
    if not finished:
        doorbell.ring()


@shared_task
def reconcile(*, deep: bool = False) -> None:
    """Ring for what waits; `deep` also compares the index with the catalogue."""
    with _patient():
        services.reconcile(deep=deep)


@shared_task
def purge_queries() -> None:
    services.purge_queries()


@shared_task
def run_errands() -> None:
    """Do what staff asked for on the Spaces page, which shows how far it is."""
    errands.run_errands()


@shared_task
def tend_spaces() -> None:
    """Learn from the catalogue where TUNE_POLICY wants it, and do errands whose bell was lost."""
    with _patient():
        errands.follow_policy()
    errands.run_errands()


@shared_task
def deliver_webhooks() -> None:
    """Tell other programs what happened."""
    if not webhooks.deliver(seconds=TASK_SECONDS):
        doorbell.ring_webhooks()


@shared_task
def purge_webhook_log() -> None:
    webhooks.purge_log()


@worker_shutting_down.connect
def _stop_delivering(**_: Any) -> None:
    """A receiver may take ten seconds to answer, and a worker has five to stop."""
    stopping.set()


@contextmanager
def _patient() -> Iterator[None]:
    """Without weights, or with another embedder's index, images wait until that is mended."""
    try:
        yield
    except SearchUnavailable as error:
        log.warning("Images wait: they can't be embedded", reason=str(error.__cause__ or error))
