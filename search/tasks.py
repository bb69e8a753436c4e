"""Doorbells. A message carries nothing: each task looks into Postgres for what there is to do, so a
lost or a doubled message does no harm."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from celery import shared_task
from django.conf import settings

from search import doorbell, services
from search.errors import SearchUnavailable
from search.services import errands

log = structlog.get_logger(__name__)

# A task ends after about this long and rings for the next one: a worker that is told to stop
# finishes the task in hand, and the whole stack stops within ten seconds.
TASK_SECONDS = 4.0


@shared_task
def embed_pending() -> None:
    """Embed what waits."""
    finished = True
    with _patient():
        finished = services.drain(seconds=TASK_SECONDS, threads=settings.EMBED_THREADS)
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


@contextmanager
def _patient() -> Iterator[None]:
    """Without weights, or with another embedder's index, images wait until that is mended."""
    try:
        yield
    except SearchUnavailable as error:
        log.warning("Images wait: they can't be embedded", reason=str(error.__cause__ or error))
