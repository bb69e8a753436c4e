"""The import from end to end: each row by itself, the bad ones named, the others in."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing, nullcontext
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError

from catalog.errors import ValueRefused
from catalog.importing.errors import CellRefused
from catalog.importing.pictures import Pictures, open_pictures
from catalog.importing.report import ImportReport, Problem
from catalog.importing.rows import parse_row
from catalog.importing.table import RawRow, Table, read_table
from catalog.importing.upsert import Outcome, Upsert
from catalog.shelves import Shelves


def import_catalog(
    *,
    table: Path,
    images: Path | None = None,
    dry_run: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> ImportReport:
    """Products from a CSV file and their pictures from a folder or zip, upserted by sku.

    Each product goes in whole, images included, or is named in the report's problems; a second
    import of the same files changes nothing. `progress` is told the rows done and the rows there
    are. Raises ImportUnreadable before anything is changed, and StorageFull in the midst (what is
    in by then is whole).
    """
    read = read_table(table)
    with closing(open_pictures(images)) if images else nullcontext() as pictures:
        run = _Run(read, pictures, dry_run=dry_run)
        for done, row in enumerate(read.rows, start=1):
            run.take(row)
            if progress:
                progress(done, len(read.rows))
        return run.report


class _Run:
    def __init__(self, table: Table, pictures: Pictures | None, *, dry_run: bool) -> None:
        self.report = ImportReport(
            dry_run=dry_run, rows=len(table.rows), notices=_notices(table, pictures)
        )
        self._shelves = Shelves()
        self._upsert = Upsert(self._shelves, pictures, dry_run)
        self._lines: dict[str, int] = {}

    def take(self, row: RawRow) -> None:
        """Puts the row in, or its problems into the report."""
        sku = row.cells.get("sku", "")
        if refusals := self._try(row, sku):
            self._shelves.forget()
            self.report.problems += [
                Problem(row.line, sku, each.field or "", each.message) for each in refusals
            ]
        elif self.report.dry_run:
            self._shelves.forget()

    def _try(self, row: RawRow, sku: str) -> list[ValueRefused]:
        if sku and sku in self._lines:
            message = f"The SKU is on line {self._lines[sku]} already. Keep one of the two rows."
            return [CellRefused(message, field="sku")]
        self._lines[sku] = row.line
        parsed, refusals = parse_row(row)
        if parsed is None:
            return refusals
        try:
            self._count(self._upsert(parsed))
        except ValueRefused as error:
            return [error]
        except (ValidationError, IntegrityError, DataError) as error:
            message = f"The database refuses the row: {str(error).strip().splitlines()[0]}"
            return [CellRefused(message)]
        return []

    def _count(self, outcome: Outcome) -> None:
        report = self.report
        report.created += outcome.created
        report.updated += outcome.changed and not outcome.created
        report.unchanged += not outcome.changed
        report.images_added += outcome.images_added
        report.images_kept += outcome.images_kept
        report.images_removed += outcome.images_removed


def _notices(table: Table, pictures: Pictures | None) -> list[str]:
    naming = sum(bool(row.cells.get("images")) for row in table.rows)
    if naming and pictures is None:
        remark = (
            f"{naming:,} rows name images, but no folder or zip was given: images were left as "
            "they are. Name one with --images."
        )
        return [*table.notices, remark]
    return table.notices
