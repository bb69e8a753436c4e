"""What words cost, kind by kind of question, beside the way it was.

    python -m config.stack exec --ephemeral -- python -m benchmarks.text [--n 100000]

Needs an empty database on this machine, and Linux, whose clocks it reads.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import django
import numpy as np
from rich.console import Console
from rich.table import Table

OUT = Path(__file__).parents[1] / "out" / "text.json"
COLUMNS = ("found", "p50 ms", "of that Postgres", "p95", "before: p50", "before: p95", "times")


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.text", description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=100_000, help="products")
    parser.add_argument("--questions", type=int, default=40, help="of each kind")
    return parser.parse_args()


def main() -> None:
    asked = options()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    # Models can be imported from here on.
    from benchmarks.search.runs import machine
    from benchmarks.text.catalogue import Catalogue
    from benchmarks.text.load import load
    from benchmarks.text.questions import kinds
    from benchmarks.text.race import Hybrid, new_way, old_way, race

    catalogue = Catalogue(asked.n)
    _say(f"a shop of {asked.n:,} products")
    load(catalogue)
    dice = np.random.default_rng(5)
    hybrid = Hybrid(dice.choice(asked.n, size=480, replace=False).tolist())
    rows = []
    for kind in kinds(catalogue, count=asked.questions):
        _say(kind.name)
        alone = {"new": new_way, "old": old_way}
        fused = {"new": hybrid.new, "old": hybrid.old}
        rows.append(_row(kind.name, *race(kind, alone)))
        if not kind.filters:
            rows.append(_row(f"{kind.name} + photo", *race(kind, fused)))
    OUT.write_text(json.dumps({"n": asked.n, "machine": machine(), "rows": rows}, indent=1) + "\n")
    _show(rows, title=f"Words among {asked.n:,} products: CPU per question", caption=machine())


def _row(name: str, new: Any, old: Any) -> dict[str, Any]:
    return {
        "kind": name,
        "found": float(np.median(new.found)),
        "cpu_ms_p50": new.p(50),
        "server_cpu_ms_p50": float(np.percentile(new.server_ms, 50)),
        "cpu_ms_p95": new.p(95),
        "before_found": float(np.median(old.found)),
        "before_cpu_ms_p50": old.p(50),
        "before_cpu_ms_p95": old.p(95),
    }


def _show(rows: list[dict[str, Any]], *, title: str, caption: str) -> None:
    table = Table(title=title, caption=caption)
    table.add_column("question", no_wrap=True)
    for column in COLUMNS:
        table.add_column(column, justify="right")
    for row in rows:
        numbers = (
            row["cpu_ms_p50"],
            row["server_cpu_ms_p50"],
            row["cpu_ms_p95"],
            row["before_cpu_ms_p50"],
            row["before_cpu_ms_p95"],
            row["before_cpu_ms_p50"] / row["cpu_ms_p50"],
        )
        table.add_row(row["kind"], f"{row['found']:.0f}", *(f"{each:.1f}" for each in numbers))
    Console(width=120).print(table)


def _say(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
