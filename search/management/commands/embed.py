"""manage.py embed: see to it that every image of the catalogue has its vector."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from search import selectors, services
from search.management.building import watched_build
from search.management.console import advance, bar, printer, sentences
from search.models import EmbeddingJob, EmbeddingSpace
from search.workers import embedding_workers

POLL_SECONDS = 0.5
# A worker embeds dozens of images in this time; one that doesn't move is dead or stuck.
STALL_SECONDS = 20.0
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
            if workers and options["wait"]:
                _watch()
            elif not workers:
                _embed_here()
            if options["wait"] or not workers:
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


def _embed_here() -> None:
    with bar("Embedding in this process") as progress:
        while _left(progress):
            if services.drain(seconds=POLL_SECONDS):
                time.sleep(POLL_SECONDS)  # what is left is claimed elsewhere, or tried again later


def _watch() -> None:
    """Watch the worker, and lend a hand where it makes no headway."""
    with bar("Embedding") as progress:
        before, since = -1, time.monotonic()
        while left := _left(progress):
            if left != before:
                before, since = left, time.monotonic()
            elif time.monotonic() - since > STALL_SECONDS:
                services.drain(seconds=POLL_SECONDS)
            time.sleep(POLL_SECONDS)


def _left(progress: Progress) -> int:
    now = selectors.index_progress()
    advance(progress, done=now.total - now.pending, total=now.total)
    return now.pending


def _list_failures(console: Console) -> None:
    failed = EmbeddingJob.objects.filter(
        state=EmbeddingJob.State.FAILED, space__state=EmbeddingSpace.State.ACTIVE
    ).select_related("image__product")
    for job in failed.order_by("-changed_at")[:REASONS_SHOWN]:
        console.print(
            f"  {escape(job.image.product.sku)}, image {job.image_id}: {escape(job.error)}"
        )
