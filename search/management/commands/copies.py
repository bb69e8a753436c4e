"""manage.py copies: which photos of the catalogue a photo is a copy of."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from search.management.console import printer, sentences
from search.services.copies import Copy, find_copies


class Command(BaseCommand):
    help = (
        "Lists the catalogue's photos that a photo shows, though it was mirrored, turned, cropped, "
        "framed, written on or photographed from a screen; nothing is kept of it. To find photos "
        "that the catalogue itself holds more than once: manage.py duplicates."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("photo", type=Path, help="a JPEG, PNG, WebP or AVIF file")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *_: Any, **options: Any) -> None:
        path: Path = options["photo"]
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path} can't be read: {error.strerror}.") from error
        with sentences():
            copies = find_copies(photo=content)
        if options["json"]:
            rows = [_as_json(each) for each in copies]
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
        else:
            _print(copies, printer(self.stdout))


def _as_json(copy: Copy) -> dict[str, Any]:
    return {
        "sku": copy.image.product.sku,
        "image": copy.image.pk,
        "how": copy.how,
        "proof": copy.proof,
        "bits_apart": copy.evidence.bits,
        "distance": copy.evidence.distance,
        "agreement": copy.evidence.agreement,
    }


def _print(copies: list[Copy], console: Console) -> None:
    if not copies:
        console.print("No photo of the catalogue is a copy of this one.")
        return
    table = Table("SKU", "Image", "Seen", "Proof")
    for copy in copies:
        sku, pk = escape(copy.image.product.sku), str(copy.image.pk)
        table.add_row(sku, pk, copy.how, _told(copy))
    console.print(table)


def _told(copy: Copy) -> str:
    evidence = copy.evidence
    match copy.proof:
        case "hash":
            return f"hash, {evidence.bits} of 64 bits apart"
        case "vector":
            return f"vector, distance {evidence.distance:.3f}"
        case _:
            return f"overlay, {evidence.agreement:.0%} agreement"
