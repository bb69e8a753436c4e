"""Engines, worker and memory in one picture."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

# The colours of Okabe and Ito, which colour-blind readers can tell apart.
BLUE, ORANGE, GREEN, PURPLE = "#0072b2", "#d55e00", "#009e73", "#cc79a7"


def draw(found: Mapping[str, Any], path: Path) -> None:
    """A PNG at `path` with a panel for each part that was measured and can be drawn."""
    panels = {"engines": _engines, "worker": _worker, "memory": _memory}
    parts = [part for part in panels if part in found]
    if not parts:
        return
    figure = Figure(figsize=(6 * len(parts), 4.5), layout="constrained")
    FigureCanvasAgg(figure)
    for part, axes in zip(parts, figure.subplots(1, len(parts), squeeze=False)[0], strict=True):
        panels[part](found[part], axes)
    figure.suptitle(f"{found['card']}; {found['machine']}", fontsize=9)
    figure.savefig(path, dpi=110)


def _engines(rows: list[dict[str, Any]], axes: Axes) -> None:
    names = [row["engine"] for row in rows][::-1]
    axes.barh(names, [row["ms_8"] for row in rows][::-1], color=BLUE)
    axes.set(title="One view of 224 pixels, batch 8", xlabel="CPU ms per picture")


def _worker(rows: list[dict[str, Any]], axes: Axes) -> None:
    sizes = [f"{row['card'].split('/')[-1]}\n{row['size']} px" for row in rows]
    below = [0.0] * len(rows)
    parts = (("forward_ms", "network", BLUE), ("database_ms", "Postgres", GREEN))
    for key, label, colour in parts:
        axes.bar(sizes, [row[key] for row in rows], bottom=below, label=label, color=colour)
        below = [low + row[key] for low, row in zip(below, rows, strict=True)]
    rest = [row["worker_ms"] - row["forward_ms"] for row in rows]
    axes.bar(sizes, rest, bottom=below, label="decode, resize, rest", color=ORANGE)
    axes.set(title="Worker, from row to vector", ylabel="CPU ms per picture")
    axes.legend()


def _memory(curves: dict[str, list[dict[str, float]]], axes: Axes) -> None:
    for (kind, curve), colour in zip(curves.items(), (BLUE, PURPLE), strict=False):
        points = ([point[key] for point in curve] for key in ("pictures", "mb"))
        axes.plot(*points, label=kind, color=colour)
    axes.set(title="Memory", xlabel="pictures", ylabel="MB", ylim=(0, None))
    axes.legend()
