"""How long work and its outcome look in a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import TextIOBase
from typing import IO, cast

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Table

from catalog.importing import ImportReport

# More bad rows than this are counted, not listed; --json names them all.
_LISTED = 200


def console_for(stream: TextIOBase) -> Console:
    """A console on a management command's own stdout, so that tests and callers can catch it."""
    return Console(file=cast("IO[str]", stream))


@contextmanager
def steps(console: Console) -> Iterator[Callable[[str, int, int], None]]:
    """Progress bars, one below the other, fed with (what is being done, done, total).

    Where nobody looks on, a line names each piece of work as it begins.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what)
                if not console.is_terminal:
                    console.print(f"{what} ...")
            progress.update(tasks[what], completed=done, total=total)

        yield tell


def print_report(report: ImportReport, console: Console) -> None:
    """The counts, the remarks and the rows that were left out."""
    console.print(_counts(report))
    for notice in report.notices:
        console.print(f"Note: {escape(notice)}")
    if report.problems:
        console.print(_problems(report))
    if len(report.problems) > _LISTED:
        rest = len(report.problems) - _LISTED
        console.print(f"… and {rest:,} more; --json names them all.")


def _counts(report: ImportReport) -> str:
    head = "Dry run, nothing was changed: " if report.dry_run else ""
    return (
        f"{head}{report.rows:,} rows: {report.created:,} new, {report.updated:,} changed, "
        f"{report.unchanged:,} as before, {report.failed:,} left out. Images: "
        f"{report.images_added:,} added, {report.images_kept:,} kept, "
        f"{report.images_removed:,} removed."
    )


def _problems(report: ImportReport) -> Table:
    table = Table("Line", "SKU", "Column", "What is wrong", title="Rows that were left out")
    for each in report.problems[:_LISTED]:
        table.add_row(str(each.line), escape(each.sku), each.field, escape(each.message))
    return table
