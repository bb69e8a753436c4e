"""The figures as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

Row = Mapping[str, Any]

# Tables go into files too, where a terminal has no say.
WIDTH = 132

TITLES = {
    "engines": "Engines: CPU ms per picture at batch 1, 8, 32; cosine distance from torch eager",
    "decode": "Decode and resize: CPU ms per picture; cosine distance from the whole decode",
    "worker": "Worker: CPU ms per picture from waiting row to stored vector",
    "cores": "Worker: pictures a second by the clock",
    "queries": "A customer's photo: CPU ms",
    "crowd": "Photos a second with 2 and 8 callers",
}


def show(found: Mapping[str, Any]) -> None:
    """Every part that was measured, to the terminal."""
    console = Console(width=WIDTH)
    console.print(f"{found['card']}; {found['machine']}")
    for part, title in TITLES.items():
        if part in found:
            rows = found[part] if isinstance(found[part], list) else [found[part]]
            console.print(_table(title, rows))
    for kind, curve in found.get("memory", {}).items():
        console.print(f"{kind}: {_flat(curve)}")


def _table(title: str, rows: Sequence[Row]) -> Table:
    table = Table(*rows[0], title=title)
    for row in rows:
        table.add_row(*(_shown(row.get(name)) for name in rows[0]))
    return table


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1e}" if 0 < abs(value) < 0.001 else f"{value:,.2f}"
    return "" if value is None else str(value)


def _flat(curve: Sequence[Row]) -> str:
    """Where the curve stands after a tenth of the way, at its highest, and at its end."""
    early, last = curve[len(curve) // 10], curve[-1]
    most = max(point["mb"] for point in curve)
    return (
        f"{early['mb']:.0f} MB after {early['pictures']:,} pictures, {most:.0f} at most, "
        f"{last['mb']:.0f} after {last['pictures']:,}"
    )
