"""manage.py space: the embedding spaces, and which one is searched."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Count, Q, QuerySet
from rich.markup import escape
from rich.table import Table

from search import services
from search.management.console import printer, sentences
from search.models import EmbeddingJob, EmbeddingSpace


class Command(BaseCommand):
    help = "Lists the embedding spaces, or switches to the one of the configured EMBEDDER."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("list", help="every space with its images")
        actions.add_parser(
            "switch",
            help="search in the space of EMBEDDER from now on; what it lacks is embedded, and "
            "until that is done photos find fewer products",
        )

    def handle(self, *_: Any, action: str, **__: Any) -> None:
        {"list": self._list, "switch": self._switch}[action]()

    def _list(self) -> None:
        spaces: QuerySet[Any] = EmbeddingSpace.objects.annotate(
            ready=_jobs(EmbeddingJob.State.READY),
            pending=_jobs(EmbeddingJob.State.PENDING),
            failed=_jobs(EmbeddingJob.State.FAILED),
        )
        columns = ("Space", "State", "Dimensions", "Ready", "Pending", "Failed", "Made")
        table = Table(*columns, title="Embedding spaces")
        for each in spaces.order_by("created_at"):
            counts = (each.dim, each.ready, each.pending, each.failed)
            made = f"{each.created_at:%Y-%m-%d}"
            table.add_row(escape(each.name), each.state, *(f"{n:,}" for n in counts), made)
        printer(self.stdout).print(table)

    def _switch(self) -> None:
        with sentences():
            space = services.switch_space()
            done = services.reconcile()
        self.stdout.write(
            f"{space.name} is searched now; {done.waiting:,} images wait to be embedded. "
            "`manage.py embed --wait` shows how far that is."
        )


def _jobs(state: str) -> Count:
    return Count("jobs", filter=Q(jobs__state=state))
