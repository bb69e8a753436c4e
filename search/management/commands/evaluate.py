"""manage.py evaluate: recall and precision on pictures with known answers."""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.progress import Progress

from search.embedder import get_embedder
from search.embedding import Card, EmbeddingError, get_card
from search.engine.types import KINDS
from search.engine.weights import MOST_WEIGHT
from search.evaluation.asking import Report
from search.evaluation.manifest import LEVELS, EvaluationSet, read_set
from search.evaluation.mean import mean_of
from search.evaluation.run import Setup, evaluate
from search.management.console import advance, bar, printer, sentences
from search.management.evaluation_tables import as_json, print_evaluation, print_mean


class Command(BaseCommand):
    help = (
        "Loads a folder with a manifest.csv (split, file, product_id, category; variant_id) into a "
        "scratch catalogue that leaves no trace, asks every query through the search engine, and "
        "prints R@1, R@5, R@10 and mAP@10 of each level, and what a query costs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--set",
            type=Path,
            required=True,
            action="append",
            metavar="DIR",
            help="the folder, or a manifest in it; several times for several sets and their mean",
        )
        parser.add_argument("--manifest", default="manifest.csv", help="its manifest's name")
        parser.add_argument(
            "--level", nargs="+", choices=list(LEVELS), default=[], help="only these levels"
        )
        parser.add_argument("--card", default="", help="a card other than EMBEDDER", metavar="NAME")
        for kind in KINDS:
            parser.add_argument(
                f"--{kind}-weight",
                type=_weight,
                default=0.0,
                metavar="W",
                help=f"how much the {kind} counts in the ranking, 0 to {MOST_WEIGHT}; all together "
                "no more than that",
            )
        parser.add_argument(
            "--tune",
            action="store_true",
            help="let the set's gallery teach the search first, with its categories and tags",
        )
        parser.add_argument(
            "--bands",
            action="store_true",
            help="calibrate the bands, and show what they say of right, wrong and foreign hits",
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *_: Any, **options: Any) -> None:
        with sentences(), bar("Evaluating") as progress:
            setup = Setup(
                card=_card(options["card"]),
                weights=tuple((kind, options[f"{kind}_weight"]) for kind in KINDS),
                tune=options["tune"],
                bands=options["bands"],
            )
            _check_stored(setup)
            sets = [_read(path, options["manifest"]) for path in options["set"]]
            report = _reporting(progress)
            found = [evaluate(each, setup, levels=options["level"], report=report) for each in sets]
        mean = mean_of(found)
        if options["json"]:
            self.stdout.write(json.dumps(as_json(found, mean)))
            return
        console = printer(self.stdout)
        for each in found:
            print_evaluation(each, console)
        if len(found) > 1:
            print_mean(mean, len(found), console)


def _card(name: str) -> Card:
    """The named card; the settings' one without a name."""
    if not name:
        return get_embedder().card
    try:
        return get_card(name)
    except EmbeddingError as error:
        raise CommandError(f"Nothing was evaluated: {error}") from error


def _check_stored(setup: Setup) -> None:
    """Raises CommandError now rather than once a gallery is loaded that lacks what is weighed."""
    for kind, weight in setup.weights:
        if weight and kind not in setup.card.descriptors:
            there = " and ".join(setup.card.descriptors) or "nothing beside the vector"
            raise CommandError(
                f"{setup.card.name} keeps {there}, and no {kind}: leave --{kind}-weight out, or "
                "name a card whose descriptors have it (docs/own-embedder.md)."
            )


def _weight(text: str) -> float:
    """Raises ArgumentTypeError for what is no weight."""
    try:
        weight = float(text)
    except ValueError:
        weight = -1.0
    if not 0 <= weight <= MOST_WEIGHT:
        raise ArgumentTypeError(f"a number from 0 to {MOST_WEIGHT}, not {text}")
    return weight


def _read(path: Path, manifest: str) -> EvaluationSet:
    return read_set(path.parent, path.name) if path.is_file() else read_set(path, manifest)


def _reporting(progress: Progress) -> Report:
    def report(step: str, done: int, total: int) -> None:
        progress.update(progress.task_ids[0], description=step)
        advance(progress, done=done, total=total)

    return report
