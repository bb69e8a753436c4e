"""What `manage.py evaluate` shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from search.engine.types import KINDS
from search.evaluation.manifest import LEVELS
from search.evaluation.verdicts import NAMES

COLUMNS = ("R@1", "R@5", "R@10", "mAP@10", "queries", "skipped", "gallery")


def print_evaluation(found: dict[str, Any], console: Console) -> None:
    """A set's figures level by level, and a line for each thing that was asked for beside them."""
    table = Table("Level", *COLUMNS, title=f"{escape(found['set'])}, {escape(found['manifest'])}")
    for name in (each for each in LEVELS if each in found):
        table.add_row(name, *(_shown(found[name].get(column)) for column in COLUMNS))
    console.print(table)
    console.print(_setup(found), soft_wrap=True)
    if "tuned" in found:
        console.print(_tuned(found["tuned"]), soft_wrap=True)
    if "bands" in found:
        _print_bands(found["bands"], console)


def print_mean(mean: dict[str, float | int], sets: int, console: Console) -> None:
    """One line over all levels of all sets."""
    table = Table("Mean", *COLUMNS[:4], "tasks", title=f"{sets} sets")
    table.add_row("", *(_shown(mean.get(column)) for column in (*COLUMNS[:4], "tasks")))
    console.print(table)


def _setup(found: dict[str, Any]) -> str:
    took = ", ".join(f"{step} {ms:.1f}" for step, ms in found["took_ms"].items())
    named = {kind: found[f"{kind}_weight"] for kind in KINDS}
    weights = "".join(f", {kind} {weight:g}" for kind, weight in named.items() if weight)
    return f"{escape(found['card'])}{weights}: {found['dim']} dimensions; ms a query: {took}"


def _tuned(report: dict[str, Any]) -> str:
    verdict = "accepted" if report["accepted"] else "refused, so that the base was asked"
    return f"What the gallery taught was {verdict}: {escape(report['reason'])}"


def _print_bands(bands: dict[str, Any], console: Console) -> None:
    source = (
        f"{bands['products']} products" if bands["calibrated"] else "the card: too few products"
    )
    table = Table("First hit", *NAMES, "queries", title=f"Bands, from {source}")
    table.add_row("up to", *(_shown(bands["edges"].get(name), "") for name in NAMES), "")
    for kind in ("right", "wrong", "foreign"):
        shares: dict[str, float] = bands[kind]
        table.add_row(kind, *(_percent(shares.get(name)) for name in NAMES), str(shares["queries"]))
    console.print(table)


def _percent(share: float | None) -> str:
    return "none" if share is None else f"{100 * share:.1f} %"


def _shown(value: float | None, missing: str = "none") -> str:
    if value is None:
        return missing
    return f"{value:.4f}" if isinstance(value, float) else f"{value:,}"


def as_json(found: Sequence[dict[str, Any]], mean: dict[str, float | int]) -> dict[str, Any]:
    """One set as it is; several as `sets`, with their `mean`."""
    return found[0] if len(found) == 1 else {"sets": list(found), "mean": mean}
