"""What `manage.py space` shows."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from search.engine.index.memory import MB
from search.services.space_status import SpaceStatus

COLUMNS = (
    "Space",
    "State",
    "Dimensions",
    "Vectors",
    "Ready",
    "Pending",
    "Failed",
    "MB",
    "Made",
)


def print_spaces(spaces: Sequence[SpaceStatus], console: Console) -> None:
    table = Table(*COLUMNS, title="Embedding spaces")
    for each in spaces:
        counts = (each.space.dim, each.vectors, each.ready, each.pending, each.failed)
        table.add_row(
            escape(each.space.name),
            f"{each.space.state}, paused" if each.space.paused else each.space.state,
            *(f"{n:,}" for n in counts),
            f"{each.bytes / MB:,.0f}",
            f"{each.space.created_at:%Y-%m-%d}",
        )
    console.print(table)
    for each in spaces:
        for line in _remarks(each):
            console.print(line, soft_wrap=True)


def _remarks(each: SpaceStatus) -> list[str]:
    name, told = escape(each.space.name), []
    if each.space.base:
        base = escape(each.space.base.name)
        told.append(f"{name} is derived from {base}: the pictures waiting are those of {base}.")
    if each.until:
        local = timezone.localtime(each.until)
        told.append(
            f"{name} was left, and follows the catalogue until {local:%Y-%m-%d %H:%M}: "
            "`manage.py space rollback` goes back to what was left last."
        )
    if each.droppable:
        told.append(
            f"{name} is searched no more. `manage.py space drop {name}` frees about "
            f"{each.bytes / MB:,.0f} MB."
        )
    return told
