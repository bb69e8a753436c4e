"""Recall against CPU, one panel for each case."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from benchmarks.search.contestant import ENGINE
from benchmarks.search.report import Row

COLUMNS = 4
CPU_MS = (0.005, 1_000)
# The colours of Okabe and Ito, which colour-blind readers can tell apart.
COLOURS = {
    "engine": "#d55e00",
    "hnsw": "#0072b2",
    "exact": "#56b4e9",
    "qdrant-edge": "#009e73",
    "hnswlib": "#cc79a7",
    "faiss flat": "#e69f00",
}


def draw(rows: Sequence[Row], path: Path, *, title: str) -> None:
    """A PNG at `path`: everything that ran, the engine as a star, the goal as a line."""
    lines = -(-len(rows) // COLUMNS)
    figure = Figure(figsize=(4 * COLUMNS, 3 * lines), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(lines, COLUMNS, squeeze=False)
    for row, panel in zip(rows, axes.flat, strict=False):
        _panel(row, panel)
    for spare in axes.flat[len(rows) :]:
        spare.set_axis_off()
    markers = [
        Line2D([], [], color=colour, linestyle="", marker=_marker(name), label=name)
        for name, colour in COLOURS.items()
    ]
    figure.legend(handles=markers, loc="outside lower center", ncols=len(markers))
    figure.suptitle(title)
    figure.savefig(path, dpi=110)


def _panel(row: Row, panel: Axes) -> None:
    for family, colour in COLOURS.items():
        each = [result for result in row["everything"] if result["family"] == family]
        each.sort(key=lambda result: result["cpu_ms_p50"])
        cpu, recall = ([result[key] for result in each] for key in ("cpu_ms_p50", "recall"))
        size = 14 if family == ENGINE else 5
        panel.plot(cpu, recall, color=colour, marker=_marker(family), markersize=size, alpha=0.85)
    panel.axhline(row["goal"], color="grey", linewidth=0.7, linestyle=":")
    lowest = min(result["recall"] for result in row["everything"])
    panel.set(xscale="log", xlim=CPU_MS, ylim=(min(0.9, lowest) - 0.02, 1.01))
    panel.set(title=row["case"], xlabel="CPU ms (p50)")
    panel.set_ylabel(f"recall@{row['k']}")


def _marker(family: str) -> str:
    return "*" if family == ENGINE else "o"
