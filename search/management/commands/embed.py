"""manage.py embed: see to it that every image of the catalogue has its vector."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from rich.console import Console
from rich.markup import escape

from search import selectors, services
from search.engine.progress import active_jobs
from search.management.building import watched_build
from search.management.console import printer, sentences
from search.management.waiting import POLL_SECONDS, wait_until_embedded
from search.models import EmbeddingJob
from search.workers import embedding_workers

REASONS_SHOWN = 10


class Command(BaseCommand):
    help = (
        "Queues every image that lacks the vector of its present picture and wakes the worker. "
        "Where no worker answers, this process embeds them itself."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--wait", action="store_true", help="wait until all are done")

    def handle(self, *_: Any, **options: Any) -> None:
        with sentences():
            services.reconcile()
            workers = embedding_workers()
            if options["wait"] or not workers:
                _wait(alone=not workers)
                _build_after()
        self._conclude()

    def _conclude(self) -> None:
        now = selectors.index_progress()
        self.stdout.write(
            f"{now.ready:,} of {now.total:,} images are searchable, {now.pending:,} wait, "
            f"{now.failed:,} failed."
        )
        if now.failed:
            _list_failures(printer(self.stdout))


def _build_after() -> None:
    """Many new images want a new index; the sweep would see to that within minutes."""
    space = selectors.active_space()
    with watched_build(space.pk):
        services.tend_index(space=space)


def _wait(*, alone: bool) -> None:
    wait_until_embedded(
        "Embedding in this process" if alone else "Embedding",
        how_far=_how_far,
        work=lambda: services.drain(seconds=POLL_SECONDS, threads=settings.EMBED_THREADS),
        alone=alone,
    )


def _how_far() -> tuple[int, int]:
    now = selectors.index_progress()
    return now.total - now.pending, now.total


def _list_failures(console: Console) -> None:
    failed = active_jobs().filter(state=EmbeddingJob.State.FAILED).select_related("image__product")
    for job in failed.order_by("-changed_at")[:REASONS_SHOWN]:
        console.print(
            f"  {escape(job.image.product.sku)}, image {job.image_id}: {escape(job.error)}"
        )
