"""manage.py warm_embedder: get the network ready before the first photo arrives."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand
from rich.console import Console

from catalog.errors import LookalikeError
from search import services
from search.embedder import embedder_of
from search.embedding import EmbeddingError


class Command(BaseCommand):
    help = (
        "Exports the network once (about half a minute), loads it, and makes the index's space. "
        "Says what is wrong where that fails, and ends well all the same: the shop opens without "
        "photo search then. `doctor` is the command that fails."
    )

    def handle(self, *_: Any, **__: Any) -> None:
        console = Console(stderr=True)
        started = time.monotonic()
        try:
            space = services.ensure_space()
            with console.status(f"Preparing {space.name}; the first time takes a while"):
                embedder_of(space).load()
        except (EmbeddingError, LookalikeError) as error:
            reason = error.__cause__ or error
            self.stderr.write(f"Searching by photo is off: {reason}")
            return
        seconds = time.monotonic() - started
        self.stdout.write(f"{space.name} is ready ({space.dim} dimensions, {seconds:.1f} s).")
