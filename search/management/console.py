"""How the commands look: progress on stderr, so that stdout holds the answer alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, cast

from django.core.management.base import CommandError, OutputWrapper
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from catalog.errors import LookalikeError


@contextmanager
def bar(title: str) -> Iterator[Progress]:
    """A progress bar with count, rate and time left; silent where nobody watches."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        progress.add_task(title, total=None, rate="")
        yield progress


def advance(progress: Progress, *, done: int, total: int) -> None:
    """Move the bar's one task to `done` of `total` and show its rate."""
    [task] = progress.tasks
    rate = f"{task.speed:.1f}/s" if task.speed else ""
    progress.update(task.id, completed=done, total=total, rate=rate)


def printer(stdout: OutputWrapper) -> Console:
    """Tables and colours on a command's own stdout."""
    return Console(file=cast("IO[str]", stdout))


@contextmanager
def sentences() -> Iterator[None]:
    """Expected failures end the command with their sentence and what to type next; a calm one meant
    for customers is told with its cause."""
    try:
        yield
    except LookalikeError as error:
        cause = f"The reason: {error.__cause__}" if error.__cause__ else ""
        told = " ".join(filter(None, (error.message, error.typed, cause)))
        raise CommandError(told) from error
