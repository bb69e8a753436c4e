"""manage.py tune: let the catalogue teach the search."""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog.console import console_for, steps
from search import selectors
from search.management.comparison_tables import print_comparison
from search.management.console import printer, sentences
from search.models import EmbeddingSpace
from search.services.spaces import get_space
from search.services.tuning import TuningOutcome, tune
from search.services.tuning.advice import sentences as in_words
from search.services.tuning.run import SAMPLE, VIEWS


class Command(BaseCommand):
    help = (
        "Learns from the shop's own photos, categories and tags how to find its products better, "
        "and makes a space of it: only where it finds more on photos that were kept aside, and "
        "without switching to it. Searches go on meanwhile; Ctrl-C stops it and leaves nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--space", help="learn from its base; the one that is searched if left out"
        )
        parser.add_argument(
            "--sample", type=_positive, default=SAMPLE, help="photos to look at (%(default)s)"
        )
        parser.add_argument(
            "--views",
            type=_positive,
            default=VIEWS,
            help="times each is looked at, as customers might take it (%(default)s)",
        )
        parser.add_argument(
            "--seed", type=_natural, default=0, help="another draw of the same kind"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="learn and measure, make nothing"
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *_: Any, **options: Any) -> None:
        with sentences():
            space = _space(options["space"])
            found = self._tune(space, options)
        if options["json"]:
            self.stdout.write(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
        else:
            self._tell(found, dry_run=options["dry_run"])

    def _tune(self, space: EmbeddingSpace, options: dict[str, Any]) -> TuningOutcome:
        try:
            with steps(console_for(self.stderr)) as told:
                return tune(
                    space,
                    sample=options["sample"],
                    views=options["views"],
                    seed=options["seed"],
                    dry_run=options["dry_run"],
                    told=told,
                )
        except KeyboardInterrupt:
            raise CommandError("Stopped. Nothing was changed; begin again at any time.") from None

    def _tell(self, found: TuningOutcome, *, dry_run: bool) -> None:
        console = printer(self.stdout)
        for line in in_words(found.report):
            console.print(line, soft_wrap=True, markup=False, highlight=False)
        if found.unreadable:
            console.print(
                f"{found.unreadable:,} photos could not be opened and were left out; the log names "
                "them.",
                highlight=False,
            )
        if found.comparison:
            print_comparison(found.comparison, console)
        if found.derived:
            self.stdout.write(
                f"{found.derived.name} is ready. `manage.py space switch {found.derived.name}` "
                "searches it from then on; `manage.py space rollback` goes back within a day."
            )
        elif dry_run and found.report.accepted:
            self.stdout.write("A dry run: no space was made. Leave --dry-run out to make it.")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def _natural(text: str) -> int:
    if not text.isdecimal():
        raise ArgumentTypeError(f"{text!r} is no whole number from 0 on.")
    return int(text)


def _space(name: str | None) -> EmbeddingSpace:
    return selectors.active_space() if name is None else get_space(name)
