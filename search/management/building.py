"""A build of the index, watched while it runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from search.engine.index.progress import BuildProgress, watched

# Postgres's phases in the words of whoever waits for them.
PHASES = {
    "initializing": "Beginning",
    "waiting for writers before build": "Waiting for uploads that are just being written",
    "building index": "Building",
    "building index: initializing": "Building",
    "building index: loading tuples": "Building",
    "waiting for writers before validation": "Waiting for uploads that are just being written",
    "index validation: scanning index": "Checking",
    "index validation: sorting tuples": "Checking",
    "index validation: scanning table": "Adding what came meanwhile",
    "waiting for old snapshots": "Waiting for transactions that began before",
    "waiting for readers before marking dead": "Waiting for searches that began before",
    "waiting for readers before dropping": "Waiting for searches that began before",
}


@contextmanager
def watched_build(space_id: int) -> Iterator[None]:
    """A bar on stderr while the block builds; a line for each phase where nobody watches."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(
        *columns, TimeElapsedColumn(), console=console, disable=not console.is_terminal
    ) as progress:
        task = progress.add_task("Beginning", total=None)
        told: list[str] = []

        def tell(now: BuildProgress) -> None:
            phase = PHASES.get(now.phase, now.phase)
            progress.update(task, description=phase, completed=now.done, total=now.total or None)
            if not console.is_terminal and phase not in told:
                told.append(phase)
                console.print(f"{phase} ...")

        with watched(space_id, tell):
            yield
