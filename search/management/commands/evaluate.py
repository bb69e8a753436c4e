"""manage.py evaluate: recall and precision on pictures with known answers."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.table import Table

from search.evaluation.manifest import LEVELS, read_set
from search.evaluation.run import evaluate
from search.management.console import advance, bar, printer, sentences


class Command(BaseCommand):
    help = (
        "Loads a folder with a manifest.csv (split, file, product_id, category; variant_id) into a "
        "scratch catalogue that leaves no trace, asks every query through the search engine, and "
        "prints R@1, R@5, R@10 and mAP@10 of each level."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--set", type=Path, required=True, help="the folder", metavar="DIR")
        parser.add_argument("--manifest", default="manifest.csv", help="its manifest's name")
        parser.add_argument(
            "--level", nargs="+", choices=list(LEVELS), default=[], help="only these levels"
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *_: Any, **options: Any) -> None:
        with sentences(), bar("Evaluating") as progress:
            given = read_set(options["set"], options["manifest"])

            def report(step: str, done: int, total: int) -> None:
                progress.update(progress.task_ids[0], description=step)
                advance(progress, done=done, total=total)

            found = evaluate(given, levels=options["level"], report=report)
        if options["json"]:
            self.stdout.write(json.dumps(found))
        else:
            _print(found, printer(self.stdout))


def _print(found: dict[str, Any], console: Console) -> None:
    levels = {name: found[name] for name in LEVELS if name in found}
    columns = ("R@1", "R@5", "R@10", "mAP@10", "queries", "skipped", "gallery")
    table = Table("Level", *columns, title=f"{found['set']}, {found['manifest']}")
    for name, figures in levels.items():
        table.add_row(name, *(_shown(figures.get(column)) for column in columns))
    console.print(table)


def _shown(value: float | None) -> str:
    if value is None:
        return "none"
    return f"{value:.4f}" if isinstance(value, float) else f"{value:,}"
