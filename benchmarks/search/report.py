"""Results become rows, a table and a file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.search.cases import Case
from benchmarks.search.contestant import ENGINE, EXACT, HNSW
from benchmarks.search.race import Result

PEERS = ("qdrant-edge", "hnswlib", "faiss flat")

Row = dict[str, Any]


def best(results: Sequence[Result], *families: str, goal: float) -> Result | None:
    """With hindsight: the cheapest that reaches the goal, else the one that comes nearest to it."""
    entered = [each for each in results if each.family in families]
    reached = [each for each in entered if each.recall >= goal]
    if reached:
        return min(reached, key=lambda each: each.p50)
    return max(entered, key=lambda each: (each.recall, -each.p50), default=None)


def row_of(case: Case, results: Sequence[Result], *, plan: str) -> Row:
    """One line of search.json: the engine against hindsight, the best peers, and everything run."""
    n, dim = len(case.passing), case.queries.shape[1]
    engine = best(results, ENGINE, goal=case.goal)
    hindsight = best(results, HNSW, EXACT, goal=case.goal)
    if engine is None or hindsight is None:
        raise ValueError("A race needs the engine and the bare statements.")
    found = {name: best(results, name, goal=case.goal) for name in PEERS}
    return {
        "n": n,
        "dim": dim,
        "case": case.name,
        "selectivity": case.selectivity,
        "recall": engine.recall,
        "cpu_ms_p50": engine.p50,
        "cpu_ms_p95": engine.p95,
        "hindsight_cpu_ms_p50": hindsight.p50,
        "plan": plan,
        "server_cpu_ms_p50": engine.server_p50,
        "k": case.k,
        "goal": case.goal,
        "queries": len(case.queries),
        "hindsight": _summary(hindsight),
        "peers": {name: _summary(each) for name, each in found.items() if each},
        "everything": [_summary(each) for each in results],
    }


def write(rows: Sequence[Row], path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(rows, indent=1) + "\n")


def show(rows: Sequence[Row], *, title: str, caption: str) -> None:
    """The engine's recall and CPU, and how many times what hindsight and qdrant-edge need."""
    table = Table(title=title, caption=caption)
    table.add_column("case", no_wrap=True)
    for column in (
        "passing",
        "recall",
        "p50 ms",
        "server",
        "p95",
        "plan",
        "hindsight ms",
        "by",
        "x",
    ):
        table.add_column(column, justify="right")
    for peer in PEERS:
        table.add_column(peer, justify="right")
    for row in rows:
        table.add_row(*_cells(row))
    Console(width=170).print(table)


def _cells(row: Row) -> list[str]:
    hindsight = row["hindsight"]
    ours = row["cpu_ms_p50"]
    return [
        row["case"],
        f"{round(row['selectivity'] * row['n']):,}",
        f"{row['recall']:.3f}",
        f"{ours:.2f}",
        f"{row['server_cpu_ms_p50']:.2f}",
        f"{row['cpu_ms_p95']:.2f}",
        row["plan"],
        f"{hindsight['cpu_ms_p50']:.2f}{_doubt(hindsight, row)}",
        hindsight["setting"],
        f"{ours / hindsight['cpu_ms_p50']:.1f}",
        *(_peer_cell(row["peers"].get(peer), row) for peer in PEERS),
    ]


def _peer_cell(peer: Row | None, row: Row) -> str:
    if peer is None:
        return ""
    times = row["cpu_ms_p50"] / peer["cpu_ms_p50"]
    return f"{peer['cpu_ms_p50']:.2f}{_doubt(peer, row)} ({times:.0f} x)"


def _doubt(summary: Row, row: Row) -> str:
    """The recall, where it is below the goal."""
    return "" if summary["recall"] >= row["goal"] else f" at {summary['recall']:.3f}"


def _summary(result: Result) -> Row:
    return {
        "family": result.family,
        "setting": result.setting,
        "recall": result.recall,
        "cpu_ms_p50": result.p50,
        "cpu_ms_p95": result.p95,
        "server_cpu_ms_p50": result.server_p50,
        "queries": len(result.cpu_ms),
    }
