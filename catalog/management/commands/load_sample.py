"""manage.py load_sample: something to try the shop with."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from catalog.console import console_for, print_report, steps
from catalog.errors import LookalikeError
from catalog.sample import SampleReport, load_sample


class Command(BaseCommand):
    help = (
        "Loads the sample catalogue into a shop without products: photographs fetched with npm, "
        "or drawn pictures where that fails. Does nothing, at once, where there are products."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--drawn", action="store_true", help="draw it, fetch nothing")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            with steps(Console(stderr=True)) as progress:
                report = load_sample(force_drawn=options["drawn"], progress=progress)
        except LookalikeError as error:
            raise CommandError(error.message) from error
        self._tell(report)

    def _tell(self, report: SampleReport) -> None:
        if report.imported is None:
            self.stdout.write("The shop has products already; the sample was not loaded.")
            return
        if report.remark:
            self.stdout.write(f"No photographs ({report.remark}), so the catalogue was drawn.")
        print_report(report.imported, console_for(self.stdout))
