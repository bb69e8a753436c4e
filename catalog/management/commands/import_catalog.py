"""manage.py import_catalog: a catalogue from a CSV file and a folder or zip of pictures."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from catalog.console import console_for, print_report, steps
from catalog.errors import LookalikeError
from catalog.importing import ImportReport, import_catalog


class Command(BaseCommand):
    help = (
        "Imports products from a CSV file, with pictures from a folder or a zip, upserted by SKU. "
        "Columns: sku, title, description, category (A > B > C), tags (facet:value; …), price, "
        "currency, stock, status, images (name; …). Exit status: 0 all rows went in, 1 some were "
        "left out and are named, 2 the files can't be read."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the CSV file")
        parser.add_argument("--images", type=Path, help="the folder or the zip of the pictures")
        parser.add_argument(
            "--dry-run", action="store_true", help="check everything, change nothing"
        )
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, *_: Any, **options: Any) -> None:
        report = self._import(options)
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False, indent=2))
        else:
            print_report(report, console_for(self.stdout))
        if not report.ok:
            sys.exit(1)

    def _import(self, options: dict[str, Any]) -> ImportReport:
        try:
            # Progress goes to stderr: --json leaves nothing but JSON on stdout.
            with steps(Console(stderr=True)) as progress:
                return import_catalog(
                    table=options["file"],
                    images=options["images"],
                    dry_run=options["dry_run"],
                    progress=lambda done, total: progress("Importing", done, total),
                )
        except LookalikeError as error:
            raise CommandError(error.message, returncode=2) from error
